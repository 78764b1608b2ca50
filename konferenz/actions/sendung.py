"""Deeds on a mail of the outbox: put one in, and what a person decides about one afterwards."""

from __future__ import annotations

import uuid as uuid_module
from datetime import datetime
from email.utils import getaddresses
from typing import Protocol
from uuid import UUID

from django.core.mail import EmailMessage
from django.db import transaction

from konferenz import journal
from konferenz.adressen import clean_zeile
from konferenz.celery import wake
from konferenz.models import Sendung
from konferenz.nachricht import encode_mail
from konferenz.schritte import SENDUNG_FELDER, SendungError, enqueue_sendung, move_sendung

Status = Sendung.Status


class Akteur(Protocol):
    """A person as the ground knows it."""

    uuid: UUID


def enqueue_mail(message: EmailMessage, *, now: datetime) -> list[Sendung]:
    """Put a library's mail into the outbox: one urgent row per recipient, with the finished text.

    Joins a transaction that is open, so that a mail and the deed it tells of are stored together or not at all.
    """
    sendungen = []
    empfaenger = getaddresses([clean_zeile(str(r), 400) for r in message.recipients()])
    betreff, inhalt = str(message.subject), encode_mail(message)
    with transaction.atomic():
        for name, adresse in empfaenger:
            sendung = enqueue_sendung(
                schluessel=f"mail:{uuid_module.uuid4()}",
                an_adresse=adresse,
                an_name=name,
                betreff=betreff,
                inhalt=inhalt,
                faellig_at=now,
                now=now,
                dringend=True,
            )
            if sendung is not None:
                sendungen.append(sendung)
    return sendungen


@transaction.atomic(durable=True)
def resend_sendung(pk: int, *, grund: str, actor: Akteur, now: datetime) -> Sendung:
    """Have a mail that is done sent once more, under a new Message-ID, because a person says so.

    Locks the row, sets it bereit, appends «sendung.nochmals» with the reason to the journal, wakes a worker.
    Raises SendungError without a reason, for a mail still under way or put in the post, or whose text is gone.
    """
    grund = clean_zeile(grund, 300)
    row = Sendung.objects.select_for_update().get(pk=pk)
    if not grund:
        raise SendungError("Bitte geben Sie an, warum die Nachricht nochmals versandt wird.")
    if row.is_offen or Status.BEREIT not in Sendung.UEBERGAENGE[row.status]:
        raise SendungError(f"Diese Nachricht ist «{row.get_status_display()}» und lässt sich nicht nochmals versenden.")
    if not row.builder:
        raise SendungError("Der Text dieser Nachricht ist nicht mehr gespeichert. Lösen Sie sie neu aus.")
    vorher = row.status
    row.nochmals_count += 1
    row.message_id = ""
    row.gesendet_at, row.angehalten, row.vermerk, row.meldung = None, False, grund, ""
    move_sendung(row, Status.BEREIT)
    row.worker, row.faellig_at, row.versuche = "", now, 0
    row.save(update_fields=SENDUNG_FELDER)
    journal.append(
        art="sendung.nochmals",
        akteur=actor.uuid,
        objekt=row.uuid,
        nutzlast={"vorher": vorher, "grund": grund, "nummer": row.nochmals_count},
        now=now,
    )
    wake()
    return row


@transaction.atomic(durable=True)
def mark_sendung(pk: int, *, status: str, vermerk: str, actor: Akteur, now: datetime) -> Sendung:
    """Write what the office learned later: the mail came back, or the papers went by post.

    status: Sendung.Status.ZURUECKGEKOMMEN or PER_POST.  vermerk: «Postfach voll», «per Post am 3. Dezember 2026».
    Locks the row and appends to the journal. Raises SendungError where the state does not allow it.
    """
    row = Sendung.objects.select_for_update().get(pk=pk)
    if status not in {Status.ZURUECKGEKOMMEN, Status.PER_POST} or status not in Sendung.UEBERGAENGE[row.status]:
        raise SendungError(f"Diese Nachricht ist «{row.get_status_display()}»; das lässt sich so nicht vermerken.")
    vorher = row.status
    move_sendung(row, status)
    row.vermerk = clean_zeile(vermerk, 300)
    row.worker = ""
    row.save(update_fields=SENDUNG_FELDER)
    journal.append(
        art=f"sendung.{row.status}",
        akteur=actor.uuid,
        objekt=row.uuid,
        nutzlast={"vorher": vorher, "vermerk": row.vermerk},
        now=now,
    )
    return row
