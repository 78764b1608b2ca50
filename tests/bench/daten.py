"""Fills a database for measuring; run as a process of its own: `python -m tests.bench.daten ANZAHL` (meetings).

Prints one line of JSON: {"sitzung": address of the large meeting, "sitzungen": [session keys of eight members]}.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime, timedelta

MITGLIEDER = 8
TRAKTANDEN = 15
UNTERLAGEN = 30


def main(anzahl: int) -> None:
    """Write the members, the meetings and the large one, and log the members in."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.utils import timezone

    call_command("migrate", verbosity=0)
    call_command("createcachetable")

    from mitglieder.models import (
        Person,  # noqa: F401  (the factories need the registry)
        Sitz,
    )
    from tests.conftest import make_mandat, make_person, make_sitzung, make_traktandum

    leute = [make_person(f"Mitglied {i}") for i in range(MITGLIEDER)]
    for person, sitz in zip(leute, Sitz.objects.filter(art="region"), strict=False):
        make_mandat(person, sitz)
    bald = timezone.now() + timedelta(days=5)
    gross = make_sitzung(1, beginn_at=bald, status="versandt")
    fuelle(gross, leute[0], make_traktandum)
    for i in range(anzahl - 1):
        jahr, nr = divmod(i, 4)
        make_sitzung(
            nr + 1, beginn_at=datetime(bald.year - 1 - jahr, 3 * nr + 2, 9, 13, tzinfo=UTC), status="geschlossen"
        )
    print(json.dumps({"sitzung": gross.get_absolute_url(), "sitzungen": [anmeldung(p) for p in leute]}))


def fuelle(sitzung, person, make_traktandum) -> None:
    """Give a meeting 15 items and 30 papers (rows only: no page opens a file)."""
    from konferenz.models import Datei
    from sitzungen.models import Fassung, Unterlage

    for i in range(TRAKTANDEN):
        traktandum = make_traktandum(
            sitzung,
            f"Geschäft Nummer {i + 1}",
            art=("information", "entscheid")[i % 2],
            zusammenfassung="Kurz gefasst. " * 8,
        )
        for j in range(UNTERLAGEN // TRAKTANDEN):
            jetzt = sitzung.created_at
            datei = Datei.objects.create(
                name=f"Unterlage {i}-{j}.pdf",
                typ="pdf",
                groesse=200_000,
                sha256="0" * 64,
                seiten=8,
                geprueft_at=jetzt,
                created_at=jetzt,
            )
            unterlage = Unterlage.objects.create(
                traktandum=traktandum, position=j + 1, titel=f"Unterlage {i + 1}.{j + 1}", klassifizierung="intern"
            )
            Fassung.objects.create(unterlage=unterlage, nr=1, datei=datei, hochgeladen_von=person, hochgeladen_at=jetzt)


def anmeldung(person) -> str:
    """Log a person in without the form and return the session's key."""
    from django.contrib.auth import login
    from django.contrib.sessions.backends.db import SessionStore
    from django.http import HttpRequest

    anfrage = HttpRequest()
    anfrage.session = SessionStore()
    login(anfrage, person, backend="allauth.account.auth_backends.AuthenticationBackend")
    anfrage.session.save()
    return str(anfrage.session.session_key)


if __name__ == "__main__":
    main(int(sys.argv[1]))
