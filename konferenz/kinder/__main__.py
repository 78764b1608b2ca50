"""The child: takes its limits before anything else, does one task, answers, ends.

Format in both directions: eight bytes with the length of a JSON header, the header, then the blobs it counts.
With the argument `stamm` it is not a child but the parent of warm ones (stamm.py).
"""

from __future__ import annotations

import ctypes
import importlib
import json
import os
import resource
import signal
import sys
import tempfile
from typing import Any, BinaryIO

AUFGABEN = frozenset({"rendern", "binden", "pruefen"})
PR_SET_PDEATHSIG = 1
# Whatever a document says, this process opens no connection and starts no program.
VERBOTEN = (
    "socket.connect",
    "socket.bind",
    "socket.getaddrinfo",
    "socket.gethostbyname",
    "socket.sendto",
    "urllib.Request",
    "subprocess.Popen",
    "os.system",
    "os.exec",
    "os.posix_spawn",
    "os.fork",
    "ftplib.connect",
    "smtplib.connect",
    "http.client.connect",
)


def die_with_parent(eltern: int) -> None:
    """End this process when its parent ends; at once if the parent is gone already."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != eltern:
        os._exit(1)


def limit(speicher_mb: int, cpu_s: int) -> None:
    """Bound address space and each file (MiB) and processor time (seconds); no core file."""
    for art, wert in (
        (resource.RLIMIT_CPU, cpu_s),
        (resource.RLIMIT_AS, speicher_mb * 1024 * 1024),
        (resource.RLIMIT_FSIZE, speicher_mb * 1024 * 1024),  # an answer has to fit into memory anyway
        (resource.RLIMIT_CORE, 0),
    ):
        hart = resource.getrlimit(art)[1]
        grenze = wert if hart == resource.RLIM_INFINITY else min(wert, hart)
        resource.setrlimit(art, (grenze, grenze))


def forbid_network(ereignis: str, _args: tuple[Any, ...]) -> None:
    if ereignis in VERBOTEN:
        raise PermissionError(f"im Kindprozess verboten: {ereignis}")


def read_message(quelle: BinaryIO) -> tuple[dict[str, Any], list[bytes]]:
    """Read one header and its blobs."""
    kopf = json.loads(quelle.read(int.from_bytes(quelle.read(8), "big")))
    return kopf, [quelle.read(laenge) for laenge in kopf["blobs"]]


def write_message(ziel: BinaryIO, kopf: dict[str, Any], blobs: list[bytes]) -> None:
    """Write one header and its blobs."""
    text = json.dumps({**kopf, "blobs": [len(blob) for blob in blobs]}).encode()
    ziel.write(len(text).to_bytes(8, "big") + text)
    ziel.writelines(blobs)
    ziel.flush()


def arbeite(eltern: int | None = None) -> None:
    """Do the one task that descriptor 0 describes and end the process. eltern: the parent, where not the one who asks."""
    antwort = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not reach the answer
    with open(0, "rb", closefd=False) as frage:
        kopf, blobs = read_message(frage)
    die_with_parent(eltern or kopf["eltern"])
    limit(kopf["speicher_mb"], kopf["cpu_s"])
    os.chdir(kopf["ordner"])  # empty, and removed by whoever asked: whatever happens, nothing stays behind
    tempfile.tempdir = os.environ["TMPDIR"] = kopf["ordner"]
    if kopf["aufgabe"] not in AUFGABEN:
        raise SystemExit(2)
    try:
        modul = importlib.import_module(kopf["aufgabe"])
        sys.addaudithook(forbid_network)
        ergebnis, ausgabe = modul.run(kopf["eingabe"], blobs)
    except MemoryError:
        write_message(antwort, {"fehler": "speicher", "text": ""}, [])
    except RecursionError:
        write_message(antwort, {"fehler": "speicher", "text": "Verschachtelung"}, [])
    except Exception as error:
        if art := getattr(error, "art", None):  # a task's own, anticipated refusal
            write_message(antwort, {"fehler": art, "text": str(error)}, [])
        else:
            raise
    else:
        write_message(antwort, {"ergebnis": ergebnis}, ausgabe)
    # Nothing is left to save: skip the slow tear-down of the interpreter.
    os._exit(0)


def main() -> None:
    if sys.argv[1:] == ["stamm"]:
        import stamm  # type: ignore[import-not-found]  # the folder is the program

        stamm.Stamm(AUFGABEN, arbeite).serve()
    else:
        arbeite()


if __name__ == "__main__":
    main()
