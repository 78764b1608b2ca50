"""The ballot on the telephone: it appears by itself, is given, kept, changed; without scripts it is a form and a reload."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from antraege.actions import abstimmung as deeds
from antraege.models import Antrag, Antragsfassung, Stimme
from konferenz.rules import Mehrheit
from mitglieder.models import Sitz
from sitzungen.models import Anwesenheit, Teilnahme
from tests.conftest import make_mandat, make_person, make_sitzung, make_traktandum

pytestmark = pytest.mark.django_db(transaction=True)
TELEFON = {"width": 375, "height": 740}
TEXT = (
    "Der VSEG-Vorstand sei zu ersuchen, den Einwohnergemeinden die Budgetwerte der Sozialkosten 2027 gemäss "
    "Bericht vom 23. November 2026 zu empfehlen.\n\nDie Werte gelten für alle Sozialregionen und werden jährlich überprüft."
)


def bild(page, name):
    """Keep a picture where somebody wants to look at it (BILDER=folder)."""
    if ordner := os.environ.get("BILDER"):
        page.screenshot(path=Path(ordner) / f"{name}.png", full_page=True)


@pytest.fixture
def saal(geschaeftsstelle):
    """Today's meeting, running on an announced decision, fourteen seats present, with a motion."""
    beginn = timezone.now() - timedelta(minutes=20)
    sitzung = make_sitzung(4, beginn_at=beginn, status="laufend")
    for nr, (titel, art) in enumerate(
        (("Begrüssung und Präsenz", "formelles"), ("Budgetwerte Sozialkosten 2027", "entscheid"))
    ):
        punkt = make_traktandum(
            sitzung, titel, art=art, angekuendigt_at=sitzung.versandt_at, begonnen_at=beginn if nr else None
        )
    sitzung.aktuell = punkt
    sitzung.save(update_fields=["aktuell"])
    for nr, sitz in enumerate(Sitz.objects.stimmberechtigt().order_by("reihenfolge")):
        person = make_person(f"Sitz{nr:02}", email=f"sitz{nr:02}@portal.test")
        make_mandat(person, sitz)
        Anwesenheit.objects.create(
            sitzung=sitzung,
            teilnahme=Teilnahme.objects.create(sitzung=sitzung, sitz=sitz, antwort="zugesagt", antwort_at=beginn),
            person=person,
            als="inhaber",
            von_at=beginn,
            weg="leitung",
            erfasst_von=person,
            erfasst_at=beginn,
        )
    return sitzung


@pytest.fixture
def waehler(saal):
    return Sitz.objects.get(sozialregion__kuerzel="SRTG").mandate.get().person


@pytest.fixture
def oeffnen(saal, geschaeftsstelle):
    """Return a function that opens a vote on a motion for all who are there."""

    def tat():
        sitz = Sitz.objects.get(sozialregion__kuerzel="SRTG")
        person, jetzt = sitz.mandate.get().person, timezone.now()
        antrag = Antrag.objects.create(
            jahr=2026,
            nr=4,
            kennung="2026-4",
            titel="Budgetwerte Sozialkosten 2027",
            sitz=sitz,
            eingereicht_von=person,
            eingereicht_at=jetzt,
            traktandum=saal.aktuell,
            status="traktandiert",
            created_at=jetzt,
        )
        fassung = Antragsfassung.objects.create(antrag=antrag, nr=1, text=TEXT, von=person, created_at=jetzt)
        vote = deeds.prepare_abstimmung(
            saal.pk,
            traktandum_pk=saal.aktuell_id,
            frage="Soll der Antrag zuhanden des VSEG-Vorstands verabschiedet werden?",
            mehrheit=Mehrheit.ZWEIDRITTEL,
            fassung_pk=fassung.pk,
            actor=geschaeftsstelle,
            now=jetzt,
        )
        sitze = list(Sitz.objects.stimmberechtigt().values_list("pk", flat=True))
        return deeds.open_abstimmung(vote.pk, sitze=sitze, actor=geschaeftsstelle, now=timezone.now())

    return tat


def test_ballot_is_given_kept_and_changed(page, adresse, anmelden, oeffnen, waehler, pruefe):
    vote = oeffnen()
    page.set_viewport_size(TELEFON)
    anmelden(waehler)
    page.goto(f"{adresse}/abstimmungen/{vote.uuid}/")
    for breite in (375, 1280):
        page.set_viewport_size({"width": breite, "height": 740})
        pruefe(page)
        bild(page, f"karte-{breite}")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.set_viewport_size(TELEFON)
    wahlen = page.get_by_role("radio")
    assert [wahlen.nth(nr).is_checked() for nr in range(3)] == [False, False, False]
    assert all(page.locator(".stimme__wahl").nth(nr).bounding_box()["height"] >= 48 for nr in range(3))

    page.get_by_text("Ja", exact=True).click()
    bild(page, "karte-gewaehlt")
    page.get_by_role("button", name="Stimme abgeben").click()

    expect(page.get_by_text("Ihre Stimme: Ja")).to_be_visible()
    stimme = Stimme.objects.get()
    expect(page.get_by_text(stimme.quittung_kurz)).to_be_visible()
    pruefe(page)
    bild(page, "quittung-375")
    page.reload()
    expect(page.get_by_text(stimme.quittung_kurz)).to_be_visible()

    page.get_by_text("Stimme ändern").click()
    page.get_by_role("radio", name="Nein", exact=True).check()
    pruefe(page)
    bild(page, "aendern-375")
    page.get_by_role("button", name="Neue Stimme abgeben").click()
    expect(page.get_by_text("Ihre Stimme: Nein")).to_be_visible()
    assert Stimme.objects.get().wahl == "nein"

    deeds.close_abstimmung(vote.pk, actor=None, now=timezone.now())
    expect(page.get_by_text("Nicht zustande gekommen mit")).to_be_visible(timeout=4_000)
    pruefe(page)
    bild(page, "geschlossen-375")
