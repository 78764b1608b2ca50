"""Deeds on the topics."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import Max

from konferenz import journal
from mitglieder.models import Person
from sitzungen.models import Thema
from sitzungen.schritte.termin import lock_jahresplan
from sitzungen.schritte.vorbereitung import VorbereitungError


@transaction.atomic(durable=True)
def create_thema(*, bezeichnung: str, beschluss: str, beschlossen_on: date, actor: Person, now: datetime) -> Thema:
    """Add a topic that the conference took on by its own decision (R29); return it.

    beschluss: which decision, beschlossen_on: its day. Takes the lock of the year plans (numbers are given one by one).
    Writes the topic and the journal. Raises VorbereitungError where its name exists or the day lies ahead.
    """
    lock_jahresplan()
    if Thema.objects.filter(bezeichnung__iexact=bezeichnung).exists():
        raise VorbereitungError("Dieses Thema gibt es bereits.", feld="bezeichnung")
    if beschlossen_on > now.date():
        raise VorbereitungError("Dieses Datum liegt in der Zukunft.", feld="beschlossen_on")
    nr = max(8, Thema.objects.aggregate(letzte=Max("nr"))["letzte"] or 0) + 1
    thema = Thema.objects.create(nr=nr, bezeichnung=bezeichnung, beschluss=beschluss, beschlossen_on=beschlossen_on)
    journal.append(
        art="thema.aufgenommen",
        akteur=actor.uuid,
        objekt=None,
        nutzlast={"nr": nr, "beschluss": beschluss, "beschlossen": beschlossen_on},
        now=now,
    )
    return thema
