"""Asking to discuss an information item, and taking that back."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from mitglieder.models import Person
from sitzungen.models import Diskussionswunsch
from sitzungen.rules.leitung import check_diskussion
from sitzungen.schritte.leitung import lock_traktandum
from sitzungen.schritte.saal import SaalError, touch_saal
from sitzungen.schritte.vorbereitung import append


@transaction.atomic(durable=True)
def request_diskussion(traktandum_pk: int, *, sitz: int, actor: Person, now: datetime) -> None:
    """Note that a member or a substitute asks to discuss an information item; one wish opens the discussion.

    sitz: pk of the seat the person speaks for.  Asking twice changes nothing.
    Locks the meeting, then the item. Writes the wish and the journal. Raises SaalError.
    """
    sitzung, traktandum = lock_traktandum(traktandum_pk)
    satz = check_diskussion(status=sitzung.status, art=traktandum.art, ausgang=traktandum.ausgang)
    if satz:
        raise SaalError(satz)
    _, neu = Diskussionswunsch.objects.get_or_create(
        traktandum=traktandum, person=actor, defaults={"sitz_id": sitz, "verlangt_at": now}
    )
    if not neu:
        return
    touch_saal(sitzung)
    append("diskussion.verlangt", traktandum, actor=actor, now=now, sitzung=sitzung.uuid)


@transaction.atomic(durable=True)
def withdraw_diskussion(traktandum_pk: int, *, actor: Person, now: datetime) -> None:
    """Take one's own wish to discuss an item back, until the item is dealt with; without a wish nothing changes.

    Locks the meeting, then the item. Deletes the wish, writes the journal. Raises SaalError.
    """
    sitzung, traktandum = lock_traktandum(traktandum_pk)
    satz = check_diskussion(status=sitzung.status, art=traktandum.art, ausgang=traktandum.ausgang)
    if satz:
        raise SaalError(satz)
    anzahl, _ = Diskussionswunsch.objects.filter(traktandum=traktandum, person=actor).delete()
    if not anzahl:
        return
    touch_saal(sitzung)
    append("diskussion.zurueckgezogen", traktandum, actor=actor, now=now, sitzung=sitzung.uuid)
