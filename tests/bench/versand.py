"""A dispatch to 150 people with a dossier of 5 MB, beside the bare hand-over of the same bytes by smtplib.

    python -m tests.bench versand

The whole way of a letter is measured: claim, right of the recipient, letter from the frozen manifest, hand-over, marker
and result with its journal entry. The sink is a process of its own that drops what it gets; bare and ours run in
turns, the figures are medians. The database is that of DATABASE_URL (it should be an empty one), else a SQLite file.
"""

from __future__ import annotations

import io
import json
import os
import smtplib
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

MAILS = 150
DOSSIER_BYTES = 5_000_000


def messen():
    """Return the lines for `make bench`, measured in a process of their own (its memory is one of them)."""
    from .messung import Zahl

    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.versand", "3", "--json"], check=True, capture_output=True, text=True
    )
    m = json.loads(done.stdout.splitlines()[-1])
    mb = m["bytes"] / 1e6
    return [
        Zahl(
            f"Versand an {MAILS}, je {mb:.1f} MB",
            m["outbox"],
            m["smtplib"],
            grenze=1.5,
            einheit="s",
            boden_name="smtplib allein, dieselben Bytes",
        ),
        Zahl("Speicherzuwachs vom 5. zum 150. Brief", m["growth_mb"], einheit="MB", hoechstens=5),
    ]


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


def outbox() -> tuple[float, int]:
    """Seconds the outbox takes for the letters that are due, and kB it grew from the 5th to the last."""
    from django.utils import timezone

    from konferenz import smtp
    from konferenz.actions.uebergabe import deliver_sendung
    from konferenz.nachricht import AnhangSpeicher

    started, at_fifth = time.perf_counter(), 0
    speicher = AnhangSpeicher()
    with smtp.Versender() as versender:
        for n in range(MAILS):
            ergebnis = deliver_sendung(versender=versender, speicher=speicher, now=timezone.now())
            if not isinstance(ergebnis, smtp.Angenommen):
                raise SystemExit(f"nicht angenommen: {ergebnis}")
            if n == 4:
                at_fifth = rss()
    return time.perf_counter() - started, rss() - at_fifth


def measure(rounds: int) -> dict[str, float]:
    """Return seconds of both (medians), their ratio and the growth of memory in MB (largest)."""
    with tempfile.TemporaryDirectory() as folder:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        os.environ.setdefault("DATABASE_URL", f"sqlite:///{folder}/bench.sqlite3")
        os.environ |= {"EMAIL_URL": f"smtp://127.0.0.1:{port}", "MEDIA_ROOT": f"{folder}/media"}
        Path(folder, "media").mkdir(mode=0o700)
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
    from django.utils import timezone

    call_command("migrate", verbosity=0)
    from konferenz.models import Sendung
    from konferenz.nachricht import AnhangSpeicher, build_nachricht
    from sitzungen.mails.uebergabe import build_zustellung
    from sitzungen.takt import dispatch_versand

    person = write_empfaenger()
    floor, ours, growth, data = [], [], [], b""
    for n in range(rounds):
        write_sitzung(n, person)
        dispatch_versand(now=timezone.now())
        if not data:
            row = Sendung.objects.filter(builder__endswith="build_zustellung").first()
            mail = build_nachricht(row, build_zustellung(row), speicher=AnhangSpeicher(), now=timezone.now())
            data = b"".join(mail.teile)
        floor.append(bare(port, data))
        seconds, grown = outbox()
        ours.append(seconds)
        growth.append(grown)
        Sendung.objects.filter(status="bereit").update(angehalten=True)  # words to the office, if any
    return {
        "bytes": len(data),
        "smtplib": statistics.median(floor),
        "outbox": statistics.median(ours),
        "ratio": statistics.median(ours) / statistics.median(floor),
        "growth_mb": max(growth) / 1024,
    }


def write_empfaenger():
    """Write 150 decision-makers of the regions and the office; return the office's person."""
    from mitglieder.models import Funktion, Leitgremium, Mitgliedschaft
    from tests.conftest import SEIT, make_person

    gremien = list(Leitgremium.objects.all())
    for n in range(MAILS):
        person = make_person(f"Person {n}")
        Mitgliedschaft.objects.create(
            leitgremium=gremien[n % len(gremien)], person=person, funktion="Mitglied", von=SEIT
        )
    buero = make_person("Büro", email="")  # no address: it gets no letter of its own
    Funktion.objects.create(person=buero, art=Funktion.Art.GESCHAEFTSSTELLE, von=SEIT)
    return buero


def write_sitzung(n: int, person) -> None:
    """Write a released meeting that is due now, late, with one paper of 5 MB that does not shrink."""
    import pikepdf
    from django.utils import timezone

    from tests.conftest import make_datei, make_sitzung, make_traktandum, make_unterlage

    sitzung = make_sitzung(n + 1, beginn_at=timezone.now() + timedelta(days=6), status="freigegeben")
    out = io.BytesIO()
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(595, 842))
        page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(X=pdf.make_stream(os.urandom(DOSSIER_BYTES))))
        pdf.save(out, compress_streams=False)
    traktandum = make_traktandum(sitzung, art="entscheid")
    make_unterlage(traktandum, "Gesetz", person=person, datei=make_datei("Gesetz.pdf", out.getvalue()))


def main(arguments: list[str]) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "konferenz.settings")
    os.environ.setdefault("ALLOW_UNSAFE_KEY", "1")
    os.environ.setdefault("LOG_LEVEL", "ERROR")
    figures = measure(next((int(a) for a in arguments if a.isdigit()), 3))
    if "--json" in arguments:
        print(json.dumps(figures))
        return
    for name, value in figures.items():
        print(f"{name:>10}  {value:,.3f}" if isinstance(value, float) else f"{name:>10}  {value:,}")


if __name__ == "__main__":
    main(sys.argv[1:])
