"""Run one task in a fresh child process with limits on memory, processor time and wall time.

WeasyPrint and the parsers of foreign files run here only: a hostile or endless document costs one child, never a web
worker. The child opens no connection, sees no secret of the environment and dies with its parent. It is forked from a
parent that has the libraries ready (konferenz.kindstamm) or, where that is not to be had, started anew.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

from django.conf import settings

from . import kindstamm
from .kindstamm import KINDER

MAX_GLEICHZEITIG = 4
SPEICHER_WORTE = (
    "MemoryError",
    "bad_alloc",
    "annot allocate",
    "out of memory",
    "creating thread",
    "failed to allocate",
)

Dateien = tuple[BinaryIO, BinaryIO, BinaryIO]  # question, answer, messages

log = logging.getLogger(__name__)
_plaetze = threading.BoundedSemaphore(MAX_GLEICHZEITIG)
# Two: WeasyPrint tells Pillow, for the whole process, to accept pictures that end too early. The check must not.
_staemme = {"pruefen": kindstamm.Kindstamm()} | dict.fromkeys(("rendern", "binden"), kindstamm.Kindstamm())


@dataclass(frozen=True)
class Grenzen:
    """What a child may use: address space in MiB, processor time and wall time in seconds."""

    speicher_mb: int
    cpu_s: int
    wand_s: float


class KindFehler(Exception):
    """The child gave no result.

    art: "zeit" (a limit of time), "speicher" (of memory or nesting), "absturz" (anything not foreseen), "besetzt" (too
    many children at once), or what the task itself raised as `art`. text: for the log, not for people.
    """

    def __init__(self, art: str, text: str = "") -> None:
        super().__init__(text or art)
        self.art = art
        self.text = text


def run_kind(
    aufgabe: str, eingabe: dict[str, Any], blobs: Sequence[bytes] = (), *, grenzen: Grenzen
) -> tuple[Any, list[bytes]]:
    """Return the task's result and its blobs.

    aufgabe: a module of konferenz/kinder with run(eingabe, blobs). eingabe: what JSON can carry.
    Waits for a free place at most as long as the task itself may take. Raises KindFehler.
    """
    if not _plaetze.acquire(timeout=grenzen.wand_s):
        raise KindFehler("besetzt")
    try:
        return _run(aufgabe, eingabe, blobs, grenzen)
    finally:
        _plaetze.release()


def _run(aufgabe: str, eingabe: dict[str, Any], blobs: Sequence[bytes], grenzen: Grenzen) -> tuple[Any, list[bytes]]:
    with tempfile.TemporaryDirectory(prefix="kind-") as ordner, ExitStack() as stapel:
        frage, antwort, meldungen = (stapel.enter_context(make_datei()) for _ in range(3))
        write_frage(
            frage,
            {
                "aufgabe": aufgabe,
                "eingabe": eingabe,
                "eltern": os.getpid(),
                "speicher_mb": grenzen.speicher_mb,
                "cpu_s": grenzen.cpu_s,
                "ordner": ordner,
            },
            blobs,
        )
        try:
            ende = _start(aufgabe, (frage, antwort, meldungen), grenzen.wand_s)
        except TimeoutError:
            raise KindFehler("zeit", f"{aufgabe}: länger als {grenzen.wand_s} s") from None
        if ende == 0:
            return read_antwort(antwort)
        raise make_kindfehler(aufgabe, ende, read_meldungen(meldungen), grenzen)


def _start(aufgabe: str, dateien: Dateien, wand_s: float) -> int:
    """Have a child do it and return how it ended, as subprocess says it. Raises TimeoutError when it was killed."""
    if settings.KINDPROZESS_STAMM and kindstamm.IST_MOEGLICH:
        try:
            return _staemme[aufgabe].run(aufgabe, [datei.fileno() for datei in dateien], wand_s)
        except kindstamm.StammVerloren as error:
            log.warning("Kindprozess %s beginnt von vorn, ohne Stamm: %s", aufgabe, error)
            for datei in dateien[1:]:
                datei.truncate(0)
    for datei in dateien:
        datei.seek(0)
    frage, antwort, meldungen = dateien
    kind = subprocess.Popen(  # noqa: S603 - our own interpreter, our own folder
        [sys.executable, "-I", str(KINDER)],
        stdin=frage,
        stdout=antwort,
        stderr=meldungen,
        env=kindstamm.make_umgebung(),
        start_new_session=True,
    )
    try:
        return kind.wait(wand_s)
    except BaseException as error:
        os.killpg(kind.pid, signal.SIGKILL)
        kind.wait()
        if isinstance(error, subprocess.TimeoutExpired):
            raise TimeoutError from None
        raise


def make_datei() -> BinaryIO:
    """Return a nameless file to speak with a child; in memory where the system can, since it is confidential."""
    if hasattr(os, "memfd_create"):
        return os.fdopen(os.memfd_create("kind"), "w+b")
    return cast("BinaryIO", tempfile.TemporaryFile())


def write_frage(datei: BinaryIO, kopf: dict[str, Any], blobs: Sequence[bytes]) -> None:
    text = json.dumps({**kopf, "blobs": [len(blob) for blob in blobs]}).encode()
    datei.write(len(text).to_bytes(8, "big") + text)
    datei.writelines(blobs)
    datei.seek(0)


def read_antwort(datei: BinaryIO) -> tuple[Any, list[bytes]]:
    """Return the result and its blobs. Raises KindFehler where the task says one, or the answer is none.

    What a child says is as foreign as the file it read: a length beyond the answer's own is never asked of the memory.
    """
    rest = datei.seek(0, os.SEEK_END)
    datei.seek(0)
    try:
        kopf = json.loads(_take(datei, int.from_bytes(datei.read(8), "big"), rest))
        if "fehler" in kopf:
            raise KindFehler(str(kopf["fehler"]), str(kopf["text"]))
        return kopf["ergebnis"], [_take(datei, laenge, rest) for laenge in kopf["blobs"]]
    except (ValueError, TypeError, LookupError, RecursionError) as error:
        raise KindFehler("absturz", f"unverständliche Antwort ({type(error).__name__})") from error


def _take(datei: BinaryIO, laenge: int, hoechstens: int) -> bytes:
    if not 0 <= laenge <= hoechstens or len(stueck := datei.read(laenge)) != laenge:
        raise ValueError("Länge")
    return stueck


def read_meldungen(datei: BinaryIO) -> str:
    """Return the end of what the child said on its standard error."""
    datei.seek(max(0, datei.seek(0, os.SEEK_END) - 8000))
    return datei.read().decode(errors="replace").strip()[-2000:]


def make_kindfehler(aufgabe: str, ende: int, letzte: str, grenzen: Grenzen) -> KindFehler:
    """Return why a child said nothing."""
    if ende in {-signal.SIGXCPU, -signal.SIGKILL}:
        return KindFehler("zeit", f"{aufgabe}: mehr als {grenzen.cpu_s} s Rechenzeit")
    log.error("Kindprozess %s endete mit %s: %s", aufgabe, ende, letzte)
    # Libraries in C report a refused allocation by dying, in words that differ.
    is_speicher = any(wort in letzte for wort in SPEICHER_WORTE)
    return KindFehler("speicher" if is_speicher else "absturz", letzte)
