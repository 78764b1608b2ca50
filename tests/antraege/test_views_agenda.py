"""The pages where motions meet agendas: who may, what they say, what the builder of the agenda offers."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from antraege.models import Antrag
from konferenz.pdf import PdfError
from mitglieder.models import Funktion
from sitzungen.actions.nachversand import create_nachversand
from sitzungen.models import Aenderung, Sitzung, Traktandum
from tests.conftest import SEIT, make_person, make_sitzung, pdf_bytes
from tests.sitzungen.test_pdf import pdf_text

from .antraege import attach, make_eingereicht, make_mitgeteilt
from .zeilen import TEXT

pytestmark = pytest.mark.django_db
NEUER_TEXT = "Der VSEG-Vorstand sei zu ersuchen, ab 2029 anzupassen."


@pytest.fixture
def antrag(praesidium):
    return make_eingereicht(praesidium, now=timezone.now() - timedelta(days=3))


@pytest.fixture
def ahead(db):
    """A meeting in preparation, two months from now."""
    return make_sitzung(1, beginn_at=timezone.now() + timedelta(days=60))


@pytest.fixture
def papers(monkeypatch):
    """Make the motion's paper at once; the list holds the versions that were printed."""
    gedruckt = []

    def make(antrag, fassung, *, is_intern=True):
        gedruckt.append((fassung.nr, is_intern))
        return pdf_bytes()

    monkeypatch.setattr("antraege.views.agenda.make_antrag_pdf", make)
    return gedruckt


@pytest.fixture
def sekretariat(db):
    person = make_person("Sekretariat")
    Funktion.objects.create(person=person, art=Funktion.Art.VORSTANDSSEKRETARIAT, von=SEIT)
    return person


def address(name, antrag):
    return reverse(f"antraege:{name}", args=[antrag.kennung])


# --- Who may --------------------------------------------------------------------------------------


WER = ("vorsitz", "praesidium", "berater", "geschaeftsstelle", "leitgremium", "vorstand", "gast", "fremde")
LIEST = {"vorsitz", "praesidium", "berater", "geschaeftsstelle"}
BUERO = {"vorsitz", "geschaeftsstelle"}


def ask(client, cast, method, url):
    antworten = {}
    for name in WER:
        client.force_login(cast[name])
        antworten[name] = getattr(client, method)(url).status_code
    return antworten


@pytest.mark.parametrize(
    ("seite", "method", "darf", "ok"),
    [
        ("antrag-pdf", "get", LIEST, 200),
        ("antrag-traktandieren", "get", BUERO, 200),
        ("antrag-traktandieren", "post", BUERO, 200),
        ("antrag-papier", "post", BUERO, 302),
        ("antrag-nachversand", "post", {"geschaeftsstelle"}, 302),
        ("rueckmeldung-create", "post", BUERO, 302),
        ("antrag-reopen", "get", {"vorsitz", "geschaeftsstelle", "praesidium"}, 302),
    ],
)
def test_who_may_with_a_submitted_motion(client, cast, antrag, papers, seite, method, darf, ok):
    """Who reads it but may not do it is told so (403); who may not know of it finds nothing (404)."""
    erwartet = {name: ok if name in darf else 403 if name in LIEST else 404 for name in WER}

    assert ask(client, cast, method, address(seite, antrag)) == erwartet


def test_nobody_reaches_a_draft_or_a_guessed_number(client, cast, antrag):
    for seite in ("antrag-pdf", "antrag-traktandieren", "antrag-reopen"):
        url = reverse(f"antraege:{seite}", args=["2026-99"])
        assert set(ask(client, cast, "get", url).values()) == {404}


def test_logged_out_it_asks_for_the_login(client, antrag):
    assert client.get(address("antrag-pdf", antrag)).status_code == 302


def test_board_and_leitgremien_get_the_version_that_was_voted(
    client, antrag, geschaeftsstelle, leitgremium, vorstand, sekretariat, praesidium, papers
):
    now = timezone.now()
    make_mitgeteilt(antrag, geschaeftsstelle, now=now)
    antrag.fassungen.create(nr=2, text=NEUER_TEXT, von=praesidium, created_at=now)

    for person in (leitgremium, vorstand, sekretariat, praesidium):
        client.force_login(person)
        assert client.get(address("antrag-pdf", antrag)).status_code == 200

    assert papers == [(1, False), (1, False), (1, False), (2, True)]


