"""Exactly once: real workers killed with -9 at random moments, Redis emptied in the middle, two beats.

By default a short version; KILL_FULL=1 runs 150 mails and ten kills. Database from DATABASE_URL (a new one beside
it), else a SQLite file; Redis from BROKER_URL or on this host, in a database of its own that has to be empty
(KILL_REDIS_DB; the workers of one run count down from it).
"""

from __future__ import annotations

import os
import random
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing, nullcontext
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from tests.urzustand import migrated

ROOT = Path(__file__).resolve().parents[2]
IS_FULL = bool(os.environ.get("KILL_FULL"))
MAILS, KILLS = (150, 10) if IS_FULL else (60, 3)
REDIS_DB = int(os.environ.get("KILL_REDIS_DB", "13"))
pytestmark = pytest.mark.kill


class Werk:
    """A database, a mail sink and processes around them; only its own processes are ever ended."""

    def __init__(self, folder: Path, database_url: str, broker_url: str) -> None:
        self.mails = folder / "mails"
        self.folder = folder
        self.env = os.environ | {
            "ALLOW_UNSAFE_KEY": "1",
            "DJANGO_SETTINGS_MODULE": "tests.kill_settings",
            "DATABASE_URL": database_url,
            "BROKER_URL": broker_url,
            "EMAIL_TIMEOUT": "2",
            "SENDUNG_LEASE_SECONDS": "3",
            "SENDUNG_BACKOFF_SECONDS": "1",  # a sink that a busy machine makes wait is asked again soon
            "PYTHONPATH": str(ROOT),
            "LOG_LEVEL": "WARNING",
        }
        self.processes: list[subprocess.Popen] = []
        self.env["EMAIL_URL"] = f"smtp://127.0.0.1:{self.start_senke()}"
        self.migrate(database_url)
        self.load()

    def start_senke(self) -> int:
        """Start the mail sink and return its port: chosen by the sink, so that nobody else takes it in between."""
        datei = self.folder / "port"
        self.start("-m", "tests.smtp_senke", "--port-file", str(datei), "--dir", str(self.mails), "--delay", "0.03")
        wait_for(datei.exists)
        return int(datei.read_text())

    def migrate(self, database_url: str) -> None:
        datei = database_url.partition("sqlite:///")[2]
        with migrated(Path(datei)) if datei else nullcontext():
            self.run("manage.py", "migrate", "--verbosity", "0")

    def load(self) -> None:
        """Put into the database what is to be sent."""

    def run(self, *args: str) -> str:
        done = subprocess.run(
            [sys.executable, *args], cwd=ROOT, env=self.env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start(self, *args: str) -> subprocess.Popen:
        log = (self.folder / "log.txt").open("a")
        process = subprocess.Popen(
            [sys.executable, *args], cwd=ROOT, env=self.env, stdout=log, stderr=log, start_new_session=True
        )
        log.close()
        self.processes.append(process)
        return process

    def kill(self, process: subprocess.Popen) -> None:
        """Kill -9 a process this object started, with all its children."""
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        self.processes.remove(process)

    def stop(self) -> None:
        for process in list(self.processes):
            self.kill(process)

    def arrived(self) -> Counter[str]:
        """How many mails each recipient has."""
        heads = [path.read_bytes().partition(b"\r\n")[0] for path in self.mails.glob("*.eml")]
        return Counter(head.decode().removeprefix("X-Senke-An: ") for head in heads)

    def ask(self, sql: str) -> list[tuple]:
        """Return the rows of a query; past Django, which would take seconds to start for each look."""
        with closing(connect(self.env["DATABASE_URL"])) as verbindung:
            return verbindung.execute(sql).fetchall()

    def states(self) -> dict[str, int]:
        """How many mails are in each state."""
        return dict(self.ask("SELECT status, count(*) FROM konferenz_sendung GROUP BY status"))

    def is_done(self) -> bool:
        return not {"bereit", "beansprucht", "in_uebergabe"} & set(self.states())

    def kill_at_random(self, start, *, kills: int = KILLS) -> None:
        """Start a worker, kill it some time after it began to deliver, and so on."""
        zufall = random.Random(20261203)
        for _ in range(kills):
            before = sum(self.arrived().values())
            if before == MAILS:
                break
            worker = start()
            wait_for(lambda before=before: sum(self.arrived().values()) > before, seconds=60)
            time.sleep(zufall.uniform(0, 0.25))
            self.kill(worker)


def connect(database_url: str):
    """Return a bare connection to the database of a Werk."""
    if datei := database_url.partition("sqlite:///")[2]:
        return sqlite3.connect(datei, timeout=20)
    return psycopg.connect(database_url)


def wait_for(condition, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"nicht innert {seconds} Sekunden"
        time.sleep(0.05)


@pytest.fixture
def database_url(tmp_path):
    """A database of its own: a file, or a new one on the server of DATABASE_URL."""
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith("postgres"):
        yield f"sqlite:///{tmp_path / 'kill.sqlite3'}"
        return
    name = f"kill_{os.getpid()}"
    server_url = urlsplit(url)._replace(path="/postgres").geturl()
    with psycopg.connect(server_url, autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        server.execute(f"CREATE DATABASE {name}")
        yield urlsplit(url)._replace(path=f"/{name}").geturl()
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def redis_url(worker_id):
    import redis

    number = REDIS_DB - int(worker_id.removeprefix("gw") if worker_id.startswith("gw") else 0)
    given = os.environ.get("BROKER_URL", "")
    base = given if given.startswith("redis") else "redis://127.0.0.1:6379/0"
    url = urlsplit(base)._replace(path=f"/{number}").geturl()
    client = redis.Redis.from_url(url, socket_connect_timeout=1)
    try:
        size = client.dbsize()
    except redis.ConnectionError:
        pytest.skip("kein Redis erreichbar")
    if size:
        pytest.skip(f"Redis-Datenbank {number} ist nicht leer")
    yield url
    client.flushdb()
    client.close()


@pytest.fixture
def make_werk(tmp_path, database_url):
    made = []

    def make(broker_url: str) -> Werk:
        made.append(Werk(tmp_path, database_url, broker_url))
        return made[-1]

    yield make
    for werk in made:
        werk.stop()


def assert_exactly_once(werk: Werk, mails: int = MAILS) -> None:
    states = werk.states()
    assert werk.arrived() == Counter({f"p{n:03}@example.ch": 1 for n in range(mails)}), states
    assert set(states) <= {"gesendet", "unklar"}
    assert sum(states.values()) == mails


def test_killed_workers_send_each_mail_exactly_once(make_werk):
    """The outbox alone, without any broker."""
    werk = make_werk("memory://localhost")
    werk.run("-m", "tests.kill_helfer", "enqueue", str(MAILS))

    werk.kill_at_random(lambda: werk.start("-m", "tests.kill_helfer", "work"))
    werk.start("-m", "tests.kill_helfer", "work")
    wait_for(werk.is_done, seconds=120)

    assert_exactly_once(werk)


def test_celery_on_redis_survives_kills_a_flush_and_two_beats(make_werk, redis_url, tmp_path):
    import redis

    werk = make_werk(redis_url)
    werk.run("-m", "tests.kill_helfer", "enqueue", str(MAILS))
    celery = ("-m", "celery", "-A", "konferenz")

    def start_worker():
        return werk.start(*celery, "worker", "--concurrency", "2", "--loglevel", "WARNING")

    for n in (1, 2):
        werk.start(*celery, "beat", "--pidfile=", "--schedule", str(tmp_path / f"beat{n}"), "--loglevel", "WARNING")
    werk.kill_at_random(start_worker)
    with redis.Redis.from_url(redis_url) as client:
        client.flushdb()
    restarted = time.monotonic()
    start_worker()
    wait_for(werk.is_done, seconds=120)
    resumed = time.monotonic() - restarted
    with redis.Redis.from_url(redis_url) as client:
        client.flushdb()
    assert_exactly_once(werk)
    # On a Redis emptied under a running worker beat alone brings the next mails, within its 30 seconds.
    werk.run("-m", "tests.kill_helfer", "enqueue", str(MAILS + 5))
    wait_for(lambda: len(werk.arrived()) == MAILS + 5 and werk.is_done(), seconds=60)

    assert_exactly_once(werk, MAILS + 5)
    assert resumed < 120


def test_the_embedded_worker_and_beat_deliver_at_once(make_werk):
    """As in the demo: no service beside the process."""
    werk = make_werk("memory://localhost")

    assert werk.run("-m", "tests.kill_helfer", "embedded").split()[-2:] == ["beat", "worker"]
    assert_exactly_once(werk, 2)


def test_d5_a_silent_broker_holds_nobody(make_werk):
    """It accepts the connection and says nothing; the deed is stored and answered all the same."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        werk = make_werk(f"redis://127.0.0.1:{silent.getsockname()[1]}/0")

        gesagt = werk.run("-m", "tests.kill_helfer", "without_broker")

    assert gesagt.split()[0] == "geantwortet"
    assert werk.states() == {"bereit": 1}
