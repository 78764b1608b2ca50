"""150 mails with a dossier of 5 MB through the outbox, beside the bare hand-over of the same bytes by smtplib.

    python -m tests.bench.versand [ROUNDS]

Database from DATABASE_URL (its own schema is not needed: rows are added and removed), else a SQLite file. The sink is a
process of its own that drops what it gets. Rounds run interleaved; the ratio is that of the medians.
"""

from __future__ import annotations

import os
import smtplib
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

MAILS = 150
DOSSIER_BYTES = 5_000_000


def rss() -> int:
    """Resident memory of this process in kB."""
    line = next(x for x in Path("/proc/self/status").read_text().splitlines() if x.startswith("VmRSS"))
    return int(line.split()[1])


def bare(port: int, data: bytes) -> float:
    """Seconds smtplib alone takes: one connection, the finished bytes each time."""
    started = time.perf_counter()
    with smtplib.SMTP("127.0.0.1", port, local_hostname="localhost") as client:
        for n in range(MAILS):
            client.sendmail("konferenz@example.ch", [f"p{n}@example.ch"], data)
    return time.perf_counter() - started


def outbox(round_: int) -> tuple[float, int]:
    """Seconds the outbox takes for as many mails (claim, build, hand-over, marks), and kB it grew from 5 to 150."""
    from django.db import transaction
    from django.utils import timezone

    from konferenz import actions, schritte, smtp
    from konferenz.nachricht import AnhangSpeicher

    now = timezone.now()
    with transaction.atomic():
        for n in range(MAILS):
            schritte.enqueue_sendung(
                schluessel=f"bench:{time.time_ns()}:{round_}:{n}",
                an_adresse=f"p{n}@example.ch",
                an_name=f"Person {n}",
                betreff="Einladung zur Sitzung 3/2026",
                builder="tests.bauer.build_mit_dossier",
                faellig_at=now,
                now=now,
            )
    started, at_fifth = time.perf_counter(), 0
    speicher = AnhangSpeicher()
    with smtp.Versender() as versender:
        for n in range(MAILS):
            ergebnis = actions.deliver_sendung(versender=versender, speicher=speicher, now=timezone.now())
            if not isinstance(ergebnis, smtp.Angenommen):
                raise SystemExit(f"nicht angenommen: {ergebnis}")
            if n == 4:
                at_fifth = rss()
    return time.perf_counter() - started, rss() - at_fifth


def measure(rounds: int = 3) -> dict[str, float]:
    """Return seconds of both (medians), their ratio and the growth of memory in kB (largest)."""
    with tempfile.TemporaryDirectory() as folder, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        os.environ.setdefault("DATABASE_URL", f"sqlite:///{folder}/bench.sqlite3")
        os.environ |= {"EMAIL_URL": f"smtp://127.0.0.1:{port}", "TEST_DOSSIER": f"{folder}/dossier"}
        Path(folder, "dossier").write_bytes(os.urandom(DOSSIER_BYTES))
        sink = subprocess.Popen([sys.executable, "-m", "tests.smtp_senke", "--port", str(port)])
        try:
            return _measure(port, rounds)
        finally:
            sink.kill()
            sink.wait()


def _measure(port: int, rounds: int) -> dict[str, float]:
    import django

    django.setup()
    from django.core.management import call_command

    from konferenz.models import Sendung
    from konferenz.nachricht import AnhangSpeicher, build_nachricht
    from tests.bauer import build_mit_dossier

    call_command("migrate", verbosity=0)
    probe = Sendung(an_adresse="p@example.ch", betreff="Einladung zur Sitzung 3/2026")
    from django.utils import timezone

    data = b"".join(
        build_nachricht(probe, build_mit_dossier(probe), speicher=AnhangSpeicher(), now=timezone.now()).teile
    )
    floor, ours, growth = [], [], []
    for n in range(rounds):
        floor.append(bare(port, data))
        seconds, grown = outbox(n)
        ours.append(seconds)
        growth.append(grown)
    return {
        "bytes": len(data),
        "smtplib": statistics.median(floor),
        "outbox": statistics.median(ours),
        "ratio": statistics.median(ours) / statistics.median(floor),
        "growth_kb": max(growth),
    }


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "konferenz.settings")
    os.environ.setdefault("ALLOW_UNSAFE_KEY", "1")
    for name, value in measure(int(sys.argv[1]) if len(sys.argv) > 1 else 3).items():
        print(f"{name:>10}  {value:,.3f}" if isinstance(value, float) else f"{name:>10}  {value:,}")