def test_outside_the_conference_the_paper_names_no_seat(client, antrag, geschaeftsstelle, vorstand):
    make_mitgeteilt(antrag, geschaeftsstelle, now=timezone.now())
    client.force_login(vorstand)

    text = pdf_text(client.get(address("antrag-pdf", antrag)).content)

    assert TEXT in text
    assert antrag.sitz.bezeichnung not in text


def test_a_paper_that_cannot_be_made_is_said_on_the_page(client, antrag, praesidium, monkeypatch):
    def fail(*args, **kwargs):
        raise PdfError("Das PDF ist zu umfangreich und wurde nicht erstellt. Bitte kürzen Sie den Inhalt.")

    monkeypatch.setattr("antraege.views.agenda.make_antrag_pdf", fail)
    client.force_login(praesidium)

    antwort = client.get(address("antrag-pdf", antrag), follow=True)

    assert antwort.redirect_chain[-1][0] == antrag.get_absolute_url()
    assert "zu umfangreich" in antwort.content.decode()


# --- On an agenda -----------------------------------------------------------------------------------


def test_the_page_offers_the_meetings_in_preparation_the_next_one_chosen(client, antrag, ahead, geschaeftsstelle):
    make_sitzung(2, beginn_at=timezone.now() + timedelta(days=150), status="freigegeben")
    make_sitzung(3, beginn_at=timezone.now() + timedelta(days=10), status="versandt")
    make_sitzung(4, beginn_at=timezone.now() - timedelta(days=10))
    client.force_login(geschaeftsstelle)

    antwort = client.get(address("antrag-traktandieren", antrag))

    feld = antwort.context["form"].fields["sitzung"]
    assert [kennung.split("-")[1] for kennung, _ in feld.choices] == ["1", "2"]
    assert feld.initial == ahead.kennung
    assert "die Freigabe wird zurückgenommen" in antwort.content.decode()


def test_it_goes_on_the_agenda_with_a_checked_paper(client, antrag, ahead, geschaeftsstelle):
    attach(antrag, now=timezone.now())
    client.force_login(geschaeftsstelle)

    antwort = client.post(address("antrag-traktandieren", antrag), {"sitzung": ahead.kennung}, follow=True)

    punkt = Traktandum.objects.get()
    assert (
        antwort.redirect_chain[-1][0] == f"{reverse('sitzungen:traktandum-list', args=[ahead.kennung])}#t-{punkt.uuid}"
    )
    assert f"Der Antrag 4/2026 ist Traktandum 1 ({ahead.titel})." in antwort.content.decode()
    datei = punkt.unterlagen.get(position=1).fassungen.get().datei
    assert (datei.name, datei.seiten) == ("Antrag 2026-4.pdf", 1)
    assert TEXT in pdf_text((Path(settings.MEDIA_ROOT) / str(datei.pk)).read_bytes())


@pytest.mark.parametrize("aus_liste", [False, True])
def test_a_text_no_paper_can_be_made_of_is_refused_and_leaves_nothing(
    client, antrag, ahead, geschaeftsstelle, monkeypatch, aus_liste
):
    def fail(*args, **kwargs):
        raise PdfError("Das PDF ist zu umfangreich und wurde nicht erstellt. Bitte kürzen Sie den Inhalt.")

    monkeypatch.setattr("antraege.views.agenda.make_antrag_pdf", fail)
    client.force_login(geschaeftsstelle)
    daten = {"sitzung": ahead.kennung} | ({"liste": "1"} if aus_liste else {})

    antwort = client.post(address("antrag-traktandieren", antrag), daten, follow=True)

    assert "zu umfangreich" in antwort.content.decode()
    assert bool(antwort.redirect_chain) is aus_liste
    assert (Traktandum.objects.count(), Antrag.objects.get().status) == (0, "eingereicht")
    assert list(Path(settings.MEDIA_ROOT).iterdir()) == []


def test_a_refused_deed_leaves_no_file(client, antrag, ahead, geschaeftsstelle, papers):
    client.force_login(geschaeftsstelle)
    Antrag.objects.filter(pk=antrag.pk).update(thema=None)

    antwort = client.post(address("antrag-traktandieren", antrag), {"sitzung": ahead.kennung})

    assert "Thema" in antwort.content.decode()
    assert list(Path(settings.MEDIA_ROOT).iterdir()) == []


def test_a_meeting_that_went_out_meanwhile_is_refused_at_its_field(client, antrag, ahead, geschaeftsstelle, papers):
    client.force_login(geschaeftsstelle)
    jetzt = timezone.now()
    Sitzung.objects.filter(pk=ahead.pk).update(status="versandt", freigegeben_at=jetzt, versandt_at=jetzt)
    make_sitzung(2, beginn_at=jetzt + timedelta(days=150))

    antwort = client.post(address("antrag-traktandieren", antrag), {"sitzung": ahead.kennung})

    assert "nicht mehr in Vorbereitung" in antwort.content.decode()
    assert papers == []


