"""Reminding the office of what waits too long at the board."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from antraege.models import Bericht
from antraege.queries.vorstand import ERINNERUNG
from antraege.rules.vorstand import is_ueberfaellig, seit_satz
from antraege.schritte.antrag import note
from konferenz.einstellungen import wert
from sitzungen.mails.hinweis import Hinweis
from sitzungen.schritte.versand import tell_geschaeftsstelle


@transaction.atomic(durable=True)
def remind_bericht(pk: int, *, now: datetime) -> int:
    """Remind the office of a report the board has had for too long; return how many mails were queued.

    Once for each report (erinnert_at), whoever calls and how often. Locks the report, asks again whether it waits and is
    overdue; journal. Nobody to write to: it stays due.
    """
    bericht = Bericht.objects.select_for_update(of=("self",)).select_related("antrag").filter(pk=pk).first()
    # asked anew once the lock is held: whoever tells a decision holds it too and leaves the report as it was
    if bericht is None or not Bericht.objects.beim_vorstand().filter(pk=pk, erinnert_at__isnull=True).exists():
        return 0
    if bericht.ueberwiesen_at is None:
        return 0
    seit, heute = timezone.localdate(bericht.ueberwiesen_at), timezone.localdate(now)
    if not is_ueberfaellig(seit, heute, tage=int(wert(ERINNERUNG))):
        return 0
    mails = tell_geschaeftsstelle(_hinweis(bericht, seit_satz(seit, heute)), anlass=f"vorstand:{bericht.uuid}", now=now)
    if mails:
        bericht.erinnert_at = now
        bericht.save(update_fields=["erinnert_at"])
        note("bericht.erinnert", bericht.antrag, actor=None, now=now, bericht=bericht.uuid, mails=mails)
    return mails


def _hinweis(bericht: Bericht, satz: str) -> Hinweis:
    antrag = bericht.antrag
    absaetze = [f"Der Antrag {antrag.nummer} «{antrag.titel}» liegt {satz} beim VSEG-Vorstand."]
    if hasattr(bericht, "entscheid"):
        absaetze.append("Ein Entscheid ist erfasst, aber noch nicht mitgeteilt. Die Konferenz weiss noch nichts davon.")
    else:
        absaetze.append("Bitte fragen Sie beim Vorstand nach und erfassen Sie den Entscheid, sobald er vorliegt.")
    return Hinweis(
        titel=f"Antrag {antrag.nummer} wartet {satz} auf den Vorstand",
        absaetze=tuple(absaetze),
        pfad=reverse("antraege:bericht-detail", args=[bericht.uuid]),
        knopf="Bericht ansehen",
    )
