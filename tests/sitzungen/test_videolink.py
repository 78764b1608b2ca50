"""The video link is for seats, substitutes and guests of the meeting, on its day for guests of an item who come by video."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from mitglieder.permissions import grant_gast
from sitzungen import pdf
from sitzungen.mails.versand import make_brief
from sitzungen.models import Sitzung
from sitzungen.queries.paket import load_inhalt, make_manifest
from sitzungen.rules import sieht_videolink
from tests.conftest import make_person, make_sitzung, make_traktandum
from tests.sitzungen.test_pdf import pdf_text

pytestmark = pytest.mark.django_db
LINK = "https://video.example/raum-4711"
STAND = datetime(2026, 12, 3, 7, 0, tzinfo=UTC)


@pytest.fixture(params=["digital", "hybrid"])
def sitzung(request, db):
    """A meeting in five days that people join by video."""
    now = timezone.now()
    sitzung = make_sitzung(
        4,
        beginn_at=now + timedelta(days=5),
        status="versandt",
        form=request.param,
        form_entscheid_on=timezone.localdate(now),
        video_link=LINK,
    )
    make_traktandum(sitzung, angekuendigt_at=sitzung.versandt_at)
    return sitzung


@pytest.fixture
def leute(cast, sitzung):
    leute = cast | {
        "gast_sitzung": make_person("Ganz"),
        "gast_traktandum": make_person("Teil"),
        "gast_video": make_person("Fern"),
    }
    grant_gast(leute["gast_sitzung"], sitzung)
    grant_gast(leute["gast_traktandum"], sitzung.traktanden.get())
    grant_gast(leute["gast_video"], sitzung.traktanden.get(), video=True)
    return leute


ROLLEN = {
    "geschaeftsstelle": True,
    "vorsitz": True,
    "praesidium": True,
    "berater": True,
    "stellvertretung": True,
    "gast_sitzung": True,
    "gast_traktandum": False,
    "gast_video": False,
    "leitgremium": False,
    "vorstand": False,
    "gast": False,
    "fremde": False,
}


@pytest.mark.parametrize("seite", ["", "termin.ics"])
def test_who_reads_the_link(client, leute, sitzung, seite):
    ist = {}
    for name in ROLLEN:
        client.force_login(leute[name])
        antwort = client.get(sitzung.get_absolute_url() + seite).content.decode()
        ist[name] = LINK in antwort.replace("\r\n ", "")

    assert ist == ROLLEN


@pytest.mark.parametrize("seite", ["", "termin.ics"])
def test_a_guest_of_one_item_reads_it_on_the_day_and_only_by_video(client, leute, sitzung, seite):
    heute = timezone.now().replace(microsecond=0)
    Sitzung.objects.update(beginn_at=heute, ende_at=heute + timedelta(hours=2))
    ist = {}
    for name in ("gast_sitzung", "gast_traktandum", "gast_video", "leitgremium", "gast"):
        client.force_login(leute[name])
        ist[name] = LINK in client.get(sitzung.get_absolute_url() + seite).content.decode().replace("\r\n ", "")

    assert ist == {
        "gast_sitzung": True,
        "gast_traktandum": sitzung.form == "digital",
        "gast_video": True,
        "leitgremium": False,
        "gast": False,
    }


@pytest.mark.parametrize("seite", ["", "termin.ics"])
def test_the_guest_of_a_withdrawn_item_reads_it_no_more(client, leute, sitzung, seite):
    heute = timezone.now().replace(microsecond=0)
    Sitzung.objects.update(beginn_at=heute, ende_at=heute + timedelta(hours=2))
    sitzung.traktanden.update(ausgang="zurueckgezogen")
    ist = {}
    for name in ("gast_sitzung", "gast_video", "praesidium"):
        client.force_login(leute[name])
        ist[name] = LINK in client.get(sitzung.get_absolute_url() + seite).content.decode().replace("\r\n ", "")

    assert ist == {"gast_sitzung": True, "gast_video": False, "praesidium": True}


@pytest.mark.parametrize("form", ["vor_ort", "digital", "hybrid"])
@pytest.mark.parametrize("per_video", [True, False])
@pytest.mark.parametrize("tage", [-1, 0, 1])
def test_the_rule_of_the_link_for_one_item(form, per_video, tage):
    tag = date(2026, 12, 10)

    sieht = sieht_videolink(form=form, per_video=per_video, heute=tag + timedelta(days=tage), sitzungstag=tag)

    assert sieht is (tage == 0 and (form, per_video) in {("digital", True), ("digital", False), ("hybrid", True)})


@pytest.mark.parametrize("status", ["versandt", "laufend", "geschlossen"])
def test_the_room_s_screen_never_shows_it(client, leute, sitzung, status):
    felder = {"laufend": {"begonnen_at": STAND}, "geschlossen": {"begonnen_at": STAND, "beendet_at": STAND}}
    Sitzung.objects.update(status=status, **felder.get(status, {}))
    client.force_login(leute["vorsitz"])

    assert LINK not in client.get(f"{sitzung.get_absolute_url()}saal/").content.decode()


def test_paper_never_carries_it(sitzung):
    inhalt = load_inhalt(sitzung)

    for daten in (pdf.make_traktandenliste(inhalt, stand=STAND), pdf.make_dossier(inhalt, (), stand=STAND).inhalt):
        assert "video.example" not in pdf_text(daten)


@pytest.mark.parametrize("art", ["einladung", "nachversand", "verschiebung", "absage"])
def test_letters_to_the_wide_circle_never_carry_it(sitzung, art):
    manifest = make_manifest(load_inhalt(sitzung), art=art, dossier=None, grund="Grund")

    brief = make_brief(manifest, brief="kenntnis", empfaenger="Anna Muster", gruppe="Probe", stand=STAND)

    assert "video.example" not in brief.text + brief.html


def test_letters_to_the_seats_do(sitzung):
    manifest = make_manifest(load_inhalt(sitzung), art="einladung", dossier=None)

    brief = make_brief(manifest, brief="einladung", empfaenger="Anna Muster", gruppe="Probe", stand=STAND)

    assert LINK in brief.text
    assert LINK in brief.html
