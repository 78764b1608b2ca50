"""Making the changes that were noted for a dispatched meeting."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Max

from konferenz.models import Datei
from konferenz.schritte import require_transaction
from mitglieder.models import Person
from sitzungen.models import Aenderung, Fassung, Sitzung, Traktandum, Unterlage
from sitzungen.queries.aenderung import reihe_danach

from .traktanden import renumber
from .versand import VersandError
from .vorbereitung import append

Art = Aenderung.Art
BEGONNEN = (
    "Die Sitzung hat begonnen. Traktanden ändern jetzt die Leitung und die Geschäftsstelle in der Sitzung; "
    "Unterlagen lassen sich weiterhin nachreichen."
)
NICHT_MEHR = "«{name}» hat sich inzwischen geändert. Bitte verwerfen Sie diese Änderung und merken Sie sie neu vor."
AN_TRAKTANDEN = {Art.TRAKTANDUM_NEU, Art.TRAKTANDUM_VERSCHOBEN, Art.TRAKTANDUM_ZURUECK}


def check_offen(sitzung: Sitzung, *, an_traktanden: bool, now: datetime) -> None:
    """Raise VersandError unless a (locked) meeting may be changed by a Nachversand.

    Papers: from the Einladung on, also after the meeting.  an_traktanden: the agenda only until the meeting begins.
    """
    if sitzung.status == Sitzung.Status.ABGESAGT:
        raise VersandError("Die Sitzung ist abgesagt; es wird nichts mehr nachgereicht.")
    if not sitzung.is_veroeffentlicht:
        raise VersandError("Nachgereicht wird erst, wenn die Einladung versandt ist.")
    if an_traktanden and (sitzung.status != Sitzung.Status.VERSANDT or sitzung.beginn_at <= now):
        raise VersandError(BEGONNEN)


def apply_aenderungen(sitzung: Sitzung, aenderungen: Sequence[Aenderung], *, actor: Person, now: datetime) -> None:
    """Make the changes in the database: items first, then papers, then the order of the agenda.

    The caller holds the lock on the Sitzung. Raises VersandError where what a change is about is no longer as it was.
    """
    require_transaction("apply_aenderungen")
    folge = reihe_danach(sitzung, aenderungen)
    for nr, a in enumerate(a for a in aenderungen if a.art == Art.TRAKTANDUM_NEU):
        _add_traktandum(sitzung, a, hinten=nr + 1, now=now)
    for a in aenderungen:
        match a.art:
            case Art.TRAKTANDUM_VERSCHOBEN if a.traktandum is not None:
                a.vorher = a.traktandum.position
            case Art.TRAKTANDUM_ZURUECK:
                _withdraw_traktandum(a)
            case Art.PAPIER_NEU:
                _add_papier(a, actor=actor, now=now)
            case Art.PAPIER_ERSETZT:
                _replace_papier(a, actor=actor, now=now)
            case Art.PAPIER_ZURUECK:
                _withdraw_papier(a)
    pks = {str(uuid): pk for uuid, pk in sitzung.traktanden.values_list("uuid", "pk")}
    renumber(sitzung, [pks[uuid] for uuid in folge])


def _add_traktandum(sitzung: Sitzung, a: Aenderung, *, hinten: int, now: datetime) -> None:
    letzte = sitzung.traktanden.aggregate(letzte=Max("position"))["letzte"] or 0
    a.traktandum = Traktandum.objects.create(
        uuid=a.uuid,
        sitzung=sitzung,
        position=letzte + hinten,  # out of the way; renumber puts it in its place
        titel=a.titel,
        art=a.angaben["art"],
        thema_id=a.angaben["thema"],
        zusammenfassung=a.angaben["zusammenfassung"],
        referent=a.angaben["referent"],
        minuten=a.angaben["minuten"],
        angekuendigt_at=now,
    )
    for papier in a.unterlagen.all():
        Aenderung.objects.filter(pk=papier.pk).update(traktandum=a.traktandum)


def _withdraw_traktandum(a: Aenderung) -> None:
    traktandum = a.traktandum
    if traktandum is None or traktandum.ausgang != Traktandum.Ausgang.OFFEN:
        raise VersandError(NICHT_MEHR.format(name=a.name))
    traktandum.ausgang = Traktandum.Ausgang.ZURUECKGEZOGEN
    traktandum.save(update_fields=["ausgang"])


def _add_papier(a: Aenderung, *, actor: Person, now: datetime) -> None:
    traktandum = Traktandum.objects.get(uuid=a.zu.uuid) if a.zu is not None else a.traktandum
    if traktandum is None:
        raise VersandError(NICHT_MEHR.format(name=a.name))
    letzte = traktandum.unterlagen.aggregate(letzte=Max("position"))["letzte"] or 0
    a.traktandum = traktandum
    a.unterlage = Unterlage.objects.create(
        uuid=a.uuid,
        traktandum=traktandum,
        position=letzte + 1,
        titel=a.titel,
        klassifizierung=(
            Unterlage.Klassifizierung.VERTRAULICH if a.vertraulich_grund else Unterlage.Klassifizierung.INTERN
        ),
        vertraulich_grund=a.vertraulich_grund,
    )
    _add_fassung(a.unterlage, 1, a.datei, actor=actor, now=now)


def _lock_papier(a: Aenderung) -> Unterlage:
    unterlage = Unterlage.objects.select_for_update(of=("self",)).filter(aenderungen=a).first()
    if unterlage is None or unterlage.is_entfernt:
        raise VersandError(NICHT_MEHR.format(name=a.name))
    return unterlage


def _replace_papier(a: Aenderung, *, actor: Person, now: datetime) -> None:
    unterlage = _lock_papier(a)
    if a.vertraulich_grund:  # what was intern may become confidential with its new version, never the reverse
        unterlage.klassifizierung = Unterlage.Klassifizierung.VERTRAULICH
        unterlage.vertraulich_grund = a.vertraulich_grund
        unterlage.save(update_fields=["klassifizierung", "vertraulich_grund"])
    alte = unterlage.fassungen.order_by("-nr").first()
    unterlage.fassungen.aktuell().update(is_aktuell=False)
    _add_fassung(unterlage, alte.nr + 1 if alte else 1, a.datei, actor=actor, now=now)


def _withdraw_papier(a: Aenderung) -> None:
    unterlage = _lock_papier(a)
    unterlage.is_entfernt = True
    unterlage.save(update_fields=["is_entfernt"])


def _add_fassung(unterlage: Unterlage, nr: int, datei: Datei | None, *, actor: Person, now: datetime) -> None:
    if datei is None:
        raise VersandError(NICHT_MEHR.format(name=unterlage.titel))
    Fassung.objects.create(unterlage=unterlage, nr=nr, datei=datei, hochgeladen_von=actor, hochgeladen_at=now)


def journal_aenderungen(aenderungen: Sequence[Aenderung], *, versand: UUID, actor: Person, now: datetime) -> None:
    """Append each change that was made to the journal, after its Versand."""
    require_transaction("journal_aenderungen")
    for a in aenderungen:
        objekt = a.unterlage if a.unterlage is not None else a.traktandum
        if objekt is None:
            continue
        angaben = {"datei": a.datei.pk, "sha256": a.datei.sha256} if a.datei is not None else {}
        _journal(a, objekt, actor=actor, now=now, nachversand=versand, **angaben)


def _journal(a: Aenderung, objekt: Unterlage | Traktandum, *, actor: Person, now: datetime, **angaben: Any) -> None:
    match a.art:
        case Art.PAPIER_NEU:
            append("unterlage.hinzugefuegt", objekt, actor=actor, now=now, **angaben)
        case Art.PAPIER_ERSETZT:
            append("unterlage.ersetzt", objekt, actor=actor, now=now, **angaben)
        case Art.PAPIER_ZURUECK:
            append("unterlage.zurueckgezogen", objekt, actor=actor, now=now, **angaben)
        case Art.TRAKTANDUM_NEU:
            append("traktandum.erstellt", objekt, actor=actor, now=now, **angaben)
        case Art.TRAKTANDUM_VERSCHOBEN:
            append("traktandum.verschoben", objekt, actor=actor, now=now, vorher=a.vorher, **angaben)
        case Art.TRAKTANDUM_ZURUECK:
            append("traktandum.zurueckgezogen", objekt, actor=actor, now=now, **angaben)
