"""What the portal tells the office by itself: an agenda not released, defects before a dispatch."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from konferenz import journal
from konferenz.models import Sendung
from sitzungen.mails.hinweis import Hinweis
from sitzungen.models import Sitzung
from sitzungen.schritte.versand import tell_geschaeftsstelle
from sitzungen.schritte.vorbereitung import lock_sitzung

_MAHNUNG = {
    "t10": (
        "noch nicht freigegeben",
        "Die Unterlagen gehen in drei Tagen hinaus, sobald die Traktandenliste freigegeben ist.",
    ),
    "t8": (
        "morgen Versand, nicht freigegeben",
        "Die Unterlagen gehen morgen um 8 Uhr hinaus, sobald die Traktandenliste freigegeben ist.",
    ),
    "faellig": (
        "Versand fällig, nicht freigegeben",
        "Die Unterlagen müssten jetzt hinausgehen. Ohne Freigabe wird nichts verschickt; nach einer Freigabe gehen sie innert 15 Minuten hinaus und sind als verspätet bezeichnet.",
    ),
}


def is_gemahnt(sitzung: Sitzung, stufe: str) -> bool:
    """Return whether the office was told of this stage for this date."""
    return Sendung.objects.filter(schluessel__startswith=_anlass(sitzung, stufe)).exists()


def _anlass(sitzung: Sitzung, stufe: str) -> str:
    return f"mahnung:{sitzung.uuid}:{stufe}:{timezone.localdate(sitzung.beginn_at)}"


@transaction.atomic(durable=True)
def remind_unreleased(pk: int, *, stufe: str, now: datetime) -> int:
    """Tell the office that an agenda is not released; return how many mails were written (none when told already).

    stufe: «t10», «t8», «faellig». Told once per stage and date of the meeting. Locks the Sitzung; journal.
    """
    sitzung = lock_sitzung(pk)
    if sitzung.status != Sitzung.Status.ENTWURF:
        return 0
    wort, satz = _MAHNUNG[stufe]
    hinweis = Hinweis(
        titel=f"Sitzung {sitzung.nummer}: {wort}",
        absaetze=(satz,),
        pfad=f"/sitzungen/{sitzung.kennung}/traktanden/",
        knopf="Traktandenliste öffnen",
    )
    anzahl = tell_geschaeftsstelle(hinweis, anlass=_anlass(sitzung, stufe), now=now)
    if anzahl:
        journal.append(
            art="versand.gemahnt", akteur=None, objekt=sitzung.uuid, nutzlast={"stufe": stufe, "mails": anzahl}, now=now
        )
    return anzahl


@transaction.atomic(durable=True)
def tell_defekte(pk: int, *, defekte: Sequence[str], now: datetime) -> None:
    """Mail the office what the nightly check found on one meeting (once a day); locks the Sitzung."""
    sitzung = lock_sitzung(pk)
    hinweis = Hinweis(
        titel=f"Sitzung {sitzung.nummer}: {len(defekte)} {'Mangel' if len(defekte) == 1 else 'Mängel'} vor dem Versand",
        absaetze=("Die nächtliche Prüfung der Unterlagen und Adressen hat Folgendes gefunden:",),
        punkte=tuple(defekte),
        pfad=f"/sitzungen/{sitzung.kennung}/versand/",
        knopf="Versand ansehen",
    )
    tell_geschaeftsstelle(hinweis, anlass=f"defekt:{sitzung.uuid}:{timezone.localdate(now)}", now=now)
