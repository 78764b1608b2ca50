"""Hand the mails of the outbox over: claim · send · mark, and take up what a worker left behind.

The one deed of the house that is not one transaction.
"""

from __future__ import annotations

import logging
import os
import secrets
import socket
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.models import F
from django.utils import timezone

from konferenz import journal, marke, smtp
from konferenz.adressen import check_adresse, clean_zeile
from konferenz.models import Sendung
from konferenz.nachricht import AnhangSpeicher, EmpfangVerweigert, Nachricht, build_nachricht, load_builder
from konferenz.schritte import SENDUNG_FELDER, move_sendung

log = logging.getLogger(__name__)
Uhr = Callable[[], datetime]
Status = Sendung.Status
_MARK_PAUSES = (0, 1, 3)  # seconds before each try to write down what became of a mail


def deliver_sendung(
    *, versender: smtp.Versender, speicher: AnhangSpeicher, now: datetime, uhr: Uhr = timezone.now
) -> smtp.Ergebnis | None:
    """Claim the next mail that is due at now, hand it over, mark it; return what became of it, None if none is due.

    uhr: the real clock, for leases, back-off and the Date of the mail, whatever now says.
    Three short transactions: the claim, the marker before the final dot, the result with its journal entry. No
    transaction is open while the mail is built or sent. Whatever is wrong with one row ends with that row.
    Raises DatabaseError where the result cannot be written; the row then waits for its lease to run out.
    """
    sendung = _claim(now, uhr)
    if sendung is None:
        return None
    ergebnis = _build_and_send(sendung, versender, speicher, uhr)
    for pause in _MARK_PAUSES:
        time.sleep(pause)
        try:
            _mark(sendung, ergebnis, uhr())
        except DatabaseError:
            log.exception("Ergebnis der Sendung %s nicht notiert: %s", sendung.uuid, ergebnis)
            if connection.in_atomic_block or pause == _MARK_PAUSES[-1]:
                raise
            connection.close()
        else:
            break
    return ergebnis


def _claim(now: datetime, uhr: Uhr) -> Sendung | None:
    with transaction.atomic(durable=True):
        # On PostgreSQL the row is locked; SQLite knows no row locks, there the transaction holds the write lock.
        due = Sendung.objects.due(now).select_for_update(skip_locked=True)
        pk = due.values_list("pk", flat=True).first()
        if pk is None:
            return None
        # Compare and set: who changes the row from bereit has it. The token is new with every claim.
        token = f"{socket.gethostname()[:40]}:{os.getpid()}:{threading.get_native_id()}:{secrets.token_hex(4)}"
        claimed = Sendung.objects.filter(pk=pk, status=Status.BEREIT, angehalten=False).update(
            status=Status.BEANSPRUCHT, worker=token, lease_until=uhr() + marke.lease(), versuche=F("versuche") + 1
        )
        return Sendung.objects.get(pk=pk) if claimed else None


def _build_and_send(sendung: Sendung, versender: smtp.Versender, speicher: AnhangSpeicher, uhr: Uhr) -> smtp.Ergebnis:
    try:
        check_adresse(sendung.an_adresse)
        nachricht = _build(sendung, speicher, uhr())
    except EmpfangVerweigert as error:
        return smtp.Endgueltig(clean_zeile(str(error), 500))
    except (OSError, DatabaseError, ImportError, MemoryError) as error:
        # May pass: a disk, a database, a worker that is older than the row.
        log.exception("Sendung %s lässt sich zurzeit nicht erstellen.", sendung.uuid)
        return smtp.Voruebergehend(clean_zeile(f"Die Nachricht liess sich nicht erstellen: {error}", 500))
    except Exception as error:
        # Will not pass by itself. It ends here, with this row, and stops nobody else's mail.
        log.exception("Sendung %s lässt sich nicht erstellen.", sendung.uuid)
        return smtp.Endgueltig(clean_zeile(f"Die Nachricht liess sich nicht erstellen: {error}", 500))
    sendung.groesse = nachricht.groesse
    uebergabe = marke.Uebergabe(sendung, uhr)
    try:
        with uebergabe:
            return versender.hand_over(nachricht, uebergabe)
    except Exception as error:
        # Mostly lease or marker that could not be written: then no final dot was sent, whatever the row says by now.
        log.exception("Sendung %s: Die Übergabe brach ab.", sendung.uuid)
        kind = smtp.Unklar if uebergabe.is_committed else smtp.NichtUebergeben
        return kind(clean_zeile(f"Die Übergabe brach ab: {error}", 500))


