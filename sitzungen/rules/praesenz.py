"""Who sits on a seat, who may exercise it, and whether it counts: pure functions over what is known of one seat."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Wahl(StrEnum):
    """How the seat is filled on the day of the meeting (R5)."""

    GEWAEHLT = "gewaehlt"
    DESIGNIERT = "designiert"
    VAKANT = "vakant"


class Ersatz(StrEnum):
    """How far the seat's substitute for this meeting is; ANWESEND: checked in for the seat."""

    KEINE = ""
    BENANNT = "benannt"
    ANGENOMMEN = "angenommen"
    ABGELEHNT = "abgelehnt"
    ANWESEND = "anwesend"


class Wer(StrEnum):
    """Who sits on a seat now."""

    INHABER = "inhaber"
    VERTRETUNG = "vertretung"
    NIEMAND = "niemand"


@dataclass(frozen=True)
class Sitzlage:
    """What is known of one seat at one moment.

    ausstand: the seat steps aside for the item that is dealt with now.  sitzt_anderswo: the holder is checked in on
    another seat (personal union), so this one can only be taken by a substitute.
    """

    stimmberechtigt: bool
    wahl: Wahl
    inhaber_anwesend: bool = False
    vertretung: Ersatz = Ersatz.KEINE
    ausstand: bool = False
    sitzt_anderswo: bool = False


@dataclass(frozen=True)
class Ausuebung:
    """Who exercises a seat. is_stimme: it counts in the base of a vote now.  satz: why it does not, empty where it does."""

    wer: Wer
    is_stimme: bool
    satz: str

    @property
    def is_anwesend(self) -> bool:
        return self.wer is not Wer.NIEMAND


SATZ_ANDERSWO = "Das Mitglied übt in dieser Sitzung einen anderen Sitz aus; für diesen braucht es eine Stellvertretung."
SATZ_VAKANT = "Der Sitz ist vakant."
SATZ_VAKANT_VERTRETEN = "Der Sitz ist vakant; die Stellvertretung nimmt ohne Stimme teil."
SATZ_BERATEND = "Beratender Sitz: nimmt teil, ohne Stimme."
SATZ_DESIGNIERT = "Designiert, noch nicht vom VSEG-Vorstand gewählt: nimmt teil, ohne Stimme."
SATZ_DESIGNIERT_VERTRETEN = (
    "Das Mitglied ist designiert, noch nicht gewählt; die Stellvertretung nimmt ohne Stimme teil."
)
SATZ_AUSSTAND = "Im Ausstand bei diesem Traktandum: zählt bis zu dessen Ende nicht mit."
_ABWESEND = {
    Ersatz.KEINE: "Nicht anwesend.",
    Ersatz.BENANNT: "Nicht anwesend; die Stellvertretung ist benannt und noch nicht da.",
    Ersatz.ANGENOMMEN: "Nicht anwesend; die Stellvertretung hat zugesagt und ist noch nicht da.",
    Ersatz.ABGELEHNT: "Nicht anwesend; die Stellvertretung hat abgelehnt.",
}


def who_exercises(lage: Sitzlage) -> Ausuebung:
    """Return who exercises a seat and whether it votes, with the sentence that says why not.

    The vote belongs to the seat: the holder or, in the holder's absence, the substitute exercises it, never both. A seat
    whose holder is not yet elected, or that is vacant, has no vote, whoever sits there. Ausstand takes the seat out of
    the base. Raises ValueError for what cannot be: both at once, a vacant seat's holder present, or a holder on two seats.
    Source: Pflichtenheft 2026, «Zusammensetzung», «Stellvertretungsregelung» (R5–R7, R13, R14, R44).
    """
    vertreten = lage.vertretung is Ersatz.ANWESEND
    if lage.inhaber_anwesend and vertreten:
        raise ValueError("Mitglied und Stellvertretung sitzen nie zugleich auf einem Sitz.")
    if lage.inhaber_anwesend and (lage.sitzt_anderswo or lage.wahl is Wahl.VAKANT):
        raise ValueError("Ein vakanter Sitz hat kein Mitglied, und niemand sitzt auf zwei Sitzen.")
    if not lage.inhaber_anwesend and not vertreten:
        return Ausuebung(Wer.NIEMAND, is_stimme=False, satz=_abwesend(lage))
    wer = Wer.VERTRETUNG if vertreten else Wer.INHABER
    satz = _ohne_stimme(lage, vertreten=vertreten)
    return Ausuebung(wer, is_stimme=not satz, satz=satz)


def _abwesend(lage: Sitzlage) -> str:
    if lage.wahl is Wahl.VAKANT:
        return SATZ_VAKANT
    if lage.sitzt_anderswo and lage.vertretung in {Ersatz.KEINE, Ersatz.ABGELEHNT}:
        return SATZ_ANDERSWO
    return _ABWESEND[lage.vertretung]


def _ohne_stimme(lage: Sitzlage, *, vertreten: bool) -> str:
    if not lage.stimmberechtigt:
        return SATZ_BERATEND
    if lage.wahl is Wahl.VAKANT:
        return SATZ_VAKANT_VERTRETEN
    if lage.wahl is Wahl.DESIGNIERT:
        return SATZ_DESIGNIERT_VERTRETEN if vertreten else SATZ_DESIGNIERT
    return SATZ_AUSSTAND if lage.ausstand else ""


class Einlass(StrEnum):
    """What a wish to check in comes to."""

    NEU = "neu"  # the seat was free
    SCHON_DA = "schon_da"  # nothing changes
    WECHSEL = "wechsel"  # the seat changes hands: who sits there goes in the same moment
    BESETZT = "besetzt"  # somebody else sits there
    ANDERSWO = "anderswo"  # the person sits on another seat
    NICHT_BERECHTIGT = "nicht_berechtigt"  # neither holder nor named substitute
    GESPERRT = "gesperrt"  # an open vote holds the seat


def admit(
    belegt: Mapping[int, int],
    *,
    sitz: int,
    person: int,
    inhaber: int | None,
    vertretung: int | None,
    uebernimmt: bool = False,
    gesperrt: bool = False,
) -> Einlass:
    """Return what happens when a person checks in for a seat.

    belegt: seat -> person, all who sit now.  inhaber, vertretung: who may exercise the seat in this meeting (None: nobody).
    uebernimmt: the holder takes the seat over from the substitute, or the desk hands it on; without it a taken seat is
    refused, so that of two at the same instant one is told who holds it.  gesperrt: an open vote counts the seat.
    """
    if person not in {inhaber, vertretung}:
        return Einlass.NICHT_BERECHTIGT
    sitzt = belegt.get(sitz)
    if sitzt == person:
        return Einlass.SCHON_DA
    if any(andere == person for andere in belegt.values()):
        return Einlass.ANDERSWO
    if sitzt is None:
        return Einlass.NEU
    if not uebernimmt:
        return Einlass.BESETZT
    return Einlass.GESPERRT if gesperrt else Einlass.WECHSEL
