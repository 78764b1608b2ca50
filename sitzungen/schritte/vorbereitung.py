"""Opening a meeting for a change: its lock, whether it may still change, and the release that an edit takes back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone

from konferenz import journal
from konferenz.models import Pflichtenheft
from konferenz.rules import versand_due_at
from konferenz.schritte import require_transaction
from mitglieder.models import Person
from sitzungen.models import Sitzung


class VorbereitungError(Exception):
    """What was asked for is not possible now; the text is for the user. feld: the field it belongs to, if any."""

    def __init__(self, satz: str, *, feld: str | None = None) -> None:
        super().__init__(satz)
        self.feld = feld


class SitzungGesperrt(VorbereitungError):
    """The papers are out, or the meeting is over or cancelled: agenda and papers do not change here any more."""


NUR_NACHVERSAND = "Die Unterlagen sind versandt. Traktanden und Unterlagen ändern Sie nur noch mit einem Nachversand."


def frist_tage(beginn_at: datetime) -> int:
    """Return the Versandfrist in days of the Pflichtenheft in force on the meeting's Zurich date.

    Raises VorbereitungError where none with rules applies (before 2026: archive only).
    """
    tag = timezone.localdate(beginn_at)
    frist = Pflichtenheft.objects.in_force(tag).filter(has_regeln=True).values_list("versandfrist_tage", flat=True)
    tage = frist.first()
    if tage is None:
        raise VorbereitungError("Für dieses Datum gilt kein Pflichtenheft mit Regeln; wählen Sie ein anderes Datum.")
    return tage


def lock_sitzung(pk: int) -> Sitzung:
    """Return a meeting, locked and read anew. Raises RuntimeError outside a transaction."""
    require_transaction("lock_sitzung")
    return Sitzung.objects.select_for_update(of=("self",)).get(pk=pk)


def open_for_edit(pk: int, *, actor: Person, now: datetime, grund: str) -> tuple[Sitzung, bool]:
    """Lock a meeting whose agenda or papers are about to change; return it, and whether a release was taken back.

    grund: the deed, for the journal («traktandum.geaendert»). The change is counted (Sitzung.aenderung), so that nobody
    releases what he has not seen. Raises SitzungGesperrt once the papers are out.
    """
    sitzung = lock_sitzung(pk)
    check_bearbeitbar(sitzung)
    zurueck = take_back_freigabe(sitzung, actor=actor, now=now, grund=grund)
    sitzung.aenderung += 1
    sitzung.save(update_fields=["aenderung"])
    return sitzung, zurueck


def check_bearbeitbar(sitzung: Sitzung) -> None:
    """Raise SitzungGesperrt unless agenda and papers may still be edited."""
    if sitzung.is_bearbeitbar:
        return
    if sitzung.status == Sitzung.Status.ABGESAGT:
        raise SitzungGesperrt("Die Sitzung ist abgesagt.")
    raise SitzungGesperrt(NUR_NACHVERSAND)


def take_back_freigabe(sitzung: Sitzung, *, actor: Person, now: datetime, grund: str) -> bool:
    """Return a released (locked) meeting to «in Vorbereitung»; return whether there was a release to take back."""
    require_transaction("take_back_freigabe")
    if sitzung.status != Sitzung.Status.FREIGEGEBEN:
        return False
    sitzung.status = Sitzung.Status.ENTWURF
    sitzung.freigegeben_at = sitzung.freigegeben_von = None
    sitzung.eingereicht_at = sitzung.eingereicht_von = None
    sitzung.is_freigabe_auf_wort = False
    sitzung.versand_due_at = versand_due_at(sitzung.beginn_at, frist_tage=frist_tage(sitzung.beginn_at))
    sitzung.hindernis = ""
    sitzung.save(
        update_fields=[
            "status",
            "freigegeben_at",
            "freigegeben_von",
            "eingereicht_at",
            "eingereicht_von",
            "is_freigabe_auf_wort",
            "versand_due_at",
            "hindernis",
        ]
    )
    append("sitzung.freigabe_zurueckgenommen", sitzung, actor=actor, now=now, grund=grund)
    return True


def append(art: str, objekt: Any, *, actor: Person | None, now: datetime, **nutzlast: Any) -> None:
    """Append one deed to the journal (last in the lock order); actor None is the machine."""
    journal.append(art=art, akteur=actor.uuid if actor else None, objekt=objekt.uuid, nutzlast=nutzlast, now=now)
