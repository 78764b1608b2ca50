"""The portal's end of the parent of warm children (konferenz/kinder/stamm.py): starts it, orders, waits, ends.

Each process of the portal has its own, started with the first order; they end by themselves when the process does,
however that ends.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

KINDER = Path(__file__).resolve().parent / "kinder"
IST_MOEGLICH = sys.platform == "linux" and hasattr(os, "pidfd_open")
# What a child may know of the environment: where libraries and fonts are. No secret, no address of a database.
UMGEBUNG = (
    "PATH",
    "HOME",
    "LD_LIBRARY_PATH",
    "DYLD_LIBRARY_PATH",
    "XDG_CACHE_HOME",
    "FONTCONFIG_FILE",
    "FONTCONFIG_PATH",
)
GNADE_S = 5.0  # for killing a child, and for taking an order


class StammVerloren(Exception):
    """The parent of the children is gone, and with it the child: the order may be given again elsewhere."""


def make_umgebung() -> dict[str, str]:
    """Return the whole environment of a child."""
    return {name: os.environ[name] for name in UMGEBUNG if name in os.environ} | {"TZ": "UTC", "LANG": "C.UTF-8"}


class Kindstamm:
    """A running parent of children, or none yet; any number of threads may order."""

    def __init__(self, ordner: Path = KINDER) -> None:
        self.ordner = ordner
        self._schloss = threading.Lock()
        self._leitung: socket.socket | None = None
        self._prozess: subprocess.Popen[bytes] | None = None
        os.register_at_fork(after_in_child=self._leave)

    def run(self, aufgabe: str, dateien: Sequence[int], wand_s: float) -> int:
        """Have a child do the task on three descriptors; return how it ended, as subprocess says it.

        Raises TimeoutError when it took longer than wand_s and was killed, StammVerloren.
        """
        leine, andere = socket.socketpair()
        with leine:
            with andere:
                prozess = self._order(aufgabe, [*dateien, andere.fileno()])
            try:
                leine.settimeout(wand_s)
                return read_ende(leine)
            except StammVerloren:
                raise
            except BaseException:
                let_go(leine, prozess)
                raise

    def _order(self, aufgabe: str, deskriptoren: list[int]) -> subprocess.Popen[bytes]:
        """Send an order, to a new process where there is none or it has ended; return the process."""
        grund = None
        with self._schloss:
            for _ in range(2):
                try:
                    leitung, prozess = self._leitung, self._prozess
                    if leitung is None or prozess is None:
                        leitung, prozess = self._leitung, self._prozess = start_stamm(self.ordner)
                    socket.send_fds(leitung, [aufgabe.encode()], deskriptoren)
                except OSError as error:
                    grund = error
                    self._end()
                else:
                    return prozess
        raise StammVerloren(f"nicht erreichbar ({grund})")

    def _end(self) -> None:
        """Part with a process that has ended or does not listen; a child of it, if there is one, dies with it."""
        if self._leitung:
            self._leitung.close()
        if self._prozess:
            self._prozess.kill()
        self._leitung = self._prozess = None

    def _leave(self) -> None:
        """In a process that was just forked: the parent of children belongs to the other; a held lock is of nobody."""
        self._schloss = threading.Lock()
        if self._leitung:
            self._leitung.close()
        if self._prozess:
            self._prozess.returncode = 0  # not ours to wait for
        self._leitung = self._prozess = None


def start_stamm(ordner: Path) -> tuple[socket.socket, subprocess.Popen[bytes]]:
    """Start the process and have it waited for whenever it ends."""
    hier, dort = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    hier.settimeout(GNADE_S)
    with dort:
        prozess = subprocess.Popen(  # noqa: S603 - our own interpreter, our own folder
            [sys.executable, "-I", str(ordner), "stamm"],
            stdin=dort.fileno(),
            stdout=subprocess.DEVNULL,
            env=make_umgebung(),
            cwd="/",
            start_new_session=True,  # Ctrl-C in a terminal is for the portal, which then lets go of it
        )
    threading.Thread(target=prozess.wait, name="kindstamm", daemon=True).start()
    return hier, prozess


def read_ende(leine: socket.socket) -> int:
    """Wait for the word over the leash. Raises TimeoutError, StammVerloren."""
    try:
        status = leine.recv(4)
    except ConnectionError as error:
        raise StammVerloren(str(error)) from error
    if len(status) < 4:
        raise StammVerloren("während der Arbeit geendet")
    return os.waitstatus_to_exitcode(int.from_bytes(status, "big"))


def let_go(leine: socket.socket, prozess: subprocess.Popen[bytes]) -> None:
    """Have the child killed; where nobody answers, kill its parent: the children die with it."""
    with suppress(OSError):
        leine.shutdown(socket.SHUT_WR)
    leine.settimeout(GNADE_S)
    try:
        leine.recv(4)
    except TimeoutError:
        prozess.kill()
    except OSError:
        pass
