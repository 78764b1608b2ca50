"""Two browsers at once: the desk of presence on a tablet, a president's telephone; the bar follows on both."""

import time
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from mitglieder.models import Sitz
from mitglieder.permissions import grant_gast
from sitzungen.models import Anwesenheit, Sitzung
from tests.browser.anblick import overhang
from tests.conftest import (
    PASSWORT,
    make_antwort,
    make_mandat,
    make_person,
    make_sitzung,
    make_traktandum,
    make_vertretung,
)

pytestmark = pytest.mark.django_db(transaction=True)
SEITE = "/sitzungen/2026-4/"
BREITEN = (375, 768, 1280)


def sitz_of(kuerzel):
    return Sitz.objects.get(sozialregion__kuerzel=kuerzel)


@pytest.fixture
def laufende(transactional_db, vorsitz, praesidium, gast):
    """A meeting that runs since a quarter of an hour, with answers of three kinds and a guest."""
    begonnen = timezone.now() - timedelta(minutes=15)
    sitzung = make_sitzung(beginn_at=begonnen, status="laufend", saal_offen_at=begonnen)
    sitzung.aktuell = make_traktandum(sitzung, "Budgetwerte Sozialkosten 2027", begonnen_at=begonnen)
    sitzung.save()
    make_traktandum(sitzung, "Suchthilfe", art="entscheid")
    make_vertretung(sitzung, sitz_of("SRTG"), make_person("Ersatz", vorname="Eva"))
    for kuerzel in ("SOL", "SRO", "DOR"):
        make_mandat(make_person(f"Präsidium-{kuerzel}", vorname="Petra"), sitz_of(kuerzel))
    make_antwort(sitzung, sitz_of("SRO"))
    grant_gast(gast, sitzung)
    return sitzung


@pytest.fixture
def telefon(browser, browser_context_args, adresse):
    """A second browser, of the president."""
    kontext = browser.new_context(**browser_context_args | {"viewport": {"width": 375, "height": 800}})
    yield kontext.new_page()
    kontext.close()


def log_in(page, adresse, person):
    page.goto(f"{adresse}/konto/anmelden/")
    page.get_by_label("E-Mail-Adresse").fill(person.login)
    page.get_by_label("Passwort", exact=True).fill(PASSWORT)
    page.get_by_role("button", name="Anmelden", exact=True).click()
    page.wait_for_url(f"{adresse}/")


def test_the_bar_follows_on_the_other_screen(page, telefon, adresse, anmelden, laufende, vorsitz, praesidium, gemeldet):
    anmelden(vorsitz)
    page.goto(f"{adresse}{SEITE}praesenz/")
    log_in(telefon, adresse, praesidium)
    telefon.goto(f"{adresse}{SEITE}")
    expect(page.locator("#balken-satz")).to_contain_text("stimmberechtigt 0 von 14")

    telefon.get_by_role("button", name="Ich bin da").click()
    expect(telefon.locator("#balken-satz")).to_contain_text("stimmberechtigt 1 von 14")
    expect(page.locator("#balken-satz")).to_contain_text("stimmberechtigt 1 von 14")
    thal = page.locator("li.platz", has_text="Thal-Gäu")
    expect(thal).to_contain_text("Andrea Präsidium, Mitglied")

    # at the desk: one tap hands the seat over, one checks another in; focus stays where it was
    thal.get_by_role("button", name="Wechsel zu Eva Ersatz").click()
    expect(thal).to_contain_text("Eva Ersatz, Stellvertretung")
    expect(telefon.locator("#mein-platz")).to_contain_text("Eva Ersatz angemeldet")
    expect(telefon.get_by_role("button", name="Ich gehe")).to_have_count(0)
    olten = page.locator("li.platz", has=page.get_by_role("heading", name="Olten", exact=True))
    olten.get_by_role("button").first.focus()
    page.keyboard.press("Enter")
    expect(olten.get_by_role("button", name="Abmelden")).to_be_focused()
    expect(telefon.locator("#balken-satz")).to_contain_text("stimmberechtigt 2 von 14")
    olten.get_by_role("button", name="Abmelden").click()
    expect(telefon.locator("#balken-satz")).to_contain_text("stimmberechtigt 1 von 14")
    assert gemeldet == []


def test_who_comes_unannounced_is_in_within_fifteen_seconds(page, adresse, anmelden, laufende, vorsitz):
    anmelden(vorsitz)
    page.goto(f"{adresse}{SEITE}praesenz/")
    beginn = time.monotonic()
    page.locator("#platz-" + str(sitz_of("DOR").uuid)).get_by_role("link", name="An der Türe").click()
    page.get_by_label("Vorname").press_sequentially("Tina", delay=80)
    page.keyboard.press("Tab")
    page.keyboard.type("Türe", delay=80)
    page.get_by_label("Politische Funktion").select_option(label="Mitglied des Gemeinderats")
    page.get_by_role("button", name="Erfassen und anmelden").click()
    expect(page.locator("li.platz", has_text="Dorneck")).to_contain_text("Tina Türe, Stellvertretung")

    assert time.monotonic() - beginn < 15
    assert Anwesenheit.objects.get().person.nachname == "Türe"


def test_without_scripts_the_desk_works_the_same(browser, browser_context_args, adresse, laufende, vorsitz):
    kontext = browser.new_context(**browser_context_args, java_script_enabled=False)
    page = kontext.new_page()
    log_in(page, adresse, vorsitz)
    page.goto(f"{adresse}{SEITE}praesenz/")
    page.get_by_role("button", name="Alle Angemeldeten anwesend").click()
    expect(page.get_by_text("2 Sitze angemeldet.")).to_be_visible()
    page.locator("li.platz", has_text="Thal-Gäu").get_by_role("button", name="Abmelden").click()
    expect(page.locator("li.platz", has_text="Thal-Gäu").get_by_role("link", name="Eva Ersatz")).to_be_visible()
    kontext.close()


@pytest.mark.parametrize("breite", BREITEN)
def test_the_pages_are_accessible_and_fit(page, adresse, anmelden, pruefe, laufende, vorsitz, breite):
    anmelden(vorsitz)
    page.set_viewport_size({"width": breite, "height": 1000})
    page.goto(f"{adresse}{SEITE}praesenz/")
    page.get_by_role("button", name="Alle Angemeldeten anwesend").click()
    page.get_by_text("Ausstand erfassen").first.click()
    strecke = Anwesenheit.objects.first()
    pfade = ["praesenz/", f"praesenz/tuere/?sitz={sitz_of('DOR').uuid}", f"praesenz/zeiten/{strecke.uuid}/", ""]
    for pfad in pfade:
        if pfad != "praesenz/":
            page.goto(f"{adresse}{SEITE}{pfad}")
        pruefe(page)
        assert overhang(page) == 0, pfad
        hoehen = page.locator("main :is(button, .platz__weg)").evaluate_all(
            "knoepfe => knoepfe.filter(k => k.offsetParent).map(k => k.getBoundingClientRect().height)"
        )
        assert all(hoehe >= 43.9 for hoehe in hoehen), (pfad, hoehen)


def test_before_and_after_the_meeting_it_reads_and_prints(page, adresse, anmelden, pruefe, laufende, vorsitz):
    anmelden(vorsitz)
    Sitzung.objects.update(status="geschlossen", beendet_at=timezone.now(), aktuell=None)
    page.goto(f"{adresse}{SEITE}praesenz/")
    pruefe(page)
    page.emulate_media(media="print")
    expect(page.locator("main button:visible")).to_have_count(0)
