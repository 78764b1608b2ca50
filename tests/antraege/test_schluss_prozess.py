"""A vote closes by itself within five seconds of its time: with a real worker and a real beat on Redis."""

from __future__ import annotations

import pytest

from tests.konferenz.test_kill import Werk, database_url, redis_url, wait_for  # noqa: F401  (fixtures)

pytestmark = pytest.mark.kill
CELERY = ("-m", "celery", "-A", "konferenz")


class Saalwerk(Werk):
    def hilf(self, *args: str) -> str:
        return self.run("-m", "tests.abstimmung_helfer", *args).strip()

    def is_up(self) -> bool:
        return {"beat", "worker"} <= {name for (name,) in self.ask("SELECT name FROM konferenz_herzschlag")}

    def is_closed(self) -> bool:
        return self.ask("SELECT status FROM antraege_abstimmung") == [("geschlossen",)]


@pytest.fixture
def werk(tmp_path, database_url, redis_url):  # noqa: F811
    made = Saalwerk(tmp_path, database_url, redis_url)
    made.env |= {"MEDIA_ROOT": str(tmp_path / "media")}
    yield made
    made.stop()


def test_a_vote_closes_within_five_seconds_of_its_time(werk, tmp_path):
    def start_worker():
        return werk.start(*CELERY, "worker", "--concurrency", "1", "--loglevel", "WARNING")

    start_worker()
    werk.start(*CELERY, "beat", "--pidfile=", "--schedule", str(tmp_path / "beat"), "-l", "WARNING")
    wait_for(werk.is_up, seconds=90)

    werk.hilf("open", "1")
    wait_for(werk.is_closed, seconds=60)

    status, ja, antrag, spaet = werk.hilf("stand").split("|")
    assert (status, ja, antrag) == ("geschlossen", "2", "verabschiedet")
    assert 0 <= float(spaet) <= 5
