"""The marker before the final dot: in which state a mail is found when its worker died, in two steps."""

from __future__ import annotations

import logging
import socket
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Self

from django.conf import settings
from django.db import DatabaseError, connection

from .models import Sendung
from .nachricht import message_id

log = logging.getLogger(__name__)
Status = Sendung.Status


def lease() -> timedelta:
    """Return how long a claim holds without a sign of life."""
    return timedelta(seconds=settings.SENDUNG_LEASE_SECONDS)


class Uebergabe:
    """Keeps the book for one claimed mail (smtp.Begleiter): its lease, and the marker before the final dot in two steps.

    announce() waits for the disk, commit() does not: a commit that waits is visible milliseconds before it returns,
    and workers killed in just these left a marker without a dot (measured: one lost mail in 60 kills). What the
    quick commit alone says may be lost if the database itself dies. So announce() notes in which life of the
    database it was written: in the same life the missing commit proves that no dot was sent, in another it is
    open and the mail counts as delivered.
    """

    def __init__(self, sendung: Sendung, uhr: Callable[[], datetime]) -> None:
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
                _let_go()
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
        return self._rows.filter(status=Status.BEANSPRUCHT).update(lease_until=self._uhr() + lease()) == 1

    def announce(self) -> bool:
        """Write that the dot is about to be sent; False where the claim is lost or the mail is held."""
        # The wait for the server's answer comes on top, so that no live worker loses its row.
        until = self._uhr() + lease() + timedelta(seconds=settings.EMAIL_TIMEOUT)
        announced = self._rows.filter(status=Status.BEANSPRUCHT).update(
            status=Status.IN_UEBERGABE, uebergabe=leben(), lease_until=until, message_id=self._message_id
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
        there is nothing. It does not even leave the machine before sent(): whom it woke would take the processor, on a
        busy machine for milliseconds. Its answer is read by __exit__. Should it fail, this worker still knows the
        server's answer to the mail; should the worker die too, the database has died (its life has another name) or
        the line to it was cut in this very instant.
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

    def sent(self) -> None:
        """Let the commit go: the dot is with the operating system. Never fails, for the server's answer to it is worth more."""
        if self._is_committing:
            try:
                _let_go()
            except Exception:
                log.exception("Die Marke einer Übergabe geht erst mit der nächsten Anweisung hinaus.")

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
    _hold_back(pgconn.socket, is_held=True)
    pgconn.send_query(b"COMMIT")
    while pgconn.flush():
        pass
    return True


def _let_go() -> None:
    _hold_back(connection.connection.pgconn.socket, is_held=False)


def _hold_back(fd: int, *, is_held: bool) -> None:
    """Let the kernel keep what is written to a TCP socket, or send it: also by itself after 200 ms, and when its process dies.

    Where there is no such thing (a Unix socket, another system) what is written goes at once.
    """
    if not hasattr(socket, "TCP_CORK"):
        return
    sock = socket.socket(fileno=fd)
    try:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, int(is_held))
    except OSError:
        log.debug("Die Verbindung zur Datenbank hält nichts zurück.")
    finally:
        sock.detach()  # it is the database driver's


def _await_commit() -> None:
    """Read the answer to the commit. Raises DatabaseError where it failed."""
    pgconn, answers = connection.connection.pgconn, []
    while (result := pgconn.get_result()) is not None:
        answers.append(result.command_status)
    if answers != [b"COMMIT"]:
        raise DatabaseError(f"Die Marke vor dem Punkt wurde nicht bestätigt: {answers}")


def leben() -> str:
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
