"""Calendar entries: data -> bytes of an .ics file. Pure: no query, no clock, no settings."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.mime.text import MIMEText
from uuid import UUID

from icalendar import Calendar, Event, vCalAddress, vText, vUri

PRODID = "-//Verband Solothurner Einwohnergemeinden//Sozialpraesidienkonferenz//DE"
UID_BEREICH = "sozialpraesidienkonferenz.vseg"  # part of each UID for ever; never the host, which may change


@dataclass(frozen=True)
class Eintrag:
    """One meeting as a calendar knows it.

    uuid: of the meeting; the UID is made of it and never changes.  folge: Sitzung.kalender_folge, rises with each change.
    beginn_at, ende_at, stand: aware; stand is when this state was written (DTSTAMP).
    url: absolute.  organisator: mail address of the office, may be empty.
    """

    uuid: UUID
    folge: int
    beginn_at: datetime
    ende_at: datetime
    titel: str
    stand: datetime
    ort: str = ""
    beschreibung: str = ""
    url: str = ""
    organisator: str = ""
    is_abgesagt: bool = False


def make_kalender(eintraege: Sequence[Eintrag]) -> bytes:
    """Return the entries as one iCalendar file, METHOD:PUBLISH.

    PUBLISH, not REQUEST: a mail program then offers no «Zusagen» of its own that could be mistaken for an answer to us.
    A cancelled meeting is the same UID with STATUS:CANCELLED. Times are UTC. Texts cannot add a line or a property.
    """
    kalender = Calendar()
    kalender.add("prodid", PRODID)
    kalender.add("version", "2.0")
    kalender.add("calscale", "GREGORIAN")
    kalender.add("method", "PUBLISH")
    for eintrag in eintraege:
        kalender.add_component(_event(eintrag))
    return kalender.to_ical()


def _event(eintrag: Eintrag) -> Event:
    event = Event()
    event.add("uid", uid(eintrag.uuid))
    event.add("sequence", eintrag.folge)
    event.add("dtstamp", eintrag.stand.astimezone(UTC))
    event.add("dtstart", eintrag.beginn_at.astimezone(UTC))
    event.add("dtend", eintrag.ende_at.astimezone(UTC))
    event.add("summary", _zeile(eintrag.titel))
    event.add("status", "CANCELLED" if eintrag.is_abgesagt else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if eintrag.is_abgesagt else "OPAQUE")
    if eintrag.ort:
        event.add("location", _zeile(eintrag.ort))
    if eintrag.beschreibung:
        event.add("description", _absaetze(eintrag.beschreibung))
    if eintrag.url:
        event.add("url", vUri(_zeile(eintrag.url)))
    if eintrag.organisator:
        adresse = vCalAddress(f"mailto:{_zeile(eintrag.organisator)}")
        adresse.params["CN"] = vText("Sozialpräsidienkonferenz")
        event.add("organizer", adresse)
    return event


def make_teil(kalender: bytes, name: str) -> MIMEText:
    """Return a calendar file as part of a mail, under this file name.

    An attachment and not an alternative: Outlook would show the appointment instead of the letter.
    """
    teil = MIMEText(kalender.decode(), "calendar", "utf-8")
    teil.set_param("method", "PUBLISH")
    teil.add_header("Content-Disposition", "attachment", filename=name)
    return teil


def uid(uuid: UUID) -> str:
    """Return the UID of a meeting's entry, the same for ever."""
    return f"{uuid}@{UID_BEREICH}"


def _zeile(text: str) -> str:
    """Return a text as one line without control characters."""
    return " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", " ", text).split())


def _absaetze(text: str) -> str:
    """Return a text whose only control characters are line feeds."""
    zeilen = re.split(r"\r\n|\r|\n|\u2028|\u2029|\x85", text)
    return "\n".join(re.sub(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", " ", zeile).rstrip() for zeile in zeilen)
