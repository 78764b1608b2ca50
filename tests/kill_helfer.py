"""What test_kill.py runs in processes of its own: `python -m tests.kill_helfer enqueue N | work | count`."""

import os
import sys
import time

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "konferenz.settings")


def enqueue(count: int) -> None:
    from django.db import transaction
    from django.utils import timezone

    from konferenz import schritte

    now = timezone.now()
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


def work() -> None:
    """A worker without a broker: one sweep after the other."""
    from konferenz.tasks import sweep

    while True:
        sweep()
        time.sleep(0.2)


def count() -> None:
    """Print how many rows are in each state, as «gesendet=3 bereit=2»."""
    from django.db.models import Count

    from konferenz.models import Sendung

    rows = Sendung.objects.order_by("status").values_list("status").annotate(Count("pk"))
    print(" ".join(f"{status}={n}" for status, n in rows))


if __name__ == "__main__":
    import django

    django.setup()
    if sys.argv[1] == "enqueue":
        enqueue(int(sys.argv[2]))
    else:
        {"work": work, "count": count}[sys.argv[1]]()
