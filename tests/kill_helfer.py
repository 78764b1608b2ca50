"""What test_kill.py runs in processes of its own: `python -m tests.kill_helfer enqueue N | without_broker | work | embedded | commit_and_die PK`."""

import os
import signal
import sys
import threading
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


def without_broker() -> None:
    """Put a mail in; say when that is answered, and when the waker gives the broker up (if it is not killed before)."""
    from konferenz import celery

    publish, begun = celery.app.send_task, threading.Event()

    def send_task(*args, **options):
        begun.set()
        try:
            return publish(*args, **options)
        finally:
            print("aufgegeben", flush=True)

    celery.app.send_task = send_task
    enqueue(1)
    print("geantwortet", flush=True)
    assert begun.wait(60)


def work() -> None:
    """A worker without a broker: one sweep after the other."""
    from konferenz.tasks import sweep

    while True:
        sweep()
        time.sleep(0.2)


def embedded() -> None:
    """A worker and a beat in this process, as the demo has them; then two mails, until both are done."""
    from konferenz.celery import app
    from konferenz.eingebettet import start_worker_and_beat
    from konferenz.models import Herzschlag, Sendung

    app.conf.beat_schedule = {}  # its sweep would bring the mails too, half a minute later
    start_worker_and_beat()
    enqueue(2)
    end = time.monotonic() + 60
    while Sendung.objects.exclude(status="gesendet").exists() and time.monotonic() < end:
        time.sleep(0.05)
    print(*Herzschlag.objects.order_by("name").values_list("name", flat=True))


def commit_and_die(pk: int) -> None:
    """Set the marker's commit off and be killed before letting it go."""
    from django.db import connection

    from konferenz import marke
    from konferenz.models import Sendung

    connection.set_autocommit(False)
    assert Sendung.objects.filter(pk=pk).update(uebergabe="") == 1
    marke._start_commit()
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    import django

    django.setup()
    allow_bauer()
    if sys.argv[1] in {"enqueue", "commit_and_die"}:
        {"enqueue": enqueue, "commit_and_die": commit_and_die}[sys.argv[1]](int(sys.argv[2]))
    else:
        {"without_broker": without_broker, "work": work, "embedded": embedded}[sys.argv[1]]()
