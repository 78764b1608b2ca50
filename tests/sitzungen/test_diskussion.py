"""«Diskussion verlangen»: by any member or substitute, before and during the meeting; the label stands everywhere."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from konferenz.models import Journaleintrag
from mitglieder.models import Sitz
from mitglieder.permissions import grant_gast
from sitzungen import pdf
from sitzungen.actions import diskussion as actions
from sitzungen.mails.versand import make_brief
from sitzungen.models import Diskussionswunsch, Sitzung
from sitzungen.queries.paket import load_inhalt, make_manifest
from sitzungen.schritte.saal import SaalError
from tests.conftest import make_traktandum
from tests.sitzungen.test_pdf import pdf_text

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 12, 8, 9, 0, tzinfo=UTC)
LABEL = "Information (Diskussion verlangt)"


@pytest.fixture
def punkt(versandte):
    return versandte.traktanden.get()


def verlange(punkt, person, kuerzel="SRTG"):
    sitz = Sitz.objects.get(sozialregion__kuerzel=kuerzel)
    actions.request_diskussion(punkt.pk, sitz=sitz.pk, actor=person, now=NOW)


def url(punkt, tat=""):
    return f"/sitzungen/{punkt.sitzung.kennung}/traktanden/{punkt.uuid}/diskussion/{tat}"


# --- The deed ---------------------------------------------------------------------------------------


def test_asking_twice_is_one_wish(punkt, praesidium):
    verlange(punkt, praesidium)
    verlange(punkt, praesidium)

    assert Diskussionswunsch.objects.count() == 1
    assert Journaleintrag.objects.filter(art="diskussion.verlangt").count() == 1
    assert Sitzung.objects.get().live == 1


def test_the_wish_is_taken_back_without_touching_others(punkt, praesidium, berater):
    verlange(punkt, praesidium)
    actions.request_diskussion(punkt.pk, sitz=Sitz.objects.get(art="amt").pk, actor=berater, now=NOW)

    actions.withdraw_diskussion(punkt.pk, actor=praesidium, now=NOW)
    actions.withdraw_diskussion(punkt.pk, actor=praesidium, now=NOW)

    assert [wunsch.person for wunsch in Diskussionswunsch.objects.all()] == [berater]
    assert Journaleintrag.objects.filter(art="diskussion.zurueckgezogen").count() == 1


def test_what_is_dealt_with_is_not_discussed_again(punkt, praesidium):
    verlange(punkt, praesidium)
    type(punkt).objects.update(ausgang="beraten")

    with pytest.raises(SaalError, match="bereits behandelt"):
        actions.withdraw_diskussion(punkt.pk, actor=praesidium, now=NOW)
    with pytest.raises(SaalError, match="bereits behandelt"):
        verlange(punkt, praesidium)


def test_a_decision_is_discussed_anyway(versandte, praesidium):
    with pytest.raises(SaalError, match="nur bei Informationen"):
        verlange(make_traktandum(versandte, art="entscheid"), praesidium)


# --- The pages --------------------------------------------------------------------------------------

#                       sees the button · may press it
ROLLEN = {
    "vorsitz": (True, 302),
    "praesidium": (True, 302),
    "berater": (True, 302),
    "stellvertretung": (True, 302),
    "geschaeftsstelle": (False, 403),
    "leitgremium": (False, 403),
    "gast": (False, 403),
    "vorstand": (False, 404),
    "fremde": (False, 404),
}


@pytest.mark.parametrize("laeuft", [False, True])
def test_who_may_ask(client, cast, versandte, punkt, laeuft):
    if laeuft:
        Sitzung.objects.update(status="laufend", begonnen_at=versandte.beginn_at)
    grant_gast(cast["gast"], versandte)

    ist = {}
    for name in ROLLEN:
        client.force_login(cast[name])
        seite = client.get(versandte.get_absolute_url()).content.decode()
        ist[name] = (">Diskussion verlangen<" in seite, client.post(url(punkt)).status_code)
        Diskussionswunsch.objects.all().delete()

    assert ist == ROLLEN


@pytest.mark.parametrize("status", ["entwurf", "freigegeben"])
def test_not_before_the_publication(client, punkt, praesidium, status):
    felder = {"versandt_at": None} | ({"freigegeben_at": None} if status == "entwurf" else {})
    Sitzung.objects.update(status=status, **felder)
    client.force_login(praesidium)

    assert client.post(url(punkt)).status_code == 404


def test_the_button_carries_its_token(praesidium, versandte, punkt):
    client = Client(enforce_csrf_checks=True)
    client.force_login(praesidium)

    seite = client.get(versandte.get_absolute_url()).content.decode()
    form = seite.split(f'action="{url(punkt)}"')[1].split("</form>")[0]
    token = form.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]

    assert client.post(url(punkt), {"csrfmiddlewaretoken": token}).status_code == 302
    assert Diskussionswunsch.objects.exists()


def test_a_substitute_asks_for_the_seat_it_stands_in_for(client, stellvertretung, punkt):
    client.force_login(stellvertretung)

    antwort = client.post(url(punkt), follow=True)

    wunsch = Diskussionswunsch.objects.get()
    assert (wunsch.person, wunsch.sitz.sozialregion.kuerzel) == (stellvertretung, "SRTG")
    text = antwort.content.decode()
    assert LABEL in text
    assert "Diskussion nicht mehr verlangen" in text
    client.post(url(punkt, "zurueckziehen/"))
    assert not Diskussionswunsch.objects.exists()


def test_who_asked_is_for_members_and_the_office_the_label_for_every_reader(client, cast, versandte, punkt):
    grant_gast(cast["gast"], versandte)
    verlange(punkt, cast["praesidium"])

    sieht = {}
    for name in ("praesidium", "berater", "stellvertretung", "geschaeftsstelle", "leitgremium", "gast"):
        client.force_login(cast[name])
        text = client.get(versandte.get_absolute_url()).content.decode()
        assert LABEL in text, name
        sieht[name] = cast["praesidium"].name in text.replace("Konto von", "").split('id="inhalt"')[1]

    assert sieht == {
        "praesidium": True,
        "berater": True,
        "stellvertretung": True,
        "geschaeftsstelle": True,
        "leitgremium": False,
        "gast": False,
    }


def test_the_label_stands_on_paper_and_in_later_letters(versandte, punkt, praesidium):
    vorher = pdf_text(pdf.make_traktandenliste(load_inhalt(versandte), stand=NOW))
    verlange(punkt, praesidium)

    inhalt = load_inhalt(versandte)

    nachher = pdf_text(pdf.make_traktandenliste(inhalt, stand=NOW))
    brief = make_brief(
        make_manifest(inhalt, art="nachversand", dossier=None), brief="einladung", empfaenger="A", gruppe="B", stand=NOW
    )
    assert LABEL not in vorher
    assert LABEL in nachher
    assert LABEL in brief.html or "Traktanden" not in brief.html
    assert praesidium.name not in nachher


def test_the_meeting_page_asks_once_for_all_wishes(client, versandte, punkt, praesidium, vorsitz):
    client.force_login(praesidium)

    def zaehle():
        client.get(versandte.get_absolute_url())
        with CaptureQueriesContext(connection) as fragen:
            client.get(versandte.get_absolute_url())
        return len(fragen)

    verlange(punkt, praesidium)
    eine = zaehle()
    for _ in range(2):
        verlange(make_traktandum(versandte), praesidium)
        verlange(punkt, vorsitz, "SON")

    assert zaehle() == eine
