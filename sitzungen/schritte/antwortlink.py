"""The signed link with which one person answers for one seat and one meeting."""

from __future__ import annotations

import uuid as uuid_module
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.utils import timezone

from konferenz.schritte import require_transaction
from mitglieder.models import Mandat, Person, Sitz, Zugangslink, hash_token
from mitglieder.schritte.zugang import ensure_zugangslink
from sitzungen.models import Sitzung, Teilnahme

from .vorbereitung import append


def ensure_antwortlink(teilnahme: Teilnahme, person: Person, *, actor: Person | None, now: datetime) -> Zugangslink:
    """Return the person's link to this seat's answer, made where there is none; it ends with the meeting.

    person: the holder, who answers, or the named substitute, who accepts or declines. objekt of the link is the uuid of
    the Teilnahme. The caller holds its lock.
    """
    require_transaction("ensure_antwortlink")
    return ensure_zugangslink(
        zweck=Zugangslink.Zweck.ANTWORT,
        person=person,
        objekt=teilnahme.uuid,
        sitz=teilnahme.sitz,
        valid_until=teilnahme.sitzung.ende_at,
        actor=actor,
        now=now,
    )


def ensure_antwortlinks(sitzungen: Sequence[Sitzung], *, actor: Person | None, now: datetime) -> int:
    """Give the holder of each seat a link to the answer for each of these (locked) meetings still ahead; return how many are new.

    A person on two seats gets one for each. What is there is kept, so that every mail of a meeting carries the same
    link. Makes the rows of Teilnahme that are not there yet; one journal entry per meeting with new links. The number
    of queries does not grow with the seats.
    """
    require_transaction("ensure_antwortlinks")
    kommende = [s for s in sitzungen if s.ende_at > now]
    mandate = {s.pk: list(_inhaber(s)) for s in kommende}
    sitze = list(Sitz.objects.order_by("pk"))
    reihen = _ensure_teilnahmen(kommende, sitze)
    links = {
        (link.objekt, link.person_id)
        for link in Zugangslink.objects.usable(now).filter(
            zweck=Zugangslink.Zweck.ANTWORT, objekt__in=[t.uuid for t in reihen.values()]
        )
    }
    neue = []
    for sitzung in kommende:
        je_sitzung = [
            _make_link(reihen[sitzung.pk, m.sitz_id], m.person, sitzung=sitzung, actor=actor, now=now)
            for m in mandate[sitzung.pk]
            if (reihen[sitzung.pk, m.sitz_id].uuid, m.person_id) not in links
        ]
        if je_sitzung:
            append("antwort.links_erstellt", sitzung, actor=actor, now=now, links=[link.uuid for link in je_sitzung])
        neue += je_sitzung
    Zugangslink.objects.bulk_create(neue)
    return len(neue)


def _inhaber(sitzung: Sitzung) -> Iterable[Mandat]:
    tag = timezone.localdate(sitzung.beginn_at)
    return Mandat.objects.current(tag).filter(person__is_active=True).select_related("person").order_by("pk")


def _ensure_teilnahmen(sitzungen: Sequence[Sitzung], sitze: Sequence[Sitz]) -> dict[tuple[int, int], Teilnahme]:
    def load() -> dict[tuple[int, int], Teilnahme]:
        return {(t.sitzung_id, t.sitz_id): t for t in Teilnahme.objects.filter(sitzung__in=[s.pk for s in sitzungen])}

    vorhanden = load()
    fehlende = [
        Teilnahme(sitzung=sitzung, sitz=sitz)
        for sitzung in sitzungen
        for sitz in sitze
        if (sitzung.pk, sitz.pk) not in vorhanden
    ]
    if not fehlende:
        return vorhanden
    Teilnahme.objects.bulk_create(fehlende)
    return load()


def _make_link(
    teilnahme: Teilnahme, person: Person, *, sitzung: Sitzung, actor: Person | None, now: datetime
) -> Zugangslink:
    link = Zugangslink(
        uuid=uuid_module.uuid4(),
        zweck=Zugangslink.Zweck.ANTWORT,
        person=person,
        sitz_id=teilnahme.sitz_id,
        objekt=teilnahme.uuid,
        valid_until=sitzung.ende_at,
        created_at=now,
        created_by=actor,
    )
    link.token_hash = hash_token(link.token)
    return link


def move_antwortlinks(sitzung: Sitzung) -> None:
    """Let the links of a (locked) meeting that moved end with it as it stands now."""
    require_transaction("move_antwortlinks")
    uuids = Teilnahme.objects.filter(sitzung=sitzung).values("uuid")
    Zugangslink.objects.filter(zweck=Zugangslink.Zweck.ANTWORT, objekt__in=uuids, revoked_at__isnull=True).update(
        valid_until=sitzung.ende_at
    )
