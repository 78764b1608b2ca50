"""The chair's desk and the room screen in a real browser."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from mitglieder.models import Sitz
from sitzungen.models import Anwesenheit, Ausstand, Sitzung, Teilnahme
from tests.browser.anblick import keep, overhang, overhang_below
from tests.conftest import make_mandat, make_person, make_sitzung, make_traktandum, make_unterlage

pytestmark = pytest.mark.django_db(transaction=True)
BREITEN = (375, 768, 1280)


@pytest.fixture
def heutige(vorsitz, geschaeftsstelle):
    """Today's meeting with five items, its papers out."""
    heute = timezone.localtime().replace(hour=14, minute=0, second=0, microsecond=0)
    sitzung = make_sitzung(4, beginn_at=heute, status="versandt")
    titel = (
        ("Begrüssung und Präsenz", "formelles", ""),
        ("Lagebild Asyl- und Flüchtlingswesen", "information", "Zwei Regionen berichten, wie sie unterbringen."),
        ("Budgetwerte Sozialkosten 2027: Empfehlung an die Einwohnergemeinden", "entscheid", "Die Werte steigen."),
        ("Einheitliche Fallführung: Stand der Einführung", "information", ""),
        ("Verschiedenes", "formelles", ""),
    )
    for name, art, kurz in titel:
        make_traktandum(
            sitzung, name, art=art, zusammenfassung=kurz, referent="Andrea Muster", angekuendigt_at=sitzung.versandt_at
        )
    for name in ("Bericht", "Tabelle der Budgetwerte"):
        make_unterlage(sitzung.traktanden.get(position=3), name, person=geschaeftsstelle)
    return sitzung


@pytest.fixture
def anwesende(heutige):
    for nr, sitz in enumerate(Sitz.objects.filter(art="region").order_by("pk")[:11]):
        person = make_person(f"Präsidium{nr}", email=f"p{nr}@portal.test")
        make_mandat(person, sitz)
        Anwesenheit.objects.create(
            sitzung=heutige,
            teilnahme=Teilnahme.objects.create(sitzung=heutige, sitz=sitz),
            person=person,
            als="inhaber",
            von_at=heutige.beginn_at,
            weg="leitung",
            erfasst_von=person,
            erfasst_at=heutige.beginn_at,
        )


def test_the_room_follows_the_desk(page, adresse, anmelden, heutige, anwesende, vorsitz, pruefe, browser, gemeldet):
    anmelden(vorsitz)
    page.goto(f"{adresse}/sitzungen/{heutige.kennung}/leitung/")
    keep(page, "pult-vorher")
    page.get_by_role("button", name="Sitzung eröffnen").click()
    expect(page.get_by_role("heading", name="Begrüssung und Präsenz")).to_be_visible()
    saal = page.context.new_page()
    saal.goto(f"{adresse}/sitzungen/{heutige.kennung}/saal/")
    expect(saal.get_by_role("heading", level=1)).to_have_text("Begrüssung und Präsenz")

    page.get_by_role("button", name="Weiter zu 2").click()
    expect(page.get_by_role("heading", name="Lagebild Asyl")).to_be_visible()
    expect(saal.get_by_role("heading", level=1)).to_have_text("Lagebild Asyl- und Flüchtlingswesen")
    page.get_by_role("button", name="zur Kenntnis genommen").click()
    expect(page.get_by_role("status").filter(has_text="zur Kenntnis genommen")).to_be_visible()
    page.get_by_role("button", name="Weiter zu 3").click()
    expect(page.get_by_role("heading", name="Budgetwerte Sozialkosten")).to_be_visible()
    page.get_by_role("button", name="beschlossen", exact=True).click()
    expect(page.get_by_text("was beschlossen ist").first).to_be_visible()
    page.get_by_label("Beschluss oder Bemerkung").fill("Die Werte werden empfohlen.")
    page.get_by_role("button", name="beschlossen", exact=True).click()
    expect(saal.get_by_text("beschlossen: Die Werte werden empfohlen.")).to_be_visible()

    for breite in BREITEN:
        page.set_viewport_size({"width": breite, "height": 800})
        saal.set_viewport_size({"width": breite, "height": 720})
        pruefe(page)
        pruefe(saal)
        keep(page, f"pult-{breite}")
        keep(saal, f"saal-{breite}")
        for seite in (page, saal):
            assert overhang(seite) == 0
    assert overhang_below(saal) == 0
    assert saal.evaluate("parseFloat(getComputedStyle(document.querySelector('h1')).fontSize)") >= 48
    assert [zeile for zeile in gemeldet if "Security" in zeile] == []


