"""Stretches of presence: the whole table of how two can lie, the times that cannot be, the minute that was meant."""

from datetime import UTC, datetime, timedelta

import pytest

from sitzungen.rules.strecken import Strecke, Zeitmangel, check_zeiten, covers, overlaps, snap

NULL = datetime(2026, 12, 10, 13, 0, tzinfo=UTC)


def m(minuten):
    return None if minuten is None else NULL + timedelta(minutes=minuten)


@pytest.mark.parametrize(
    ("eine", "andere", "soll"),
    [
        ((0, 10), (10, 20), False),  # the seat changes hands
        ((0, 10), (11, 20), False),
        ((0, 10), (9, 20), True),
        ((0, 10), (0, 10), True),
        ((0, 30), (10, 20), True),
        ((0, None), (10, 20), True),
        ((0, None), (10, None), True),
        ((0, 10), (10, None), False),
        ((0, 10), (5, None), True),
        ((20, None), (0, 20), False),
        ((5, 5), (0, 10), False),  # in and out in one moment: no time at all
        ((5, 5), (5, 5), False),
        ((5, 5), (0, None), False),
    ],
)
def test_overlaps(eine, andere, soll):
    a, b = Strecke(m(eine[0]), m(eine[1])), Strecke(m(andere[0]), m(andere[1]))

    assert (overlaps(a, b), overlaps(b, a)) == (soll, soll)


def test_overlaps_is_to_share_a_minute():
    """Against counting the minutes one by one, for all spans of a short meeting."""
    spannen = [(von, bis) for von in range(5) for bis in [*range(von, 5), None]]

    def minuten(spanne):
        return set(range(spanne[0], 9 if spanne[1] is None else spanne[1]))

    for eine in spannen:
        for andere in spannen:
            soll = bool(minuten(eine) & minuten(andere))
            assert overlaps(Strecke(m(eine[0]), m(eine[1])), Strecke(m(andere[0]), m(andere[1]))) is soll


@pytest.mark.parametrize(
    ("von", "bis", "soll"),
    [
        (0, None, None),
        (0, 60, None),
        (60, 60, None),
        (60, None, None),
        (10, 9, Zeitmangel.ENDE_VOR_BEGINN),
        (-1, None, Zeitmangel.VOR_DER_EROEFFNUNG),
        (-1, 10, Zeitmangel.VOR_DER_EROEFFNUNG),
        (61, None, Zeitmangel.IN_DER_ZUKUNFT),
        (10, 61, Zeitmangel.IN_DER_ZUKUNFT),
    ],
)
def test_times_that_cannot_be(von, bis, soll):
    assert check_zeiten(Strecke(m(von), m(bis)), eroeffnet=NULL, jetzt=m(60)) == soll


def test_a_typed_minute_is_the_known_moment_within_it():
    eroeffnet = NULL + timedelta(minutes=2, seconds=37)

    assert snap(m(2), [eroeffnet]) == eroeffnet
    assert snap(m(3), [eroeffnet]) == m(3)
    assert snap(m(2), [eroeffnet, m(2) + timedelta(seconds=50)]) == eroeffnet
    assert snap(m(2) + timedelta(seconds=5), [eroeffnet]) == m(2) + timedelta(seconds=5)


@pytest.mark.parametrize(
    ("strecke", "minute", "da"),
    [
        ((10, 20), 9, False),
        ((10, 20), 10, True),
        ((10, 20), 19, True),
        ((10, 20), 20, False),  # who follows on the seat is there from then on
        ((10, 10), 10, False),
        ((10, None), 500, True),
        ((10, None), 9, False),
    ],
)
def test_covers_begins_with_the_first_moment_and_ends_before_the_last(strecke, minute, da):
    assert covers(Strecke(m(strecke[0]), m(strecke[1])), m(minute)) is da
