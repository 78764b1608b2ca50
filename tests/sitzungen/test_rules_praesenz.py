"""Who exercises a seat: the whole truth table, and who is let in."""

from __future__ import annotations

import itertools

import pytest

from sitzungen.rules import praesenz
from sitzungen.rules.praesenz import Ausuebung, Einlass, Ersatz, Sitzlage, Wahl, Wer, admit, who_exercises

W, E = Wahl, Ersatz


def expected(*, stimmberechtigt, wahl, da, ersatz, ausstand, anderswo):
    """The same rule written once more, case by case; None for what cannot be."""
    if da and (ersatz is E.ANWESEND or anderswo or wahl is W.VAKANT):
        return None
    if not da and ersatz is not E.ANWESEND:
        if wahl is W.VAKANT:
            satz = praesenz.SATZ_VAKANT
        elif anderswo and ersatz in (E.KEINE, E.ABGELEHNT):
            satz = praesenz.SATZ_ANDERSWO
        else:
            satz = {
                E.KEINE: "Nicht anwesend.",
                E.BENANNT: "Nicht anwesend; die Stellvertretung ist benannt und noch nicht da.",
                E.ANGENOMMEN: "Nicht anwesend; die Stellvertretung hat zugesagt und ist noch nicht da.",
                E.ABGELEHNT: "Nicht anwesend; die Stellvertretung hat abgelehnt.",
            }[ersatz]
        return (Wer.NIEMAND, False, satz)
    wer = Wer.INHABER if da else Wer.VERTRETUNG
    match (stimmberechtigt, wahl, ausstand):
        case (False, _, _):
            return (wer, False, praesenz.SATZ_BERATEND)
        case (True, W.VAKANT, _):
            return (wer, False, praesenz.SATZ_VAKANT_VERTRETEN)
        case (True, W.DESIGNIERT, _):
            return (wer, False, praesenz.SATZ_DESIGNIERT if da else praesenz.SATZ_DESIGNIERT_VERTRETEN)
        case (True, W.GEWAEHLT, True):
            return (wer, False, praesenz.SATZ_AUSSTAND)
        case _:
            return (wer, True, "")


FAELLE = list(itertools.product([True, False], Wahl, [True, False], Ersatz, [True, False], [True, False]))


@pytest.mark.parametrize(("stimmberechtigt", "wahl", "da", "ersatz", "ausstand", "anderswo"), FAELLE)
def test_truth_table(stimmberechtigt, wahl, da, ersatz, ausstand, anderswo):
    lage = Sitzlage(
        stimmberechtigt=stimmberechtigt,
        wahl=wahl,
        inhaber_anwesend=da,
        vertretung=ersatz,
        ausstand=ausstand,
        sitzt_anderswo=anderswo,
    )
    soll = expected(
        stimmberechtigt=stimmberechtigt, wahl=wahl, da=da, ersatz=ersatz, ausstand=ausstand, anderswo=anderswo
    )

    if soll is None:
        with pytest.raises(ValueError, match="Sitz"):
            who_exercises(lage)
        return

    assert who_exercises(lage) == Ausuebung(soll[0], is_stimme=soll[1], satz=soll[2])


def test_who_does_not_vote_is_told_why():
    for stimmberechtigt, wahl, da, ersatz, ausstand, anderswo in FAELLE:
        soll = expected(
            stimmberechtigt=stimmberechtigt, wahl=wahl, da=da, ersatz=ersatz, ausstand=ausstand, anderswo=anderswo
        )
        if soll is not None:
            assert bool(soll[2]) is not soll[1]


@pytest.mark.parametrize(
    ("belegt", "person", "uebernimmt", "gesperrt", "soll"),
    [
        ({}, 1, False, False, Einlass.NEU),
        ({}, 2, False, False, Einlass.NEU),
        ({}, 3, False, False, Einlass.NICHT_BERECHTIGT),
        ({}, 3, True, False, Einlass.NICHT_BERECHTIGT),
        ({}, 1, False, True, Einlass.NEU),
        ({5: 1}, 1, False, False, Einlass.SCHON_DA),
        ({5: 1}, 1, True, True, Einlass.SCHON_DA),
        ({5: 2}, 1, False, False, Einlass.BESETZT),
        ({5: 2}, 1, True, False, Einlass.WECHSEL),
        ({5: 1}, 2, True, False, Einlass.WECHSEL),
        ({5: 2}, 1, True, True, Einlass.GESPERRT),
        ({5: 2}, 1, False, True, Einlass.BESETZT),
        ({6: 1}, 1, False, False, Einlass.ANDERSWO),
        ({6: 1, 5: 2}, 1, True, False, Einlass.ANDERSWO),
        ({6: 9}, 1, False, False, Einlass.NEU),
    ],
)
def test_admit(belegt, person, uebernimmt, gesperrt, soll):
    """Seat 5 has the holder 1 and the substitute 2."""
    ist = admit(belegt, sitz=5, person=person, inhaber=1, vertretung=2, uebernimmt=uebernimmt, gesperrt=gesperrt)

    assert ist is soll


def test_nobody_is_let_in_on_a_vacant_seat_without_a_substitute():
    assert admit({}, sitz=5, person=1, inhaber=None, vertretung=None) is Einlass.NICHT_BERECHTIGT
