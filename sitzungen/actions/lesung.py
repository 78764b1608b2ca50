"""That somebody opened papers: what is new for whom, and who saw what is confidential."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction

from konferenz import journal
from mitglieder.models import Person
from sitzungen.models import Fassung, Lesung

NOCHMALS = timedelta(minutes=10)
"""A viewer fetches a file in pieces: within this span they are one opening."""


@transaction.atomic(durable=True)
def record_lesungen(fassung_pks: Collection[int], *, actor: Person, now: datetime, weg: str) -> int:
    """Note that a person opened versions of papers; return how many were unread until now.

    fassung_pks: versions the person may open (the view has asked).  weg: «einzeln», «zip» or «mappe».
    Locks and writes Lesung; each opening of a confidential paper goes into the journal, once per ten minutes.
    """
    fassungen = Fassung.objects.select_related("unterlage").filter(pk__in=fassung_pks).order_by("pk")
    bekannt = {
        lesung.fassung_id: lesung
        for lesung in Lesung.objects.select_for_update().filter(person=actor, fassung__in=fassung_pks)
    }
    neue = []
    for fassung in fassungen:
        lesung = bekannt.get(fassung.pk)
        if fassung.unterlage.is_vertraulich and (lesung is None or lesung.gelesen_at <= now - NOCHMALS):
            journal.append(
                art="unterlage.geoeffnet",
                akteur=actor.uuid,
                objekt=fassung.unterlage.uuid,
                nutzlast={"fassung": fassung.nr, "weg": weg},
                now=now,
            )
            if lesung is not None:
                lesung.gelesen_at = now
                lesung.save(update_fields=["gelesen_at"])
        if lesung is None:
            neue.append(Lesung(person=actor, fassung=fassung, gelesen_at=now))
    # two windows of one person at once: the second finds the row
    Lesung.objects.bulk_create(neue, ignore_conflicts=True)
    return len(neue)
