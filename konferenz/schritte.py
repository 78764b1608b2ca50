"""Steps of the ground that the actions of every app share; each raises outside a transaction."""

from __future__ import annotations

import uuid as uuid_module
from datetime import datetime
from uuid import UUID

from django.db import connection

from .adressen import AdresseUngueltig, check_adresse, clean_zeile
from .celery import wake
from .models import Sendung, SendungQuerySet
from .nachricht import is_builder

# What a worker or a person writes on a row; what it says to whom never changes.
SENDUNG_FELDER = [
    *(
        "status",
        "angehalten",
        "faellig_at",
        "versuche",
        "lease_until",
        "worker",
        "uebergabe",
        "message_id",
        "nochmals_count",
    ),
    *("meldung", "gesendet_at", "groesse", "vermerk", "inhalt"),
]


class SendungError(Exception):
    """A deed on a mail that is not possible; the text is for the user."""


def require_transaction(name: str) -> None:
    """Raise RuntimeError unless a transaction is open: a step belongs to the deed that takes it."""
    if not connection.in_atomic_block:
        raise RuntimeError(f"{name} braucht eine Transaktion.")


def enqueue_sendung(
    *,
    schluessel: str,
    an_adresse: str,
    an_name: str,
    person: UUID | None = None,
    betreff: str,
    builder: str = "",
    objekt: UUID | None = None,
    inhalt: str = "",
    faellig_at: datetime,
    now: datetime,
    dringend: bool = False,
) -> Sendung | None:
    """Put one mail for one recipient into the outbox; return its row, or None where the key is there already.

    builder: dotted name of (sendung) -> EmailMessage or bytes, called at hand-over; else inhalt: the finished mail.
    dringend: goes before all others.
    A recipient whose address is no address gets a row that has failed already and says why: one bad address never
    stops the letters of the others. A worker is woken after the commit.
    Raises RuntimeError outside a transaction, ValueError without builder and inhalt, or for a builder outside the rooms for mails.
    """
    require_transaction("enqueue_sendung")
    if not builder and not inhalt:
        raise ValueError("Eine Sendung braucht builder oder inhalt.")
    if builder and not is_builder(builder):
        raise ValueError(f"«{builder}» ist kein Ort für Mails.")
    status, meldung = Sendung.Status.BEREIT, ""
    try:
        adresse = check_adresse(an_adresse)
    except AdresseUngueltig as error:
        status, meldung, adresse = Sendung.Status.FEHLGESCHLAGEN, str(error), clean_zeile(an_adresse, 254)
    sendung = Sendung(
        uuid=uuid_module.uuid4(),
        schluessel=schluessel,
        an_adresse=adresse,
        an_name=clean_zeile(an_name, 200),
        person=person,
        betreff=clean_zeile(betreff, 300),
        builder=builder,
        objekt=objekt,
        inhalt=inhalt if status == Sendung.Status.BEREIT else "",
        status=status,
        meldung=meldung,
        dringend=dringend,
        faellig_at=faellig_at,
        created_at=now,
    )
    # ON CONFLICT DO NOTHING: a key that is there already must not break the transaction of the deed.
    Sendung.objects.bulk_create([sendung], ignore_conflicts=True)
    wake()
    return Sendung.objects.filter(uuid=sendung.uuid).first()


def hold_sendungen(sendungen: SendungQuerySet) -> int:
    """Hold every mail of a set that is still open; return how many are in the server's hands right now.

    A worker that is busy with one of them gives it back before the final dot. Those returned may still leave.
    """
    require_transaction("hold_sendungen")
    offen = [Sendung.Status.BEREIT, Sendung.Status.BEANSPRUCHT, Sendung.Status.IN_UEBERGABE]
    sendungen.filter(status__in=offen).update(angehalten=True)
    return sendungen.filter(status=Sendung.Status.IN_UEBERGABE, uebergabe="").count()


def continue_sendungen(sendungen: SendungQuerySet) -> int:
    """Let the held mails of a set go on; return how many."""
    require_transaction("continue_sendungen")
    count = sendungen.filter(angehalten=True).update(angehalten=False)
    wake()
    return count


def move_sendung(row: Sendung, status: str) -> None:
    """Change the state of a locked row, without saving it. Raises SendungError where the table does not know the step."""
    require_transaction("move_sendung")
    neu = Sendung.Status(status)
    if neu not in Sendung.UEBERGAENGE[row.status]:
        raise SendungError(f"Von «{row.get_status_display()}» nach «{neu.label}» führt kein Weg.")
    row.status = neu
