"""Telling the guests of single items: the admission, a new date, a meeting called off."""

from __future__ import annotations

from datetime import datetime

from konferenz.schritte import enqueue_sendung, require_transaction
from mitglieder.models import Person
from sitzungen.models import Sitzung, Traktandum
from sitzungen.queries.gast import zulassungen

MIT_MITTEILUNG = frozenset({"beginn_at", "ende_at", "form", "ort"})
"""The fields of a date whose change a guest has to know."""


def tell_zulassung(traktandum: Traktandum, person: Person, *, now: datetime) -> None:
    """Write a guest of one item where and when, once for each admission. traktandum: with its (locked) sitzung."""
    require_transaction("tell_zulassung")
    betreff = f"Einladung als Gast: Sitzung {traktandum.sitzung.nummer} der Sozialpräsidienkonferenz"
    _mail(f"gast:{now.isoformat()}", "build_zulassung", traktandum, person, betreff=betreff, now=now)


def tell_termin(sitzung: Sitzung, *, now: datetime) -> None:
    """Write the guests of single items of a (locked) meeting when and where it is now, once for a state of its date."""
    require_transaction("tell_termin")
    betreff = f"Neuer Termin: Sitzung {sitzung.nummer} der Sozialpräsidienkonferenz"
    for traktandum, person in _einzelgaeste(sitzung):
        anlass = f"gast_termin:{sitzung.kalender_folge}"
        _mail(anlass, "build_termin", traktandum, person, betreff=betreff, now=now)


def tell_absage(sitzung: Sitzung, *, now: datetime) -> None:
    """Write the guests of single items that a (locked) meeting is called off."""
    require_transaction("tell_absage")
    betreff = f"Abgesagt: Sitzung {sitzung.nummer} der Sozialpräsidienkonferenz"
    for traktandum, person in _einzelgaeste(sitzung):
        _mail("gast_absage", "build_absage", traktandum, person, betreff=betreff, now=now)


def _einzelgaeste(sitzung: Sitzung) -> list[tuple[Traktandum, Person]]:
    """Return who is admitted to which single item; guests of the whole meeting get the letters of the dispatch."""
    alle = zulassungen(sitzung)
    ganze = {z.person.pk for z in alle if z.traktandum is None}
    return [(z.traktandum, z.person) for z in alle if z.traktandum is not None and z.person.pk not in ganze]


def _mail(anlass: str, builder: str, traktandum: Traktandum, person: Person, *, betreff: str, now: datetime) -> None:
    if not person.is_active:
        return
    enqueue_sendung(
        schluessel=f"{anlass}:{traktandum.uuid}:{person.uuid}",
        an_adresse=person.email,
        an_name=person.name,
        person=person.uuid,
        betreff=betreff,
        builder=f"sitzungen.mails.gast.{builder}",
        objekt=traktandum.uuid,
        faellig_at=now,
        now=now,
    )
