"""Steps of running a meeting that several deeds share: lock an item, refuse while a vote is open, close the meeting."""

from __future__ import annotations

from datetime import datetime

from django.db.models import F
from django.db.models.functions import Greatest

from konferenz.schritte import require_transaction
from sitzungen.models import Anwesenheit, Sitzung, Teilnahme, Traktandum

from .saal import SaalError
from .vorbereitung import lock_sitzung


def lock_traktandum(pk: int) -> tuple[Sitzung, Traktandum]:
    """Return an item's meeting and the item, both locked. Raises SaalError where it is gone."""
    require_transaction("lock_traktandum")
    sitzung_pk = Traktandum.objects.filter(pk=pk).values_list("sitzung_id", flat=True).first()
    if sitzung_pk is None:
        raise SaalError("Dieses Traktandum gibt es nicht mehr.")
    sitzung = lock_sitzung(sitzung_pk)
    traktandum = Traktandum.objects.select_for_update(of=("self",)).filter(pk=pk).first()
    if traktandum is None:
        raise SaalError("Dieses Traktandum gibt es nicht mehr.")
    traktandum.sitzung = sitzung
    return sitzung, traktandum


def check_keine_abstimmung(sitzung: Sitzung) -> None:
    """Raise SaalError while a vote of the (locked) meeting is open: its item stays the current one."""
    if Teilnahme.objects.filter(sitzung=sitzung, gesperrt_durch__isnull=False).exists():
        raise SaalError("Eine Abstimmung ist noch offen. Bitte schliessen Sie sie zuerst.")


def close_sitzung(sitzung: Sitzung, *, ende: datetime) -> int:
    """Close a (locked) meeting at its end and check out who is still there; return how many stretches ended.

    Who was noted as coming after the end leaves when he came.
    """
    require_transaction("close_sitzung")
    list(Teilnahme.objects.select_for_update(of=("self",)).filter(sitzung=sitzung).order_by("pk"))
    abgemeldet = Anwesenheit.objects.filter(sitzung=sitzung, bis_at__isnull=True).update(
        bis_at=Greatest(F("von_at"), ende)
    )
    if sitzung.aktuell_id is not None:
        Traktandum.objects.filter(pk=sitzung.aktuell_id).update(beendet_at=ende)
    sitzung.status, sitzung.beendet_at = Sitzung.Status.GESCHLOSSEN, ende
    sitzung.aktuell, sitzung.saal_offen_at = None, None
    sitzung.save(update_fields=["status", "beendet_at", "aktuell", "saal_offen_at"])
    return abgemeldet
