"""Votes: fourteen ballots released together over HTTP, the deed alone, the close of 500 seats, the ballot page, thirty phones."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from .messung import Zahl
from .seiten import WURZEL, datenbank, starte

RUNDEN = 21  # each connection has prepared its statements after the first few
TELEFONE, TAKT, DAUER = 30, 2.0, 12.0  # phones, seconds between two asks, seconds measured
CSRF = "b" * 32


@dataclass(frozen=True)
class Saal:
    """A running server with a meeting: kennung, the votes' (pk, uuid), who may open them, a session per seat."""

    port: int
    pid: int
    kennung: str
    votes: list[tuple[int, str]]
    sitze: list[int]
    buero: int
    sessions: list[str]
    umgebung: dict[str, str]


def messen() -> Iterator[Zahl]:
    """Yield the figures of voting."""
    with saal() as raum:
        yield from _stimmen(raum)
        yield Zahl("Stimmkarte: HTML + CSS, gepackt", _gewicht(raum), hoechstens=40, einheit="kB")
        yield from _telefone(raum)
    tat = _daten("tat", RUNDEN)
    yield Zahl("14 Stimmen, die Tat allein", tat["tat"], tat["boden"], 4, boden_name="14 nackte INSERT mit Commit")
    schluss = _daten("schluss", 500)
    yield Zahl(
        "Schluss mit 500 Sitzen", schluss["tat"], schluss["boden"], 4, boden_name="nacktes SELECT und ein Commit"
    )


# --- Fourteen ballots -------------------------------------------------------------------------------


def _stimmen(raum: Saal) -> Iterator[Zahl]:
    werte, leere, commits = [], [], []
    for pk, uuid in raum.votes[:RUNDEN]:
        oeffne(raum, pk)
        leere.append(_zugleich(raum, "/bench/leer-post/"))
        commits.append(float(_lauf(raum.umgebung, "commits", "14")["commits"]))
        werte.append(_zugleich(raum, f"/abstimmungen/{uuid}/stimme/", felder="wahl=ja"))
    boden = statistics.median(leere) + statistics.median(commits)
    yield Zahl(
        "14 Stimmen zugleich über HTTP, erste bis letzte Antwort",
        statistics.median(werte),
        boden,
        2,
        boden_name="14 leere POST und 14 nackte Commits",
    )
    yield Zahl(
        "14 Stimmen zugleich über HTTP, gegen die Commits allein",
        statistics.median(werte),
        statistics.median(commits),
        10,
        boden_name="14 nackte INSERT mit Commit",
    )


def _zugleich(raum: Saal, pfad: str, felder: str = "") -> float:
    """Return seconds from the first start to the last answer of one POST per seat, released together."""
    start = threading.Barrier(len(raum.sessions))
    zeiten: list[tuple[float, float]] = []
    fehler: list[str] = []

    def einer(session: str) -> None:
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", raum.port, timeout=30)) as verbindung:
            verbindung.connect()
            start.wait()
            anfang = time.perf_counter()
            verbindung.request(
                "POST",
                pfad,
                body=felder,
                headers={
                    "Cookie": f"sessionid={session}; csrftoken={CSRF}",
                    "X-CSRFToken": CSRF,
                    "Content-Type": "application/x-www-form-urlencoded",
                },
            )
            antwort = verbindung.getresponse()
            antwort.read()
            zeiten.append((anfang, time.perf_counter()))
            if antwort.status not in {200, 302, 303}:
                fehler.append(f"{pfad}: {antwort.status}")

    faeden = [threading.Thread(target=einer, args=(session,)) for session in raum.sessions]
    for faden in faeden:
        faden.start()
    for faden in faeden:
        faden.join()
    if fehler:
        raise RuntimeError("; ".join(sorted(set(fehler))))
    return max(ende for _, ende in zeiten) - min(anfang for anfang, _ in zeiten)


# --- The ballot page, and phones that ask -------------------------------------------------------------


def _hole(raum: Saal, pfad: str, session: str, **kopf: str) -> tuple[int, bytes]:
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", raum.port, timeout=30)) as verbindung:
        verbindung.request("GET", pfad, headers={"Cookie": f"sessionid={session}", **kopf})
        antwort = verbindung.getresponse()
        return antwort.status, antwort.read()


def _gewicht(raum: Saal) -> float:
    """Return the kB a phone loads for an open ballot: HTML and style files, compressed."""
    pk, uuid = raum.votes[RUNDEN]
    oeffne(raum, pk)
    status, seite = _hole(raum, f"/abstimmungen/{uuid}/", raum.sessions[0])
    if status != 200:
        raise RuntimeError(f"/abstimmungen/…/: {status}")
    summe = len(zlib.compress(seite, 6))
    for stil in re.findall(rb'<link rel="stylesheet" href="([^"]+)"', seite):
        summe += len(zlib.compress(_hole(raum, stil.decode(), raum.sessions[0])[1], 9))
    return summe / 1000


