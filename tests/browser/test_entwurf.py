"""A motion in a real browser: written, saved by itself, found again, submitted, reworded twice, its differences read; also without scripts."""

from __future__ import annotations

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from antraege.actions import entwurf as deeds
from antraege.actions.antrag import revise_antrag
from antraege.models import Antrag
from antraege.queries.entwurf import Eingabe
from tests.antraege.entwurf_helfer import WERTE, make_entwurf, submit, typed
from tests.browser.anblick import keep, overhang
from tests.conftest import PASSWORT, pdf_bytes

pytestmark = pytest.mark.django_db(transaction=True)

BREITEN = [(375, 812), (1280, 900)]
GESPEICHERT = re.compile(r"Gespeichert um \d+\.\d\d Uhr")


@pytest.fixture
def bild(page, pruefe):
    """Check a page at two widths; keep pictures where BILDER names a folder."""

    def check(name, seite=page):
        for breite, hoehe in BREITEN:
            seite.set_viewport_size({"width": breite, "height": hoehe})
            keep(seite, f"{name}-{breite}")
            assert overhang(seite) == 0, f"{name} scrolls at {breite}"
            pruefe(seite)

    return check


def stored(antrag):
    return antrag.fassungen.order_by("-nr")[0]


def test_a_motion_is_written_found_again_submitted_and_reworded(page, adresse, anmelden, praesidium, bild, gemeldet):
    anmelden(praesidium)
    page.goto(f"{adresse}/antraege/neu/")
    bild("neu")
    page.get_by_role("button", name="Neuen Entwurf beginnen").click()
    page.wait_for_url("**/antraege/entwurf/*/")

    page.get_by_label("Titel").fill(WERTE["titel"])
    page.get_by_label("Antrag", exact=True).press_sequentially(WERTE["text"][:30])
    expect(page.get_by_text(GESPEICHERT)).to_be_visible()
    antrag = Antrag.objects.get()
    assert (antrag.titel, stored(antrag).text) == (WERTE["titel"], WERTE["text"][:30])

    page.reload()  # as after a dead telephone
    expect(page.get_by_label("Antrag", exact=True)).to_have_value(WERTE["text"][:30])
    page.get_by_label("Antrag", exact=True).fill(WERTE["text"])
    page.get_by_label("Ausgangslage").fill(WERTE["ausgangslage"])
    page.get_by_label("Erwägungen").fill(WERTE["erwaegungen"])
    page.get_by_label("Thema").select_option(index=4)
    page.get_by_label("Dateien anhängen").set_input_files(
        {"name": "Zahlen.pdf", "mimeType": "application/pdf", "buffer": pdf_bytes()}
    )
    page.get_by_role("button", name="Anhängen und Text speichern").click()
    expect(page.get_by_role("link", name="Zahlen")).to_be_visible()
    expect(page.get_by_label("Erwägungen")).to_have_value(WERTE["erwaegungen"])
    bild("entwurf")
    page.get_by_role("button", name="Antrag einreichen").click()
    expect(page.get_by_text("Ihr Antrag ist eingereicht und trägt die Nummer")).to_be_visible()
    bild("eingereicht")

    for alt, neu in (("der Teuerung", "ab 1. Januar 2027 der Teuerung"), ("Fallpauschale", "Pauschale je Fall")):
        page.goto(f"{page.url.split('/antraege/')[0]}{Antrag.objects.get().get_absolute_url()}fassung/")
        feld = page.get_by_label("Antrag", exact=True)
        feld.fill(feld.input_value().replace(alt, neu))
        bild("neu-fassen")
        page.get_by_role("button", name="Neue Fassung speichern").click()
        expect(page.get_by_text("Die früheren bleiben lesbar.")).to_be_visible()
    bild("neu-gefasst")
    page.get_by_role("link", name="Fassung 3 mit den Unterschieden").click()
    expect(page.locator("ins")).to_contain_text("eingefügt: Pauschale je Fall")  # read aloud, not only underlined
    expect(page.locator("del")).to_contain_text("gestrichen: Fallpauschale")
    bild("fassung")
    page.get_by_role("link", name="Fassung 2").click()
    expect(page.locator("ins")).to_contain_text("ab 1. Januar 2027")
    page.goto(f"{adresse}{antrag_url()}zurueckziehen/")
    bild("zurueckziehen")
    assert gemeldet == []


def antrag_url():
    return Antrag.objects.get().get_absolute_url()


