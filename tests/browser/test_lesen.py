"""The members' area in a real browser: a member, a decision-maker of a region and a stranger, wide and on the phone."""

from datetime import timedelta
from email.message import EmailMessage

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from konferenz import postausgang
from konferenz.senke import Umschlag
from mitglieder.models import Person
from sitzungen.models import Lesung, Sitzung
from tests.browser.anblick import overhang
from tests.conftest import make_datei, make_sitzung, make_traktandum, make_unterlage

pytestmark = pytest.mark.django_db(transaction=True)
BREITEN = [1280, 375]
INTERN, GEHEIM = "Bericht und Antrag Budgetwerte", "Vergleich der Offerten"


@pytest.fixture
def offene(geschaeftsstelle):
    """A meeting in twelve days whose papers are out: two items, an internal and a confidential paper, a dossier."""
    jetzt = timezone.now()
    sitzung = make_sitzung(
        4,
        beginn_at=jetzt + timedelta(days=12),
        terminankuendigung_at=jetzt,
        dossier=make_datei("Sitzungsmappe.pdf", seiten=12),
    )
    make_traktandum(sitzung, "Begrüssung und Präsenz", art="formelles", minuten=5)
    punkt = make_traktandum(sitzung, art="entscheid", zusammenfassung="Die Werte steigen leicht.", referent="Amt")
    make_unterlage(punkt, INTERN, person=geschaeftsstelle)
    make_unterlage(punkt, GEHEIM, person=geschaeftsstelle, vertraulich=True)
    Sitzung.objects.filter(pk=sitzung.pk).update(status="versandt", freigegeben_at=jetzt, versandt_at=jetzt)
    sitzung.refresh_from_db()
    return sitzung


def leave(page):
    if page.get_by_role("button", name="Abmelden").is_hidden():
        page.get_by_text("Menü", exact=True).click()
    page.get_by_role("button", name="Abmelden").click()


def fits(page):
    """Nothing is wider than the window."""
    assert overhang(page) == 0


@pytest.mark.parametrize("breite", BREITEN)
def test_each_person_sees_exactly_what_the_table_says(
    page, adresse, anmelden, pruefe, gemeldet, offene, praesidium, leitgremium, fremde, breite
):
    page.set_viewport_size({"width": breite, "height": 900})
    for person, papiere in ((praesidium, [INTERN, GEHEIM]), (leitgremium, [INTERN])):
        anmelden(person, "/")
        expect(page.get_by_role("heading", level=1)).to_have_text(offene.titel)
        expect(page.locator(".neuigkeiten a")).to_have_text(papiere)
        fits(page)
        pruefe(page)

        page.get_by_role("link", name="Traktanden und Unterlagen").click()
        expect(page.locator(".traktandum__titel")).to_have_text(
            ["Begrüssung und Präsenz", "Budgetwerte Sozialkosten 2027"]
        )
        expect(page.locator(".traktandum__art")).to_have_text(["Formelles", "Entscheid"])
        expect(page.locator(".unterlage__titel a")).to_have_text(papiere)
        expect(page.locator(".fortschritt__text")).to_have_text(f"0 von {len(papiere)} geöffnet")
        fits(page)
        pruefe(page)

        page.goto(f"{adresse}/sitzungen/")
        expect(page.locator(".sitzungsliste__titel")).to_have_text([offene.titel])
        fits(page)
        pruefe(page)
        leave(page)

    anmelden(fremde, "/")
    expect(page.get_by_text("Für Sie liegt im Moment nichts bereit.")).to_be_visible()
    assert offene.titel not in page.content()
    pruefe(page)
    assert page.goto(f"{adresse}{offene.get_absolute_url()}").status == 404
    erwartet = ("404", "Clear-Site-Data")  # the refused page, and what leaving says
    assert [zeile for zeile in gemeldet if not any(wort in zeile for wort in erwartet)] == []


