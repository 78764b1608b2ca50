"""Deeds on votes that are prepared: changed, removed."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from antraege.models import Abstimmung
from antraege.schritte.abstimmung import AbstimmungError, lock_abstimmung, note
from antraege.schritte.vorbereitung import Angaben, check_angaben, touch_laufende
from mitglieder.models import Person

__all__ = ["AbstimmungError", "Angaben", "edit_abstimmung", "remove_abstimmung"]

_BEGONNEN = "Die Abstimmung ist {}; geändert und entfernt wird nur, was noch vorbereitet ist."


@transaction.atomic(durable=True)
def edit_abstimmung(pk: int, angaben: Angaben, *, actor: Person, now: datetime) -> Abstimmung:
    """Change a prepared vote; return it. Locks Sitzung, Teilnahmen, Abstimmung. Writes the vote and the journal.

    Raises AbstimmungError for one that has begun, and with the field that is wrong.
    """
    sitzung, _, abstimmung = lock_abstimmung(pk)
    _require_vorbereitet(abstimmung)
    abstimmung.mehrheit = check_angaben(sitzung, angaben)
    abstimmung.traktandum_id, abstimmung.antragsfassung_id = angaben.traktandum_pk, angaben.fassung_pk
    abstimmung.frage, abstimmung.is_namentlich = " ".join(angaben.frage.split()), angaben.namentlich
    abstimmung.save(update_fields=["mehrheit", "traktandum", "antragsfassung", "frage", "is_namentlich"])
    touch_laufende(sitzung)
    note(
        "abstimmung.geaendert",
        abstimmung,
        actor=actor,
        now=now,
        frage=abstimmung.frage,
        mehrheit=str(abstimmung.mehrheit),
        namentlich=abstimmung.is_namentlich,
    )
    return abstimmung


@transaction.atomic(durable=True)
def remove_abstimmung(pk: int, *, actor: Person, now: datetime) -> None:
    """Remove a prepared vote; the journal keeps its question. Locks Sitzung, Teilnahmen, Abstimmung.

    Deletes the vote, writes the journal. Raises AbstimmungError for one that has begun.
    """
    sitzung, _, abstimmung = lock_abstimmung(pk)
    _require_vorbereitet(abstimmung)
    note("abstimmung.entfernt", abstimmung, actor=actor, now=now, frage=abstimmung.frage)
    abstimmung.delete()
    touch_laufende(sitzung)


def _require_vorbereitet(abstimmung: Abstimmung) -> None:
    if abstimmung.status != Abstimmung.Status.VORBEREITET:
        raise AbstimmungError(_BEGONNEN.format(abstimmung.get_status_display()))
