"""Where the points of the drawn lines stand."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest

from konferenz.zeichnung import Mass, draw_wochenlinie, local_day, spread


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