def test_without_a_meeting_in_preparation_the_page_says_what_to_do(client, antrag, geschaeftsstelle):
    client.force_login(geschaeftsstelle)

    seite = client.get(address("antrag-traktandieren", antrag)).content.decode()

    assert "Keine Sitzung in Vorbereitung" in seite
    assert reverse("sitzungen:jahresplan") in seite


def test_a_motion_reworded_after_the_dispatch_is_noted_for_the_nachversand_with_one_press(
    client, antrag, ahead, geschaeftsstelle, praesidium, vorsitz, papers
):
    client.force_login(geschaeftsstelle)
    client.post(address("antrag-traktandieren", antrag), {"sitzung": ahead.kennung})
    jetzt = timezone.now()
    Sitzung.objects.filter(pk=ahead.pk).update(status="versandt", freigegeben_at=jetzt, versandt_at=jetzt)
    knopf, seite = "Für den Nachversand vormerken", address("antrag-detail", antrag)
    assert knopf not in client.get(seite).text

    def reword(nr):
        antrag.fassungen.create(nr=nr, text=f"Neu {nr}", von=praesidium, created_at=timezone.now())

    for nr in (2, 3):  # and once more, before the first has gone out
        reword(nr)
        assert knopf in client.get(seite).text
        antwort = client.post(address("antrag-nachversand", antrag), follow=True)
        assert "für den Nachversand vorgemerkt" in antwort.text
        [aenderung] = Aenderung.objects.all()
        assert (aenderung.art, aenderung.unterlage) == ("papier_ersetzt", Antrag.objects.get().papier)
        assert knopf not in client.get(seite).text
        assert "Die neue Unterlage ist vorgemerkt." in client.get(seite).text

    assert "nichts nachzusenden" in client.post(address("antrag-nachversand", antrag), follow=True).text
    assert Aenderung.objects.get() == aenderung
    client.force_login(vorsitz)
    assert "Die neue Unterlage ist vorgemerkt." not in client.get(seite).text
    create_nachversand(ahead.pk, grund="Neu gefasst.", actor=geschaeftsstelle, now=timezone.now())
    client.force_login(geschaeftsstelle)
    text = client.get(seite).text
    assert (knopf in text, "vorgemerkt" in text) == (False, False)


def test_the_release_that_goes_back_is_said(client, antrag, geschaeftsstelle, papers):
    sitzung = make_sitzung(1, beginn_at=timezone.now() + timedelta(days=60), status="freigegeben")
    client.force_login(geschaeftsstelle)

    antwort = client.post(address("antrag-traktandieren", antrag), {"sitzung": sitzung.kennung}, follow=True)

    assert "die Freigabe zurückgenommen" in antwort.content.decode()


def test_the_paper_is_renewed_from_the_page(client, antrag, ahead, geschaeftsstelle, praesidium, papers):
    client.force_login(geschaeftsstelle)
    client.post(address("antrag-traktandieren", antrag), {"sitzung": ahead.kennung})
    seite = client.get(address("antrag-traktandieren", antrag)).content.decode()
    assert "zeigt den gültigen Wortlaut" in seite
    antrag.fassungen.create(nr=2, text=NEUER_TEXT, von=praesidium, created_at=timezone.now())
    assert "noch nicht den gültigen Wortlaut" in client.get(address("antrag-traktandieren", antrag)).content.decode()

    antwort = client.post(address("antrag-papier", antrag), follow=True)

    assert "zeigt jetzt den gültigen Wortlaut" in antwort.content.decode()
    assert papers == [(1, True), (2, True)]
    assert Traktandum.objects.get().unterlagen.get().fassungen.count() == 2


# --- The builder of the agenda ----------------------------------------------------------------------


def test_the_builder_offers_what_waits_with_one_button_each(
    client, antrag, ahead, geschaeftsstelle, praesidium, papers
):
    beantwortet = make_eingereicht(praesidium, nr=2, now=timezone.now() - timedelta(days=200))
    make_mitgeteilt(beantwortet, geschaeftsstelle, now=timezone.now())
    client.force_login(geschaeftsstelle)
    liste = reverse("sitzungen:traktandum-list", args=[ahead.kennung])
    seite = client.get(liste).content.decode()
    assert "Antrag 4/2026" in seite
    assert "Rückmeldung des Vorstands zum" in seite

    client.post(address("antrag-traktandieren", antrag), {"sitzung": ahead.kennung, "liste": "1"})
    client.post(address("rueckmeldung-create", beantwortet), {"sitzung": ahead.kennung})

    seite = client.get(liste)
    assert seite.context["teile"].get(None, []) == []
    assert [t.titel for t in ahead.traktanden.order_by("position")] == [
        "Antrag 4/2026: Teuerung der Fallpauschale",
        "Rückmeldung des VSEG-Vorstands zum Antrag 2/2026",
    ]


