"""A file that is checked and on disk while its form comes back: the person does not have to choose it again."""

from __future__ import annotations

from dataclasses import asdict
from uuid import UUID

from django.core import signing

from antraege.models import Bericht
from konferenz.dateien import GespeicherteDatei, path_of
from konferenz.models import Datei
from mitglieder.models import Person

ABGELEGT_SEKUNDEN = 20 * 3600
"""So long the file waits for its form to be saved; after a day it is swept."""


def sign_datei(datei: GespeicherteDatei | None, bericht: Bericht, person: Person) -> str:
    """Return a note of a stored file that only this person can hand in again, for this report; empty for none."""
    if datei is None:
        return ""
    return signing.dumps(asdict(datei) | {"uuid": str(datei.uuid)}, salt=_salt(bericht, person))


def read_notiz(notiz: str, bericht: Bericht, person: Person) -> GespeicherteDatei | None:
    """Return the stored file of a note, None where the note is foreign or too old, the file used or gone."""
    if not notiz:
        return None
    try:
        werte = signing.loads(notiz, salt=_salt(bericht, person), max_age=ABGELEGT_SEKUNDEN)
    except signing.BadSignature:
        return None
    datei = GespeicherteDatei(**(werte | {"uuid": UUID(werte["uuid"])}))
    if Datei.objects.filter(pk=datei.uuid).exists() or not path_of(datei.uuid).is_file():
        return None
    return datei


def _salt(bericht: Bericht, person: Person) -> str:
    return f"entscheid:{bericht.uuid}:{person.uuid}"
