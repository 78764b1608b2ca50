"""Deeds only the demo does: meetings of the past, which nobody prepares any more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from konferenz.dateien import GespeicherteDatei, create_datei
from konferenz.rules import versand_due_at
from mitglieder.models import Person, Sitz, Stellvertretung
from sitzungen.models import Anwesenheit, Fassung, Sitzung, Teilnahme, Thema, Traktandenwunsch, Traktandum, Unterlage

DAUER = timedelta(hours=2, minutes=5)
"""How long the meetings of the past took."""


@dataclass(frozen=True)
class Strecke:
    """A stretch of presence of the past. als: inhaber or vertretung."""

    person: Person
    als: str
    von_at: datetime
    bis_at: datetime


@dataclass(frozen=True)
class Gewesen:
    """What one seat answered for a meeting of the past, and who came."""

    sitz: Sitz
    person: Person
    antwort: str
    vertretung: Person | None = None
    strecken: tuple[Strecke, ...] = ()


@dataclass(frozen=True)
class Vergangene:
    """A meeting to write into the archive: its day, its items and the file of each paper.

    is_offen: its agenda is still in preparation and nobody has come: the app above holds it through its own deeds.
    """

    jahr: int
    nr: int
    beginn_at: datetime
    ort: str
    traktanden: Sequence[Mapping[str, Any]]
    dateien: Sequence[GespeicherteDatei]
    praesenz: Sequence[Gewesen] = ()
    is_offen: bool = False


@transaction.atomic(durable=True)
def create_archiv(sitzungen: Sequence[Vergangene], *, actor: Person) -> None:
    """Write closed meetings with their papers, as if they had been dispatched a week before; no letters."""
    themen = {thema.nr: thema for thema in Thema.objects.all()}
    for vergangene in sitzungen:
        is_offen = vergangene.is_offen
        versand_at = versand_due_at(vergangene.beginn_at, frist_tage=7)
        sitzung = Sitzung.objects.create(
            kennung=f"{vergangene.jahr}-{vergangene.nr}",
            jahr=vergangene.jahr,
            nr=vergangene.nr,
            beginn_at=vergangene.beginn_at,
            ende_at=vergangene.beginn_at + timedelta(hours=2, minutes=10),
            ort=vergangene.ort,
            status=Sitzung.Status.ENTWURF if is_offen else Sitzung.Status.GESCHLOSSEN,
            versand_due_at=versand_at,
            terminankuendigung_at=versand_at - timedelta(days=60),
            freigegeben_at=None if is_offen else versand_at - timedelta(days=2),
            freigegeben_von=None if is_offen else actor,
            versandt_at=None if is_offen else versand_at,
            begonnen_at=None if is_offen else vergangene.beginn_at,
            beendet_at=None if is_offen else vergangene.beginn_at + DAUER,
            leitung=None
            if is_offen
            else next((g.person for g in vergangene.praesenz if g.sitz.art == Sitz.Art.VORSITZ), None),
            created_at=versand_at - timedelta(days=90),
        )
        praesenz = vergangene.praesenz
        _write_praesenz(sitzung, [_kommt(g) for g in praesenz] if is_offen else praesenz, actor=actor)
        dateien = iter(vergangene.dateien)
        uhr = vergangene.beginn_at
        for position, punkt in enumerate(vergangene.traktanden, start=1):
            gehalten = {} if is_offen else _gehalten(punkt, versand_at, uhr)
            traktandum = _write_traktandum(sitzung, position, punkt, themen, **gehalten)
            uhr += timedelta(minutes=punkt["minuten"])
            for nr, papier in enumerate(punkt.get("papiere", []), start=1):
                unterlage = Unterlage.objects.create(traktandum=traktandum, position=nr, titel=papier["titel"])
                datei = create_datei(next(dateien), now=versand_at - timedelta(days=3))
                Fassung.objects.create(
                    unterlage=unterlage, nr=1, datei=datei, hochgeladen_von=actor, hochgeladen_at=datei.created_at
                )


def _kommt(gewesen: Gewesen) -> Gewesen:
    """Return a seat that says it comes, and has not come yet."""
    return replace(gewesen, antwort="zugesagt", vertretung=None, strecken=())


def _write_traktandum(
    sitzung: Sitzung, position: int, punkt: Mapping[str, Any], themen: Mapping[int, Thema], **gehalten: Any
) -> Traktandum:
    return Traktandum.objects.create(
        sitzung=sitzung,
        position=position,
        titel=punkt["titel"],
        art=punkt["art"],
        standard=punkt.get("standard", ""),
        thema=themen.get(punkt.get("thema", 0)),
        minuten=punkt["minuten"],
        zusammenfassung=punkt.get("zusammenfassung", ""),
        **gehalten,
    )


def _gehalten(punkt: Mapping[str, Any], versand_at: datetime, uhr: datetime) -> dict[str, Any]:
    """Return what an item of a meeting that was held says: announced, dealt with, its outcome."""
    return {
        "ausgang": punkt.get("ausgang", Traktandum.Ausgang.OFFEN),
        "ausgang_text": punkt.get("ausgang_text", ""),
        "angekuendigt_at": versand_at,
        "begonnen_at": uhr,
        "beendet_at": uhr + timedelta(minutes=punkt["minuten"]),
    }


@transaction.atomic(durable=True)
def publish_offene(pk: int, *, actor: Person) -> Sitzung:
    """Write that an agenda of the past, left in preparation, was dispatched a week before its meeting; no letters."""
    sitzung = Sitzung.objects.select_for_update(of=("self",)).get(pk=pk)
    versand_at = sitzung.versand_due_at
    sitzung.status, sitzung.versandt_at = Sitzung.Status.VERSANDT, versand_at
    sitzung.freigegeben_at, sitzung.freigegeben_von = versand_at - timedelta(days=2), actor
    sitzung.save(update_fields=["status", "versandt_at", "freigegeben_at", "freigegeben_von"])
    sitzung.traktanden.update(angekuendigt_at=versand_at)
    return sitzung


def _write_praesenz(sitzung: Sitzung, praesenz: Sequence[Gewesen], *, actor: Person) -> None:
    geantwortet_at = sitzung.beginn_at - timedelta(days=5)
    teilnahmen = Teilnahme.objects.bulk_create(
        Teilnahme(
            sitzung=sitzung,
            sitz=g.sitz,
            antwort=g.antwort,
            antwort_at=geantwortet_at if g.antwort else None,
            antwort_von=g.person if g.antwort else None,
            antwort_fuer=g.person if g.antwort else None,
            antwort_kanal=Teilnahme.Kanal.PORTAL if g.antwort else "",
            vertretung=g.vertretung,
            vertretung_funktion=Stellvertretung.Funktion.VIZEPRAESIDIUM if g.vertretung else "",
            vertretung_stand=Teilnahme.Vertretung.ANGENOMMEN if g.vertretung else "",
            vertretung_benannt_at=geantwortet_at if g.vertretung else None,
            vertretung_antwort_at=geantwortet_at if g.vertretung else None,
        )
        for g in praesenz
    )
    Anwesenheit.objects.bulk_create(
        Anwesenheit(
            sitzung=sitzung,
            teilnahme=teilnahme,
            person=strecke.person,
            als=strecke.als,
            von_at=strecke.von_at,
            bis_at=strecke.bis_at,
            weg=Anwesenheit.Weg.LEITUNG,
            erfasst_von=actor,
            erfasst_at=strecke.von_at,
        )
        for g, teilnahme in zip(praesenz, teilnahmen, strict=True)
        for strecke in g.strecken
    )


@transaction.atomic(durable=True)
def create_heutige(beginn_at: datetime, daten: Mapping[str, Any], *, actor: Person) -> Sitzung:
    """Write an extraordinary meeting of today with its items, as if it had been dispatched a week before; no letters.

    daten: titel, grund, ort, traktanden.
    """
    versand_at = versand_due_at(beginn_at, frist_tage=7)
    einberufen_at = versand_at - timedelta(days=5)
    jahr = timezone.localdate(beginn_at).year
    sitzung = Sitzung.objects.create(
        kennung=f"{jahr}-a1",
        jahr=jahr,
        nr=1,
        art=Sitzung.Art.AUSSERORDENTLICH,
        grund=daten["grund"],
        einberufen_on=timezone.localdate(einberufen_at),
        beginn_at=beginn_at,
        ende_at=beginn_at + timedelta(hours=3),
        ort=daten["ort"],
        form=Sitzung.Form.HYBRID,
        form_entscheid_on=timezone.localdate(einberufen_at),
        status=Sitzung.Status.VERSANDT,
        versand_due_at=versand_at,
        terminankuendigung_at=einberufen_at,
        freigegeben_at=versand_at - timedelta(days=1),
        freigegeben_von=actor,
        versandt_at=versand_at,
        created_at=einberufen_at,
    )
    themen = {thema.nr: thema for thema in Thema.objects.all()}
    for position, punkt in enumerate(daten["traktanden"], start=1):
        _write_traktandum(sitzung, position, punkt, themen, angekuendigt_at=versand_at)
    return sitzung


@transaction.atomic(durable=True)
def create_abgelehnt(sitzung_pk: int, sitz: Sitz, inhaber: Person, ersatz: Person, *, now: datetime) -> None:
    """Write that a seat named a substitute four days ago, who declined the day after; no letters."""
    vor = now - timedelta(days=4)
    Teilnahme.objects.update_or_create(
        sitzung_id=sitzung_pk,
        sitz=sitz,
        defaults={
            "antwort": Teilnahme.Antwort.VERTRETEN,
            "antwort_at": vor,
            "antwort_von": inhaber,
            "antwort_fuer": inhaber,
            "antwort_kanal": Teilnahme.Kanal.LINK,
            "vertretung": ersatz,
            "vertretung_funktion": Stellvertretung.Funktion.VIZEPRAESIDIUM,
            "vertretung_stand": Teilnahme.Vertretung.ABGELEHNT,
            "vertretung_benannt_at": vor,
            "vertretung_antwort_at": vor + timedelta(days=1),
        },
    )


@transaction.atomic(durable=True)
def create_wuensche(wuensche: Sequence[Mapping[str, Any]], *, leser: Person, now: datetime) -> None:
    """Let a member's wishes wait beside the agenda."""
    for wunsch in wuensche:
        Traktandenwunsch.objects.create(
            person=leser,
            titel=wunsch["titel"],
            thema=Thema.objects.get(nr=wunsch["thema"]),
            begruendung=wunsch["begruendung"],
            created_at=now,
        )
