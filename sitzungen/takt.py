"""The tick: prepares dossiers, writes what is due, reminds the office, closes what is done.

dispatch_versand is no transaction: papers are opened and the dossier is made while none is open; each deed has its own.
"""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from konferenz.dateien import path_of, recheck_dateien, store_bytes
from konferenz.models import Datei, Sendung
from konferenz.pdf import PdfError
from konferenz.rules import mahnungen_at

from . import pdf
from .actions import dossier as dossier_deeds
from .actions import erinnerung, mahnung, sitzungstag
from .actions import versand as deeds
from .actions.versand import InhaltVeraendert, Vorbereitet
from .models import Fassung, Sitzung, Versand
from .queries.antwort import fruehere_antworten, is_erinnerung_faellig
from .queries.lesen import MAPPE_NACH_NACHVERSAND
from .queries.paket import dossier_stand, frist_tage, load_inhalt, unlesbare
from .queries.sitzungstag import faellige_sitzungen, ohne_link
from .queries.versand import adress_maengel, empfaengerkreis, versande_im_gang
from .schritte.versand import VersandError

log = logging.getLogger(__name__)
OHNE_MAPPE_NACH = timedelta(minutes=30)
"""How long a due dispatch waits for a dossier that cannot be made, before it goes with the single papers."""
VERPASST = "Die Sitzung hat begonnen, bevor die Einladung versandt war. Es wurde nichts verschickt."


@dataclass
class Bericht:
    """What one tick did, or with dry_run would do. zeilen: sentences for the command; versande: those written."""

    zeilen: list[str] = field(default_factory=list)
    versande: list[Versand] = field(default_factory=list)
    is_fehler: bool = False


def dispatch_versand(*, now: datetime, dry_run: bool = False) -> Bericht:
    """Do everything that is due at now; safe to run any number of times at once.

    One meeting's hindrance never holds another's dispatch. dry_run only says what would be written.
    """
    bericht = Bericht()
    for sitzung in Sitzung.objects.versand_due(now):
        if dry_run:
            anzahl = len(empfaengerkreis(sitzung, now).empfaenger)
            bericht.zeilen.append(f"Fällig: {sitzung}, {anzahl} Briefe.")
        else:
            _shielded(_dispatch, sitzung, now, bericht)
    if dry_run:
        return bericht
    for sitzung in Sitzung.objects.filter(
        status=Sitzung.Status.FREIGEGEBEN, versand_due_at__gt=now, beginn_at__gt=now
    ).order_by("versand_due_at"):
        _shielded(_prepare_ahead, sitzung, now, bericht)
    for sitzung in Sitzung.objects.ohne_dossier(seit=now - MAPPE_NACH_NACHVERSAND):
        _renew_dossier(sitzung, now)
    for sitzung in Sitzung.objects.filter(status=Sitzung.Status.FREIGEGEBEN, beginn_at__lte=now).exclude(
        hindernis=VERPASST
    ):
        deeds.note_hindernis(sitzung.pk, text=VERPASST, now=now)
    for sitzung in Sitzung.objects.filter(status=Sitzung.Status.ENTWURF, beginn_at__gt=now):
        stufe = mahnstufe(sitzung, now)
        if stufe and not mahnung.is_gemahnt(sitzung, stufe):
            mahnung.remind_unreleased(sitzung.pk, stufe=stufe, now=now)
    _ask_for_answers(now)
    _send_links(now)
    for versand in versande_im_gang():
        deeds.note_fortschritt(versand.pk, now=now)
    return bericht


def _ask_for_answers(now: datetime) -> None:
    """Take back what somebody answered who holds the seat no more, then remind whom a meeting waits for."""
    for pk in sorted(set(fruehere_antworten(now).values_list("sitzung", flat=True))):
        erinnerung.drop_fruehere_antworten(pk, now=now)
    for sitzung in Sitzung.objects.filter(status=Sitzung.Status.VERSANDT, beginn_at__gt=now).order_by("beginn_at"):
        if is_erinnerung_faellig(sitzung, now):
            erinnerung.remind_sitzung(sitzung.pk, now=now)


