"""The Pflichtenheft's own rules as pure functions: deadlines and majorities; and when a text is none."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

ZUERICH = ZoneInfo("Europe/Zurich")
VERSAND_ZEIT = time(8, 0)  # a safe hour: never between two and three, which daylight saving skips or doubles


def _local_date(moment: datetime) -> date:
    if moment.tzinfo is None:
        raise ValueError("Zeitpunkte brauchen eine Zeitzone.")
    return moment.astimezone(ZUERICH).date()


def versand_due_at(beginn_at: datetime, *, frist_tage: int) -> datetime:
    """Return when the papers of a meeting go out, in UTC.

    beginn_at: aware start of the meeting.  frist_tage: calendar days before its Zurich date, >= 0.
    Calendar days, not multiples of 24 hours: across a change of daylight saving they differ by an hour.
    Raises ValueError for a naive start or a negative number of days.
    Source: Pflichtenheft 2026, «Informationsfluss» («in der Regel eine Woche vor den Sitzungen»).
    """
    if frist_tage < 0:
        raise ValueError("Die Versandfrist ist eine Anzahl Tage ab null.")
    tag = _local_date(beginn_at) - timedelta(days=frist_tage)
    return datetime.combine(tag, VERSAND_ZEIT, ZUERICH).astimezone(UTC)


def versand_due_at_after_release(
    beginn_at: datetime, *, frist_tage: int, freigegeben_at: datetime, bedenkzeit: timedelta = timedelta(minutes=15)
) -> datetime:
    """Return when a released agenda goes out, in UTC: at the rule's time, or bedenkzeit after a late release."""
    return max(versand_due_at(beginn_at, frist_tage=frist_tage), freigegeben_at.astimezone(UTC) + bedenkzeit)


def tage_vorher(versandt_at: datetime, beginn_at: datetime) -> int:
    """Return the calendar days in Zurich between a dispatch and the meeting (negative: after it)."""
    return (_local_date(beginn_at) - _local_date(versandt_at)).days


def is_in_frist(tage: int, *, frist_tage: int) -> bool:
    """Return whether a dispatch so many calendar days before the meeting keeps the Versandfrist."""
    return tage >= frist_tage


def antwort_bis_at(beginn_at: datetime, *, tage: int) -> datetime:
    """Return until when the seats are asked to answer: the end of the day so many calendar days before, in UTC."""
    tag = _local_date(beginn_at) - timedelta(days=tage)
    return datetime.combine(tag, time(23, 59), ZUERICH).astimezone(UTC)


def mahnungen_at(beginn_at: datetime, *, frist_tage: int) -> dict[str, datetime]:
    """Return when the office is told that an agenda is not released: ten and eight days before, and at the due time.

    Keys «t10», «t8», «faellig»; values in UTC at 08.00 Zurich. The days follow the Versandfrist (three and one before it).
    """
    return {
        "t10": versand_due_at(beginn_at, frist_tage=frist_tage + 3),
        "t8": versand_due_at(beginn_at, frist_tage=frist_tage + 1),
        "faellig": versand_due_at(beginn_at, frist_tage=frist_tage),
    }


def noetige_ja(anwesende: int) -> int:
    """Return how many yes votes an Antrag needs: two thirds of the voting seats present, rounded up.

    anwesende: voting seats present, substitutes included, >= 1. Abstaining counts as present, thus as not agreeing.
    Integers only. Raises ValueError for an empty room, which decides nothing.
    Source: Pflichtenheft 2026, «Entscheidungskompetenzen/Antragsrecht» (R35).
    """
    if anwesende < 1:
        raise ValueError("Ohne anwesende Stimmberechtigte gibt es nichts zu entscheiden.")
    return (2 * anwesende + 2) // 3


class Mehrheit(StrEnum):
    """How a vote is decided; fixed here, chosen by what is voted on."""

    ZWEIDRITTEL = "zweidrittel"  # an Antrag to the board: two thirds of the voting seats present
    EINFACH = "einfach"  # every other decision: more yes than no
    KONSULTATIV = "konsultativ"  # an opinion: decides nothing


@dataclass(frozen=True)
class Auszaehlung:
    """What was counted in one vote. anwesend: voting seats in the base.

    Who is in the base and said nothing counts like an abstention. Raises ValueError for counts that cannot be.
    """

    anwesend: int
    ja: int
    nein: int
    enthaltung: int = 0

    def __post_init__(self) -> None:
        if self.anwesend < 1:
            raise ValueError("Ohne anwesende Stimmberechtigte gibt es nichts zu entscheiden.")
        if min(self.ja, self.nein, self.enthaltung) < 0:
            raise ValueError("Stimmen zählen ab null.")
        if self.ja + self.nein + self.enthaltung > self.anwesend:
            raise ValueError("Es gibt mehr Stimmen als anwesende Stimmberechtigte.")

    @property
    def ohne_stimme(self) -> int:
        """Seats present that did not vote."""
        return self.anwesend - self.ja - self.nein - self.enthaltung


def is_angenommen(mehrheit: Mehrheit, stimmen: Auszaehlung) -> bool | None:
    """Return whether a vote carries; None for a consultative one, which decides nothing.

    zweidrittel: 3 * ja >= 2 * anwesend, integers only; abstaining and silence count as not agreeing.
    einfach: more yes than no, a tie is rejected, nobody has a casting vote; abstentions do not count.
    Source: Pflichtenheft 2026, «Entscheidungskompetenzen/Antragsrecht» (R35); for other decisions it is silent, so the
    simple majority without a casting vote is an assumption.
    """
    if mehrheit is Mehrheit.KONSULTATIV:
        return None
    if mehrheit is Mehrheit.ZWEIDRITTEL:
        return 3 * stimmen.ja >= 2 * stimmen.anwesend
    return stimmen.ja > stimmen.nein


def regel_satz(mehrheit: Mehrheit, anwesend: int) -> str:
    """Return the rule of a vote in words, as it stands above the ballot before anybody votes.

    «Anwesend stimmberechtigt 12 – nötig 8 Ja – Enthaltungen zählen wie Nein». Raises ValueError for an empty room.
    """
    kopf = f"Anwesend stimmberechtigt {anwesend}"
    if mehrheit is Mehrheit.ZWEIDRITTEL:
        return f"{kopf} – nötig {noetige_ja(anwesend)} Ja – Enthaltungen zählen wie Nein"
    if anwesend < 1:
        raise ValueError("Ohne anwesende Stimmberechtigte gibt es nichts zu entscheiden.")
    if mehrheit is Mehrheit.EINFACH:
        return f"{kopf} – angenommen mit mehr Ja als Nein – Enthaltungen zählen nicht, bei Gleichstand abgelehnt"
    return f"Stimmberechtigt {anwesend} – Konsultativabstimmung, unverbindlich"


_UNSICHTBAR = frozenset({"Cc", "Cf", "Cs", "Zs", "Zl", "Zp", "Mn", "Me"})
"""Categories of Unicode that show nothing by themselves: controls, zero widths, blanks, marks without a letter."""
_FUELLER = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and signs that are drawn empty: Hangul fillers, Braille without a dot."""


def is_leer(text: str) -> bool:
    """Return whether nobody sees anything of a text: blanks, zero widths, fillers, or nothing at all."""
    return all(zeichen in _FUELLER or unicodedata.category(zeichen) in _UNSICHTBAR for zeichen in text)
