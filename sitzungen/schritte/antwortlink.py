"""The signed link with which one person answers for one seat and one meeting."""

from __future__ import annotations

from datetime import datetime

from konferenz.schritte import require_transaction
from mitglieder.models import Person, Zugangslink
from mitglieder.schritte.zugang import ensure_zugangslink
from sitzungen.models import Sitzung, Teilnahme


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


def move_antwortlinks(sitzung: Sitzung) -> None:
    """Let the links of a (locked) meeting that moved end with it as it stands now."""
    require_transaction("move_antwortlinks")
    uuids = Teilnahme.objects.filter(sitzung=sitzung).values("uuid")
    Zugangslink.objects.filter(zweck=Zugangslink.Zweck.ANTWORT, objekt__in=uuids, revoked_at__isnull=True).update(
        valid_until=sitzung.ende_at
    )
