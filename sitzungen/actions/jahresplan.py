"""Deeds on a year's plan of meetings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from mitglieder.models import Person
from sitzungen import rules
from sitzungen.models import Sitzung
from sitzungen.schritte.termin import apply_termin, enqueue_terminankuendigung, insert_sitzung, lock_jahresplan
from sitzungen.schritte.vorbereitung import VorbereitungError


class JahresplanError(VorbereitungError):
    """One row of the plan cannot be stored; nr says which. Nothing of the plan is stored then."""

    def __init__(self, satz: str, *, nr: int, feld: str | None) -> None:
        super().__init__(satz, feld=feld)
        self.nr = nr


@dataclass(frozen=True)
class Jahresplan:
    """What a save did: meetings created, moved, and how many people get the dates by mail."""

    erstellt: tuple[Sitzung, ...]
    geaendert: tuple[Sitzung, ...]
    ankuendigungen: int


@transaction.atomic(durable=True)
def save_jahresplan(
    jahr: int, termine: Sequence[rules.Termin], *, ankuendigen: bool, actor: Person, now: datetime
) -> Jahresplan:
    """Create or move the ordinary meetings of a year, all or nothing.

    termine: one per meeting, each with its nr; an absent nr leaves that meeting as it is.  ankuendigen: send one mail
    with all dates still ahead to the seats (only when these dates were not announced before).
    Locks the year plan and its meetings. Writes meetings with their standing items, dispatch times, SEQUENCE, journal;
    enqueues Sendungen. Raises JahresplanError for the first row that is wrong.
    """
    lock_jahresplan()
    reihen = Sitzung.objects.select_for_update(of=("self",)).filter(jahr=jahr, art=Sitzung.Art.ORDENTLICH)
    bestehend = {s.nr: s for s in reihen.order_by("pk")}
    erstellt, geaendert = [], []
    for termin in termine:
        if termin.nr is None:
            raise ValueError("Ein Termin des Jahresplans trägt seine Nummer.")
        sitzung = bestehend.get(termin.nr)
        try:
            if sitzung is None:
                sitzung = insert_sitzung(termin, art=Sitzung.Art.ORDENTLICH, actor=actor, now=now)
                bestehend[sitzung.nr] = sitzung
                erstellt.append(sitzung)
            elif apply_termin(sitzung, termin, actor=actor, now=now):
                geaendert.append(sitzung)
        except VorbereitungError as error:
            raise JahresplanError(str(error), nr=termin.nr, feld=error.feld) from error
    anzahl = 0
    if ankuendigen:
        kommende = [s for s in bestehend.values() if s.is_bearbeitbar and s.beginn_at > now]
        anzahl = enqueue_terminankuendigung(kommende, actor=actor, now=now)
    return Jahresplan(tuple(erstellt), tuple(geaendert), anzahl)
