"""Voting as pure functions: may it open, who may vote and why not, what a receipt is."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from konferenz.rules import Auszaehlung, Mehrheit, is_angenommen, noetige_ja
from sitzungen.rules.leitung import check_antrag

WAHLEN = ("ja", "nein", "enthaltung")
KONSULTATIV_TAGE = 90


@dataclass(frozen=True)
class Eroeffnung:
    """What is known when somebody wants to open a vote.

    anwesend: voting seats that would stand in the base.  is_aktuell: its item is the one dealt with now.
    """

    status: str
    mehrheit: Mehrheit
    sitzung_laeuft: bool
    anwesend: int
    is_aktuell: bool = True
    art: str = "entscheid"
    angekuendigt: bool = True
    andere_offen: bool = False


def check_oeffnen(lage: Eroeffnung) -> str:
    """Return why a vote cannot be opened now, empty where it can.

    An Antrag to the board needs an announced Entscheid (R43). A consultative vote decides nothing: it may be asked on any
    item and stands beside another open vote; before a meeting it has rules of its own (check_konsultativ).
    Source: Pflichtenheft 2026, «Entscheidungskompetenzen/Antragsrecht» (R35).
    """
    if lage.status != "vorbereitet":
        return {
            "offen": "Die Abstimmung ist schon offen.",
            "geschlossen": "Die Abstimmung ist geschlossen. Wiederholt wird sie als neue Abstimmung, die auf diese verweist.",
            "abgebrochen": "Die Abstimmung wurde abgebrochen. Bereiten Sie eine neue vor.",
        }[lage.status]
    if not lage.sitzung_laeuft:
        if lage.mehrheit is Mehrheit.KONSULTATIV:
            return "Eröffnet wird sie in der laufenden Sitzung. Davor holen Sie eine Meinung auf der Seite der Sitzung ein."
        return "Abgestimmt wird in der laufenden Sitzung. Eröffnen Sie zuerst die Sitzung."
    if lage.mehrheit is not Mehrheit.KONSULTATIV:
        if not lage.is_aktuell:
            return "Rufen Sie zuerst das Traktandum auf, zu dem abgestimmt wird: Der Ausstand gilt je Traktandum."
        if lage.andere_offen:
            return "Es ist schon eine Abstimmung offen. Schliessen Sie zuerst diese."
        if lage.mehrheit is Mehrheit.ZWEIDRITTEL and (
            satz := check_antrag(art=lage.art, angekuendigt=lage.angekuendigt)
        ):
            return satz
    if lage.anwesend < 1:
        return "Es ist kein stimmberechtigter Sitz anwesend. Führen Sie zuerst die Präsenz."
    return ""


@dataclass(frozen=True)
class Nacherfassung:
    """What is known when a vote held on paper is recorded. is_nachgefuehrt, is_bestaetigt: of its meeting.

    in_der_sitzung: the vote's time lies within the meeting.  anwesend: voting seats present then, those in Ausstand left out.
    """

    status: str
    mehrheit: Mehrheit
    is_nachgefuehrt: bool
    is_bestaetigt: bool
    in_der_sitzung: bool
    anwesend: int
    art: str = "entscheid"
    angekuendigt: bool = True


def check_nacherfassen(lage: Nacherfassung) -> str:
    """Return why a vote cannot be recorded afterwards, empty where it can; the rule of R43 holds on paper too."""
    if lage.status != "vorbereitet":
        return "Erfasst wird eine Abstimmung einmal. Wiederholt wird sie als neue Abstimmung, die auf diese verweist."
    if not lage.is_nachgefuehrt:
        return "Führen Sie zuerst die Sitzung nach: Wer anwesend war, bestimmt, wer stimmte."
    if lage.is_bestaetigt:
        return "Der Vorsitz hat die nachgeführte Sitzung bestätigt; sie steht fest."
    if not lage.in_der_sitzung:
        return "Diese Zeit liegt nicht in der Sitzung. Bitte geben Sie an, wann abgestimmt wurde."
    if lage.mehrheit is Mehrheit.ZWEIDRITTEL and (satz := check_antrag(art=lage.art, angekuendigt=lage.angekuendigt)):
        return satz
    if lage.anwesend < 1:
        return "Zu dieser Zeit war kein stimmberechtigter Sitz anwesend. Bitte prüfen Sie die Zeit oder die Präsenz."
    return ""


def check_konsultativ(
    *,
    sitzung_status: str,
    is_bekannt: bool,
    is_veroeffentlicht: bool,
    mit_traktandum: bool,
    schliesst_at: datetime,
    now: datetime,
) -> tuple[str, str | None]:
    """Return why the seats cannot be asked for an opinion before a meeting, and the field it is about; empty where they can.

    is_bekannt, is_veroeffentlicht: the members know the meeting's date, its agenda.
    """
    if sitzung_status not in {"entwurf", "freigegeben", "versandt"}:
        return (
            "Vor einer Sitzung wird gefragt, die noch bevorsteht. In der Sitzung eröffnet das Pult die Abstimmung.",
            None,
        )
    if not is_bekannt:
        return "Die Sitzung ist den Mitgliedern noch nicht angekündigt; sie könnten die Frage nicht öffnen.", None
    if mit_traktandum and not is_veroeffentlicht:
        return "Die Traktanden sind noch nicht versandt. Fragen Sie ohne Traktandum.", "traktandum"
    if schliesst_at <= now:
        return "Der Schluss liegt in der Vergangenheit.", "tag"
    if schliesst_at > now + timedelta(days=KONSULTATIV_TAGE):
        return f"Eine Konsultativabstimmung dauert höchstens {KONSULTATIV_TAGE} Tage.", "tag"
    return "", None


class Grund(StrEnum):
    """Why somebody cannot vote, as he reads it."""

    NICHT_EROEFFNET = "Die Abstimmung ist noch nicht eröffnet."
    GESCHLOSSEN = "Die Abstimmung ist geschlossen."
    ABGEBROCHEN = "Die Abstimmung wurde abgebrochen."
    BERATEND = "Ihr Sitz berät mit; er stimmt nicht ab."
    AUSSTAND = "Sie sind bei diesem Traktandum im Ausstand."
    NICHT_ANWESEND = "Ihr Sitz war bei der Eröffnung nicht anwesend gemeldet und zählt bei dieser Abstimmung nicht mit."
    DESIGNIERT = "Sie sind designiert und noch nicht gewählt; stimmen können Sie nach der Wahl durch den VSEG-Vorstand."
    KEIN_SITZ = "Sie üben in dieser Sitzung keinen Sitz aus."
    ANDERER_SITZ = "Dieser Link gilt nicht für den Sitz, für den Sie stimmen. Bitte melden Sie sich dafür an."


def check_status(status: str) -> str:
    """Return why nobody can vote, from the vote's own state; empty while it is open."""
    return {
        "vorbereitet": Grund.NICHT_EROEFFNET,
        "geschlossen": Grund.GESCHLOSSEN,
        "abgebrochen": Grund.ABGEBROCHEN,
    }.get(status, "")


