"""Deeds only the demo does: meetings of the past, which nobody prepares any more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from konferenz.dateien import GespeicherteDatei, create_datei
from konferenz.rules import versand_due_at
from mitglieder.models import Person, Sitz
from sitzungen.models import Fassung, Sitzung, Teilnahme, Thema, Traktandenwunsch, Traktandum, Unterlage


@dataclass(frozen=True)
class Vergangene:
    """A meeting to write into the archive: its day, its items and the file of each paper."""

    jahr: int
    nr: int
    beginn_at: datetime
    ort: str
    traktanden: Sequence[Mapping[str, Any]]
    dateien: Sequence[GespeicherteDatei]


@transaction.atomic(durable=True)
def create_archiv(sitzungen: Sequence[Vergangene], *, actor: Person) -> None:
    """Write closed meetings with their papers, as if they had been dispatched a week before; no letters."""
    themen = {thema.nr: thema for thema in Thema.objects.all()}
    for vergangene in sitzungen:
        versand_at = versand_due_at(vergangene.beginn_at, frist_tage=7)
        sitzung = Sitzung.objects.create(
            kennung=f"{vergangene.jahr}-{vergangene.nr}",
            jahr=vergangene.jahr,
            nr=vergangene.nr,
            beginn_at=vergangene.beginn_at,
            ende_at=vergangene.beginn_at + timedelta(hours=2, minutes=10),
            ort=vergangene.ort,
            status=Sitzung.Status.GESCHLOSSEN,
            versand_due_at=versand_at,
            terminankuendigung_at=versand_at - timedelta(days=60),
            freigegeben_at=versand_at - timedelta(days=2),
            freigegeben_von=actor,
            versandt_at=versand_at,
            begonnen_at=vergangene.beginn_at,
            beendet_at=vergangene.beginn_at + timedelta(hours=2, minutes=5),
            created_at=versand_at - timedelta(days=90),
        )
        dateien = iter(vergangene.dateien)
        for position, punkt in enumerate(vergangene.traktanden, start=1):
            traktandum = Traktandum.objects.create(
                sitzung=sitzung,
                position=position,
                titel=punkt["titel"],
                art=punkt["art"],
                standard=punkt.get("standard", ""),
                thema=themen.get(punkt.get("thema", 0)),
                minuten=punkt["minuten"],
                zusammenfassung=punkt.get("zusammenfassung", ""),
                ausgang=punkt.get("ausgang", Traktandum.Ausgang.OFFEN),
            )
            for nr, papier in enumerate(punkt.get("papiere", []), start=1):
                unterlage = Unterlage.objects.create(traktandum=traktandum, position=nr, titel=papier["titel"])
                datei = create_datei(next(dateien), now=versand_at - timedelta(days=3))
                Fassung.objects.create(
                    unterlage=unterlage, nr=1, datei=datei, hochgeladen_von=actor, hochgeladen_at=datei.created_at
                )


@transaction.atomic(durable=True)
def finish_sitzung(
    pk: int, *, vertretungen: Mapping[Sitz, Person], wuensche: Sequence[Mapping[str, Any]], leser: Person, now: datetime
) -> None:
    """Name substitutes for a meeting and let its wishes wait beside the agenda (the pages for both come later)."""
    for sitz, person in vertretungen.items():
        Teilnahme.objects.create(
            sitzung_id=pk,
            sitz=sitz,
            antwort=Teilnahme.Antwort.VERTRETEN,
            antwort_at=now,
            vertretung=person,
            vertretung_stand=Teilnahme.Vertretung.ANGENOMMEN,
            vertretung_benannt_at=now,
        )
    for wunsch in wuensche:
        Traktandenwunsch.objects.create(
            person=leser,
            titel=wunsch["titel"],
            thema=Thema.objects.get(nr=wunsch["thema"]),
            begruendung=wunsch["begruendung"],
            created_at=now,
        )
