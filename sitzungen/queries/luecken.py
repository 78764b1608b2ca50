"""The gaps in the plan of seats: who has to answer yet, how the office reaches them, whether they were reminded today."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from konferenz.models import Sendung
from mitglieder.models import Person
from sitzungen.models import Teilnahme

from .sitzplan import Plansitz, Vertretung


@dataclass(frozen=True)
class Luecke:
    """A seat that waits for an answer and how the office reaches who has to give it.

    telefon: as written; tel: as a link dials it.  erinnert_am: today, where today's reminder has gone.
    """

    platz: Plansitz
    person: Person
    grund: str
    erinnert_am: date | None = None

    @property
    def mail(self) -> str:
        return self.person.email

    @property
    def telefon(self) -> str:
        return self.person.telefon

    @property
    def tel(self) -> str:
        return re.sub(r"[^+\d]", "", self.person.telefon)


@dataclass(frozen=True)
class Luecken:
    """What the office follows up before the meeting; all empty during and after it.

    ohne_antwort: seats nobody answered for, or whose substitute declined.  neu_erbeten: answered before the meeting
    moved.  unbestaetigt: the substitutes named who have not said yes.
    """

    ohne_antwort: tuple[Luecke, ...] = ()
    neu_erbeten: tuple[Luecke, ...] = ()
    unbestaetigt: tuple[Luecke, ...] = ()


def load_luecken(vertretung: Vertretung, now: datetime) -> Luecken:
    """Return the gaps of a meeting (one query: today's reminders, none where nothing is open)."""
    if vertretung.phase != "vorher":
        return Luecken()
    je_sitz = {platz.zeile.sitz.pk: platz for platz in vertretung.plaetze}
    neu = {zeile.sitz.pk for zeile in vertretung.lage.neu_erbeten}
    offen = [(je_sitz[z.sitz.pk], z.inhaber) for z in vertretung.lage.luecken if z.inhaber]
    benannte = [
        (platz, platz.zeile.vertretung)
        for platz in vertretung.plaetze
        if platz.zeile.vertretung and platz.zeile.teilnahme and _is_benannt(platz.zeile.teilnahme)
    ]
    gemahnt, heute = _reminded(vertretung, now), timezone.localdate(now)

    def make(platz: Plansitz, person: Person, grund: str) -> Luecke:
        return Luecke(platz, person, grund, heute if _key(platz, person, now) in gemahnt else None)

    return Luecken(
        ohne_antwort=tuple(make(p, wer, _grund(p)) for p, wer in offen if p.zeile.sitz.pk not in neu),
        neu_erbeten=tuple(make(p, wer, f"bisher: {p.wort}") for p, wer in offen if p.zeile.sitz.pk in neu),
        unbestaetigt=tuple(make(p, wer, "hat noch nicht zugesagt") for p, wer in benannte),
    )


def _is_benannt(teilnahme: Teilnahme) -> bool:
    return teilnahme.vertretung_stand == Teilnahme.Vertretung.BENANNT


def _grund(platz: Plansitz) -> str:
    teilnahme = platz.zeile.teilnahme
    if teilnahme is not None and teilnahme.vertretung_stand == Teilnahme.Vertretung.ABGELEHNT:
        return f"{teilnahme.vertretung} hat die Stellvertretung abgelehnt"
    return "keine Antwort"


def _key(platz: Plansitz, person: Person, now: datetime) -> str:
    """Return what the row of today's reminder is called; empty where the seat has nothing to remind of yet."""
    teilnahme = platz.zeile.teilnahme
    return erinnerung_schluessel(teilnahme, person, now) if teilnahme is not None else ""


def _reminded(vertretung: Vertretung, now: datetime) -> set[str]:
    """Return the keys of today's reminders to holders and substitutes of all seats (one query)."""
    leute = [(p, wer) for p in vertretung.plaetze for wer in (p.zeile.inhaber, p.zeile.vertretung) if wer]
    schluessel = [key for platz, wer in leute if (key := _key(platz, wer, now))]
    return set(Sendung.objects.filter(schluessel__in=schluessel).values_list("schluessel", flat=True))


def erinnerung_schluessel(teilnahme: Teilnahme, person: Person, now: datetime) -> str:
    """Return the key of a reminder in the outbox: one a day for a seat and person."""
    return f"erinnerung:{teilnahme.uuid}:{person.uuid}:{timezone.localdate(now)}"
