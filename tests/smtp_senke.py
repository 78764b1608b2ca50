"""A mail sink with faults on demand, in the test's process or as a process of its own.

    python -m tests.smtp_senke --port 2525 --dir /tmp/mails

writes each mail as NAME.eml into the folder, its envelope recipient in the first line (X-Senke-An).
"""

from __future__ import annotations

import argparse
import asyncio
import email.policy
import threading
import time
import uuid
from collections import Counter, defaultdict
from contextlib import contextmanager
from email import message_from_bytes
from pathlib import Path

from konferenz.senke import Getrennt, Senke, Umschlag

HANG_SECONDS = 600


class TestSenke(Senke):
    """Keeps mails in a list. faults: address -> names of faults, one used up at each try.

    rcpt-451, rcpt-550, data-451, data-554, punkt-451, punkt-554: that answer at that place.
    trennt-mitte, trennt-behalten: cut inside the body, or after the mail was kept.
    haengt-rcpt, haengt-koerper, haengt-behalten: say nothing more at that place.
    """

    __test__ = False

    def __init__(self, *, port: int = 0, folder: Path | None = None, delay: float = 0) -> None:
        super().__init__(self._keep_mail, port=port)
        self.mails: list[Umschlag] = []
        self.faults: defaultdict[str, list[str]] = defaultdict(list)
        self.tries: Counter[str] = Counter()
        self.folder, self.delay = folder, delay
        self._lock = threading.Lock()

    def _keep_mail(self, umschlag: Umschlag) -> None:
        if self.folder:
            name = f"{time.time_ns()}-{uuid.uuid4().hex[:8]}"
            (self.folder / f"{name}.teil").write_bytes(f"X-Senke-An: {umschlag.an[0]}\r\n".encode() + umschlag.daten)
            (self.folder / f"{name}.teil").rename(self.folder / f"{name}.eml")
        else:
            with self._lock:
                self.mails.append(umschlag)

    async def answer(self, stelle: str, umschlag: Umschlag) -> str | None:
        if not umschlag.an:
            return None
        an = umschlag.an[0]
        if stelle == "rcpt":
            self.tries[an] += 1
        if stelle == "behalten" and self.delay:
            await asyncio.sleep(self.delay)
        fault = self.faults[an][0] if self.faults[an] else ""
        kind, _, where = fault.partition("-")
        if kind == stelle:
            self.faults[an].pop(0)
            return f"{where} Stoerung auf Wunsch"
        if fault in {f"trennt-{stelle}", f"haengt-{stelle}"} or (fault == "trennt-mitte" and stelle == "koerper"):
            self.faults[an].pop(0)
            if kind == "haengt":
                await asyncio.sleep(HANG_SECONDS)
            raise Getrennt
        return None

    def only(self):
        """Return the one mail that was kept, parsed; fails with what came instead."""
        mails = self.messages()
        assert len(mails) == 1, [f"{mail['To']}: {mail['Subject']}" for mail in mails]
        return mails[0]

    @property
    def recipients(self) -> list[str]:
        """The envelope's recipient of each kept mail, sorted."""
        return sorted(mail.an[0] for mail in self.mails)

    def messages(self):
        """Each kept mail, parsed."""
        return [
            message_from_bytes(mail.daten.replace(b"\r\n", b"\n"), policy=email.policy.default) for mail in self.mails
        ]


@contextmanager
def running_senke(settings):
    """Let a sink run in this process, and the portal hand its mails over to it."""
    senke = TestSenke()
    # Patient: the sink shares its process with a busy test. Tests of a sink that hangs say how long they wait.
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", senke.start(), 30
    settings.EMAIL_HOST_USER, settings.EMAIL_USE_TLS, settings.EMAIL_USE_SSL = "", False, False
    try:
        yield senke
    finally:
        senke.stop()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0: any free one")
    parser.add_argument("--port-file", type=Path, help="where to write the port once it listens")
    parser.add_argument("--dir", type=Path, help="keeps the mails; without it they are counted and dropped")
    parser.add_argument("--delay", type=float, default=0, help="seconds before each mail is confirmed")
    options = parser.parse_args()
    if options.dir:
        options.dir.mkdir(parents=True, exist_ok=True)
    senke = TestSenke(port=options.port, folder=options.dir, delay=options.delay)
    if not options.dir:
        senke.keep = lambda umschlag: None
    port = senke.start()
    if options.port_file:
        unfertig = options.port_file.with_suffix(".teil")
        unfertig.write_text(str(port))
        unfertig.rename(options.port_file)
    threading.Event().wait()


if __name__ == "__main__":
    main()
