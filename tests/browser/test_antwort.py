"""A president answers from the mail's link, the substitute from hers, in a real browser; axe at both widths."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from sitzungen.models import Teilnahme
from tests.browser.anblick import overhang
from tests.browser.test_versand import pruefe_breiten
from tests.conftest import make_mandat, make_person, make_sitzung, make_traktandum, make_unterlage
from tests.sitzungen.antwort_helfer import benenne, link_for, liste, sitz_of, zeile

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def bald(transactional_db, geschaeftsstelle):
    """A meeting in twelve days of the real clock, its papers out."""
    jetzt = timezone.now()
    sitzung = make_sitzung(7, beginn_at=jetzt + timedelta(days=12), status="versandt")
    punkt = make_traktandum(sitzung)
    make_unterlage(punkt, "Budgetwerte", person=geschaeftsstelle)
    make_unterlage(punkt, "Vertrauliche Beilage", person=geschaeftsstelle, vertraulich=True)
    return sitzung


@pytest.fixture
def link(bald, praesidium, fremde):
    liste(sitz_of(), fremde)
    return link_for(bald, sitz_of(), praesidium)


def test_link_page_is_accessible_and_asks_for_a_substitute_only_then(page, adresse, pruefe, bald, link, gemeldet):
    pruefe_breiten(page, pruefe, f"{adresse}{link.path}")
    expect(page.get_by_role("heading", name="Nehmen Sie teil?")).to_be_visible()
    for name in ("Ich nehme teil", "Ich bin entschuldigt", "Ich lasse mich vertreten"):
        expect(page.get_by_label(name)).not_to_be_checked()
    expect(page.get_by_label("Vorname")).to_be_hidden()

    page.get_by_label("Ich lasse mich vertreten").focus()
    page.keyboard.press("Space")
    expect(page.get_by_label("Andrea Fremde, Mitglied des Gemeinderats")).to_be_visible()
    expect(page.get_by_label("Vorname")).to_be_hidden()
    page.get_by_label("eine andere Person").check()
    expect(page.get_by_label("Vorname")).to_be_visible()
    expect(page.get_by_label("Welche Funktion?")).to_be_hidden()
    page.get_by_label("Politische Funktion").select_option("andere")
    expect(page.get_by_label("Welche Funktion?")).to_be_visible()
    for breite in (375, 1280):
        page.set_viewport_size({"width": breite, "height": 900})
        pruefe(page)
        assert overhang(page) == 0
    assert gemeldet == []


def test_president_names_a_substitute_who_accepts_from_her_own_link(page, adresse, pruefe, bald, link, berater):
    page.set_viewport_size({"width": 375, "height": 900})
    page.goto(f"{adresse}{link.path}")
    page.get_by_label("Ich lasse mich vertreten").check()
    page.get_by_label("eine andere Person").check()
    page.get_by_label("Vorname").fill("Regula")
    page.get_by_label("Name", exact=True).fill("Muster")
    page.get_by_label("Politische Funktion").select_option("sozialdienst")
    page.get_by_label("E-Mail").fill(berater.email)
    page.get_by_role("button", name="Antwort senden").click()
    expect(page.get_by_role("alert")).to_contain_text("Angestellte eines Sozialdienstes dürfen")
    expect(page.get_by_label("Name", exact=True)).to_have_value("Muster")
    pruefe(page)
    page.get_by_label("Politische Funktion").select_option("gemeinderat")
    page.get_by_role("button", name="Antwort senden").click()
    expect(page.get_by_role("alert")).to_contain_text("Diese Adresse gehört einem Mitglied")
    page.get_by_label("E-Mail").fill("regula.muster@gemeinde.test")
    page.get_by_role("button", name="Antwort senden").click()

    expect(page.get_by_role("heading", name="Ihre Antwort ist gespeichert")).to_be_visible()
    expect(page.get_by_text("vertreten durch Regula Muster")).to_be_visible()
    pruefe(page)

    person = Teilnahme.objects.get(sitzung=bald, sitz=sitz_of()).vertretung
    eigener = link_for(bald, sitz_of(), person)
    pruefe_breiten(page, pruefe, f"{adresse}{eigener.path}")
    page.get_by_role("button", name="Ich übernehme die Stellvertretung").click()
    expect(page.get_by_text("Sie haben zugesagt.")).to_be_visible()
    pruefe(page)
    assert zeile(bald, sitz_of()).vertretung_stand == "angenommen"


def test_substitute_opens_the_papers_and_is_refused_those_of_another_meeting(
    page, adresse, anmelden, pruefe, bald, praesidium, geschaeftsstelle
):
    andere = make_sitzung(8, beginn_at=timezone.now() + timedelta(days=60), status="versandt")
    fremdes = make_unterlage(make_traktandum(andere), "Anderes", person=geschaeftsstelle)
    ersatz = make_person("Muster", vorname="Regula", email="regula.muster@gemeinde.test")
    benenne(bald, sitz_of(), praesidium, now=timezone.now())
    anmelden(ersatz, "/")
    expect(page.get_by_role("heading", name="Nehmen Sie teil?")).to_be_visible()
    pruefe_breiten(page, pruefe, f"{adresse}/sitzungen/{bald.kennung}/")
    expect(page.get_by_role("link", name="Vertrauliche Beilage")).to_be_visible()
    page.get_by_role("link", name="Anfrage beantworten").click()
    pruefe(page)
    page.get_by_role("button", name="Ich übernehme die Stellvertretung").click()
    expect(page.get_by_text("Vielen Dank, dass Sie die Stellvertretung übernehmen.")).to_be_visible()

    assert page.goto(f"{adresse}{fremdes.get_absolute_url()}").status == 404
    assert page.goto(f"{adresse}{andere.get_absolute_url()}").status == 404


def test_pages_of_member_and_office_are_accessible(page, adresse, anmelden, pruefe, bald, praesidium, geschaeftsstelle):
    make_mandat(praesidium, sitz_of("SRO"))
    anmelden(praesidium)
    pruefe_breiten(page, pruefe, f"{adresse}/")
    pruefe_breiten(page, pruefe, f"{adresse}/sitzungen/{bald.kennung}/antwort/")
    page.get_by_label("Ich nehme teil").check()
    page.get_by_role("button", name="Antwort senden").click()
    expect(page.get_by_text("Ihre Antwort ist gespeichert.")).to_be_visible()
    pruefe(page)
    page.context.clear_cookies()
    anmelden(geschaeftsstelle)
    pruefe_breiten(page, pruefe, f"{adresse}/sitzungen/{bald.kennung}/teilnahme/{sitz_of('SRO').uuid}/")
    page.get_by_label("am Telefon").check()
    page.get_by_label("Das Mitglied ist entschuldigt").check()
    page.get_by_role("button", name="Antwort festhalten").click()
    expect(page.get_by_text("am Telefon, durch Andrea Büro")).to_be_visible()
