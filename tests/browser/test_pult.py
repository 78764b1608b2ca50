"""Votes at the desk: a motion typed and its vote opened, followed while it runs, closed; the room sees it, axe finds nothing."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from antraege.actions.abstimmung import cast_stimme
from antraege.models import Abstimmung
from mitglieder.models import Sitz
from sitzungen.models import Anwesenheit, Sitzung
from tests.antraege.conftest import make_saal
from tests.browser.anblick import keep, overhang

pytestmark = pytest.mark.django_db(transaction=True)

BREITEN = [(375, 812), (768, 1024), (1280, 900)]


@pytest.fixture
def laufende(geschaeftsstelle):
    saal = make_saal(13)
    jetzt = timezone.now()
    Sitzung.objects.filter(pk=saal.pk).update(
        beginn_at=jetzt - timedelta(minutes=30),
        ende_at=jetzt + timedelta(hours=2),
        begonnen_at=jetzt - timedelta(minutes=30),
        leitung=Sitz.objects.get(art="vorsitz").mandate.get().person,
    )
    Anwesenheit.objects.filter(sitzung=saal).update(von_at=jetzt - timedelta(minutes=29))
    saal.refresh_from_db()
    return saal


@pytest.fixture
def bild(page, pruefe):
    """Check a page at three widths; keep pictures where BILDER names a folder."""

    def check(name):
        for breite, hoehe in BREITEN:
            page.set_viewport_size({"width": breite, "height": hoehe})
            keep(page, f"{name}-{breite}")
            assert overhang(page) == 0, f"{name} scrolls at {breite}"
            pruefe(page)

    return check


def watch(tat):
    """Return the seconds it takes to look, which are not those of the desk."""
    seit = time.monotonic()
    tat()
    return time.monotonic() - seit


def test_a_motion_is_typed_voted_on_and_closed_at_the_desk(page, adresse, anmelden, laufende, geschaeftsstelle, bild):
    anmelden(geschaeftsstelle)
    page.goto(f"{adresse}/sitzungen/{laufende.kennung}/leitung/")
    begonnen = time.monotonic()
    page.get_by_role("link", name="Antrag aufnehmen").click()
    page.get_by_label("Titel").fill("Teuerung der Fallpauschale")
    page.get_by_label("Text des Antrags").fill(
        "Der VSEG-Vorstand sei zu ersuchen, die Fallpauschale ab 1. Januar 2027 der Teuerung anzupassen."
    )
    page.get_by_label("Von welchem Sitz").select_option(index=2)
    begonnen += watch(lambda: bild("antrag"))
    page.get_by_role("button", name="Antrag aufnehmen und Abstimmung vorbereiten").click()
    expect(page.get_by_role("heading", name="Stimmt die Präsenz?")).to_be_visible()
    expect(page.get_by_text("Anwesend stimmberechtigt 13 – nötig 9 Ja")).to_be_visible()
    page.get_by_role("button", name="Ja, Abstimmung eröffnen").click()
    expect(page.get_by_text("0 von 13 haben gestimmt")).to_be_visible()
    assert time.monotonic() - begonnen < 60

    vote = Abstimmung.objects.get()
    sitze = list(vote.stimmsitze.select_related("person").order_by("sitz__reihenfolge"))
    for stimmsitz in sitze[:9]:
        cast_stimme(vote.pk, wahl="ja", actor=stimmsitz.person, now=timezone.now())
    expect(page.get_by_text("9 von 13 haben gestimmt")).to_be_visible()  # by itself
    expect(page.get_by_text(f"Noch ohne Stimme: {sitze[9].bezeichnung}")).to_be_visible()
    bild("offen")

    saal = page.context.new_page()
    saal.set_viewport_size({"width": 1280, "height": 720})
    saal.goto(f"{adresse}/sitzungen/{laufende.kennung}/saal/")
    expect(saal.get_by_text("9 von 13 haben gestimmt")).to_be_visible()
    keep(saal, "saal-offen")

    page.get_by_role("link", name="Stimmen aus dem Saal erfassen").click()
    zeile = page.locator("li", has_text=sitze[9].bezeichnung)
    zeile.get_by_role("button", name="Nein").click()
    expect(zeile.get_by_text("durch die Geschäftsstelle erfasst")).to_be_visible()
    bild("erfassen")
    page.get_by_role("button", name="Alle übrigen Ja (3)").click()
    expect(page.get_by_text("13 von 13 haben gestimmt")).to_be_visible()
    page.get_by_role("link", name="Zurück zum Pult").click()
    page.get_by_role("button", name="Abstimmung schliessen").click()

    expect(page.locator(".ergebnis__satz")).to_contain_text("12 Ja, 1 Nein")
    bild("geschlossen")
    expect(saal.locator(".ergebnis__satz")).to_contain_text("12 Ja, 1 Nein")
    keep(saal, "saal-geschlossen")
    page.get_by_role("link", name="Antrag 1/").first.click()
    expect(page.get_by_role("heading", name="Teuerung der Fallpauschale")).to_be_visible()
    bild("antragsseite")


def test_pages_of_preparing_opening_and_ending(page, adresse, anmelden, laufende, geschaeftsstelle, bild):
    anmelden(geschaeftsstelle)
    neu = f"{adresse}/sitzungen/{laufende.kennung}/abstimmungen/neu/?traktandum={laufende.aktuell.uuid}"
    page.goto(neu)
    page.get_by_label("Frage").fill("Soll die Arbeitsgruppe weiterarbeiten?")
    bild("vorbereiten")
    page.get_by_role("button", name="Vorbereiten").click()
    bild("vorbereitet")
    page.get_by_role("link", name="Eröffnen").click()
    bild("eroeffnen")
    page.get_by_role("button", name="Ja, Abstimmung eröffnen").click()
    page.get_by_role("link", name="in der Präsenz vorgemerkt").click()
    page.get_by_role("link", name="Abgang oder Wechsel vormerken").nth(1).click()
    bild("vormerken")
    page.get_by_role("button", name="Vormerken").click()
    expect(page.get_by_text("Gilt mit dem Schluss der Abstimmung.")).to_be_visible()
    bild("praesenz")
    page.get_by_role("link", name="Leitung", exact=True).click()
    expect(page.get_by_text("Gilt mit dem Schluss der Abstimmung.")).to_be_visible()
    page.get_by_role("button", name="Abstimmung schliessen").click()
    expect(page.get_by_text("Trotzdem schliessen")).to_be_visible()
    bild("schliessen")
    page.get_by_role("button", name="Abstimmung schliessen").click()
    expect(page.get_by_text("Es fehlen noch Stimmen", exact=False).first).to_be_visible()
    page.get_by_role("link", name="Zurück").click()
    page.get_by_role("link", name="Abstimmung abbrechen").click()
    page.get_by_label("Grund").fill("Die Frage war unklar")
    bild("abbrechen")
    page.get_by_role("button", name="Abstimmung abbrechen").click()
    expect(page.get_by_text("Abgebrochen: Die Frage war unklar")).to_be_visible()
    bild("abgebrochen")
    page.goto(f"{adresse}/sitzungen/{laufende.kennung}/traktanden/")
    bild("agenda")
