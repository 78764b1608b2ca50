"""The motion's own paper among the papers of its item: renewed with the wording."""

from __future__ import annotations

from datetime import datetime

from antraege.models import Antrag
from konferenz.dateien import GespeicherteDatei, create_datei
from konferenz.schritte import require_transaction
from mitglieder.models import Person
from sitzungen.models import Unterlage
from sitzungen.schritte.traktanden import replace_fassung
from sitzungen.schritte.vorbereitung import append, open_for_edit

from .antrag import AntragError


def renew_papier(antrag: Antrag, papier: GespeicherteDatei | None, *, actor: Person, now: datetime) -> bool:
    """Replace the paper of a motion (locked by lock_antrag) on its agenda while that may be edited; return whether it was.

    papier: the new wording as PDF, already on disk (antraege.pdf_antrag).  A motion without a paper there, or an agenda
    that is out: nothing is written (then a Nachversand tells, and the caller may discard the file). Takes a release back
    as every edit of an agenda does. Writes Datei, Fassung, the meeting, the journal.
    Raises AntragError where a paper stands there and none was made: it was put on the agenda at this very moment.
    """
    require_transaction("renew_papier")
    if antrag.papier_id is None or antrag.traktandum is None or not antrag.traktandum.sitzung.is_bearbeitbar:
        return False
    unterlage = Unterlage.objects.select_for_update(of=("self",)).filter(pk=antrag.papier_id, is_entfernt=False).first()
    if unterlage is None or unterlage.traktandum_id != antrag.traktandum.pk:
        return False
    if papier is None:
        raise AntragError("Der Antrag wurde eben auf eine Traktandenliste gesetzt. Bitte speichern Sie nochmals.")
    sitzung, _ = open_for_edit(antrag.traktandum.sitzung_id, actor=actor, now=now, grund="unterlage.ersetzt")
    datei = create_datei(papier, now=now)
    fassung = replace_fassung(unterlage, datei, actor=actor, now=now)
    append(
        "unterlage.ersetzt",
        unterlage,
        actor=actor,
        now=now,
        sitzung=sitzung.uuid,
        fassung=fassung.nr,
        datei=datei.pk,
        sha256=datei.sha256,
    )
    return True