def quittung(*, nonce: str, wahl: str) -> str:
    """Return the receipt of a ballot: SHA-256 of nonce and choice in UTF-8, 64 hex digits.

    It shows nothing of the choice before nonce and choice enter the record at the close. Raises ValueError for a choice
    that is none.
    """
    if wahl not in WAHLEN:
        raise ValueError("Eine Stimme ist Ja, Nein oder Enthaltung.")
    return hashlib.sha256(f"{nonce}{wahl}".encode()).hexdigest()


def zahlen_satz(mehrheit: Mehrheit, stimmen: Auszaehlung) -> str:
    """Return what was counted, in words: «10 Ja, 3 Nein, 1 Enthaltung bei 14 Anwesenden; nötig 10».

    Who is in the base and did not vote is named. A consultative vote may be held between meetings: it asks seats.
    """
    zahlen = f"{stimmen.ja} Ja, {stimmen.nein} Nein, {_enthaltungen(stimmen.enthaltung)}"
    if stimmen.ohne_stimme:
        zahlen += f", {stimmen.ohne_stimme} ohne Stimme"
    if mehrheit is Mehrheit.KONSULTATIV:
        return f"{zahlen} von {stimmen.anwesend} {'Stimmsitz' if stimmen.anwesend == 1 else 'Stimmsitzen'}"
    bei = "bei 1 Anwesenden" if stimmen.anwesend == 1 else f"bei {stimmen.anwesend} Anwesenden"
    if mehrheit is Mehrheit.ZWEIDRITTEL:
        return f"{zahlen} {bei}; nötig {noetige_ja(stimmen.anwesend)}"
    return f"{zahlen} {bei} (einfaches Mehr)"


