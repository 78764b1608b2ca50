"""Run one task in a fresh child process with limits on memory, processor time and wall time.

WeasyPrint and the parsers of foreign files run here only: a hostile or endless document costs one child, never a web
worker. The child opens no connection, sees no secret of the environment and dies with its parent.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

KINDER = Path(__file__).resolve().parent / "kinder"
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
MAX_GLEICHZEITIG = 4
SPEICHER_WORTE = (
    "MemoryError",
    "bad_alloc",
    "annot allocate",
    "out of memory",
    "creating thread",
    "failed to allocate",
)

log = logging.getLogger(__name__)
_plaetze = threading.BoundedSemaphore(MAX_GLEICHZEITIG)


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
    kopf = {
        "aufgabe": aufgabe,
        "eingabe": eingabe,
        "eltern": os.getpid(),
        "speicher_mb": grenzen.speicher_mb,
        "cpu_s": grenzen.cpu_s,
        "blobs": [len(blob) for blob in blobs],
    }
    text = json.dumps(kopf).encode()
    umgebung = {name: os.environ[name] for name in UMGEBUNG if name in os.environ} | {"TZ": "UTC", "LANG": "C.UTF-8"}
    with subprocess.Popen(  # noqa: S603 - our own interpreter, our own folder
        [sys.executable, "-I", str(KINDER)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=umgebung,
    ) as kind:
        try:
            aus, meldungen = kind.communicate(
                b"".join([len(text).to_bytes(8, "big"), text, *blobs]), timeout=grenzen.wand_s
            )
        except subprocess.TimeoutExpired:
            kind.kill()
            kind.communicate()
            raise KindFehler("zeit", f"{aufgabe}: länger als {grenzen.wand_s} s") from None
        except BaseException:
            kind.kill()
            raise
    if not aus:
        letzte = meldungen.decode(errors="replace").strip()[-2000:]
        if kind.returncode in (-signal.SIGXCPU, -signal.SIGKILL):
            raise KindFehler("zeit", f"{aufgabe}: mehr als {grenzen.cpu_s} s Rechenzeit")
        log.error("Kindprozess %s endete mit %s: %s", aufgabe, kind.returncode, letzte)
        # Libraries in C report a refused allocation by dying, in words that differ.
        is_speicher = any(wort in letzte for wort in SPEICHER_WORTE)
        raise KindFehler("speicher" if is_speicher else "absturz", letzte)
    laenge = int.from_bytes(aus[:8], "big")
    antwort = json.loads(aus[8 : 8 + laenge])
    if "fehler" in antwort:
        raise KindFehler(antwort["fehler"], antwort["text"])
    ergebnis, stelle = [], 8 + laenge
    for laenge in antwort["blobs"]:
        ergebnis.append(aus[stelle : stelle + laenge])
        stelle += laenge
    return antwort["ergebnis"], ergebnis