def test_a_paper_opened_is_no_longer_new(page, adresse, anmelden, offene, praesidium):
    anmelden(praesidium)
    page.goto(f"{adresse}{offene.get_absolute_url()}")

    with page.expect_download() as geladen:
        page.evaluate(
            "url => { const a = document.createElement('a'); a.href = url; document.body.append(a); a.click(); }",
            page.get_by_role("link", name=INTERN).get_attribute("href") + "?herunterladen",
        )
    assert geladen.value.suggested_filename == f"{INTERN}.pdf"
    page.reload()

    expect(page.locator(".fortschritt__text")).to_have_text("1 von 2 geöffnet")
    expect(page.locator(".unterlage .neu")).to_have_count(1)
    assert Lesung.objects.filter(person=Person.objects.aktiv().get(pk=praesidium.pk)).count() == 1


@pytest.mark.parametrize("breite", BREITEN)
def test_before_the_dispatch_only_the_date_is_there(page, adresse, anmelden, pruefe, offene, praesidium, breite):
    Sitzung.objects.filter(pk=offene.pk).update(status="entwurf", freigegeben_at=None, versandt_at=None)
    page.set_viewport_size({"width": breite, "height": 900})
    anmelden(praesidium, "/")
    expect(page.locator(".seite__kontext")).to_contain_text("Unterlagen am")
    pruefe(page)

    page.get_by_role("link", name="Zur Sitzung").click()
    expect(page.get_by_text("Traktanden und Unterlagen folgen am")).to_be_visible()
    expect(page.locator(".traktandum")).to_have_count(0)
    assert INTERN not in page.content()
    fits(page)
    pruefe(page)


def test_the_address_of_the_subscription_is_shown_once(page, adresse, anmelden, pruefe, offene, praesidium):
    anmelden(praesidium)
    page.goto(f"{adresse}/sitzungen/")
    page.get_by_role("link", name="Termine abonnieren").click()
    pruefe(page)
    page.get_by_role("button", name="Adresse erstellen").click()

    url = page.locator("code").inner_text()
    pruefe(page)
    assert page.request.get(adresse + url[url.index("/kalender/") :]).text().count("BEGIN:VEVENT") == 1
    page.reload()
    expect(page.locator("code")).to_have_count(0)


def test_the_office_finds_what_waits(page, adresse, anmelden, pruefe, offene, geschaeftsstelle):
    make_sitzung(3, beginn_at=timezone.now() + timedelta(days=9, hours=1))
    anmelden(geschaeftsstelle, "/")

    expect(page.get_by_role("heading", name="Wartet auf Sie")).to_be_visible()
    expect(page.locator(".neuigkeiten a").first).to_contain_text("noch nicht freigegeben")
    pruefe(page)


@pytest.mark.parametrize("breite", BREITEN)
def test_caught_mails_of_the_demo_read_well_and_their_bodies_run_nothing(
    page, adresse, pruefe, gemeldet, settings, breite
):
    settings.DEMO_MODE = True
    brief = EmailMessage()
    brief["From"], brief["To"], brief["Subject"] = "Büro <buero@portal.test>", "Anna <anna@portal.test>", "Einladung"
    brief["Message-ID"], brief["Date"] = "<1@portal.test>", "Thu, 03 Dec 2026 08:00:00 +0100"
    brief.set_content("Guten Tag")
    html = "<html lang='de-CH'><head><title>x</title></head><body><main><h1 id='da'>Brief</h1></main>"
    brief.add_alternative(
        f"{html}<script>document.getElementById('da').textContent = 'lief'</script></body></html>", subtype="html"
    )
    brief.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="Sitzungsmappe.pdf")
    postausgang.keep(Umschlag(von="a@portal.test", an=["anna@portal.test"], daten=brief.as_bytes()))
    page.set_viewport_size({"width": breite, "height": 900})

    page.goto(f"{adresse}/postausgang/")
    fits(page)
    pruefe(page)
    page.get_by_role("link", name="Einladung").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Einladung")
    expect(page.frame_locator("iframe").locator("h1")).to_have_text("Brief")
    fits(page)
    pruefe(page)
    assert all("Blocked script execution" in zeile or "script-src" in zeile for zeile in gemeldet), gemeldet
