"""Motions beside the agenda that is prepared, and agendas beside a motion: on telephone and desk, by keyboard, axe clean."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from antraege.models import Antrag
from sitzungen.models import Traktandum
from tests.antraege.antraege import attach, make_eingereicht, make_mitgeteilt
from tests.browser.anblick import keep, overhang
from tests.conftest import make_sitzung, make_traktandum

pytestmark = pytest.mark.django_db(transaction=True)
SCHIRME = [{"width": 375, "height": 740}, {"width": 1280, "height": 900}]
LANG = "Anpassung der Fallpauschale in der Sozialhilfe an die Teuerung und an die Entwicklung der Fallzahlen in den Regionen"


@pytest.fixture
def liste(praesidium, geschaeftsstelle):
    """An agenda in preparation; one motion waits, one answer of the board, and one motion was sent back."""
    jetzt = timezone.now()
    sitzung = make_sitzung(1, beginn_at=jetzt + timedelta(days=60))
    make_traktandum(sitzung, "Begrüssung und Präsenz", art="formelles", standard="begruessung", minuten=5)
    make_traktandum(sitzung, "Verschiedenes", art="formelles", standard="verschiedenes", minuten=5)
    attach(make_eingereicht(praesidium, nr=4, now=jetzt - timedelta(days=3), titel=LANG), now=jetzt)
    make_mitgeteilt(
        make_eingereicht(praesidium, nr=2, now=jetzt - timedelta(days=200)),
        geschaeftsstelle,
        now=jetzt,
        ergebnis="zurueckgewiesen",
    )
    return sitzung


@pytest.mark.parametrize("schirm", SCHIRME, ids=["375", "1280"])
def test_from_the_builder_to_the_item_and_back_from_the_board(
    page, adresse, anmelden, liste, geschaeftsstelle, pruefe, schirm
):
    nr = schirm["width"]
    page.set_viewport_size(schirm)
    anmelden(geschaeftsstelle)
    page.goto(f"{adresse}/sitzungen/{liste.kennung}/traktanden/")
    keep(page, f"agenda-bauer-{nr}")
    pruefe(page)
    assert overhang(page) == 0

    page.get_by_role("button", name="Traktandieren 4/2026").click()
    expect(page.locator("#redaktion").get_by_text("Antrag 4/2026: Anpassung der Fallpauschale")).to_be_visible()
    page.get_by_role("button", name="Als Information 2/2026").press("Enter")
    expect(page.locator("#redaktion").get_by_text("Rückmeldung des VSEG-Vorstands zum Antrag 2/2026")).to_be_visible()
    expect(page.locator("#neben").get_by_role("heading", name="Anträge", exact=True)).to_have_count(0)
    keep(page, f"agenda-gesetzt-{nr}")
    pruefe(page)
    assert overhang(page) == 0
    assert Traktandum.objects.filter(sitzung=liste).count() == 4

    for pfad, name in (
        ("/antraege/2026-4/", "antrag"),
        ("/antraege/2026-4/traktandieren/", "steht"),
        ("/antraege/2026-2/aufnehmen/", "aufnehmen"),
    ):
        page.goto(adresse + pfad)
        keep(page, f"agenda-{name}-{nr}")
        pruefe(page)
        assert overhang(page) == 0, pfad


@pytest.mark.parametrize("schirm", SCHIRME, ids=["375", "1280"])
def test_the_meeting_is_chosen_without_scripts_too(browser, adresse, liste, geschaeftsstelle, schirm):
    kontext = browser.new_context(java_script_enabled=False, viewport=schirm, locale="de-CH")
    page = kontext.new_page()
    page.goto(f"{adresse}/konto/anmelden/?next=/antraege/2026-4/traktandieren/")
    page.get_by_label("E-Mail-Adresse").fill(geschaeftsstelle.login)
    page.get_by_label("Passwort", exact=True).fill("Kein-echtes-Passwort-2026")
    page.get_by_role("button", name="Anmelden", exact=True).click()
    keep(page, f"agenda-waehlen-{schirm['width']}")

    page.get_by_role("button", name="Auf die Traktandenliste setzen").click()

    expect(page.get_by_text("Der Antrag 4/2026 ist Traktandum 2 (")).to_be_visible()
    assert Antrag.objects.get(nr=4).status == "traktandiert"
    kontext.close()
