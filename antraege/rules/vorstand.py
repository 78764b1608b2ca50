"""The way to the board and back as pure functions: may a report go, what a decision must say, how long it has waited."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from konferenz.rules import is_leer

ERINNERUNG_TAGE = 60


@dataclass(frozen=True)
class Ueberweisung:
    """What is known when a report is to be handed to the board.

    status: of the report.  is_abgestimmt: its vote is closed and the motion still stands where that vote left it.
    sitzung_geschlossen, is_nacherfasst, is_bestaetigt: of the meeting that voted.
    widerspruch: where record, ballots and journal of the vote disagree, in words; empty where they agree.
    """

    status: str
    is_abgestimmt: bool
    sitzung_geschlossen: bool
    is_nacherfasst: bool = False
    is_bestaetigt: bool = False
    widerspruch: str = ""


def check_ueberweisung(lage: Ueberweisung) -> str:
    """Return why a report cannot be handed to the board now, empty where it can.

    While the meeting runs a vote may still be repeated; a meeting held on paper stands once the chair has confirmed it.
    Source: Pflichtenheft 2026, «Entscheidungskompetenzen/Antragsrecht», R35.
    """
    if lage.status == "ueberwiesen":
        return "Der Bericht ist schon überwiesen."
    if lage.status != "freigegeben":
        return "Der Vorsitz hat den Bericht noch nicht freigegeben."
    if not lage.is_abgestimmt:
        return "Der Antrag steht nicht mehr so da, wie über ihn abgestimmt wurde. Bitte erstellen Sie den Bericht neu."
    if not lage.sitzung_geschlossen:
        return "Die Sitzung läuft noch; bis zu ihrem Schluss lässt sich die Abstimmung wiederholen."
    if lage.is_nacherfasst and not lage.is_bestaetigt:
        return "Die Sitzung ist nacherfasst; der Vorsitz hat sie noch nicht bestätigt."
    if lage.widerspruch:
        return f"Die Zahlen stimmen nicht überein: {lage.widerspruch} Überwiesen wird erst, wenn das geklärt ist."
    return ""


def bericht_art(antrag_status: str) -> str:
    """Return what a report on a motion of this state is: antrag (carried), information (not carried), empty: none yet."""
    return {"verabschiedet": "antrag", "nicht_zustande_gekommen": "information"}.get(antrag_status, "")


def check_entscheid(
    *, art: str, ergebnis: str, text: str, beschlossen_on: date, ueberwiesen_on: date, today: date
) -> tuple[str, str]:
    """Return why a decision of the board cannot be recorded so, and the field it is about; two empty texts where it can.

    art: of the report (antrag or information).  What changes, sends back or rejects a motion says how or why.
    Source: Pflichtenheft 2026, R36.
    """
    if art == "information" and ergebnis != "zur_kenntnis":
        return "Der Antrag ging nur zur Information an den Vorstand; er nimmt ihn zur Kenntnis.", "ergebnis"
    if beschlossen_on < ueberwiesen_on:
        return "Der Entscheid liegt vor der Überweisung des Antrags.", "beschlossen_on"
    if beschlossen_on > today:
        return "Der Entscheid liegt in der Zukunft.", "beschlossen_on"
    if ergebnis in {"geaendert", "abgelehnt", "zurueckgewiesen"} and is_leer(text):
        return "Bitte schreiben Sie, was der Vorstand beschlossen hat und warum.", "text"
    return "", ""


def tage_seit(seit: date, today: date) -> int:
    """Return the days something has waited, at least 0."""
    return max((today - seit).days, 0)


def seit_satz(seit: date, today: date) -> str:
    """Return how long something has waited, in words: «seit heute», «seit 1 Tag», «seit 63 Tagen»."""
    tage = tage_seit(seit, today)
    return {0: "seit heute", 1: "seit 1 Tag"}.get(tage, f"seit {tage} Tagen")


def is_ueberfaellig(seit: date, today: date, *, tage: int) -> bool:
    """Return whether the board has had a motion longer than the setting allows; 0 days: never."""
    return tage > 0 and tage_seit(seit, today) > tage


def empfaenger_satz(*, einreichende: Sequence[str], uebrige: int, ohne_adresse: int = 0) -> str:
    """Return who gets the letter with the board's decision, and how many they are, before it goes.

    einreichende: names of who wrote the motion or holds the seat it comes from.  uebrige: the other holders of a seat.
    ohne_adresse: how many of all of them have no address.
    """
    anzahl = len(einreichende) + uebrige
    if not anzahl:
        return "Die Mail geht an niemanden: Zurzeit ist in der Konferenz kein Sitz besetzt."
    kreise = [f"an die Antragstellenden ({', '.join(einreichende)})"] if einreichende else []
    if uebrige == 1:
        kreise.append(f"an das {'übrige' if einreichende else 'einzige'} Mitglied der Konferenz")
    elif uebrige:
        kreise.append(f"an die {uebrige} {'übrigen ' if einreichende else ''}Mitglieder der Konferenz")
    satz = f"Die Mail geht an {anzahl} {'Person' if anzahl == 1 else 'Personen'}: {' und '.join(kreise)}."
    if ohne_adresse:
        satz += f" {ohne_adresse} davon {'hat' if ohne_adresse == 1 else 'haben'} keine E-Mail-Adresse."
    return satz


def zurueck_moeglich(*, antrag_status: str, ergebnis: str) -> bool:
    """Return whether a motion may be taken up again as a new version: the board sent it back and has said so."""
    return antrag_status == "beantwortet" and ergebnis == "zurueckgewiesen"