def ausgang_wort(mehrheit: Mehrheit, stimmen: Auszaehlung) -> str:
    """Return what a vote came to in one word; a consultative one decides nothing and says so."""
    angenommen = is_angenommen(mehrheit, stimmen)
    if angenommen is None:
        return "Unverbindliche Meinung"
    if angenommen:
        return "Angenommen"
    return "Nicht zustande gekommen" if mehrheit is Mehrheit.ZWEIDRITTEL else "Abgelehnt"


def ergebnis_satz(mehrheit: Mehrheit, stimmen: Auszaehlung) -> str:
    """Return the result in words and numbers, as it stands everywhere.

    «Angenommen mit 10 Ja, 3 Nein, 1 Enthaltung bei 14 Anwesenden; nötig 10.»
    """
    wort = ausgang_wort(mehrheit, stimmen)
    mit = ":" if mehrheit is Mehrheit.KONSULTATIV else " mit"
    return f"{wort}{mit} {zahlen_satz(mehrheit, stimmen)}."


def ausgang_zeile(frage: str, mehrheit: Mehrheit, stimmen: Auszaehlung) -> str:
    """Return the line a closed vote leaves on its item: its question and its result."""
    return f"{frage} {ergebnis_satz(mehrheit, stimmen)}"


def ausgang_text(zeilen: Sequence[str], bisher: str) -> str:
    """Return an item's text: the lines its votes left, in the order they were held, then what was written by hand.

    bisher: the text so far, in which any of the lines may stand, in any order.
    """
    rest = " ".join(bisher.split())
    for zeile in sorted(zeilen, key=len, reverse=True):  # one question may end like another
        rest = rest.replace(" ".join(zeile.split()), "")
    rest = " ".join(rest.split())
    return "\n".join([*zeilen, rest] if rest else zeilen)


def leitende(votes: Sequence[tuple[int | None, bool]]) -> int:
    """Return the place of the vote whose result is its item's outcome.

    votes: of each binding vote on the item, in the order they were held, its motion (None without one) and whether it
    was carried; at least one.  Of each motion its last vote counts. An item with a motion that was carried is decided,
    whichever failed beside it; else the last one counts. A vote on how to go on («Rückkommen?») leaves what was said of
    the motions.
    """
    letzte = {antrag: stelle for stelle, (antrag, _) in enumerate(votes) if antrag is not None}
    return max(letzte.values(), key=lambda stelle: (votes[stelle][1], stelle), default=len(votes) - 1)


def entscheidet(*, ist_antrag: bool, wartet: bool) -> bool:
    """Return whether the leading vote decides its item: one on how to go on does not while a motion there waits for its own.

    ist_antrag: it is on a motion.  wartet: a motion on the item waits for its vote.
    """
    return ist_antrag or not wartet


def weg_satz(*, als: str, weg: str) -> str:
    """Return how a seat's ballot came, in words: «selbst», «Stellvertretung», «durch die Geschäftsstelle erfasst» …

    als: inhaber or vertretung.  weg: selbst, geschaeftsstelle or nacherfasst; empty where the seat did not vote.
    """
    wege = {"geschaeftsstelle": "durch die Geschäftsstelle erfasst", "nacherfasst": "nacherfasst"}
    teile = ["Stellvertretung"] if als == "vertretung" else []
    teile += [wege[weg]] if weg in wege else ["selbst"] if weg and not teile else []
    return ", ".join(teile)


def _enthaltungen(anzahl: int) -> str:
    return "1 Enthaltung" if anzahl == 1 else f"{anzahl} Enthaltungen"


@dataclass(frozen=True)
class Sitzwechsel:
    """A seat on which another person would have been while a recorded vote was held: sitz: its pk; None: nobody."""

    sitz: int
    bisher: int | None
    neu: int | None


def praesenz_wechsel(
    basis: Mapping[int, int], *, bisher: Mapping[int, int], neu: Mapping[int, int]
) -> tuple[Sitzwechsel, ...]:
    """Return where a presence recorded anew contradicts a closed vote, by pk of the seat; empty where it fits.

    basis: whom the vote counted on which seat.  bisher, neu: who was there at its time, as recorded before and now, on
    voting seats; who was there and did not count (designated, in Ausstand) stays what he was.
    """
    galt = {**bisher, **basis}
    sitze = sorted(galt.keys() | neu.keys())
    return tuple(Sitzwechsel(s, galt.get(s), neu.get(s)) for s in sitze if galt.get(s) != neu.get(s))
