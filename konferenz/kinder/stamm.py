"""The parent of warm children: it has imported what the tasks need and forks a fresh child for each order.

konferenz.kindstamm, at the other end, starts it as `python -I konferenz/kinder stamm` with a socket as standard input.
An order is one message: the task's name and four descriptors (input, answer, messages, leash). What the order is about
stands in the input, which the child alone reads: this process sees no data, holds no secret and no connection, has one
thread and does no task itself, so nothing passes from one order to the next.

The leash ties one child to whoever ordered it: over it goes how the child ended; when its other end is let go, the
child's process group is killed. This process ends when its owner lets go of the socket (kill -9 does that too), when it
had nothing to do for RUHE_S, and after a child that a signal ended: who tries to guess how memory is laid out does not
get a second try at the same layout. Its children end with it.
"""

from __future__ import annotations

import gc
import importlib
import os
import resource
import selectors
import signal
import socket
import sys
import traceback
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

RUHE_S = 600
DESKRIPTOREN = 4


@dataclass(frozen=True)
class Kind:
    """A running child. Nobody waits for it but bury(), so until then no other process can have its pid."""

    pid: int
    ende: int  # a descriptor that becomes readable when it has ended
    leine: int

    def kill(self) -> None:
        """End the child and what it may have started."""
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)

    def bury(self) -> int:
        """End it if it has not; report over the leash how it ended, and return that (both as waitpid says it)."""
        self.kill()
        status = os.waitpid(self.pid, 0)[1]
        with suppress(OSError):
            os.write(self.leine, status.to_bytes(4, "big"))
        for deskriptor in (self.ende, self.leine):
            os.close(deskriptor)
        return status


class Stamm:
    """The loop. arbeite: what a forked child does with its descriptors 0 to 2, given the pid of its parent."""

    def __init__(self, aufgaben: Collection[str], arbeite: Callable[[int], None]) -> None:
        self.aufgaben = aufgaben
        self.arbeite = arbeite
        self.warm: set[str] = set()
        self.kinder: dict[int, Kind] = {}  # by both of their descriptors
        self.auswahl = selectors.DefaultSelector()
        self.leitung: socket.socket | None = take_leitung()
        self.auswahl.register(self.leitung, selectors.EVENT_READ)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)  # where the owner ignores it, nobody could wait for a child

    def serve(self) -> None:
        """Take orders until the owner lets go or nothing has happened for long."""
        while self.leitung or self.kinder:
            bereit = self.auswahl.select(None if self.kinder else RUHE_S)
            if not bereit:
                return
            # One at a time: what the others of this round are about may be gone, and their numbers taken, after it.
            deskriptor = bereit[0][0].fd
            if kind := self.kinder.get(deskriptor):
                self.look_after(kind, deskriptor)
            elif self.leitung:
                self.read_auftrag(self.leitung)

    def read_auftrag(self, leitung: socket.socket) -> None:
        """Take one order; one that is not whole is dropped, which its owner sees at the leash."""
        name, deskriptoren, _, _ = socket.recv_fds(leitung, 64, DESKRIPTOREN)
        if not name:
            for kind in set(self.kinder.values()):
                kind.bury()
            os._exit(0)
        aufgabe = name.decode()
        if len(deskriptoren) == DESKRIPTOREN and aufgabe in self.aufgaben:
            self.warm_up(aufgabe)
            pid = self.fork(deskriptoren[:3])
            kind = Kind(pid, os.pidfd_open(pid), deskriptoren.pop())
            for deskriptor in (kind.ende, kind.leine):
                self.kinder[deskriptor] = kind
                self.auswahl.register(deskriptor, selectors.EVENT_READ)
        for deskriptor in deskriptoren:
            os.close(deskriptor)

    def look_after(self, kind: Kind, deskriptor: int) -> None:
        """Kill the child whose leash was let go; bury the one that ended, and take no more orders if by a signal."""
        self.forget(deskriptor)
        if deskriptor == kind.leine:
            kind.kill()
            return
        self.forget(kind.leine)
        if os.WIFSIGNALED(kind.bury()) and self.leitung:
            self.auswahl.unregister(self.leitung)
            self.leitung.close()
            self.leitung = None

    def forget(self, deskriptor: int) -> None:
        if self.kinder.pop(deskriptor, None):
            self.auswahl.unregister(deskriptor)

    def warm_up(self, aufgabe: str) -> None:
        """Import what the task needs; where that fails, it fails in the child too, which says so."""
        if aufgabe in self.warm:
            return
        try:
            importlib.import_module(aufgabe).warm_up()
        except Exception:  # noqa: BLE001 - see above
            return
        self.warm.add(aufgabe)
        gc.collect()
        gc.freeze()  # so a child's collector leaves the memory alone that it shares with this process

    def fork(self, dateien: list[int]) -> int:
        """Return the pid of a child that holds these three descriptors only, in a process group of its own."""
        if len(list(Path("/proc/self/task").iterdir())) != 1:
            raise SystemExit("Der Stamm hat mehrere Fäden und gabelt sich deshalb nicht.")
        eltern = os.getpid()
        if pid := os.fork():
            with suppress(OSError):
                os.setpgid(pid, pid)  # here and there, whichever comes first
            return pid
        try:
            os.setpgid(0, 0)
            for nummer, deskriptor in enumerate(dateien):
                os.dup2(deskriptor, nummer)
            os.closerange(3, resource.getrlimit(resource.RLIMIT_NOFILE)[0])
            self.arbeite(eltern)
        except BaseException:  # noqa: BLE001 - as the interpreter would: say it and end, never back into the loop
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(1)


def take_leitung() -> socket.socket:
    """Return the socket that came as standard input; nothing stands in its place and in that of the output."""
    leitung = socket.socket(fileno=os.dup(0))
    leer = os.open(os.devnull, os.O_RDWR)
    os.dup2(leer, 0)
    os.dup2(leer, 1)
    os.close(leer)
    return leitung
