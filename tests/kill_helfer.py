"""What test_kill.py runs in processes of its own: `python -m tests.kill_helfer enqueue N | work | embedded | count`."""

import os
import sys
import time

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "konferenz.settings")


def allow_bauer() -> None:
    """Let the tests' own builders count as mails."""
    from django.conf import settings

    settings.MAIL_RAEUME = [*settings.MAIL_RAEUME, "tests.bauer"]


def enqueue(count: int) -> None:
    from django.db import transaction
    from django.utils import timezone

    from konferenz import schritte

    now, started = timezone.now(), time.monotonic()
    with transaction.atomic():
        for n in range(count):
            schritte.enqueue_sendung(
                schluessel=f"kill:{n}",
                an_adresse=f"p{n:03}@example.ch",
                an_name=f"Person {n}",
                betreff="Einladung",
                builder="tests.bauer.build_einfach",
                faellig_at=now,
                now=now,
            )
    print(f"{time.monotonic() - started:.1f}")


def work() -> None:
    """A worker without a broker: one sweep after the other."""
    from konferenz.tasks import sweep

    while True:
        sweep()
        time.sleep(0.2)


def embedded() -> None:
    """A worker and a beat in this process, as the demo has them; then two mails, until both are done."""
    from konferenz.eingebettet import start_worker_and_beat
    from konferenz.models import Herzschlag, Sendung

    start_worker_and_beat()
    enqueue(2)
    end = time.monotonic() + 20
    while Sendung.objects.exclude(status="gesendet").exists() and time.monotonic() < end:
        time.sleep(0.05)
    print(*Herzschlag.objects.order_by("name").values_list("name", flat=True))


def count() -> None:
    """Print how many rows are in each state, as «gesendet=3 bereit=2»."""
    from django.db.models import Count

    from konferenz.models import Sendung

    rows = Sendung.objects.order_by("status").values_list("status").annotate(Count("pk"))
    print(" ".join(f"{status}={n}" for status, n in rows))


if __name__ == "__main__":
    import django

    django.setup()
    allow_bauer()
    if sys.argv[1] == "enqueue":
        enqueue(int(sys.argv[2]))
    else:
        {"work": work, "embedded": embedded, "count": count}[sys.argv[1]]()
