"""What changes after the dispatch, and a region's own list, in a real browser: the whole way, axe, both widths."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from konferenz.models import Sendung
from mitglieder.actions import gremium as gremium_actions
from mitglieder.models import Leitgremium, Mitgliedschaft, Person, Sozialregion
from mitglieder.permissions import grant_gast
from sitzungen.models import Sitzung, Versand
from tests.browser.anblick import overhang
from tests.conftest import SEIT, make_person, make_traktandum, make_versand, pdf_bytes

pytestmark = pytest.mark.django_db(transaction=True)
BREITEN = (375, 1280)


@pytest.fixture
def passt(page, pruefe):
    """Return a check of the page as it stands: axe, and no wider than the window, on the phone and on the desk."""

    def check():
        for breite in BREITEN:
            page.set_viewport_size({"width": breite, "height": 900})
            pruefe(page)
            assert overhang(page) == 0

    return check


def test_office_notes_changes_looks_at_the_letters_and_sends(
    page, adresse, anmelden, passt, versandte, praesidium, leitgremium, geschaeftsstelle
):
    now = timezone.now()
    Sitzung.objects.update(
        beginn_at=now + timedelta(days=3), ende_at=now + timedelta(days=3, hours=2), versandt_at=now - timedelta(days=4)
    )
    make_versand(versandte, now=now - timedelta(days=4))
    Sendung.objects.update(status="gesendet", gesendet_at=now - timedelta(days=4))
    anmelden(geschaeftsstelle)
    page.goto(f"{adresse}/sitzungen/2026-4/versand/nachversand/")
    page.get_by_role("link", name="Unterlage ersetzen").click()
    page.get_by_label("Welche Unterlage?").select_option(label="Traktandum 1: Budgetwerte")
    page.get_by_label("Neue Fassung").set_input_files(
        {"name": "Budget neu.pdf", "mimeType": "application/pdf", "buffer": pdf_bytes()}
    )
    passt()
    page.get_by_role("button", name="Vormerken").click()
    expect(page.get_by_text("Unterlage ersetzen, Traktandum 1")).to_be_visible()
    passt()

    page.get_by_label("Warum?").fill("Der Kanton hat neue Zahlen.")
    page.get_by_role("button", name="Weiter zur Vorschau").click()
    brief = page.frame_locator("iframe.brief").first
    expect(brief.get_by_text("Der Kanton hat neue Zahlen.")).to_be_visible()
    passt()
    page.get_by_role("button", name="Jetzt versenden").click()
    expect(page.get_by_text("Der Nachversand ist geschrieben")).to_be_visible()
    page.goto(f"{adresse}/sitzungen/2026-4/")
    expect(page.get_by_text("ersetzt Fassung 1 seit")).to_be_visible()
    passt()

    assert Versand.objects.get(art="nachversand").zustellungen.count() == 2


def test_contact_corrects_the_list_and_the_office_accepts(page, adresse, anmelden, passt, geschaeftsstelle):
    gremium = Leitgremium.objects.get(sozialregion__kuerzel="SRO")
    kontakt = make_person("Kontakt")
    Sozialregion.objects.filter(pk=gremium.sozialregion_id).update(kontakt=kontakt)
    zeile = Mitgliedschaft.objects.create(
        leitgremium=gremium, person=make_person("Alt", vorname="Anna"), funktion="Präsidentin", von=SEIT
    )
    link = gremium_actions.ask_verteiler(gremium.pk, actor=None, now=timezone.now())

    page.goto(f"{adresse}{link.path}")
    page.locator("main").get_by_role("button").click()
    page.get_by_role("link", name="Berichtigen Anna Alt").click()
    page.get_by_label("Nachname").fill("Alt-Muster")
    passt()
    page.get_by_role("button", name="Vorschlagen").click()
    page.get_by_role("link", name="Jemanden aufnehmen").click()
    for feld, wert in (
        ("Vorname", "Petra"),
        ("Nachname", "Neu"),
        ("Funktion im Leitgremium", "Gemeinderätin"),
        ("E-Mail", "petra.neu@gemeinde.test"),
    ):
        page.get_by_label(feld).fill(wert)
    page.get_by_role("button", name="Vorschlagen").click()
    expect(page.get_by_text("wartet auf die Geschäftsstelle")).to_have_count(2)
    passt()
    page.get_by_role("button", name="Fertig: so stimmt die Liste").click()
    expect(page.get_by_role("heading", name="Vielen Dank")).to_be_visible()

    anmelden(geschaeftsstelle)
    for _ in range(2):
        page.goto(f"{adresse}{reverse('mitglieder:vorschlag-list')}")
        passt()
        page.get_by_role("link", name="Prüfen").first.click()
        passt()
        page.get_by_role("button", name="Annehmen").click()
        expect(page.get_by_text("Angenommen:")).to_be_visible()
    expect(page.get_by_text("Es wartet kein Vorschlag")).to_be_visible()

    zeile.refresh_from_db()
    assert zeile.person.nachname == "Alt-Muster"
    assert Person.objects.get(nachname="Neu").mitgliedschaften.get().leitgremium == gremium


def test_guests_page_fits_the_phone_with_its_warnings(
    page, adresse, anmelden, passt, versandte, gast, fremde, geschaeftsstelle
):
    grant_gast(gast, make_traktandum(versandte, "Weg", ausgang="zurueckgezogen"))
    anmelden(geschaeftsstelle)

    page.goto(f"{adresse}/sitzungen/2026-4/gaeste/")

    expect(page.get_by_text("Das Traktandum ist zurückgezogen")).to_be_visible()
    passt()