def test_two_writers_the_second_compares_and_goes_on(page, adresse, anmelden, praesidium, geschaeftsstelle, bild):
    entwurf = make_entwurf(praesidium, now=timezone.now())
    anmelden(praesidium)
    page.goto(f"{adresse}{entwurf.get_absolute_url()}")
    jetzt = timezone.now()

    # another field: it comes in by itself
    deeds.save_entwurf(entwurf.pk, typed(entwurf, ausgangslage="Neue Lage."), actor=geschaeftsstelle, now=jetzt)
    page.get_by_label("Erwägungen").fill("Meine Gründe.")
    expect(page.get_by_text("Andrea Büro hat inzwischen «Ausgangslage» geändert")).to_be_visible()
    expect(page.get_by_label("Ausgangslage")).to_have_value("Neue Lage.")

    # the same field: both texts are shown
    deeds.save_entwurf(
        entwurf.pk,
        typed(entwurf, text=WERTE["text"].replace("der Teuerung", "dem Lohn")),
        actor=geschaeftsstelle,
        now=jetzt,
    )
    feld = page.get_by_label("Antrag", exact=True)
    feld.fill(WERTE["text"].replace("anzupassen", "rasch anzupassen"))
    expect(page.get_by_text("Ihr Text ist nicht verloren")).to_be_visible()
    bild("entwurf-konflikt-meldung")
    page.get_by_role("button", name="Beide Fassungen vergleichen").click()
    expect(page.get_by_role("heading", name="Ihr Text und der gespeicherte")).to_be_visible()
    bild("konflikt")
    expect(page.get_by_label("Antrag", exact=True)).to_have_value(
        WERTE["text"].replace("anzupassen", "rasch anzupassen")
    )
    page.get_by_role("button", name="Meinen Text speichern").click()
    expect(page.get_by_text("Der Entwurf ist gespeichert.")).to_be_visible()
    assert "rasch" in stored(entwurf).text
    assert stored(entwurf).ausgangslage == "Neue Lage."


def test_without_a_connection_and_without_a_session_the_text_stays(page, adresse, anmelden, praesidium):
    entwurf = make_entwurf(praesidium, now=timezone.now())
    anmelden(praesidium)
    page.goto(f"{adresse}{entwurf.get_absolute_url()}")

    page.context.set_offline(True)
    page.get_by_label("Erwägungen").fill("Im Tunnel geschrieben.")
    expect(page.get_by_text("Keine Verbindung.")).to_be_visible()
    page.context.set_offline(False)
    expect(page.get_by_text(GESPEICHERT)).to_be_visible()
    assert stored(entwurf).erwaegungen == "Im Tunnel geschrieben."

    # the session ends; logging in again in another window is enough
    page.context.clear_cookies(name="sessionid")
    page.get_by_label("Erwägungen").fill("Nach Stunden geschrieben.")
    expect(page.get_by_text("Ihre Anmeldung ist abgelaufen")).to_be_visible()
    with page.expect_popup() as fenster:
        page.get_by_role("link", name="In einem neuen Fenster anmelden").click()
    anderes = fenster.value
    anderes.get_by_label("E-Mail-Adresse").fill(praesidium.login)
    anderes.get_by_label("Passwort", exact=True).fill(PASSWORT)
    anderes.get_by_role("button", name="Anmelden", exact=True).click()
    expect(anderes.get_by_label("Erwägungen")).to_have_value("Nach Stunden geschrieben.")
    anderes.close()
    page.bring_to_front()
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(page.get_by_text(GESPEICHERT)).to_be_visible()
    assert stored(entwurf).erwaegungen == "Nach Stunden geschrieben."


def test_without_scripts_everything_has_its_button(browser, adresse, praesidium, bild):
    seite = browser.new_context(java_script_enabled=False, locale="de-CH").new_page()
    seite.goto(f"{adresse}/konto/anmelden/?next=/antraege/neu/")
    seite.get_by_label("E-Mail-Adresse").fill(praesidium.login)
    seite.get_by_label("Passwort", exact=True).fill(PASSWORT)
    seite.get_by_role("button", name="Anmelden", exact=True).click()
    seite.get_by_role("button", name="Neuen Entwurf beginnen").click()
    seite.get_by_label("Titel").fill("Ohne Skripte")
    seite.get_by_label("Titel").press("Enter")  # saves, and takes no file off
    expect(seite.get_by_text("Der Entwurf ist gespeichert.")).to_be_visible()
    seite.get_by_label("Antrag", exact=True).fill(WERTE["text"])
    seite.get_by_role("button", name="Antrag einreichen").click()
    expect(seite.get_by_text("Gespeichert, aber noch nicht eingereicht:")).to_be_visible()
    expect(seite.get_by_label("Antrag", exact=True)).to_have_value(WERTE["text"])
    seite.get_by_label("Thema").select_option(index=4)
    seite.get_by_role("button", name="Antrag einreichen").click()
    expect(seite.get_by_text("Ihr Antrag ist eingereicht")).to_be_visible()

    seite.goto(f"{adresse}{antrag_url()}fassung/")
    seite.get_by_label("Antrag", exact=True).fill(WERTE["text"] + " Er berichtet darüber.")
    seite.get_by_role("button", name="Neue Fassung speichern").click()
    expect(seite.get_by_text("Die früheren bleiben lesbar.")).to_be_visible()
    seite.goto(f"{adresse}{antrag_url()}fassungen/2/")
    expect(seite.locator("ins")).to_contain_text("Er berichtet darüber.")
    seite.context.close()


def test_long_words_and_all_parts_fit_the_telephone(page, adresse, anmelden, praesidium, bild):
    jetzt = timezone.now()
    entwurf = make_entwurf(praesidium, now=jetzt, erwaegungen="Sozialhilfekostenverteilungsgrundsatz" * 12)
    antrag = submit(entwurf, actor=praesidium, now=jetzt)
    lang = {"erwaegungen": "Lastenausgleichsverordnungsrevision" * 12, "ausgangslage": "Neu.\n\nZweiter Absatz."}
    revise_antrag(antrag.pk, Eingabe(lang, antrag.stand, {}), actor=praesidium, now=jetzt)
    anmelden(praesidium)

    page.goto(f"{adresse}{antrag.get_absolute_url()}fassungen/2/")

    bild("fassung-lang")
