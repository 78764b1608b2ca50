"""What is made ready for a dispatch and kept: the dossier, and what opening the papers found."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from konferenz.dateien import GespeicherteDatei, create_datei, discard, note_pruefung
from konferenz.models import Datei
from sitzungen.models import Versand
from sitzungen.schritte.vorbereitung import lock_sitzung


@transaction.atomic(durable=True)
def keep_dossier(pk: int, *, gespeichert: GespeicherteDatei, stand: str, ersetzt: UUID | None, now: datetime) -> Datei:
    """Keep a dossier that was made outside; return it, or the one another tick has kept for the same content.

    ersetzt: the dossier that was found out of date or broken.  Locks the Sitzung. A dossier no dispatch names is dropped with its row; its file is swept.
    """
    sitzung = lock_sitzung(pk)
    alt = sitzung.dossier
    if alt is not None and alt.pk != ersetzt and sitzung.dossier_stand == stand:
        transaction.on_commit(lambda: discard(gespeichert.uuid))
        return alt
    sitzung.dossier = create_datei(gespeichert, now=now)
    sitzung.dossier_stand = stand
    sitzung.save(update_fields=["dossier", "dossier_stand"])
    if alt is not None and not Versand.objects.filter(dossier=alt).exists():
        alt.delete()
    return sitzung.dossier


@transaction.atomic(durable=True)
def note_defekte(befunde: Mapping[str, str], *, now: datetime) -> None:
    """Write on files what opening them found; befunde: uuid of the file -> sentence."""
    for datei in Datei.objects.select_for_update().filter(pk__in=befunde).order_by("pk"):
        note_pruefung(datei, befunde[str(datei.pk)], now=now)