def _send_links(now: datetime) -> None:
    """Send who is expected today the way into the room."""
    for sitzung in faellige_sitzungen(now):
        if ohne_link(sitzung):
            sitzungstag.send_links(sitzung.pk, now=now)


def _dispatch(sitzung: Sitzung, now: datetime, bericht: Bericht) -> None:
    recheck_papiere([sitzung], now=now)
    versand = deeds.create_einladung(
        sitzung.pk, vorbereitet=prepare(sitzung.pk, now=now, is_faellig=True), actor=None, now=now
    )
    bericht.versande.append(versand)
    bericht.zeilen.append(f"Geschrieben: {sitzung}, {versand.zustellungen.count()} Briefe.")


def _prepare_ahead(sitzung: Sitzung, now: datetime, bericht: Bericht) -> None:
    prepare(sitzung.pk, now=now)
    if sitzung.hindernis:
        deeds.note_hindernis(sitzung.pk, text="", now=now)


def _renew_dossier(sitzung: Sitzung, now: datetime) -> None:
    """Make the dossier of a meeting anew whose papers a Nachversand has changed."""
    try:
        prepare(sitzung.pk, now=now)
    except PdfError:
        log.exception("Die Sitzungsmappe der Sitzung %s lässt sich nach dem Nachversand nicht bauen.", sitzung.kennung)


def _shielded(
    deed: Callable[[Sitzung, datetime, Bericht], None], sitzung: Sitzung, now: datetime, bericht: Bericht
) -> None:
    """Do one meeting's part. What goes wrong is kept on the meeting and told once; the others go on."""
    try:
        deed(sitzung, now, bericht)
    except InhaltVeraendert as error:
        bericht.zeilen.append(f"{sitzung}: {error}")
        return
    except (VersandError, PdfError) as error:
        text = str(error)
    except Exception:
        log.exception("Versand der Sitzung %s", sitzung.kennung)
        text = (
            "Beim Vorbereiten des Versands ist ein Fehler aufgetreten. Die Technik findet ihn im Protokoll des Servers."
        )
    else:
        return
    if deeds.is_inzwischen_versandt(sitzung.pk):
        return  # another tick was quicker
    bericht.zeilen.append(f"{sitzung}: {text}")
    bericht.is_fehler = True
    deeds.note_hindernis(sitzung.pk, text=text, now=now)


def wait_for_uebergabe(versand: Versand, *, seconds: float = 5) -> int:
    """Wait until no mail of a stopped dispatch is in the server's hands; return how many still are after so many seconds.

    So the page that confirms a stop tells the truth: no further mail leaves.
    """
    ende = time.monotonic() + seconds
    while True:
        offen = versand.zustellungen.filter(sendung__status=Sendung.Status.IN_UEBERGABE).count()
        if not offen or time.monotonic() > ende:
            return offen
        time.sleep(0.1)


# --- Papers and dossier ---------------------------------------------------------------------------


