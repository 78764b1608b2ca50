"""Starting and ending the subscription of a person's calendar."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

from django.db import transaction

from konferenz import journal
from mitglieder.models import Person
from sitzungen.models import Kalenderabo


def hash_token(token: str) -> str:
    """Return what is stored of a token: its SHA-256 in hex."""
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic(durable=True)
def start_kalenderabo(*, actor: Person, now: datetime) -> str:
    """Give a person a new subscription and return its token, which is shown this once; an older one ends.

    Locks the person's row, writes Kalenderabo and the journal.
    """
    Person.objects.get_queryset().select_for_update(of=("self",)).get(pk=actor.pk)
    token = secrets.token_urlsafe(32)
    Kalenderabo.objects.update_or_create(person=actor, defaults={"token_hash": hash_token(token), "created_at": now})
    journal.append(art="kalenderabo.begonnen", akteur=actor.uuid, objekt=actor.uuid, nutzlast={}, now=now)
    return token


@transaction.atomic(durable=True)
def end_kalenderabo(*, actor: Person, now: datetime) -> None:
    """End a person's subscription; without one nothing happens. Writes Kalenderabo and the journal."""
    count, _ = Kalenderabo.objects.filter(person=actor).delete()
    if count:
        journal.append(art="kalenderabo.beendet", akteur=actor.uuid, objekt=actor.uuid, nutzlast={}, now=now)