def test_on_paper_there_is_nothing_to_press_or_fill_in(
    page, adresse, anmelden, heutige, anwesende, vorsitz, geschaeftsstelle
):
    naechste = make_sitzung(5, beginn_at=timezone.now() + timedelta(days=40))
    make_traktandum(naechste)
    bedienbar = page.locator("main").locator("button, input:not([type=hidden]), select, textarea, summary")
    page.emulate_media(media="print")

    def sieht(pfad):
        page.goto(f"{adresse}{pfad}")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        expect(bedienbar.filter(visible=True)).to_have_count(0)

    anmelden(geschaeftsstelle)
    sieht(f"/sitzungen/{naechste.kennung}/traktanden/")
    expect(page.get_by_role("heading", name="Aus früheren Sitzungen")).to_have_count(0)
    sieht(heutige.get_absolute_url())
    anmelden(vorsitz)
    sieht(f"/sitzungen/{heutige.kennung}/leitung/")
    Sitzung.objects.filter(pk=heutige.pk).update(
        status="laufend", begonnen_at=timezone.now(), leitung=vorsitz, aktuell=heutige.traktanden.get(position=2)
    )
    sieht(f"/sitzungen/{heutige.kennung}/leitung/")
    expect(page.get_by_role("heading", name="Die Sitzung")).to_be_visible()


def test_the_bar_comes_with_the_item(page, adresse, anmelden, heutige, anwesende, vorsitz):
    punkte = {t.position: t for t in heutige.traktanden.all()}
    Sitzung.objects.update(status="laufend", begonnen_at=timezone.now(), leitung=vorsitz, aktuell=punkte[1])
    Ausstand.objects.create(
        teilnahme=Teilnahme.objects.first(),
        traktandum=punkte[2],
        erklaert_von=vorsitz,
        erklaert_at=timezone.now(),
    )
    anmelden(vorsitz)
    for frage in (re.compile(r"/balken/\?"), re.compile(r"/leitung/\?live=")):
        page.route(frage, lambda route: route.fulfill(status=204))  # what asks by itself brings nothing
    page.goto(f"{adresse}/sitzungen/{heutige.kennung}/leitung/")
    satz = page.locator("#balken-satz")
    expect(satz).to_have_text("Anwesend stimmberechtigt 11 von 14 – nötig für einen Antrag: 8 Ja.")

    page.get_by_role("button", name="Weiter zu 2").click()

    expect(page.get_by_role("heading", name="Lagebild Asyl")).to_be_visible()
    expect(satz).to_have_text("Anwesend stimmberechtigt 10 von 14, dazu 1 im Ausstand – nötig für einen Antrag: 7 Ja.")
    expect(page.locator('.balken__feld[data-zustand="ausstand"]')).to_have_count(1)


def test_what_is_typed_survives_what_others_do(page, adresse, anmelden, heutige, vorsitz):
    Sitzung.objects.update(
        status="laufend", begonnen_at=timezone.now(), leitung=vorsitz, aktuell=heutige.traktanden.get(position=3)
    )
    anmelden(vorsitz)
    page.goto(f"{adresse}/sitzungen/{heutige.kennung}/leitung/")
    feld = page.get_by_label("Beschluss oder Bemerkung")
    feld.fill("Halb geschrie")

    Sitzung.objects.update(live=7)
    page.wait_for_selector('[hx-get$="live=7"]', state="attached")

    expect(feld).to_have_value("Halb geschrie")
    expect(feld).to_be_focused()


def test_the_close_lists_first(page, adresse, anmelden, heutige, vorsitz, pruefe):
    Sitzung.objects.update(
        status="laufend", begonnen_at=timezone.now(), leitung=vorsitz, aktuell=heutige.traktanden.get(position=5)
    )
    anmelden(vorsitz)
    page.goto(f"{adresse}/sitzungen/{heutige.kennung}/leitung/nachtrag/")
    for breite in BREITEN:
        page.set_viewport_size({"width": breite, "height": 800})
        pruefe(page)
        keep(page, f"nachtrag-{breite}")
    page.goto(f"{adresse}/sitzungen/{heutige.kennung}/leitung/schliessen/")
    for breite in BREITEN:
        page.set_viewport_size({"width": breite, "height": 800})
        pruefe(page)
        keep(page, f"schluss-{breite}")
    page.get_by_label("Trotzdem schliessen").check()
    page.get_by_role("button", name="Sitzung schliessen").click()
    page.wait_for_url(f"{adresse}/sitzungen/{heutige.kennung}/")
    assert Sitzung.objects.get().status == "geschlossen"


