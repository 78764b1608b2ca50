"""Who may be named, when a seat may answer, when it is reminded: as truth tables."""

from datetime import UTC, datetime, timedelta

import pytest

from sitzungen.rules import antwort as rules
from sitzungen.rules.antwort import Kandidatur, Stand

BEGINN = datetime(2026, 12, 10, 13, 0, tzinfo=UTC)
ENDE = BEGINN + timedelta(hours=2)
GUT = {"funktion": "gemeinderat"}


def check(mitglied_vertritt_niemanden=True, beratende_vertretung=True, **daten):
    return rules.check_vertretung(
        Kandidatur(**{**GUT, **daten}),
        mitglied_vertritt_niemanden=mitglied_vertritt_niemanden,
        beratende_vertretung=beratende_vertretung,
    )


@pytest.mark.parametrize(
    ("daten", "feld", "satz"),
    [
        ({}, None, None),
        ({"funktion": ""}, "funktion", rules.SATZ_FUNKTION),
        ({"funktion": "sozialdienst"}, "funktion", rules.SATZ_ANGESTELLT),
        ({"funktion": "andere"}, "funktion_text", rules.SATZ_FUNKTION_TEXT),
        ({"funktion": "andere", "funktion_text": "Leiterin Soziale Dienste"}, "funktion_text", rules.SATZ_ANGESTELLT),
        ({"funktion": "andere", "funktion_text": "Sozialarbeiter"}, "funktion_text", rules.SATZ_ANGESTELLT),
        ({"funktion": "andere", "funktion_text": "Kantonsrätin"}, None, None),
        ({"is_inhaber": True}, "vertretung", rules.SATZ_SELBST),
        ({"is_aktiv": False}, "vertretung", rules.SATZ_AUS),
        ({"vertritt_anderen": True}, "vertretung", rules.SATZ_DOPPELT),
        ({"vertritt_anderen": True, "mitglied_vertritt_niemanden": False}, "vertretung", rules.SATZ_DOPPELT),
        ({"hat_sitz": True}, "vertretung", rules.SATZ_MITGLIED),
        ({"hat_sitz": True, "mitglied_vertritt_niemanden": False}, None, None),
        ({"is_inhaber": True, "mitglied_vertritt_niemanden": False}, "vertretung", rules.SATZ_SELBST),
        ({"is_stimmsitz": False}, None, None),
        ({"is_stimmsitz": False, "beratende_vertretung": False}, "antwort", rules.SATZ_BERATEND),
        ({"is_stimmsitz": True, "beratende_vertretung": False}, None, None),
    ],
)
def test_who_may_stand_in(daten, feld, satz):
    mangel = check(**daten)

    assert (mangel.feld, mangel.satz) == (feld, satz) if satz else mangel is None


@pytest.mark.parametrize(
    ("stand", "now", "buero", "satz"),
    [
        (Stand(), BEGINN - timedelta(minutes=1), False, ""),
        (Stand(), BEGINN, False, rules.SATZ_BEGONNEN),
        (Stand(), ENDE, False, rules.SATZ_VORBEI),
        (Stand(is_eroeffnet=True), BEGINN - timedelta(minutes=5), False, rules.SATZ_BEGONNEN),
        (Stand(is_geschlossen=True), BEGINN, True, rules.SATZ_VORBEI),
        (Stand(is_abgesagt=True), BEGINN - timedelta(days=9), True, rules.SATZ_ABGESAGT),
        (Stand(is_bekannt=False), BEGINN - timedelta(days=9), True, rules.SATZ_UNBEKANNT),
        (Stand(is_eroeffnet=True), BEGINN, True, ""),
        (Stand(is_eroeffnet=True, hat_angemeldet=True), BEGINN, True, rules.SATZ_IM_SAAL),
        (Stand(hat_angemeldet=True), BEGINN - timedelta(minutes=5), False, rules.SATZ_IM_SAAL),
    ],
)
def test_when_a_seat_may_answer(stand, now, buero, satz):
    assert rules.why_closed(stand, beginn_at=BEGINN, ende_at=ENDE, now=now, buero=buero) == satz


def test_reminder_is_due_at_eight_three_days_before_also_across_the_change_of_clock():
    frueh = BEGINN - timedelta(days=30)
    winter = rules.erinnerung_due_at(BEGINN, tage=3, versandt_at=frueh)
    umstellung = rules.erinnerung_due_at(datetime(2026, 10, 27, 13, 0, tzinfo=UTC), tage=3, versandt_at=frueh)

    assert winter == datetime(2026, 12, 7, 7, 0, tzinfo=UTC)
    assert rules.erinnerung_due_at(
        datetime(2026, 10, 27, 13, 0, tzinfo=UTC), tage=3, versandt_at=BEGINN - timedelta(days=60)
    ) == datetime(2026, 10, 24, 6, 0, tzinfo=UTC)
    assert umstellung == frueh + timedelta(hours=24)


def test_reminder_waits_a_day_after_a_late_dispatch():
    versandt = BEGINN - timedelta(days=2)

    assert rules.erinnerung_due_at(BEGINN, tage=3, versandt_at=versandt) == versandt + timedelta(hours=24)


@pytest.mark.parametrize(
    ("now", "erinnert", "soll"),
    [
        (timedelta(minutes=-1), None, False),
        (timedelta(0), None, True),
        (timedelta(hours=20), None, True),
        (timedelta(hours=1), timedelta(0), False),
        (timedelta(hours=1), timedelta(days=-7), True),  # the meeting moved to a later day after its reminder
        (timedelta(days=4), None, False),  # it has begun
    ],
)
def test_reminder_is_sent_once_for_a_date(now, erinnert, soll):
    due = BEGINN - timedelta(days=3)
    erinnert_at = None if erinnert is None else due + erinnert

    assert rules.is_erinnerung_due(due, erinnert_at=erinnert_at, beginn_at=BEGINN, now=due + now) is soll


@pytest.mark.parametrize(
    ("antwort", "fuer", "inhaber", "vertretung", "gilt"),
    [
        ("", None, 1, None, False),
        ("zugesagt", 1, 1, None, True),
        ("zugesagt", 1, 2, None, False),
        ("zugesagt", 1, None, None, False),
        ("zugesagt", None, 1, None, False),
        ("zugesagt", None, None, None, False),
        ("zugesagt", 1, 1, 3, True),
        ("entschuldigt", 1, 1, None, True),
        ("entschuldigt", 1, 2, None, False),
        ("entschuldigt", 1, None, None, False),
        ("entschuldigt", None, 2, None, False),
        ("vertreten", 1, 1, 3, True),
        ("vertreten", 1, 2, 3, True),
        ("vertreten", 1, None, 3, True),
        ("vertreten", None, None, 3, True),
        ("vertreten", 1, 3, 3, False),
        ("vertreten", None, 3, 3, False),
    ],
)
def test_an_answer_ends_with_the_mandate_it_speaks_for(antwort, fuer, inhaber, vertretung, gilt):
    assert rules.is_antwort_gueltig(antwort, fuer=fuer, inhaber=inhaber, vertretung=vertretung) is gilt
