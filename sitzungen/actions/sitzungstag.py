"""The letter of the day: each seat's own way into the room, without a password."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from konferenz.schritte import enqueue_sendung
from mitglieder.models import Zugangslink
from mitglieder.schritte.zugang import ensure_zugangslink
from sitzungen.queries.sitzungstag import faellige_sitzungen, ohne_link, schluessel
from sitzungen.schritte.saal import lock_teilnahmen
from sitzungen.schritte.vorbereitung import append

NACHLAUF = timedelta(hours=6)
"""How long after the planned end the link still works, should the meeting last: it ends with the close before that."""


@transaction.atomic(durable=True)
def send_links(pk: int, *, now: datetime) -> int:
    """Mail everybody who is expected at today's meeting the link into the room; return how many mails were written.

    Each seat and person exactly once a day; who is named substitute during the day gets it then. Locks the Sitzung and
    its Teilnahmen, asks again whether it is due. Writes Zugangslinks (zweck stimme, objekt the Teilnahme), Sendungen and
    one journal entry where anything was written.
    """
    sitzung, teilnahmen = lock_teilnahmen(pk)
    if not faellige_sitzungen(now).filter(pk=pk).exists():
        return 0
    je_sitz = {t.sitz_id: t for t in teilnahmen}
    anzahl = 0
    for erwartet in ohne_link(sitzung):
        teilnahme = je_sitz[erwartet.sitz.pk]
        ensure_zugangslink(
            zweck=Zugangslink.Zweck.STIMME,
            person=erwartet.person,
            objekt=teilnahme.uuid,
            sitz=erwartet.sitz,
            valid_until=sitzung.ende_at + NACHLAUF,
            actor=None,
            now=now,
        )
        sendung = enqueue_sendung(
            schluessel=schluessel(sitzung, erwartet),
            an_adresse=erwartet.person.email,
            an_name=erwartet.person.name,
            person=erwartet.person.uuid,
            betreff=f"Heute: {sitzung.titel} der Sozialpräsidienkonferenz, Ihr Zugang",
            builder="sitzungen.mails.sitzungstag.build",
            objekt=teilnahme.uuid,
            faellig_at=now,
            now=now,
        )
        anzahl += sendung is not None
    if anzahl:
        append("sitzungstag.link", sitzung, actor=None, now=now, mails=anzahl)
    return anzahl
