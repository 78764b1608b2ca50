"""Truth tables of the deadlines."""

from datetime import UTC, datetime, timedelta

import pytest

from konferenz import rules


@pytest.mark.parametrize(
    ("beginn", "due"),
    [
        # winter, summer
        (datetime(2026, 12, 10, 13, 0, tzinfo=UTC), datetime(2026, 12, 3, 7, 0, tzinfo=UTC)),
        (datetime(2026, 6, 11, 12, 0, tzinfo=UTC), datetime(2026, 6, 4, 6, 0, tzinfo=UTC)),
        # across both changes of daylight saving: the day stays, the distance is not 168 hours
        (datetime(2026, 4, 1, 12, 0, tzinfo=UTC), datetime(2026, 3, 25, 7, 0, tzinfo=UTC)),
        (datetime(2026, 10, 28, 13, 0, tzinfo=UTC), datetime(2026, 10, 21, 6, 0, tzinfo=UTC)),
        # on the days of the change themselves
        (datetime(2026, 4, 5, 12, 0, tzinfo=UTC), datetime(2026, 3, 29, 6, 0, tzinfo=UTC)),
        (datetime(2026, 11, 1, 13, 0, tzinfo=UTC), datetime(2026, 10, 25, 7, 0, tzinfo=UTC)),
        # a meeting just after midnight in Zürich is the next day there
        (datetime(2026, 12, 9, 23, 30, tzinfo=UTC), datetime(2026, 12, 3, 7, 0, tzinfo=UTC)),
        # turn of the year, leap day
        (datetime(2027, 1, 5, 13, 0, tzinfo=UTC), datetime(2026, 12, 29, 7, 0, tzinfo=UTC)),
        (datetime(2028, 3, 7, 13, 0, tzinfo=UTC), datetime(2028, 2, 29, 7, 0, tzinfo=UTC)),
    ],
)
def test_versand_due_at_is_eight_o_clock_seven_calendar_days_before(beginn, due):
    assert rules.versand_due_at(beginn, frist_tage=7) == due


def test_versand_due_at_refuses_naive_and_negative():
    with pytest.raises(ValueError, match="Zeitzone"):
        rules.versand_due_at(datetime(2026, 12, 10, 13, 0), frist_tage=7)  # noqa: DTZ001  (that is the point)
    with pytest.raises(ValueError, match="ab null"):
        rules.versand_due_at(datetime(2026, 12, 10, 13, 0, tzinfo=UTC), frist_tage=-1)


def test_late_release_leaves_a_quarter_of_an_hour():
    beginn = datetime(2026, 12, 10, 13, 0, tzinfo=UTC)
    frueh = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
    spaet = datetime(2026, 12, 7, 9, 0, tzinfo=UTC)

    assert rules.versand_due_at_after_release(beginn, frist_tage=7, freigegeben_at=frueh) == datetime(
        2026, 12, 3, 7, 0, tzinfo=UTC
    )
    assert rules.versand_due_at_after_release(beginn, frist_tage=7, freigegeben_at=spaet) == spaet + timedelta(
        minutes=15
    )


@pytest.mark.parametrize(
    ("versandt", "tage", "in_frist"),
    [
        (datetime(2026, 12, 3, 7, 0, tzinfo=UTC), 7, True),
        (datetime(2026, 12, 3, 22, 59, tzinfo=UTC), 7, True),
        (datetime(2026, 12, 3, 23, 0, tzinfo=UTC), 6, False),  # midnight in Zürich: the fourth
        (datetime(2026, 12, 2, 7, 0, tzinfo=UTC), 8, True),
        (datetime(2026, 12, 10, 7, 0, tzinfo=UTC), 0, False),
        (datetime(2026, 12, 11, 7, 0, tzinfo=UTC), -1, False),
    ],
)
def test_tage_vorher_counts_zurich_days(versandt, tage, in_frist):
    beginn = datetime(2026, 12, 10, 13, 0, tzinfo=UTC)

    assert rules.tage_vorher(versandt, beginn) == tage
    assert rules.is_in_frist(tage, frist_tage=7) is in_frist


def test_mahnungen_stand_ten_and_eight_days_before_and_at_the_due_time():
    assert rules.mahnungen_at(datetime(2026, 12, 10, 13, 0, tzinfo=UTC), frist_tage=7) == {
        "t10": datetime(2026, 11, 30, 7, 0, tzinfo=UTC),
        "t8": datetime(2026, 12, 2, 7, 0, tzinfo=UTC),
        "faellig": datetime(2026, 12, 3, 7, 0, tzinfo=UTC),
    }


def test_antwort_bis_is_the_end_of_the_third_day_before():
    beginn = datetime(2026, 12, 10, 13, 0, tzinfo=UTC)

    assert rules.antwort_bis_at(beginn, tage=3) == datetime(2026, 12, 7, 22, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("anwesende", "noetig"),
    [
        (14, 10),
        (13, 9),
        (12, 8),
        (11, 8),
        (10, 7),
        (9, 6),
        (8, 6),
        (7, 5),
        (6, 4),
        (5, 4),
        (4, 3),
        (3, 2),
        (2, 2),
        (1, 1),
    ],
)
def test_needed_yes_votes_are_two_thirds_of_those_present(anwesende, noetig):
    assert rules.noetige_ja(anwesende) == noetig
    assert 3 * noetig >= 2 * anwesende > 3 * (noetig - 1)


@pytest.mark.parametrize("anwesende", [0, -1])
def test_an_empty_room_decides_nothing(anwesende):
    with pytest.raises(ValueError, match="Ohne anwesende Stimmberechtigte"):
        rules.noetige_ja(anwesende)