def test_paper_is_recorded_and_confirmed(page, adresse, anmelden, heutige, vorsitz, geschaeftsstelle, pruefe):
    gestern = timezone.localtime().replace(hour=14, minute=0, second=0, microsecond=0) - timedelta(days=1)
    Sitzung.objects.update(beginn_at=gestern, ende_at=gestern + timedelta(hours=2))
    chair = Sitz.objects.get(art="vorsitz")
    anmelden(geschaeftsstelle)
    page.goto(f"{adresse}/sitzungen/{heutige.kennung}/")
    keep(page, "nachzufuehren")
    page.get_by_role("link", name="Sitzung nachführen").click()
    for breite in BREITEN:
        page.set_viewport_size({"width": breite, "height": 800})
        pruefe(page)
        keep(page, f"nachfuehren-{breite}")
        assert overhang(page) == 0
        ausgang, satz = (page.locator(f".papier__felder--punkt [name$={feld}]").first for feld in ("ausgang", "text"))
        assert satz.bounding_box()["width"] >= min(ausgang.bounding_box()["width"], breite / 2)
    page.get_by_label("Leitung", exact=True).select_option(label=vorsitz.name)
    page.locator(f"#id_sitz-{chair.pk}-wer").select_option(label=vorsitz.name)
    olten = page.get_by_role("group", name="Olten")
    expect(olten.get_by_label("Vorname")).to_be_hidden()
    olten.get_by_label("Anwesend").select_option(label="andere Stellvertretung")
    olten.get_by_label("Vorname").fill("Erika")
    olten.locator("[name$=nachname]").fill("Beispiel")
    olten.get_by_label("Politische Funktion").select_option(label="Mitglied des Gemeinderats")
    ergebnisse = page.get_by_role("region", name="Ergebnisse")
    ergebnisse.get_by_label("Ergebnis").first.select_option(index=1)
    ergebnisse.get_by_label("Beschluss oder Bemerkung").first.fill(
        "Die Konferenz dankt der Gastgemeinde herzlich. " * 5
    )
    keep(page, "nachfuehren-neu")
    page.get_by_role("button", name="Sitzung nachführen").click()
    expect(page.get_by_text("vom Vorsitz noch nicht bestätigt")).to_be_visible()
    page.get_by_role("button", name="Abmelden").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Anmelden")
    anmelden(vorsitz, "/")
    page.get_by_role("link", name="wartet auf Ihre Bestätigung").click()
    for breite in BREITEN:
        page.set_viewport_size({"width": breite, "height": 800})
        pruefe(page)
        keep(page, f"bestaetigen-{breite}")
        assert overhang(page) == 0
        # a decision's sentence has room enough
        zelle = page.get_by_role("region", name="Ergebnisse").locator("tbody td").first
        assert zelle.bounding_box()["width"] > min(breite, 1180) / 3
    page.get_by_role("button", name="Bestätigen").click()
    expect(page.get_by_role("heading", name="Nachgeführt und bestätigt")).to_be_visible()


def test_a_member_asks_to_discuss(page, adresse, anmelden, heutige, praesidium, pruefe):
    anmelden(praesidium)
    page.goto(f"{adresse}/sitzungen/{heutige.kennung}/")
    page.get_by_role("button", name="Diskussion verlangen zu Traktandum 2").click()
    expect(page.get_by_text("Information (Diskussion verlangt)")).to_be_visible()
    for breite in BREITEN:
        page.set_viewport_size({"width": breite, "height": 800})
        pruefe(page)
        keep(page, f"diskussion-{breite}")
    page.get_by_role("button", name="Diskussion nicht mehr verlangen").click()
    expect(page.get_by_text("Information (Diskussion verlangt)")).to_have_count(0)


def test_a_screen_whose_session_ended_shows_the_login_alone(page, adresse, anmelden, heutige, vorsitz):
    anmelden(vorsitz, "/")
    saal = page.context.new_page()
    saal.goto(f"{adresse}/sitzungen/{heutige.kennung}/saal/")

    page.get_by_role("button", name="Abmelden").click()

    saal.wait_for_url(f"{adresse}/konto/anmelden/?next=**")
    expect(saal.get_by_role("heading", level=1)).to_have_count(1)
