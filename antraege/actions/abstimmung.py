"""Deeds on votes: prepared, opened with the seats present, voted, closed with a result nobody changes any more."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from django.db import transaction

from antraege import rules
from antraege.models import Abstimmung, Stimme, Stimmsitz
from antraege.queries.abstimmung import load_basis, make_eroeffnung
from antraege.schritte.abstimmung import (
    AbstimmungError,
    AbstimmungGeschlossen,
    break_off,
    check_antrag_offen,
    finish,
    lock_abstimmung,
    lock_for_ballot,
    lock_for_close,
    note,
    write_basis,
)
from antraege.schritte.stimmzettel import Zettel, lock_zettel, write_stimme
from antraege.schritte.vorbereitung import Angaben, write_abstimmung
from konferenz.rules import Mehrheit
from mitglieder.models import Person
from sitzungen.schritte.saal import hold_seats, touch_saal
from sitzungen.schritte.vorbereitung import lock_sitzung
from sitzungen.schritte.vormerkung import apply_vormerkungen

__all__ = [
    "AbstimmungError",
    "AbstimmungGeschlossen",
    "abort_abstimmung",
    "cast_stimme",
    "close_abstimmung",
    "close_if_due",
    "open_abstimmung",
    "prepare_abstimmung",
    "record_stimmen",
]


@transaction.atomic(durable=True)
def prepare_abstimmung(
    sitzung_pk: int,
    *,
    traktandum_pk: int | None,
    frage: str,
    mehrheit: Mehrheit,
    fassung_pk: int | None = None,
    namentlich: bool = False,
    vorgaenger_pk: int | None = None,
    actor: Person,
    now: datetime,
) -> Abstimmung:
    """Prepare a vote with the agenda or in the meeting; return it.

    fassung_pk: the version of the motion voted on (then two thirds decide).  vorgaenger_pk: the closed vote it repeats.
    Locks the meeting. Writes the vote and the journal. Raises AbstimmungError with the field that is wrong.
    """
    sitzung = lock_sitzung(sitzung_pk)
    angaben = Angaben(traktandum_pk, frage, mehrheit, fassung_pk, namentlich)
    return write_abstimmung(sitzung, angaben, vorgaenger_pk=vorgaenger_pk, actor=actor, now=now)


@transaction.atomic(durable=True)
def open_abstimmung(
    pk: int, *, sitze: Collection[int], dauer: timedelta | None = None, actor: Person, now: datetime
) -> Abstimmung:
    """Open a vote for the voting seats present now; return it.

    sitze: the pks of the seats whose presence was confirmed («Stimmt die Präsenz?»): if others are present by now, it
    is asked again.  dauer: closes by itself after so long.  Locks Sitzung, Teilnahmen, Abstimmung.
    Writes the Stimmsitze, holds their seats, journal. Raises AbstimmungError.
    """
    sitzung, _, abstimmung = lock_abstimmung(pk)
    basis = load_basis(abstimmung)
    satz = rules.check_oeffnen(make_eroeffnung(abstimmung, basis))
    if satz:
        raise AbstimmungError(satz)
    check_antrag_offen(abstimmung)
    if {b.zeile.sitz.pk for b in basis} != set(sitze):
        raise AbstimmungError("Die Präsenz hat sich inzwischen geändert. Bitte prüfen Sie sie nochmals.", feld="sitze")
    abstimmung.eroeffnet_at, abstimmung.eroeffnet_von = now, actor
    abstimmung.schliesst_at = now + dauer if dauer else None
    write_basis(abstimmung, basis)
    if abstimmung.mehrheit != Mehrheit.KONSULTATIV:  # an opinion holds nobody
        hold_seats(sitzung, [b.zeile.sitz.pk for b in basis], abstimmung.uuid)
    else:
        touch_saal(sitzung)  # the telephones follow all the same
    note(
        "abstimmung.eroeffnet",
        abstimmung,
        actor=actor,
        now=now,
        anwesend=len(basis),
        noetig=abstimmung.noetig,
        sitze=[{"sitz": b.zeile.sitz.uuid, "person": b.person.uuid} for b in basis],
    )
    return abstimmung


@transaction.atomic(durable=True)
def cast_stimme(pk: int, *, wahl: str, nur_sitz: int | None = None, actor: Person, now: datetime) -> Stimme:
    """Store the ballot of the seat the actor exercises in this vote; return it. The same again is the same receipt.

    nur_sitz: the pk of the one seat a session of the day's link may vote for; another one's ballot is refused.
    It may be changed until the close; the last one counts. Locks the Abstimmung (shared), then the Stimmsitz.
    Writes the Stimme and the journal. Raises AbstimmungGeschlossen where the close came first, AbstimmungError where
    the actor exercises no seat of the snapshot or the choice is none.
    """
    zettel = lock_zettel(pk, person=actor, now=now)
    if nur_sitz is not None and zettel.sitz != nur_sitz:
        raise AbstimmungError(rules.Grund.ANDERER_SITZ)
    stimme, _ = write_stimme(zettel, wahl=wahl, weg=Stimme.Weg.SELBST, actor=actor, now=now)
    return stimme


@transaction.atomic(durable=True)
def record_stimmen(
    pk: int,
    wahlen: Mapping[int, str],
    *,
    ueberschreibt: bool = False,
    nur_fehlende: bool = False,
    actor: Person,
    now: datetime,
) -> tuple[Stimme, ...]:
    """Record ballots from the room on behalf (show of hands); return those that are new or changed.

    wahlen: pk of the seat -> choice.  ueberschreibt: also a ballot the seat gave itself, because the seat says so; the
    journal keeps both.  nur_fehlende: «alle übrigen»: a seat that has a ballot by now is left as it is.
    Locks the Abstimmung (shared), then the Stimmsitze. All or nothing.
    Raises AbstimmungError naming the seat that voted itself, or that does not stand in the base.
    """
    abstimmung = lock_for_ballot(pk, now=now)
    weg = Stimme.Weg.NACHERFASST if abstimmung.nacherfasst_at else Stimme.Weg.GESCHAEFTSSTELLE
    rows = (
        Stimmsitz.objects.select_for_update(of=("self",))
        .select_related("sitz", "abstimmung")
        .filter(abstimmung=abstimmung, sitz__in=list(wahlen))
        .order_by("pk")
    )
    sitze = {s.sitz_id: s for s in rows}
    # read after the lock: a ballot that came in while this waited is seen
    vorhandene = {s.stimmsitz_id: s for s in Stimme.objects.filter(stimmsitz__in=[s.pk for s in sitze.values()])}
    if set(sitze) != set(wahlen):
        raise AbstimmungError("Ein Sitz zählt bei dieser Abstimmung nicht mit; es wurde nichts erfasst.")
    geschrieben = []
    for sitz_pk, wahl in wahlen.items():
        stimmsitz = sitze[sitz_pk]
        bisher = vorhandene.get(stimmsitz.pk)
        if bisher is not None and nur_fehlende:
            continue
        if bisher is not None and bisher.weg == Stimme.Weg.SELBST and not ueberschreibt:
            # whatever the choice: an answer that knew «the same» would tell before the close how the seat voted
            raise AbstimmungError(
                f"Der Sitz «{stimmsitz.bezeichnung}» hat selbst gestimmt. Überschrieben wird nur, wenn der Sitz es sagt."
            )
        stimme, neu = write_stimme(Zettel.of(stimmsitz), wahl=wahl, weg=weg, actor=actor, now=now)
        if neu:
            geschrieben.append(stimme)
    return tuple(geschrieben)


@transaction.atomic(durable=True)
def close_abstimmung(pk: int, *, actor: Person | None, now: datetime) -> Abstimmung:
    """Close a vote: count, decide with integers, write result, record and hash; return it. Closing twice changes nothing.

    Locks Sitzung, Teilnahmen, Abstimmung (waits for ballots under way), Stimmsitze, Antrag; writes them and the journal.
    Raises AbstimmungError for a vote that is not open.
    """
    abstimmung = lock_for_close(pk)
    if abstimmung.is_geschlossen:
        return abstimmung
    if not abstimmung.is_offen:
        raise AbstimmungError(f"Die Abstimmung ist {abstimmung.get_status_display()}.")
    finish(abstimmung, actor=actor, now=now)
    return abstimmung


@transaction.atomic(durable=True)
def close_if_due(pk: int, *, now: datetime) -> bool:
    """Close a vote whose time set at the opening has come; return whether this call did. Same locks as close_abstimmung."""
    abstimmung = lock_for_close(pk)
    if not abstimmung.is_offen or abstimmung.schliesst_at is None or abstimmung.schliesst_at > now:
        return False
    finish(abstimmung, actor=None, now=now)
    return True


@transaction.atomic(durable=True)
def abort_abstimmung(pk: int, *, grund: str, actor: Person, now: datetime) -> None:
    """Break an unopened or open vote off, with a reason; its ballots count nowhere and stay unread. Seats are free again.

    Locks Sitzung, Teilnahmen, Abstimmung. Writes the vote and the journal. Raises AbstimmungError.
    """
    sitzung, _, abstimmung = lock_abstimmung(pk)
    if not grund.strip():
        raise AbstimmungError("Bitte schreiben Sie, warum die Abstimmung abgebrochen wird.", feld="grund")
    break_off(abstimmung, grund=grund.strip(), actor=actor, now=now)
    apply_vormerkungen(sitzung, now=now)
