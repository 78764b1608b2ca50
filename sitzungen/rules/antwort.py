"""When a seat may answer, who may be named as its substitute, when it is reminded: pure functions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from konferenz.rules import versand_due_at
from mitglieder.rules import is_politische_funktion

from .vorbereitung import Mangel

ANDERE, ANGESTELLT = "andere", "sozialdienst"
VERTRETEN = "vertreten"
NACH_VERSAND = timedelta(hours=24)
"""A late dispatch asks for the answer itself; the reminder comes a day after it at the earliest."""

SATZ_FUNKTION = "Bitte wählen Sie die politische Funktion der Stellvertretung."
SATZ_ANGESTELLT = (
    "Zugelassen sind politische Funktionärinnen und Funktionäre, zum Beispiel aus Gemeinderat, Vorstand oder "
    "Sozialkommission. Angestellte eines Sozialdienstes dürfen gemäss Pflichtenheft nicht vertreten."
)
SATZ_FUNKTION_TEXT = "Bitte schreiben Sie, welche politische Funktion es ist."
SATZ_SELBST = "Wer den Sitz selbst innehat, vertritt ihn nicht. Wählen Sie «Ich nehme teil» oder eine andere Person."
SATZ_AUS = "Diese Person ist im Portal deaktiviert. Bitte benennen Sie jemand anderen."
SATZ_DOPPELT = (
    "Diese Person vertritt in dieser Sitzung schon einen anderen Sitz; niemand vertritt zwei. "
    "Bitte benennen Sie jemand anderen."
)
SATZ_MITGLIED = "Diese Person hat selbst einen Sitz in der Konferenz und vertritt keinen anderen. Bitte benennen Sie jemand anderen."
SATZ_BERATEND = "Beratende Sitze lassen sich gemäss den Einstellungen der Geschäftsstelle nicht vertreten."


@dataclass(frozen=True)
class Kandidatur:
    """What is known of somebody who shall stand in for a seat at one meeting.

    is_inhaber: holds this very seat.  hat_sitz: holds another one.  vertritt_anderen: named for another seat of the
    meeting and has not declined.  is_stimmsitz: the seat votes.  funktion: one of the known offices, «sozialdienst» for
    staff of a social service, empty for none chosen.  funktion_text: the office in words, where it is «andere».
    """

    funktion: str
    funktion_text: str = ""
    is_inhaber: bool = False
    hat_sitz: bool = False
    vertritt_anderen: bool = False
    is_aktiv: bool = True
    is_stimmsitz: bool = True


def check_funktion(funktion: str, funktion_text: str = "") -> Mangel | None:
    """Return what is wrong with a substitute's function; None where it is a political one.

    Source: Pflichtenheft 2026, «Stellvertretungsregelung»: «durch politische Funktionäre» (R14).
    """
    if funktion == ANGESTELLT:
        return Mangel("funktion", SATZ_ANGESTELLT)
    if not funktion:
        return Mangel("funktion", SATZ_FUNKTION)
    if funktion == ANDERE and not funktion_text.strip():
        return Mangel("funktion_text", SATZ_FUNKTION_TEXT)
    if funktion == ANDERE and not is_politische_funktion(funktion_text):
        return Mangel("funktion_text", SATZ_ANGESTELLT)
    return None


def check_vertretung(
    kandidatur: Kandidatur, *, mitglied_vertritt_niemanden: bool, beratende_vertretung: bool
) -> Mangel | None:
    """Return why somebody may not stand in for a seat, with the sentence for the user; None where nothing stands against it.

    The two settings are readings of the Pflichtenheft (Annahmen). The holder never, a person for two seats never,
    whatever they say. Source: Pflichtenheft 2026, «Stellvertretungsregelung» (R13, R14).
    """
    if not kandidatur.is_stimmsitz and not beratende_vertretung:
        return Mangel("antwort", SATZ_BERATEND)
    if kandidatur.is_inhaber:
        return Mangel("vertretung", SATZ_SELBST)
    if not kandidatur.is_aktiv:
        return Mangel("vertretung", SATZ_AUS)
    if kandidatur.vertritt_anderen:
        return Mangel("vertretung", SATZ_DOPPELT)
    if kandidatur.hat_sitz and mitglied_vertritt_niemanden:
        return Mangel("vertretung", SATZ_MITGLIED)
    return check_funktion(kandidatur.funktion, kandidatur.funktion_text)


def is_antwort_gueltig(antwort: str, *, fuer: int | None, inhaber: int | None, vertretung: int | None = None) -> bool:
    """Return whether a seat's answer counts, whoever gave it and whoever wrote it down.

    antwort: as stored, empty for none.  fuer: for whom it was given, None where nobody knows.  inhaber: who holds the
    seat on the meeting's day, None while it is vacant.  vertretung: the substitute named.
    «Zugesagt» and «entschuldigt» speak of a person: they end with that person's mandate. «Vertreten» names who comes
    for the seat and stays, unless the substitute has become its holder: nobody stands in for oneself.
    """
    if antwort == VERTRETEN:
        return inhaber is None or vertretung != inhaber
    return bool(antwort) and fuer is not None and fuer == inhaber


SATZ_UNBEKANNT = "Der Termin dieser Sitzung ist noch nicht angekündigt."
SATZ_ABGESAGT = "Die Sitzung ist abgesagt; es braucht keine Antwort mehr."
SATZ_VORBEI = "Die Sitzung ist vorbei; Antworten sind nicht mehr möglich."
SATZ_IM_SAAL = (
    "Für diesen Sitz hat sich im Saal schon jemand angemeldet; die Antwort ändert sich nicht mehr. "
    "Die Leitung der Sitzung hilft Ihnen weiter."
)
SATZ_BEGONNEN = (
    "Die Sitzung hat begonnen; Antworten sind nicht mehr möglich. Bitte wenden Sie sich an die Geschäftsstelle."
)


@dataclass(frozen=True)
class Stand:
    """How far a meeting is, as far as answers are concerned. hat_angemeldet: somebody checked in for the seat."""

    is_bekannt: bool = True
    is_abgesagt: bool = False
    is_eroeffnet: bool = False
    is_geschlossen: bool = False
    hat_angemeldet: bool = False


def why_closed(stand: Stand, *, beginn_at: datetime, ende_at: datetime, now: datetime, buero: bool = False) -> str:
    """Return why a seat cannot answer any more (or not yet), as a sentence; empty while it can.

    A seat answers until the meeting begins; the office records what reached it by phone until the seat is checked in or
    the meeting is closed.
    """
    if stand.is_abgesagt:
        return SATZ_ABGESAGT
    if stand.is_geschlossen:
        return SATZ_VORBEI
    if not stand.is_bekannt:
        return SATZ_UNBEKANNT
    if stand.hat_angemeldet:
        return SATZ_IM_SAAL
    if buero:
        return ""
    if ende_at <= now:
        return SATZ_VORBEI
    return SATZ_BEGONNEN if stand.is_eroeffnet or beginn_at <= now else ""


def erinnerung_due_at(beginn_at: datetime, *, tage: int, versandt_at: datetime) -> datetime:
    """Return when seats without an answer are reminded, in UTC: 08.00 in Zurich so many days before, never right after a late dispatch."""
    return max(versand_due_at(beginn_at, frist_tage=tage), versandt_at + NACH_VERSAND)


def is_erinnerung_due(due_at: datetime, *, erinnert_at: datetime | None, beginn_at: datetime, now: datetime) -> bool:
    """Return whether the reminder of a meeting is to be sent now.

    due_at follows the meeting's date: one that moved to a later day is reminded of anew, and a missed tick heals itself.
    """
    return due_at <= now < beginn_at and (erinnert_at is None or erinnert_at < due_at)
