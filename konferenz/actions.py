"""Deeds of the ground: deliver a mail of the outbox, put one into it, what a person decides about one afterwards."""

from __future__ import annotations

import logging
import os
import secrets
import socket
import threading
import time
import uuid as uuid_module
from collections.abc import Callable
from datetime import datetime, timedelta
from email.utils import getaddresses
from pathlib import Path
from typing import Any, Protocol, Self
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import DatabaseError, connection, transaction
from django.db.models import F
from django.utils import timezone

from . import journal, schritte, smtp
from .adressen import check_adresse, clean_zeile
from .celery import wake
from .models import Herzschlag, Sendung
from .nachricht import (
    AnhangSpeicher,
    EmpfangVerweigert,
    Nachricht,
    build_nachricht,
    encode_mail,
    load_builder,
    message_id,
)

log = logging.getLogger(__name__)
Uhr = Callable[[], datetime]
Status = Sendung.Status
# What a worker or a person writes on a row; what it says to whom never changes.
_FELDER = [
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
_MARK_PAUSES = (0, 1, 3)  # seconds before each try to write down what became of a mail


class Akteur(Protocol):
    """A person as the ground knows it."""

    uuid: UUID


class SendungError(Exception):
    """A deed on a mail that is not possible; the text is for the user."""


def note_herzschlag(name: str, *, now: datetime) -> None:
    """Write that a part of the machinery ("beat", "worker") is alive."""
    Herzschlag.objects.update_or_create(name=name, defaults={"zeit": now})


def enqueue_mail(message: EmailMessage, *, now: datetime) -> list[Sendung]:
    """Put a library's mail into the outbox: one urgent row per recipient, with the finished text.

    Joins a transaction that is open, so that a mail and the deed it tells of are stored together or not at all.
    """
    sendungen = []
    empfaenger = getaddresses([clean_zeile(str(r), 400) for r in message.recipients()])
    betreff, inhalt = str(message.subject), encode_mail(message)
    with transaction.atomic():
        for name, adresse in empfaenger:
            sendung = schritte.enqueue_sendung(
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


# --- claim · send · mark: the one deed that is not one transaction ---------------------------------


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
            status=Status.BEANSPRUCHT, worker=token, lease_until=uhr() + _lease(), versuche=F("versuche") + 1
        )
        return Sendung.objects.get(pk=pk) if claimed else None


def _lease() -> timedelta:
    return timedelta(seconds=settings.SENDUNG_LEASE_SECONDS)


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
    uebergabe = _Uebergabe(sendung, uhr)
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


class _Uebergabe:
    """Keeps the book for one claimed mail (smtp.Begleiter): its lease, and the marker before the final dot in two steps.

    announce() waits for the disk, commit() does not: a commit that waits is visible milliseconds before it returns,
    and workers killed in just these left a marker without a dot (measured: one lost mail in 60 kills). What the
    quick commit alone says may be lost if the database itself dies. So announce() notes in which life of the
    database it was written: in the same life the missing commit proves that no dot was sent, in another it is
    open and the mail counts as delivered.
    """

    def __init__(self, sendung: Sendung, uhr: Uhr) -> None:
        self._uhr, self._message_id = uhr, message_id(sendung)
        self._rows = Sendung.objects.filter(pk=sendung.pk, worker=sendung.worker, angehalten=False)
        self._renewed = time.monotonic()
        self._synchronous = 0
        self._is_committing = False
        self.is_committed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        """Bring the connection back to normal; never fails, for what became of the mail is known by now."""
        if connection.in_atomic_block:
            return
        try:
            if self._is_committing:
                _await_commit()
            if not connection.get_autocommit():
                connection.set_autocommit(True)
            if self._synchronous:
                with connection.cursor() as cursor:
                    cursor.execute(f"PRAGMA synchronous = {self._synchronous}")
        except Exception:
            log.exception("Die Verbindung zur Datenbank wird nach einer Übergabe neu aufgebaut.")
            connection.close()  # a new one begins as the settings say

    def alive(self) -> bool:
        """Renew the lease once a third has passed; False where the claim is lost or the mail is held."""
        if time.monotonic() - self._renewed < settings.SENDUNG_LEASE_SECONDS / 3:
            return True
        self._renewed = time.monotonic()
        return self._rows.filter(status=Status.BEANSPRUCHT).update(lease_until=self._uhr() + _lease()) == 1

    def announce(self) -> bool:
        """Write that the dot is about to be sent; False where the claim is lost or the mail is held."""
        # The wait for the server's answer comes on top, so that no live worker loses its row.
        until = self._uhr() + _lease() + timedelta(seconds=settings.EMAIL_TIMEOUT)
        announced = self._rows.filter(status=Status.BEANSPRUCHT).update(
            status=Status.IN_UEBERGABE, uebergabe=_leben(), lease_until=until, message_id=self._message_id
        )
        if connection.vendor == "sqlite" and not connection.in_atomic_block:
            with connection.cursor() as cursor:
                self._synchronous = cursor.execute("PRAGMA synchronous").fetchone()[0]
                if self._synchronous:
                    cursor.execute("PRAGMA synchronous = NORMAL")  # in WAL mode: no waiting at a commit
        return announced == 1

    def commit(self) -> bool:
        """Write that from now on the server may have the mail; False where it was taken back meanwhile.

        The write is done and checked, then the commit is set off and not waited for: between it and the dot
        there is nothing. Its answer is read by __exit__. Should it fail, this worker still knows the server's answer
        to the mail; should the worker die too, the database has died (its life has another name) or the line to
        it was cut in this very instant.
        """
        if connection.in_atomic_block:  # only in tests
            self.is_committed = self._write_commit()
            return self.is_committed
        connection.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
        try:
            if not self._write_commit():
                connection.rollback()
                return False
            self._is_committing = _start_commit()
        except BaseException:
            connection.rollback()
            raise
        self.is_committed = True
        return True

    def _write_commit(self) -> bool:
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL synchronous_commit = off")
        return self._rows.filter(status=Status.IN_UEBERGABE).update(uebergabe="") == 1


def _start_commit() -> bool:
    """Commit the open transaction; return whether an answer is still to be read (PostgreSQL)."""
    if connection.vendor != "postgresql":
        connection.commit()
        return False
    pgconn = connection.connection.pgconn
    pgconn.send_query(b"COMMIT")
    while pgconn.flush():
        pass
    return True


def _await_commit() -> None:
    """Read the answer to the commit. Raises DatabaseError where it failed."""
    pgconn, answers = connection.connection.pgconn, []
    while (result := pgconn.get_result()) is not None:
        answers.append(result.command_status)
    if answers != [b"COMMIT"]:
        raise DatabaseError(f"Die Marke vor dem Punkt wurde nicht bestätigt: {answers}")


def _leben() -> str:
    """Name the present life of the database: as long as it is the same, no commit was lost. Empty where unknown.

    SQLite: what is committed is with the operating system, so the life is that of the machine (its boot id).
    PostgreSQL: that of the server.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_postmaster_start_time()::text")
            return f"pg {cursor.fetchone()[0]}"
    try:
        return f"boot {Path('/proc/sys/kernel/random/boot_id').read_text().strip()}"
    except OSError:
        return ""


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


def _move(row: Sendung, status: Status) -> None:
    """Change the state of a locked row; raises SendungError where the table does not know the step."""
    if status not in Sendung.UEBERGAENGE[row.status]:
        raise SendungError(f"Von «{row.get_status_display()}» nach «{status.label}» führt kein Weg.")
    row.status = status


def _finish(row: Sendung, status: Status, now: datetime) -> None:
    """Write a row that no worker will touch again by itself, and its journal entry (not for libraries' mails)."""
    _move(row, status)
    row.lease_until, row.uebergabe, row.angehalten = None, "", False
    row.worker = row.worker if status == Status.UNKLAR else ""
    row.inhalt = ""  # login codes do not stay
    row.save(update_fields=_FELDER)
    if row.builder:
        journal.append(
            art=f"sendung.{status.value}",
            akteur=None,
            objekt=row.uuid,
            nutzlast={"versuche": row.versuche, "message_id": row.message_id, "bytes": row.groesse},
            now=now,
        )


def _release(row: Sendung, *, faellig_at: datetime, versuche: int) -> None:
    _move(row, Status.BEREIT)
    row.lease_until, row.worker, row.uebergabe = None, "", ""
    row.faellig_at, row.versuche = faellig_at, max(versuche, 0)
    row.save(update_fields=_FELDER)


@transaction.atomic(durable=True)
def free_expired(*, now: datetime) -> int:
    """Take up the rows of workers that have not been heard of within their lease; return how many.

    now: the real clock. No dot was sent: bereit again, behind the others (after the last try: fehlgeschlagen).
    The server may have it: unklar, counted as delivered, never sent again by itself.
    """
    leben = _leben()
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


# --- what a person decides ------------------------------------------------------------------------


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
    _move(row, Status.BEREIT)
    row.worker, row.faellig_at, row.versuche = "", now, 0
    row.save(update_fields=_FELDER)
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
    _move(row, Status(status))
    row.vermerk = clean_zeile(vermerk, 300)
    row.worker = ""
    row.save(update_fields=_FELDER)
    journal.append(
        art=f"sendung.{row.status}",
        akteur=actor.uuid,
        objekt=row.uuid,
        nutzlast={"vorher": vorher, "vermerk": row.vermerk},
        now=now,
    )
    return row