def test_an_agenda_that_is_out_offers_nothing(client, antrag, versandte, geschaeftsstelle):
    client.force_login(geschaeftsstelle)

    seite = client.get(reverse("sitzungen:traktandum-list", args=[versandte.kennung]))

    assert seite.context["teile"].get(None, []) == []


def test_three_waiting_motions_cost_what_one_costs(client, antrag, ahead, geschaeftsstelle, praesidium):
    client.force_login(geschaeftsstelle)
    url = reverse("sitzungen:traktandum-list", args=[ahead.kennung])
    client.get(url)
    kosten = []
    for anzahl in (1, 3):
        for nr in range(Antrag.objects.count() + 1, anzahl + 1):
            make_eingereicht(praesidium, nr=10 + nr, now=timezone.now())
        with CaptureQueriesContext(connection) as abfragen:
            client.get(url)
        kosten.append(len(abfragen))

    assert kosten[0] == kosten[1]


# --- Back from the board ----------------------------------------------------------------------------


def test_one_button_puts_the_answer_on_the_next_agenda(client, antrag, ahead, geschaeftsstelle):
    make_mitgeteilt(antrag, geschaeftsstelle, now=timezone.now())
    make_sitzung(2, beginn_at=timezone.now() + timedelta(days=150))
    client.force_login(geschaeftsstelle)
    assert "Rückmeldung traktandieren" in client.get(antrag.get_absolute_url()).content.decode()

    antwort = client.post(address("rueckmeldung-create", antrag), follow=True)

    assert f"ist Traktandum 1 ({ahead.titel})" in antwort.content.decode()
    assert "Rückmeldung traktandieren" not in client.get(antrag.get_absolute_url()).content.decode()


def test_without_a_meeting_ahead_the_answer_waits(client, antrag, geschaeftsstelle):
    make_mitgeteilt(antrag, geschaeftsstelle, now=timezone.now())
    client.force_login(geschaeftsstelle)

    antwort = client.post(address("rueckmeldung-create", antrag), follow=True)

    assert "Planen Sie zuerst den nächsten Termin" in antwort.content.decode()
    assert Traktandum.objects.filter(titel__startswith="Rückmeldung").count() == 0


def test_what_was_sent_back_is_taken_up_from_its_page(client, antrag, geschaeftsstelle, praesidium):
    make_mitgeteilt(antrag, geschaeftsstelle, now=timezone.now(), ergebnis="zurueckgewiesen")
    client.force_login(praesidium)
    assert "Als neue Fassung aufnehmen" in client.get(antrag.get_absolute_url()).content.decode()
    seite = client.get(address("antrag-reopen", antrag))
    assert seite.context["form"].initial["text"] == TEXT

    client.post(address("antrag-reopen", antrag), {"text": NEUER_TEXT, "stand": "0", "basis": "{}"})

    antrag.refresh_from_db()
    assert (antrag.status, antrag.fassungen.count()) == ("eingereicht", 2)


def test_what_was_typed_stays_when_it_is_refused(client, antrag, geschaeftsstelle, praesidium):
    make_mitgeteilt(antrag, geschaeftsstelle, now=timezone.now(), ergebnis="zurueckgewiesen")
    client.force_login(praesidium)
    Antrag.objects.filter(pk=antrag.pk).update(stand=7, geaendert_von=geschaeftsstelle)

    antwort = client.post(address("antrag-reopen", antrag), {"text": NEUER_TEXT, "stand": "0", "basis": "{}"})

    seite = antwort.content.decode()
    assert "hat den Antrag inzwischen geändert" in seite
    assert NEUER_TEXT in seite
    assert antrag.fassungen.count() == 1


def test_what_was_not_sent_back_is_not_taken_up(client, antrag, geschaeftsstelle, praesidium):
    make_mitgeteilt(antrag, geschaeftsstelle, now=timezone.now())
    client.force_login(praesidium)

    antwort = client.get(address("antrag-reopen", antrag), follow=True)

    assert "den der Vorstand zurückgewiesen hat" in antwort.content.decode()
    assert "Als neue Fassung aufnehmen" not in antwort.content.decode()
