"""The real dispatch, exactly once: real worker and two beats on Redis, killed with -9 over the real letters.

By default a short version; KILL_FULL=1 runs 150 recipients and ten kills.
"""

from __future__ import annotations

import email
import email.policy
import random
import time
from collections import Counter

import pytest

from tests.konferenz.test_kill import (  # noqa: F401  (fixtures)
    IS_FULL,
    Werk,
    database_url,
    redis_url,
    wait_for,
)

pytestmark = pytest.mark.kill
BRIEFE, KILLS = (150, 10) if IS_FULL else (40, 3)


class Versandwerk(Werk):
    """A released meeting that is due, and a sink; nothing is in the outbox before a tick."""

    def load(self) -> None:
        self.env |= {"MEDIA_ROOT": str(self.folder / "media"), "DEFAULT_FROM_EMAIL": "k@vseg.example"}
        self.hilf("load", str(BRIEFE))

    def hilf(self, *args: str) -> str:
        return self.run("-m", "tests.versand_helfer", *args)

    def stand(self) -> dict[str, int]:
        """How many dispatches there are, and how many of their letters are in each state."""
        briefe = self.ask(
            "SELECT s.status, count(*) FROM sitzungen_zustellung z JOIN konferenz_sendung s ON s.id = z.sendung_id"
            " GROUP BY s.status"
        )
        return {"versande": self.ask("SELECT count(*) FROM sitzungen_versand")[0][0], **dict(briefe)}

    def letters(self) -> Counter[str]:
        return Counter({an: n for an, n in self.arrived().items() if an.startswith("p")})

    def is_done(self) -> bool:
        stand = self.stand()
        return stand["versande"] == 1 and not {"bereit", "beansprucht", "in_uebergabe"} & set(stand)


@pytest.fixture
def werk(tmp_path, database_url, redis_url):  # noqa: F811
    made = Versandwerk(tmp_path, database_url, redis_url)
    yield made
    made.stop()


def test_two_beats_ten_kills_one_versand_each_letter_once(werk, tmp_path):
    celery = ("-m", "celery", "-A", "konferenz")
    zufall = random.Random(20261203)

    def start_worker():
        return werk.start(*celery, "worker", "--concurrency", "2", "--loglevel", "WARNING")

    def start_beat(n):
        return werk.start(*celery, "beat", "--pidfile=", "--schedule", str(tmp_path / f"beat{n}"), "-l", "WARNING")

    for n in (1, 2):
        start_beat(n)
    ticks = [werk.start("-m", "tests.versand_helfer", "tick") for _ in range(3)]  # at once, beside the beats
    for tick in ticks:
        tick.wait()
        werk.processes.remove(tick)
    for _ in range(KILLS):
        before = len(werk.letters())
        if before == BRIEFE:
            break
        worker = start_worker()
        wait_for(lambda before=before: len(werk.letters()) > before, seconds=120)
        time.sleep(zufall.uniform(0, 0.4))
        werk.kill(worker)
    rest = BRIEFE - len(werk.letters())
    restarted = time.monotonic()
    start_worker()
    if rest > 5:
        wait_for(lambda: len(werk.letters()) > BRIEFE - rest, seconds=120)
    resumed = time.monotonic() - restarted
    wait_for(werk.is_done, seconds=240)

    stand = werk.stand()
    assert werk.letters() == Counter({f"p{n:03}@example.ch": 1 for n in range(BRIEFE)}), stand
    assert stand.pop("versande") == 1
    assert set(stand) <= {"gesendet", "unklar"}
    assert sum(stand.values()) == BRIEFE
    assert resumed < 120
    assert_right_letters(werk)
    print(f"{KILLS} kills, {stand}, resumed after {resumed:.1f} s")


def assert_right_letters(werk):
    """Each person has the letter of his hat, with the same dossier, and a Message-ID of his own."""
    arten, anhaenge, ids, pakete = Counter(), set(), set(), set()
    for pfad in werk.mails.glob("*.eml"):
        roh = pfad.read_bytes().partition(b"\r\n")[2]
        mail = email.message_from_bytes(roh, policy=email.policy.default)
        if "X-Versand" not in mail:
            continue
        arten["Einladung" if "Einladung" in mail["subject"] else "Kenntnis"] += 1
        anhaenge |= {
            hash(t.get_content()) for t in mail.iter_attachments() if t.get_content_type() == "application/pdf"
        }
        ids.add(mail["Message-ID"])
        pakete.add(mail["X-Versand"])
    assert arten == {"Einladung": 17, "Kenntnis": BRIEFE - 17}
    assert len(anhaenge) == len(pakete) == 1
    assert len(ids) == BRIEFE


def test_ticks_in_many_processes_write_one_versand(werk):
    ticks = [werk.start("-m", "tests.versand_helfer", "tick") for _ in range(4)]
    for tick in ticks:
        assert tick.wait() == 0
        werk.processes.remove(tick)

    assert werk.stand() == {"versande": 1, "bereit": BRIEFE}
