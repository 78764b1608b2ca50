"""Who is told of a decision of the board, and what of it the letter says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from antraege.models import Antrag, Bericht
from mitglieder.models import Mandat, Person
from mitglieder.permissions import Recht, has_recht, umfang


@dataclass(frozen=True)
class Empfaenger:
    """One person who is told. is_einreichend: wrote the motion or holds the seat it comes from."""

    person: Person
    is_einreichend: bool


def load_empfaenger(bericht: Bericht, now: datetime) -> list[Empfaenger]:
    """Return who is told of the board's decision, each person once: the holders of all seats today, and the author.

    The author is left out where the report is not hers to read any more (she has no office or seat left).
    """
    antrag = bericht.antrag
    mandate = Mandat.objects.current(timezone.localdate(now)).filter(person__is_active=True)
    gefunden: dict[int, Empfaenger] = {}
    for mandat in mandate.select_related("person").order_by("sitz__reihenfolge", "pk"):
        bisher = gefunden.get(mandat.person_id)
        selbst = mandat.sitz_id == antrag.sitz_id or _is_author(mandat.person, antrag)
        gefunden[mandat.person_id] = Empfaenger(mandat.person, selbst or (bisher is not None and bisher.is_einreichend))
    author = antrag.eingereicht_von
    darf_lesen = author.is_active and has_recht(umfang(author, now), Recht.ENTSCHEID_SEHEN, bericht)
    if author.pk not in gefunden and darf_lesen:
        gefunden[author.pk] = Empfaenger(author, is_einreichend=True)
    return list(gefunden.values())


def is_einreichend(person: Person, antrag: Antrag, now: datetime) -> bool:
    """Return whether a person wrote a motion or holds the seat it comes from today (one query at most)."""
    if _is_author(person, antrag):
        return True
    heute = timezone.localdate(now)
    return Mandat.objects.current(heute).filter(person=person, sitz=antrag.sitz_id).exists()


def _is_author(person: Person, antrag: Antrag) -> bool:
    return person.pk == antrag.eingereicht_von_id
