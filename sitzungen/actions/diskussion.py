"""Asking to discuss an information item, and taking that back."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from mitglieder.models import Person
from sitzungen.models import Diskussionswunsch
from sitzungen.queries.praesenz import load_lage
from sitzungen.rules.leitung import check_diskussion
from sitzungen.schritte.leitung import lock_traktandum
from sitzungen.schritte.saal import SaalError, require_laufend, touch_saal
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


@transaction.atomic(durable=True)
def record_diskussion(traktandum_pk: int, *, sitz: int, actor: Person, now: datetime) -> None:
    """Note at the desk that whoever sits on a seat now asks aloud to discuss an information item; twice changes nothing.

    Locks the meeting, then the item. Writes the wish in that person's name and the journal. Raises SaalError.
    """
    sitzung, traktandum = lock_traktandum(traktandum_pk)
    require_laufend(sitzung)
    satz = check_diskussion(status=sitzung.status, art=traktandum.art, ausgang=traktandum.ausgang)
    if satz:
        raise SaalError(satz)
    zeile = load_lage(sitzung).je_sitz.get(sitz)
    if zeile is None or zeile.anwesenheit is None:
        raise SaalError("Für diesen Sitz ist niemand angemeldet. Bitte führen Sie zuerst die Präsenz.")
    person = zeile.anwesenheit.person
    _, neu = Diskussionswunsch.objects.get_or_create(
        traktandum=traktandum, person=person, defaults={"sitz_id": sitz, "verlangt_at": now}
    )
    if not neu:
        return
    touch_saal(sitzung)
    append(
        "diskussion.festgehalten",
        traktandum,
        actor=actor,
        now=now,
        sitzung=sitzung.uuid,
        sitz=zeile.sitz.uuid,
        person=person.uuid,
    )


@transaction.atomic(durable=True)
def drop_diskussion(traktandum_pk: int, *, sitz: int, actor: Person, now: datetime) -> None:
    """Note at the desk that a seat asks to discuss an item no more; without a wish nothing changes.

    Locks the meeting, then the item. Deletes the seat's wishes, writes the journal. Raises SaalError.
    """
    sitzung, traktandum = lock_traktandum(traktandum_pk)
    require_laufend(sitzung)
    satz = check_diskussion(status=sitzung.status, art=traktandum.art, ausgang=traktandum.ausgang)
    if satz:
        raise SaalError(satz)
    wuensche = Diskussionswunsch.objects.filter(traktandum=traktandum, sitz=sitz)
    personen = [wunsch.person.uuid for wunsch in wuensche.select_related("person")]
    if not personen:
        return
    wuensche.delete()
    touch_saal(sitzung)
    append("diskussion.gestrichen", traktandum, actor=actor, now=now, sitzung=sitzung.uuid, personen=personen)