def _telefone(raum: Saal) -> Iterator[Zahl]:
    """Let thirty phones ask every two seconds while one person reads the meeting's page; compare with an idle server."""
    _, seite = _hole(raum, f"/sitzungen/{raum.kennung}/", raum.sessions[0])
    fund = re.search(rb'hx-get="(/sitzungen/puls/[^"]*)"', seite)
    if fund is None:
        raise RuntimeError("Die Seite der laufenden Sitzung fragt nicht nach dem Balken.")
    frage = fund.group(1).decode().replace("&amp;", "&")
    ruhig = _lese(raum, DAUER / 2)
    schluss = threading.Event()

    def telefon(nummer: int) -> None:
        session = raum.sessions[nummer % len(raum.sessions)]
        time.sleep(TAKT * nummer / TELEFONE)
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", raum.port, timeout=30)) as verbindung:
            while not schluss.wait(TAKT):
                verbindung.request("GET", frage, headers={"Cookie": f"sessionid={session}", "HX-Request": "true"})
                antwort = verbindung.getresponse()
                antwort.read()
                if antwort.status != 204:
                    raise RuntimeError(f"{frage}: {antwort.status}")

    faeden = [threading.Thread(target=telefon, args=(nr,), daemon=True) for nr in range(TELEFONE)]
    for faden in faeden:
        faden.start()
    time.sleep(TAKT * 2)
    vorher, anfang = _prozessor(raum.pid), time.perf_counter()
    time.sleep(DAUER)
    last = (_prozessor(raum.pid) - vorher) / (time.perf_counter() - anfang)
    belebt = _lese(raum, DAUER / 2)
    schluss.set()
    for faden in faeden:
        faden.join(10)
    yield Zahl(f"{TELEFONE} Telefone, die alle 2 s fragen: Anteil eines Kerns", last * 100, hoechstens=10, einheit="%")
    yield Zahl("Seite der Sitzung, p95 neben den Telefonen", belebt, ruhig, 2, boden_name="p95 ohne Telefone")


def _lese(raum: Saal, sekunden: float) -> float:
    """Return the 95th percentile of the seconds one reader waits for the meeting's page."""
    zeiten, ende = [], time.perf_counter() + sekunden
    while time.perf_counter() < ende:
        anfang = time.perf_counter()
        _hole(raum, f"/sitzungen/{raum.kennung}/", raum.sessions[-1])
        zeiten.append(time.perf_counter() - anfang)
        time.sleep(0.1)
    return statistics.quantiles(zeiten, n=20)[18]


def _prozessor(pid: int) -> float:
    """Return the processor seconds of the server and its workers so far."""
    summe, takte = 0.0, os.sysconf("SC_CLK_TCK")
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            felder = stat.read_text().rpartition(")")[2].split()
            if pid in (int(felder[1]), int(stat.parent.name)):
                summe += (int(felder[11]) + int(felder[12])) / takte
    return summe


# --- The server and its meeting -----------------------------------------------------------------------


@contextlib.contextmanager
def saal() -> Iterator[Saal]:
    """Start gunicorn on a fresh database with a running meeting of fourteen seats."""
    with tempfile.TemporaryDirectory() as ordner, datenbank(14, Path(ordner)) as url:
        umgebung = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.bench.settings",
            "DATABASE_URL": url,
            "MEDIA_ROOT": f"{ordner}/dateien",
            "ALLOW_UNSAFE_KEY": "1",
        }
        angaben = _lauf(umgebung, "saal", str(RUNDEN + 1))
        with starte(umgebung) as (port, prozess):
            raum = Saal(
                port,
                prozess.pid,
                angaben["sitzung"],
                [tuple(v) for v in angaben["votes"]],
                angaben["sitze"],
                angaben["buero"],
                angaben["sessions"],
                umgebung,
            )
            ende = time.monotonic() + 30
            while True:  # until it answers; then each worker is warmed up
                try:
                    for _ in range(8):
                        _hole(raum, f"/sitzungen/{raum.kennung}/", raum.sessions[0])
                        _zugleich(raum, "/bench/leer-post/")
                except OSError:
                    if time.monotonic() > ende:
                        raise
                    time.sleep(0.2)
                else:
                    break
            yield raum


def oeffne(raum: Saal, pk: int) -> None:
    """Close whatever is open and open this vote."""
    _lauf(raum.umgebung, "oeffne", json.dumps([pk, raum.sitze, raum.buero]))


def _daten(was: str, anzahl: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as ordner, datenbank(anzahl, Path(ordner)) as url:
        umgebung = {**os.environ, "DATABASE_URL": url, "MEDIA_ROOT": ordner, "ALLOW_UNSAFE_KEY": "1"}
        return _lauf(umgebung, was, str(anzahl))


def _lauf(umgebung: dict[str, str], was: str, wert: str) -> dict:
    lauf = subprocess.run(
        [sys.executable, "-m", "tests.bench.abstimmen_daten", was, wert],
        cwd=WURZEL,
        env=umgebung,
        check=False,
        capture_output=True,
        text=True,
    )
    if lauf.returncode:
        raise RuntimeError(lauf.stderr[-2000:])
    return json.loads(lauf.stdout.strip().splitlines()[-1])
