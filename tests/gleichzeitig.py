"""Deeds at one moment, each in a thread with a connection of its own, as the requests of several people are; and deeds cut off."""

import os
import signal
import threading
import time
from contextlib import contextmanager

from django.db import connection, connections, transaction

_OFFEN = object()


def at_one_moment(*taten, abgewiesen=()):
    """Start all deeds together; return for each what it returned, or the refusal it raised (abgewiesen: which errors are one).

    Fails where a deed ended otherwise, or not within a minute.
    """
    barrier, ergebnisse = threading.Barrier(len(taten)), [_OFFEN] * len(taten)

    def lauf(nr, tat):
        try:
            connection.ensure_connection()  # the handshake is over before the start
            barrier.wait(20)
            ergebnisse[nr] = tat()
        except abgewiesen as error:
            ergebnisse[nr] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=lauf, args=(nr, tat)) for nr, tat in enumerate(taten)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert _OFFEN not in ergebnisse
    return ergebnisse


def kill_midway(tat, wait):
    """Do a deed in a process of its own whose answer never comes, and kill it with -9 when wait() returns."""
    connections.close_all()
    kind = os.fork()
    if kind == 0:
        try:
            tat()
            time.sleep(30)  # done, and the answer never comes
        finally:
            os._exit(0)  # a deed that is refused must not run on as a second pytest
    try:
        wait()
    finally:
        os.kill(kind, signal.SIGKILL)
        os.waitpid(kind, 0)


def wait_until(condition, sekunden=20):
    """Return when condition() is true, or after so many seconds all the same."""
    ende = time.monotonic() + sekunden
    while not condition() and time.monotonic() < ende:
        time.sleep(0.01)


@contextmanager
def one_look():
    """Let all that the body reads be of one instant: PostgreSQL may finish a killed process's COMMIT between two questions."""
    with transaction.atomic():
        if connection.vendor == "postgresql":
            connection.cursor().execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield
