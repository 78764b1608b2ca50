"""Calendar entries that no text can break (sicherheit.md C2)."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from icalendar import Calendar

from sitzungen.kalender import Eintrag, make_kalender

UUID_A = UUID("11111111-2222-4333-8444-555555555555")


def eintrag(**felder):
    return Eintrag(
        **{
            "uuid": UUID_A,
            "folge": 2,
            "beginn_at": datetime(2026, 12, 10, 13, tzinfo=UTC),
            "ende_at": datetime(2026, 12, 10, 15, 30, tzinfo=UTC),
            "titel": "4. ordentliche Sitzung 2026",
            "stand": datetime(2026, 11, 1, 9, tzinfo=UTC),
            **felder,
        }
    )


def test_entry_says_when_where_and_cannot_be_answered():
    text = make_kalender([eintrag(ort="Landhaus Solothurn", url="https://portal.test/sitzungen/2026-4/")]).decode()

    assert text.splitlines() == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Verband Solothurner Einwohnergemeinden//Sozialpraesidienkonferen",
        " z//DE",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        "SUMMARY:4. ordentliche Sitzung 2026",
        "DTSTART:20261210T130000Z",
        "DTEND:20261210T153000Z",
        "DTSTAMP:20261101T090000Z",
        "UID:11111111-2222-4333-8444-555555555555@sozialpraesidienkonferenz.vseg",
        "SEQUENCE:2",
        "LOCATION:Landhaus Solothurn",
        "STATUS:CONFIRMED",
        "TRANSP:OPAQUE",
        "URL:https://portal.test/sitzungen/2026-4/",
        "END:VEVENT",
        "END:VCALENDAR",
    ]


@pytest.mark.parametrize(
    "boese",
    ["x\r\nBEGIN:VALARM\r\nEND:VALARM", "x\rATTENDEE:a", "x\nURL:http://b", "a;b,c\\n", "x\u2028DTEND:1", "\x85Y:1"],
)
@pytest.mark.parametrize("feld", ["titel", "ort", "beschreibung", "url", "organisator"])
def test_no_text_adds_a_property(feld, boese):
    harmlos = Calendar.from_ical(make_kalender([eintrag(**{feld: "x"})]))
    kalender = Calendar.from_ical(make_kalender([eintrag(**{feld: boese})]))

    [event] = kalender.walk("VEVENT")
    [vergleich] = harmlos.walk("VEVENT")
    assert sorted(event.keys()) == sorted(vergleich.keys())
    assert kalender.walk("VALARM") == []


def test_a_title_with_separators_comes_back_whole():
    [event] = Calendar.from_ical(make_kalender([eintrag(titel="Budget; Teil 1, 2 und 3")])).walk("VEVENT")

    assert str(event["summary"]) == "Budget; Teil 1, 2 und 3"


def test_a_moved_and_a_cancelled_meeting_keep_their_uid():
    events = [
        Calendar.from_ical(make_kalender([eintrag(folge=folge, is_abgesagt=abgesagt)])).walk("VEVENT")[0]
        for folge, abgesagt in [(0, False), (1, False), (2, True)]
    ]

    assert [(str(e["uid"]), e["sequence"], str(e["status"])) for e in events] == [
        (f"{UUID_A}@sozialpraesidienkonferenz.vseg", 0, "CONFIRMED"),
        (f"{UUID_A}@sozialpraesidienkonferenz.vseg", 1, "CONFIRMED"),
        (f"{UUID_A}@sozialpraesidienkonferenz.vseg", 2, "CANCELLED"),
    ]
