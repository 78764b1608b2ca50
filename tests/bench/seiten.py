"""Pages: a real gunicorn in production shape, over keep-alive connections, one user and eight at once."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from .messung import Zahl, im_wechsel

WURZEL = Path(__file__).resolve().parent.parent.parent
ABRUFE = 20  # per measurement and user


@dataclass(frozen=True)
class Server:
    port: int
    sitzung: str
    schluessel: list[str]


def messen() -> Iterator[Zahl]:
    """Yield the figures of the pages."""
    with server(40) as klein, server(400) as gross:
        seiten = {
            "Übersicht": "/",
            "Sitzung (15 Traktanden, 30 Unterlagen)": gross.sitzung,
            "Liste, 400 Sitzungen": "/sitzungen/",
        }
        for koepfe in (1, 8):
            pfade = ["/bench/nackt/", "/bench/leer/", *seiten.values()]
            nackt, leer, *werte = im_wechsel(*[lambda p=p, k=koepfe: abrufen(gross, p, k) for p in pfade])
            wer = "1 Person" if koepfe == 1 else f"{koepfe} Personen"
            yield Zahl(f"Leere Seite mit Navigation, {wer}", leer, nackt, 20, boden_name="nackte Django-Antwort")
            for name, wert in zip(seiten, werte, strict=True):
                yield Zahl(f"{name}, {wer}", wert, leer, 6, boden_name="leere Seite")
            if koepfe == 1:
                yield Zahl(
                    "Sitzung, 1 Person, gegen die nackte Antwort", werte[1], nackt, 20, boden_name="nackte Antwort"
                )
        for name, pfad_gross, pfad_klein in (
            ("Übersicht", "/", "/"),
            ("Sitzung", gross.sitzung, klein.sitzung),
            ("Liste", "/sitzungen/", "/sitzungen/"),
        ):
            viele, wenige = im_wechsel(
                lambda p=pfad_gross: abrufen(gross, p, 1), lambda p=pfad_klein: abrufen(klein, p, 1)
            )
            yield Zahl(f"{name} bei 400 gegen 40 Sitzungen", viele, wenige, 1.2, boden_name="40 Sitzungen")
        yield Zahl("Sitzung: HTML + CSS, gepackt", gewicht(gross), hoechstens=40, einheit="kB")


def abrufen(server: Server, pfad: str, koepfe: int) -> float:
    """Return seconds per page: everybody fetches the page ABRUFE times over one connection of their own."""

    def einer(nummer: int) -> None:
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)) as verbindung:
            for _ in range(ABRUFE):
                verbindung.request("GET", pfad, headers={"Cookie": f"sessionid={server.schluessel[nummer]}"})
                antwort = verbindung.getresponse()
                antwort.read()
                if antwort.status != 200:
                    raise RuntimeError(f"{pfad}: {antwort.status}")

    with ThreadPoolExecutor(koepfe) as faeden:
        anfang = time.perf_counter()
        list(faeden.map(einer, range(koepfe)))
        return (time.perf_counter() - anfang) / (ABRUFE * koepfe)


def gewicht(server: Server) -> float:
    """Return the kB a browser loads for the meeting page: HTML and style files, compressed, without pictures."""
    import re

    def hole(pfad: str) -> tuple[bytes, int]:
        verbindung = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        kopf = {"Cookie": f"sessionid={server.schluessel[0]}", "Accept-Encoding": "gzip"}
        verbindung.request("GET", pfad, headers=kopf)
        antwort = verbindung.getresponse()
        roh = antwort.read()
        if antwort.getheader("Content-Encoding") == "gzip":
            import gzip

            return gzip.decompress(roh), len(roh)
        import zlib  # whitenoise packs files when they are collected; the bench serves them from where they lie

        return roh, len(zlib.compress(roh, 9))

    seite, summe = hole(server.sitzung)
    for stil in re.findall(rb'<link rel="stylesheet" href="([^"]+)"', seite):
        summe += hole(stil.decode())[1]
    return summe / 1000


@contextlib.contextmanager
def server(anzahl: int) -> Iterator[Server]:
    """Start gunicorn on a fresh database with so many meetings (SQLite, or PostgreSQL where DATABASE_URL names one)."""
    with tempfile.TemporaryDirectory() as ordner, datenbank(anzahl, Path(ordner)) as url:
        umgebung = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.bench.settings",
            "DATABASE_URL": url,
            "MEDIA_ROOT": f"{ordner}/dateien",
            "ALLOW_UNSAFE_KEY": "1",
        }
        gefuellt = subprocess.run(
            [sys.executable, "-m", "tests.bench.daten", str(anzahl)],
            cwd=WURZEL,
            env=umgebung,
            check=True,
            capture_output=True,
            text=True,
        )
        angaben = json.loads(gefuellt.stdout.strip().splitlines()[-1])
        with starte(umgebung) as (port, _):
            bereit = Server(port, angaben["sitzung"], angaben["sitzungen"])
            warte(bereit)
            yield bereit


@contextlib.contextmanager
def starte(umgebung: dict[str, str]) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """Start gunicorn as in production on a free port, with its files collected; it may not answer yet."""
    umgebung = {**umgebung, "BENCH_STATIC": f"{umgebung['MEDIA_ROOT']}-static"}
    sammeln = [sys.executable, "manage.py", "collectstatic", "--noinput", "-v", "0"]
    subprocess.run(sammeln, cwd=WURZEL, env=umgebung, check=True, capture_output=True)
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    gunicorn = [str(Path(sys.executable).parent / "gunicorn"), "-c", "scripts/gunicorn.conf.py"]
    prozess = subprocess.Popen(
        [*gunicorn, "--max-requests", "0", "--log-level", "error", "-b", f"127.0.0.1:{port}", "konferenz.wsgi"],
        cwd=WURZEL,
        env=umgebung,
    )
    try:
        yield port, prozess
    finally:
        prozess.terminate()
        prozess.wait(30)


def warte(server: Server) -> None:
    """Wait until the server answers, and warm each worker up."""
    ende = time.monotonic() + 30
    while True:
        try:
            for pfad in ("/bench/nackt/", "/bench/leer/", "/", server.sitzung, "/sitzungen/"):
                abrufen(server, pfad, 4)
        except OSError:
            if time.monotonic() > ende:
                raise
            time.sleep(0.2)
        else:
            return


@contextlib.contextmanager
def datenbank(anzahl: int, ordner: Path) -> Iterator[str]:
    """Give a database of its own and drop it afterwards."""
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith("postgres"):
        yield f"sqlite:///{ordner / 'bench.sqlite3'}"
        return
    import psycopg

    name = f"portal_bench_{anzahl}_{os.getpid()}"
    with psycopg.connect(url, autocommit=True) as verbindung:
        verbindung.execute(f"CREATE DATABASE {name}")
        try:
            yield f"{url.rpartition('/')[0]}/{name}"
        finally:
            verbindung.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
