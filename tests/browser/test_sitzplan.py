"""The plan of seats and the year's attendance in a real browser: wide, on the phone, in grey and with forced colours."""

import subprocess
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from mitglieder.models import Sitz
from sitzungen.models import Anwesenheit, Sitzung, Teilnahme
from tests.browser.anblick import overhang
from tests.conftest import make_antwort, make_mandat, make_person, make_sitzung, make_traktandum, make_vertretung

pytestmark = pytest.mark.django_db(transaction=True)
BREITEN = [1280, 375]


@pytest.fixture
def gefragte(geschaeftsstelle, praesidium):
    """A meeting in ten days with an answer of each kind: yes, excused, represented, none; one seat vacant."""
    jetzt = timezone.now()
    sitzung = make_sitzung(4, beginn_at=jetzt + timedelta(days=10), status="versandt", terminankuendigung_at=jetzt)
    make_traktandum(sitzung)
    for sitz in Sitz.objects.exclude(sozialregion__kuerzel__in=["SRTG", "THI"]):
        mandat = make_mandat(make_person(sitz.bezeichnung, telefon="032 555 01 23", email=""), sitz)
        kuerzel = sitz.sozialregion.kuerzel if sitz.sozialregion else sitz.art
        if kuerzel == "DOR":
            make_vertretung(sitzung, sitz, make_person("Ersatz"))
        elif kuerzel not in {"SRUN", "amt"}:
            antwort = "entschuldigt" if kuerzel == "WAS" else "zugesagt"
            make_antwort(sitzung, mandat.sitz, antwort, antwort_at=jetzt)
    return sitzung


def fits(page):
    assert overhang(page) == 0


@pytest.mark.parametrize("breite", BREITEN)
def test_plan_and_table_say_the_same_and_labels_stay_readable(
    page, adresse, anmelden, pruefe, gemeldet, gefragte, geschaeftsstelle, breite
):
    regionen = {sitz.sozialregion.kuerzel: sitz for sitz in Sitz.objects.filter(sozialregion__isnull=False)}
    make_vertretung(gefragte, regionen["SRTG"], make_person("Einspringer"))
    make_vertretung(gefragte, regionen["MUL"], make_person("Nein"), stand="abgelehnt")
    page.set_viewport_size({"width": breite, "height": 900})
    anmelden(geschaeftsstelle)
    page.goto(f"{adresse}{gefragte.get_absolute_url()}")
    pruefe(page)
    fits(page)
    page.get_by_role("link", name="Wer kommt, als Tabelle").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("9 von 13 Regionen vertreten")
    bild = page.get_by_role("img", name="Sitzplan. 9 von 13 Regionen vertreten")
    expect(bild).to_be_visible()
    expect(page.get_by_role("rowheader")).to_have_count(17)
    fits(page)
    pruefe(page)
    groesse = page.evaluate(
        """() => { const svg = document.querySelector('svg.sitzplan');
        const mass = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
        return parseFloat(getComputedStyle(svg.querySelector('.sitzplan__name')).fontSize) * mass }"""
    )
    assert groesse >= 12
    assert page.evaluate(
        """() => [...document.querySelectorAll('.sitzplan .sitzplan__sitz')].every(g => {
        const form = g.querySelector('.sitzplan__form').getBoundingClientRect();
        const name = g.querySelector('.sitzplan__name').getBoundingClientRect();
        return name.left >= form.left - 1 && name.right <= form.right + 1 })"""
    )
    spalten = page.locator(".tabelle--sitze").evaluate_all(
        "tabellen => tabellen.map(t => [...t.tHead.rows[0].cells].map(z => Math.round(z.getBoundingClientRect().x)))"
    )
    assert spalten[0] == spalten[1]  # the two tables share their columns
    assert page.evaluate(  # no letter on a ring, whole or dashed
        """() => [...document.querySelectorAll('.sitzplan .sitzplan__sitz')].every(g => {
        const ring = g.querySelector('.sitzplan__ring') ?? g.querySelector('.sitzplan__form');
        return g.querySelector('.sitzplan__name').getBBox().width <= ring.getBBox().width - 2 })"""
    )
    assert gemeldet == []


def test_plan_keeps_its_signs_with_forced_colours(page, adresse, anmelden, pruefe, gefragte, geschaeftsstelle):
    page.emulate_media(forced_colors="active")
    anmelden(geschaeftsstelle)
    page.goto(f"{adresse}/sitzungen/{gefragte.kennung}/teilnahme/")

    farben = page.evaluate(
        """() => { const g = document.querySelector('.sitzplan .sitzplan__sitz[data-zustand=da]');
        return ['.sitzplan__form', '.sitzplan__name'].map(s => getComputedStyle(g.querySelector(s)).fill) }"""
    )
    assert farben[0] != farben[1]  # the label is seen on the filled seat
    pruefe(page)


def test_plan_stays_whole_on_paper_without_a_sheet_of_its_own(page, adresse, anmelden, gefragte, geschaeftsstelle):
    anmelden(geschaeftsstelle)

    blaetter = []
    for position in range(2, 9):  # one item more each time: the card meets the end of the sheet everywhere
        page.goto(f"{adresse}{gefragte.get_absolute_url()}")
        druck = page.pdf(prefer_css_page_size=True)
        text = subprocess.run(["pdftotext", "-", "-"], input=druck, capture_output=True, check=True)
        blaetter.append(text.stdout.decode().split("\f")[:-1])
        make_traktandum(gefragte, f"Punkt {position}", zusammenfassung="Worum es geht, in zwei Sätzen. " * 4)

    assert len(blaetter[0]) == 1
    for seiten in blaetter:
        [plan] = [seite for seite in seiten if "Regionen vertreten" in seite]
        assert "SRUN" in plan
        assert "Ein Antrag bräuchte" in plan


@pytest.mark.parametrize("breite", BREITEN)
def test_attendance_of_a_year(page, adresse, anmelden, pruefe, gemeldet, gefragte, praesidium, breite):
    ende = gefragte.beginn_at + timedelta(hours=2)
    jahr = timezone.localdate(gefragte.beginn_at).year
    Sitzung.objects.update(status="geschlossen", begonnen_at=gefragte.beginn_at, beendet_at=ende)
    for teilnahme in Teilnahme.objects.filter(antwort="zugesagt").select_related("antwort_von"):
        Anwesenheit.objects.create(
            sitzung=gefragte,
            teilnahme=teilnahme,
            person=teilnahme.antwort_von,
            als="inhaber",
            von_at=gefragte.beginn_at,
            bis_at=ende,
            weg="leitung",
            erfasst_von=praesidium,
            erfasst_at=ende,
        )
    page.set_viewport_size({"width": breite, "height": 900})
    anmelden(praesidium)

    page.goto(f"{adresse}/sitzungen/praesenz/{jahr}/")

    expect(page.get_by_role("heading", level=1)).to_have_text(f"Präsenz {jahr}")
    expect(page.get_by_text("8 von 13", exact=True)).to_be_visible()
    fits(page)
    pruefe(page)
    assert gemeldet == []
