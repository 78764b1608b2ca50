"""Where the points of the drawn lines stand."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import pairwise
from math import dist

import pytest

from konferenz.zeichnung.balken import draw_balken
from konferenz.zeichnung.code import draw_code
from konferenz.zeichnung.ergebnis import draw_ergebnis
from konferenz.zeichnung.linie import local_day, spread
from konferenz.zeichnung.sitzplan import draw_sitzplan, spread_horseshoe
from konferenz.zeichnung.wochenlinie import Mass, draw_wochenlinie


@dataclass(frozen=True)
class Punkt:
    name: str
    zeit: date | datetime
    zustand: str = "offen"
    hinweis: str = ""


def woche(*, versand_tag=3):
    return [
        Punkt("Freigabe", date(2026, 11, 30), "erledigt"),
        Punkt("Versand", datetime(2026, 12, versand_tag, 7, 0, tzinfo=UTC), "jetzt", "heute"),
        Punkt("Antwort bis", date(2026, 12, 7)),
        Punkt("Sitzung", datetime(2026, 12, 10, 13, 0, tzinfo=UTC)),
    ]


@pytest.mark.parametrize(
    ("tage", "orte"),
    [
        ([], []),
        ([5], [50.0]),
        ([0, 10], [0.0, 100.0]),
        ([0, 5, 10], [0.0, 50.0, 100.0]),
        ([0, 4, 10], [0.0, 40.0, 100.0]),
        ([0, 1, 10], [0.0, 24.0, 100.0]),  # never nearer than the minimum
        ([0, 0, 0], [0.0, 50.0, 100.0]),  # all on one day: evenly
        ([0, 1, 2, 10], [0.0, 24.0, 48.0, 100.0]),
        ([0, 1, 2, 3, 4, 50], [0.0, 20.0, 40.0, 60.0, 80.0, 100.0]),  # too many for the minimum: evenly
    ],
)
def test_spread_is_in_proportion_but_never_too_near(tage, orte):
    assert spread(tage, links=0, rechts=100, mindestens=24) == pytest.approx(orte)


def test_spread_keeps_order_of_days_out_of_order():
    assert spread([3, 1, 9], links=0, rechts=100, mindestens=24) == pytest.approx([0, 24, 100])


def test_local_day_is_zurichs():
    assert local_day(datetime(2026, 12, 2, 23, 30, tzinfo=UTC)) == date(2026, 12, 3)
    assert local_day(date(2026, 12, 3)) == date(2026, 12, 3)


def test_wochenlinie_has_places_for_lying_and_standing():
    linie = draw_wochenlinie(woche())

    assert [(ort.punkt.name, ort.x, ort.anker, ort.dx, ort.y, ort.has_uhrzeit) for ort in linie.orte] == [
        ("Freigabe", "1.50%", "start", -9, "1.375em", False),
        ("Versand", "30.60%", "middle", 0, "6.625em", True),
        ("Antwort bis", "69.40%", "middle", 0, "11.88em", False),
        ("Sitzung", "98.50%", "end", 9, "17.12em", True),
    ]
    assert [strecke.zustand for strecke in linie.strecken] == ["erledigt", "offen", "offen"]
    assert linie.mass == Mass("30.60%", "98.50%", "64.55%", "6.625em", "17.12em", "11.88em", "7 Tage")
    assert linie.hoehe == "20.62em"


def test_wochenlinie_says_the_same_in_words():
    assert draw_wochenlinie(woche()).beschreibung == (
        "Freigabe: 30.11.2026, erledigt, Versand: 3.12.2026, jetzt, Antwort bis: 7.12.2026, offen, Sitzung: 10.12.2026, offen"
    )


def test_wochenlinie_measures_one_day_in_the_singular():
    mass = draw_wochenlinie(woche(versand_tag=9)).mass

    assert mass is not None
    assert mass.text == "1 Tag"


def test_wochenlinie_measures_nothing_without_both_ends():
    assert draw_wochenlinie(woche()[:1]).mass is None
    assert draw_wochenlinie(woche(versand_tag=10)).mass is None
    assert draw_wochenlinie([]).orte == ()


# --- The plan of seats --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Stuhl:
    kuerzel: str
    gruppe: str = "aussen"
    zustand: str = "da"


def konferenz(regionen=13):
    return [
        Stuhl("Vorsitz", "kopf"),
        *(Stuhl(f"R{nr}") for nr in range(regionen)),
        *(Stuhl(name, "innen") for name in ("GF", "SSK", "Amt")),
    ]


def mitten(plan):
    return [(float(platz.x), float(platz.y), float(platz.radius)) for platz in plan.plaetze]


@pytest.mark.parametrize(
    ("anzahl", "orte"),
    [
        (0, []),
        (1, [(0, -10)]),
        (2, [(-10, 5), (10, 5)]),
        (3, [(-10, 5), (0, -10), (10, 5)]),
    ],
)
def test_horseshoe_begins_and_ends_below(anzahl, orte):
    gefunden = spread_horseshoe(anzahl, radius=10, schenkel=5)

    assert [(round(x, 6), round(y, 6)) for x, y in gefunden] == orte


def test_horseshoe_is_even_along_legs_and_arc():
    orte = spread_horseshoe(13, radius=134, schenkel=65.5)

    abstaende = [dist(a, b) for a, b in pairwise(orte)]
    assert min(abstaende) > 45
    assert max(abstaende) < 46.1
    assert [x for x, _ in orte] == pytest.approx([-x for x, _ in reversed(orte)])


@pytest.mark.parametrize("regionen", [1, 3, 12, 13, 16])
def test_no_two_seats_touch_and_all_stand_inside(regionen):
    plan = draw_sitzplan(konferenz(regionen))

    stuehle = mitten(plan)
    for nr, (x, y, r) in enumerate(stuehle):
        assert r <= x <= float(plan.breite) - r
        assert r <= y <= float(plan.hoehe) - r
        for x2, y2, r2 in stuehle[nr + 1 :]:
            assert dist((x, y), (x2, y2)) > r + r2 + 1


def test_plan_keeps_the_order_of_the_seats_and_the_chair_in_the_opening():
    plan = draw_sitzplan(konferenz())

    assert [platz.sitz.kuerzel for platz in plan.plaetze][:2] == ["Vorsitz", "R0"]
    assert plan.plaetze[0].x == "156"
    assert float(plan.plaetze[0].y) > float(plan.plaetze[7].y)
    assert plan.plaetze[-1].seite == "48"


def test_plan_of_nobody_is_empty():
    assert draw_sitzplan([]).plaetze == ()


# --- the bar of presence ------------------------------------------------------------------------------


@pytest.mark.parametrize("anwesend", range(15))
def test_the_bar_fills_from_the_left_up_to_the_line(anwesend):
    noetig = -(-2 * anwesend // 3) or None

    bild = draw_balken(14, anwesend, 0, noetig)

    assert [feld.zustand for feld in bild.felder] == ["da"] * anwesend + ["frei"] * (14 - anwesend)
    if noetig is None:
        assert bild.linie is None
    else:  # after the last yes that is needed, never behind the last one present
        rand = [float(feld.x[:-1]) + float(feld.breite[:-1]) for feld in bild.felder]
        assert rand[noetig - 1] < float(bild.linie[:-1])
        assert noetig == 14 or float(bild.linie[:-1]) < float(bild.felder[noetig].x[:-1])
        assert noetig <= anwesend


def test_the_bar_shows_who_steps_aside_and_stays_in_its_frame():
    bild = draw_balken(14, 9, 2, 6)

    assert [feld.zustand for feld in bild.felder] == ["da"] * 9 + ["ausstand"] * 2 + ["frei"] * 3
    assert float(bild.felder[0].x[:-1]) >= 0
    assert float(bild.felder[-1].x[:-1]) + float(bild.felder[-1].breite[:-1]) <= 100
    with pytest.raises(ValueError, match="mehr Sitze"):
        draw_balken(14, 13, 2, 9)


@pytest.mark.parametrize(("ja", "traegt"), [(9, False), (10, True), (14, True), (0, False)])
def test_a_result_carries_if_the_yes_reach_the_mark(ja, traegt):
    bild = draw_ergebnis(anwesend=14, ja=ja, nein=14 - ja, enthaltung=0, noetig=10)

    letztes_ja = max((_prozent(feld.x2) for feld in bild.felder if feld.wahl == "ja"), default=0)
    assert [feld.wahl for feld in bild.felder] == ["ja"] * ja + ["nein"] * (14 - ja)
    assert (letztes_ja + 1 >= _prozent(bild.linie)) is traegt
    assert (bild.linie, bild.anker) == ("71.43%", "end")


def test_the_fields_of_a_result_stand_in_a_row_without_touching():
    bild = draw_ergebnis(anwesend=14, ja=8, nein=3, enthaltung=1, noetig=10)

    assert [feld.wahl for feld in bild.felder] == ["ja"] * 8 + ["enthaltung"] + ["ohne"] * 2 + ["nein"] * 3
    assert all(_prozent(a.x2) < _prozent(b.x) for a, b in pairwise(bild.felder))
    assert _prozent(bild.felder[0].x) > 0
    assert _prozent(bild.felder[-1].x2) < 100


def test_an_assembly_of_hundreds_has_a_field_per_choice():
    bild = draw_ergebnis(anwesend=500, ja=330, nein=169, enthaltung=1, noetig=334)

    assert [(feld.wahl, feld.anzahl) for feld in bild.felder] == [("ja", 330), ("enthaltung", 1), ("nein", 169)]
    assert all(_prozent(feld.breite) > 0 for feld in bild.felder)


def test_a_result_without_a_needed_number_has_no_mark():
    assert draw_ergebnis(anwesend=3, ja=2, nein=1, enthaltung=0, noetig=None).linie is None


@pytest.mark.parametrize(("anwesend", "ja"), [(0, 0), (3, 4), (3, -1)])
def test_a_result_of_more_votes_than_seats_is_refused(anwesend, ja):
    with pytest.raises(ValueError, match="Stimmen"):
        draw_ergebnis(anwesend=anwesend, ja=ja, nein=0, enthaltung=0, noetig=None)


def _prozent(text):
    return float(text.removesuffix("%"))


def test_code_is_the_matrix_of_the_address_with_its_quiet_zone():
    import re

    import segno

    text = "https://portal.test/sitzungen/2026-4/raum/zugang/"
    bild = draw_code(text)
    matrix = [list(zeile) for zeile in segno.make_qr(text, error="m").matrix]

    dunkel = set()
    for x, y, breite in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", bild.pfad):
        dunkel |= {(int(x) + i, int(y)) for i in range(int(breite))}
    assert bild.seite == len(matrix) + 8
    assert dunkel == {(x + 4, y + 4) for y, zeile in enumerate(matrix) for x, wert in enumerate(zeile) if wert}