def prepare(pk: int, *, now: datetime, is_faellig: bool = False) -> Vorbereitet:
    """Return content, papers to leave out and the dossier of a meeting, ready to be frozen; no transaction is open.

    The dossier is reused as long as its fingerprint fits. is_faellig: one that cannot be made holds the dispatch for at
    most OHNE_MAPPE_NACH, then the papers go singly. Raises PdfError.
    """
    sitzung = Sitzung.objects.select_related("dossier").get(pk=pk)
    inhalt = load_inhalt(sitzung)
    ausgelassen = unlesbare(inhalt)
    stand = dossier_stand(inhalt, ausgelassen)
    dossier = sitzung.dossier
    if dossier is not None and sitzung.dossier_stand == stand and _is_heil(dossier, genau=is_faellig):
        return Vorbereitet(inhalt, ausgelassen, dossier)
    try:
        mappe = pdf.make_dossier(inhalt, ausgelassen, stand=now)
    except PdfError:
        if is_faellig and now - sitzung.versand_due_at >= OHNE_MAPPE_NACH:
            log.exception("Sitzung %s geht ohne Sitzungsmappe hinaus.", sitzung.kennung)
            return Vorbereitet(inhalt, ausgelassen, None)
        raise
    if mappe.defekte:
        # Only the merge found them: note it, so that letter, dossier and page say the same.
        dossier_deeds.note_defekte(mappe.defekte, now=now)
        return prepare(pk, now=now, is_faellig=is_faellig)
    gespeichert = store_bytes(f"Sitzungsmappe-{sitzung.kennung}.pdf", Datei.Typ.PDF, mappe.inhalt, seiten=mappe.seiten)
    return Vorbereitet(
        inhalt,
        ausgelassen,
        dossier_deeds.keep_dossier(pk, gespeichert=gespeichert, stand=stand, ersetzt=sitzung.dossier_id, now=now),
    )


def _is_heil(dossier: Datei, *, genau: bool) -> bool:
    """Return whether a dossier lies on disk as it was stored; genau: down to the last byte."""
    pfad = path_of(dossier.pk)
    if not pfad.is_file() or pfad.stat().st_size != dossier.groesse:
        return False
    return not genau or hashlib.sha256(pfad.read_bytes()).hexdigest() == dossier.sha256


def recheck_papiere(sitzungen: Sequence[Sitzung], *, now: datetime) -> list[Fassung]:
    """Open the current papers of meetings again and note what changed; return those that cannot be opened."""
    fassungen = list(
        Fassung.objects.aktuell()
        .filter(unterlage__traktandum__sitzung__in=[s.pk for s in sitzungen], unterlage__is_entfernt=False)
        .select_related("datei", "unterlage__traktandum__sitzung")
        .order_by("pk")
    )
    befunde = recheck_dateien([f.datei for f in fassungen])
    geaendert = {
        str(f.datei.pk): befund
        for f, befund in zip(fassungen, befunde, strict=True)
        if bool(befund) != (f.datei.pruefung == Datei.Pruefung.DEFEKT)
    }
    if geaendert:
        dossier_deeds.note_defekte(geaendert, now=now)
    return [f for f, befund in zip(fassungen, befunde, strict=True) if befund]


def check_unterlagen(*, now: datetime) -> int:
    """Open all papers of meetings not yet sent and look at their recipients' addresses; tell the office of defects.

    Return how many defects there are. The same defect is told once a day at most.
    """
    sitzungen = list(
        Sitzung.objects.filter(
            status__in=[Sitzung.Status.ENTWURF, Sitzung.Status.FREIGEGEBEN], beginn_at__gt=now
        ).order_by("beginn_at")
    )
    defekte: dict[int, list[str]] = {s.pk: [] for s in sitzungen}
    for fassung in recheck_papiere(sitzungen, now=now):
        traktandum = fassung.unterlage.traktandum
        fassung.datei.refresh_from_db()
        defekte[traktandum.sitzung_id].append(f"Traktandum {traktandum.position}: {fassung.datei.befund}")
    for sitzung in sitzungen:
        if sitzung.status == Sitzung.Status.FREIGEGEBEN:
            defekte[sitzung.pk] += adress_maengel(sitzung, now)
        if defekte[sitzung.pk]:
            mahnung.tell_defekte(sitzung.pk, defekte=defekte[sitzung.pk], now=now)
    return sum(map(len, defekte.values()))


# --- Reminders ------------------------------------------------------------------------------------


def mahnstufe(sitzung: Sitzung, now: datetime) -> str:
    """Return the reminder that is due for an unreleased agenda: the latest of «t10», «t8», «faellig», or nothing."""
    zeiten = mahnungen_at(sitzung.beginn_at, frist_tage=frist_tage(sitzung))
    return max((stufe for stufe, zeit in zeiten.items() if zeit <= now), key=lambda s: zeiten[s], default="")
