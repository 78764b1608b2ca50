"""The demo's attendance: who came to the meetings of the past, in a pattern that shows each kind."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from mitglieder.models import Mandat, Person, Sitz, Stellvertretung

from .actions.demo import Gewesen, Strecke

SPAET, FRUEH, WECHSEL = timedelta(minutes=25), timedelta(minutes=40), timedelta(minutes=45)


@dataclass(frozen=True)
class Platz:
    """A seat, who has it, and who stands in (the first of the standing list)."""

    sitz: Sitz
    person: Person
    ersatz: Person | None


def load_plaetze(tag: date) -> list[Platz]:
    """Return the seats taken on a day, in seat order."""
    mandate = {m.sitz_id: m.person for m in Mandat.objects.current(tag).select_related("person")}
    ersatz: dict[int, Person] = {}
    for zeile in Stellvertretung.objects.current(tag).select_related("person").order_by("pk"):
        ersatz.setdefault(zeile.sitz_id, zeile.person)
    sitze = Sitz.objects.select_related("sozialregion").order_by("reihenfolge")
    return [Platz(sitz, mandate[sitz.pk], ersatz.get(sitz.pk)) for sitz in sitze if sitz.pk in mandate]


def make_praesenz(plaetze: Sequence[Platz], nr: int, beginn_at: datetime, ende_at: datetime) -> list[Gewesen]:
    """Return who came to the nr-th meeting: mostly all, some represented, excused, late, gone early; the chair always."""
    return [_gewesen(platz, (k * 7 + nr * 5) % 23, beginn_at, ende_at) for k, platz in enumerate(plaetze)]


def _gewesen(platz: Platz, fall: int, beginn_at: datetime, ende_at: datetime) -> Gewesen:
    ist_vorsitz = platz.sitz.art == Sitz.Art.VORSITZ
    if fall == 8 and not ist_vorsitz:
        return Gewesen(platz.sitz, platz.person, "entschuldigt")
    if fall == 20 and not ist_vorsitz:
        return Gewesen(platz.sitz, platz.person, "")
    vertreten = platz.ersatz is not None and fall in {2, 3, 17}
    strecken = tuple(_strecken(platz, 0 if ist_vorsitz else fall, beginn_at, ende_at))
    return Gewesen(
        platz.sitz,
        platz.person,
        "vertreten" if vertreten else "zugesagt",
        platz.ersatz if vertreten else None,
        strecken,
    )


def _strecken(platz: Platz, fall: int, beginn_at: datetime, ende_at: datetime) -> Iterator[Strecke]:
    person, ersatz = platz.person, platz.ersatz
    if ersatz is not None and fall in {2, 3}:
        yield Strecke(ersatz, "vertretung", beginn_at, ende_at)
    elif ersatz is not None and fall == 17:  # the holder takes over
        yield Strecke(ersatz, "vertretung", beginn_at, beginn_at + WECHSEL)
        yield Strecke(person, "inhaber", beginn_at + WECHSEL, ende_at)
    elif fall == 11:
        yield Strecke(person, "inhaber", beginn_at + SPAET, ende_at)
    elif fall == 14:
        yield Strecke(person, "inhaber", beginn_at, ende_at - FRUEH)
    else:
        yield Strecke(person, "inhaber", beginn_at, ende_at)