def _build(sendung: Sendung, speicher: AnhangSpeicher, now: datetime) -> Nachricht:
    mail: Any = load_builder(sendung.builder)(sendung) if sendung.builder else sendung.inhalt.encode()
    return build_nachricht(sendung, mail, speicher=speicher, now=now)


@transaction.atomic(durable=True)
def _mark(sendung: Sendung, ergebnis: smtp.Ergebnis, now: datetime) -> None:
    """Write what became of a claimed mail; changes nothing where somebody else has the row by now."""
    # A late but definite answer also corrects a row that was called unclear meanwhile.
    von = [Status.BEANSPRUCHT, Status.IN_UEBERGABE, Status.UNKLAR]
    row = Sendung.objects.select_for_update().filter(pk=sendung.pk, worker=sendung.worker, status__in=von).first()
    if row is None or (row.status == Status.UNKLAR and isinstance(ergebnis, smtp.Unklar)):
        return
    row.meldung = ergebnis.meldung
    row.groesse = sendung.groesse
    match ergebnis:
        case smtp.Angenommen():
            row.gesendet_at = now
            _finish(row, Status.GESENDET, now)
        case smtp.Unklar():
            _finish(row, Status.UNKLAR, now)
        case smtp.Endgueltig():
            _finish(row, Status.FEHLGESCHLAGEN, now)
        case smtp.ServerFehlt() | smtp.Zurueckgezogen():
            _release(row, faellig_at=row.faellig_at, versuche=row.versuche - 1)
        case _ if row.versuche >= settings.SENDUNG_MAX_VERSUCHE:
            _finish(row, Status.FEHLGESCHLAGEN, now)
        case _:
            steps = settings.SENDUNG_BACKOFF_SECONDS
            pause = steps[min(row.versuche, len(steps)) - 1]
            _release(row, faellig_at=now + timedelta(seconds=pause), versuche=row.versuche)


def _finish(row: Sendung, status: Status, now: datetime) -> None:
    """Write a row that no worker will touch again by itself, and its journal entry (not for libraries' mails)."""
    move_sendung(row, status)
    row.lease_until, row.uebergabe, row.angehalten = None, "", False
    row.worker = row.worker if status == Status.UNKLAR else ""
    row.inhalt = ""  # login codes do not stay
    row.save(update_fields=SENDUNG_FELDER)
    if row.builder:
        journal.append(
            art=f"sendung.{status.value}",
            akteur=None,
            objekt=row.uuid,
            nutzlast={"versuche": row.versuche, "message_id": row.message_id, "bytes": row.groesse},
            now=now,
        )


def _release(row: Sendung, *, faellig_at: datetime, versuche: int) -> None:
    move_sendung(row, Status.BEREIT)
    row.lease_until, row.worker, row.uebergabe = None, "", ""
    row.faellig_at, row.versuche = faellig_at, max(versuche, 0)
    row.save(update_fields=SENDUNG_FELDER)


@transaction.atomic(durable=True)
def free_expired(*, now: datetime) -> int:
    """Take up the rows of workers that have not been heard of within their lease; return how many.

    now: the real clock. No dot was sent: bereit again, behind the others (after the last try: fehlgeschlagen).
    The server may have it: unklar, counted as delivered, never sent again by itself.
    """
    leben = marke.leben()
    expired = Sendung.objects.expired(now).select_for_update(skip_locked=True).order_by("pk")
    count = 0
    for row in expired:
        count += 1
        # An empty name of a life proves nothing.
        if row.status == Status.IN_UEBERGABE and (not row.uebergabe or row.uebergabe != leben):
            row.meldung = "Der Versand brach während der Übergabe ab; die Antwort des Mailservers fehlt."
            _finish(row, Status.UNKLAR, now)
        elif row.versuche >= settings.SENDUNG_MAX_VERSUCHE:
            row.meldung = "Der Versand brach bei jedem Versuch ab."
            _finish(row, Status.FEHLGESCHLAGEN, now)
        else:
            row.meldung = "Der Versand brach vor der Übergabe ab."
            _release(row, faellig_at=now, versuche=row.versuche)
    return count
