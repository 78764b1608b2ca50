"""The ballot: the seat it is written for, locked, and its write. Lock order: Abstimmung (shared), Stimmsitz, Stimme, Journal.

The statements are written by hand: a whole room votes in the same second, and what the ORM reads and builds in seven round
trips are three here. Both databases understand them; SQLite holds the one write lock already and takes no row's.
"""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from antraege import rules
from antraege.models import Stimme, Stimmsitz
from konferenz import journal
from konferenz.befehle import as_uuid, fetch_one
from konferenz.schritte import require_transaction
from mitglieder.models import Person

from .abstimmung import AbstimmungError, check_offen, lock_for_ballot


class Zettel(NamedTuple):
    """What a ballot is written with: vote and seat, by pk and uuid."""

    abstimmung: int
    abstimmung_uuid: UUID
    stimmsitz: int
    sitz: int
    sitz_uuid: UUID

    @classmethod
    def of(cls, stimmsitz: Stimmsitz) -> Zettel:
        """Return the same of a seat that is loaded (and locked) already, with its vote and its Sitz."""
        abstimmung, sitz = stimmsitz.abstimmung, stimmsitz.sitz
        return cls(abstimmung.pk, abstimmung.uuid, stimmsitz.pk, sitz.pk, sitz.uuid)


_ZETTEL = (
    "SELECT abstimmung.id, abstimmung.uuid, abstimmung.status, abstimmung.schliesst_at <= %s, stimmsitz.id,"
    " stimmsitz.sitz_id, (SELECT uuid FROM mitglieder_sitz sitz WHERE sitz.id = stimmsitz.sitz_id)"
    " FROM antraege_abstimmung abstimmung JOIN antraege_stimmsitz stimmsitz ON stimmsitz.abstimmung_id = abstimmung.id"
    " WHERE abstimmung.id = %s AND stimmsitz.person_id = %s"
)
_SPERRE = (
    " FOR SHARE OF abstimmung FOR UPDATE OF stimmsitz"  # of one row the locks are taken in the order they are named
)
# the seat's first ballot: no read before, for one row a seat is what the database itself keeps
_STIMME = (
    "INSERT INTO antraege_stimme"
    " (stimmsitz_id, abstimmung_id, wahl, nonce, quittung, weg, erfasst_von_id, abgegeben_at)"
    " VALUES (%s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT (stimmsitz_id) DO NOTHING RETURNING id"
)


def lock_zettel(pk: int, *, person: Person, now: datetime) -> Zettel:
    """Return the seat a person exercises in an open vote, locked; the vote is locked against its close, not against other ballots.

    Raises AbstimmungGeschlossen unless the vote is open now, AbstimmungError where the person exercises no seat of its base.
    """
    require_transaction("lock_zettel")
    frage = [_zeit(now), pk, person.pk]
    row = _one(_ZETTEL, frage, sperre=_SPERRE)
    if row is None:
        # no seat, or none yet: of a vote that is being opened, what this waits for here, the statement above saw nothing
        lock_for_ballot(pk, now=now)
        row = _one(_ZETTEL, frage, sperre=_SPERRE)
    if row is None:
        raise AbstimmungError(rules.Grund.NICHT_ANWESEND)
    abstimmung, uuid, status, is_abgelaufen, stimmsitz, sitz, sitz_uuid = row
    check_offen(status, is_abgelaufen=bool(is_abgelaufen))
    return Zettel(abstimmung, as_uuid(uuid), stimmsitz, sitz, as_uuid(sitz_uuid))


def write_stimme(zettel: Zettel, *, wahl: str, weg: str, actor: Person, now: datetime) -> tuple[Stimme, bool]:
    """Write the ballot of a locked seat of a vote locked for ballots; return it and whether anything changed.

    The same choice by the same way again keeps the receipt. Each change has a nonce of its own, so the journal (seat,
    way, time, receipt) tells no tendency. Raises AbstimmungError for a choice that is none.
    """
    require_transaction("write_stimme")
    if wahl not in Stimme.Wahl.values:
        raise AbstimmungError("Bitte wählen Sie Ja, Nein oder Enthaltung.", feld="wahl")
    nonce = secrets.token_hex(16)
    stimme = Stimme(
        stimmsitz_id=zettel.stimmsitz,
        abstimmung_id=zettel.abstimmung,
        wahl=wahl,
        nonce=nonce,
        quittung=rules.quittung(nonce=nonce, wahl=wahl),
        weg=weg,
        erfasst_von_id=actor.pk,
        abgegeben_at=now,
    )
    vorher = ""
    if not _insert(stimme):
        bisher = Stimme.objects.get(stimmsitz=zettel.stimmsitz)
        if (bisher.wahl, bisher.weg) == (wahl, weg):
            return bisher, False
        vorher, stimme.pk = bisher.quittung, bisher.pk
        stimme.save(force_update=True)
    journal.append(
        art="stimme.geaendert" if vorher else "stimme.abgegeben",
        akteur=actor.uuid,
        objekt=zettel.abstimmung_uuid,
        nutzlast={"sitz": zettel.sitz_uuid, "weg": weg, "quittung": stimme.quittung, "vorher": vorher},
        now=now,
    )
    return stimme, True


def _insert(stimme: Stimme) -> bool:
    """Insert a seat's first ballot and give it its pk; return False where the seat has one already."""
    row = _one(
        _STIMME,
        [
            stimme.stimmsitz_id,
            stimme.abstimmung_id,
            stimme.wahl,
            stimme.nonce,
            stimme.quittung,
            stimme.weg,
            stimme.erfasst_von_id,
            _zeit(stimme.abgegeben_at),
        ],
    )
    if row is None:
        return False
    stimme.pk = row[0]
    return True


def _one(sql: str, werte: list[Any], *, sperre: str = "") -> tuple[Any, ...] | None:
    """Return the one row of a statement. sperre: the lock it takes where rows are locked."""
    return fetch_one(sql + sperre if connection.features.has_select_for_update else sql, werte)


def _zeit(zeit: datetime) -> Any:
    """Return a time as the database compares and stores it."""
    return connection.ops.adapt_datetimefield_value(zeit)
