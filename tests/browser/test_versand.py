"""The office at the page of a dispatch, in a real browser: looks, stops, goes on, sends one letter anew."""

import pytest
from playwright.sync_api import expect

from sitzungen.models import Versand
from tests.browser.anblick import overhang
from tests.conftest import make_sitzung, make_traktandum, make_unterlage, make_versand

pytestmark = pytest.mark.django_db(transaction=True)
BREITEN = (375, 1280)


@pytest.fixture
def freigegebene(transactional_db, geschaeftsstelle):
    sitzung = make_sitzung(status="freigegeben", video_link="")
    make_traktandum(sitzung, "Begrüssung und Präsenz", art="formelles", minuten=5)
    make_unterlage(make_traktandum(sitzung, art="entscheid"), "Bericht und Antrag", person=geschaeftsstelle)
    return sitzung


def pruefe_breiten(page, pruefe, url):
    for breite in BREITEN:
        page.set_viewport_size({"width": breite, "height": 900})
        page.goto(url)
        pruefe(page)
        assert overhang(page) == 0


def test_before_the_letters_stand_in_their_frames(
    page, adresse, anmelden, pruefe, freigegebene, geschaeftsstelle, praesidium, leitgremium
):
    anmelden(geschaeftsstelle)
    pruefe_breiten(page, pruefe, f"{adresse}/sitzungen/2026-4/versand/")

    rahmen = page.frame_locator("iframe.brief").first
    expect(rahmen.get_by_role("heading", name="4. ordentliche Sitzung 2026")).to_be_visible()
    expect(page.get_by_role("button", name="Probeversand an mich")).to_be_visible()
    expect(page.get_by_text("an 2 Personen")).to_be_visible()


def test_during_and_after_the_office_stops_resumes_and_resends(
    page, adresse, anmelden, pruefe, versandte, geschaeftsstelle, praesidium, leitgremium
):
    versand = make_versand(versandte, now=versandte.versandt_at)
    kaputt = versand.zustellungen.get(person=leitgremium).sendung
    kaputt.status, kaputt.meldung = "fehlgeschlagen", "550 Postfach unbekannt"
    kaputt.save()
    anmelden(geschaeftsstelle)
    pruefe_breiten(page, pruefe, f"{adresse}/sitzungen/2026-4/versand/")

    page.get_by_role("button", name="Anhalten").click()
    expect(page.get_by_text("Der Versand ist angehalten")).to_be_visible()
    assert Versand.objects.get().status == "gestoppt"
    page.get_by_role("button", name="Fortsetzen").click()
    expect(page.get_by_text("Der Versand läuft weiter")).to_be_visible()

    page.get_by_role("link", name="Nochmals an Andrea Leitgremium").first.click()
    pruefe(page)
    page.get_by_label("Warum nochmals?").fill("Adresse berichtigt")
    page.get_by_role("button", name="Nochmals versenden").click()
    expect(page.get_by_text("wird nochmals versandt")).to_be_visible()

    praesidium_sendung = versand.zustellungen.get(person=praesidium).sendung
    praesidium_sendung.status, praesidium_sendung.gesendet_at = "gesendet", versandte.versandt_at
    praesidium_sendung.save()
    expect(page.locator("td", has_text="vom Mailserver angenommen").first).to_be_visible()


@pytest.mark.parametrize(
    "seite", ["nachversand", "nachversand/traktandum", "nachversand/ersatz", "verschiebung", "absage"]
)
def test_forms_afterwards_are_accessible(
    page, adresse, anmelden, pruefe, versandte, geschaeftsstelle, praesidium, seite
):
    make_versand(versandte, now=versandte.versandt_at)
    anmelden(geschaeftsstelle)

    pruefe_breiten(page, pruefe, f"{adresse}/sitzungen/2026-4/versand/{seite}/")
