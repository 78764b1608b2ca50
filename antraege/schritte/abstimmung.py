"""Steps of a vote that several deeds share: its locks, its base, the count (a ballot: stimmzettel.py). Lock order: docs/architektur.md."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import F

from antraege import rules
from antraege.models import Abstimmung, Antrag, Stimmsitz
from antraege.queries.abstimmung import Basissitz
from konferenz import journal
from konferenz.befehle import run_together, update_befehl
from konferenz.models import Journaleintrag
from konferenz.rules import Auszaehlung, Mehrheit, is_angenommen, noetige_ja
from konferenz.schritte import require_transaction
from mitglieder.models import Person
from sitzungen.models import Sitzung, Teilnahme
from sitzungen.schritte.saal import lock_teilnahmen, release_seats
from sitzungen.schritte.vormerkung import apply_vormerkungen

from .ausgang import make_ausgang
from .protokoll import Stimmzeile, load_stimmzeilen, make_protokoll, sha256


class AbstimmungError(Exception):
    """A deed on a vote that is not possible now; the text is for the user. feld: its field, if any."""

    def __init__(self, satz: str, *, feld: str | None = None) -> None:
        super().__init__(satz)
        self.feld = feld


class AbstimmungGeschlossen(AbstimmungError):
    """The vote was closed first: the ballot was not stored."""


def lock_abstimmung(pk: int) -> tuple[Sitzung, list[Teilnahme], Abstimmung]:
    """Return a vote's meeting with its seats and the vote, all locked in the house's order, against ballots too."""
    require_transaction("lock_abstimmung")
    sitzung_pk = Abstimmung.objects.values_list("sitzung_id", flat=True).get(pk=pk)
    sitzung, teilnahmen = lock_teilnahmen(sitzung_pk)
    abstimmung = _read(Abstimmung.objects.select_for_update(of=("self",)), pk, "vorgaenger__antragsfassung")
    abstimmung.sitzung = sitzung
    return sitzung, teilnahmen, abstimmung


# in the house's order; each waits for the one before, and sees what that one waited for
_SITZUNG = (
    "SELECT 1 FROM sitzungen_sitzung WHERE id = (SELECT sitzung_id FROM antraege_abstimmung WHERE id = %s) FOR UPDATE"
)
_GEHALTENE = (
    "SELECT 1 FROM sitzungen_teilnahme teilnahme JOIN antraege_abstimmung abstimmung"
    " ON abstimmung.sitzung_id = teilnahme.sitzung_id AND abstimmung.uuid = teilnahme.gesperrt_durch"
    " WHERE abstimmung.id = %s ORDER BY teilnahme.id FOR UPDATE OF teilnahme"
)
_ABSTIMMUNG = "SELECT 1 FROM antraege_abstimmung WHERE id = %s FOR UPDATE"


# the vote without its record, which comes now, and what the record tells of the others; whoever asks for more reads it then
_SCHLUSS = (
    *(feld.name for feld in Abstimmung._meta.concrete_fields if feld.name != "protokoll"),
    *(f"sitzung__{name}" for name in ("uuid", "jahr", "art", "nr", "beginn_at", "live")),
    *(f"traktandum__{name}" for name in ("position", "titel")),
    *(f"antragsfassung__{name}" for name in ("nr", "text", "antrag__jahr", "antrag__nr", "antrag__titel")),
)


def lock_for_close(pk: int) -> Abstimmung:
    """Return a vote about to end, locked against ballots; its meeting and the seats it holds are locked before it."""
    require_transaction("lock_for_close")
    if connection.features.has_select_for_update:  # SQLite holds the one write lock already
        run_together(*((sql, [pk]) for sql in (_SITZUNG, _GEHALTENE, _ABSTIMMUNG)))
    return _read(Abstimmung.objects.only(*_SCHLUSS), pk, "sitzung")


def lock_for_ballot(pk: int, *, now: datetime) -> Abstimmung:
    """Return a vote locked against its close, not against other ballots (FOR SHARE); refuses one that is not open (any more)."""
    require_transaction("lock_for_ballot")
    abstimmung = Abstimmung.objects.lock_shared(pk)
    check_offen(abstimmung.status, is_abgelaufen=abstimmung.schliesst_at is not None and abstimmung.schliesst_at <= now)
    return abstimmung


def check_offen(status: str, *, is_abgelaufen: bool) -> None:
    """Raise AbstimmungGeschlossen unless a vote takes ballots. is_abgelaufen: the time it closes by itself has come."""
    if satz := rules.check_status(status):
        raise AbstimmungGeschlossen(satz)
    if is_abgelaufen:
        raise AbstimmungGeschlossen(rules.Grund.GESCHLOSSEN)


def _read(rows: Any, pk: int, *weitere: str) -> Abstimmung:
    return rows.select_related("traktandum", "antragsfassung__antrag", *weitere).get(pk=pk)


def note(
    art: str, abstimmung: Abstimmung, *, actor: Person | None, now: datetime, **nutzlast: object
) -> Journaleintrag:
    """Append a deed on a vote to the journal."""
    return journal.append(
        art=art, akteur=actor.uuid if actor else None, objekt=abstimmung.uuid, nutzlast=nutzlast, now=now
    )


def check_antrag_offen(abstimmung: Abstimmung) -> None:
    """Raise AbstimmungError where the motion voted on is not on the agenda any more; a repeat of its own vote may be on a decided one."""
    if abstimmung.antragsfassung is not None:
        antrag = abstimmung.antragsfassung.antrag
        vorgaenger = abstimmung.vorgaenger.antragsfassung if abstimmung.vorgaenger else None
        wiederholt = (
            vorgaenger is not None and vorgaenger.antrag_id == antrag.pk and antrag.status in Antrag.ENTSCHIEDEN
        )
        if antrag.status != Antrag.Status.TRAKTANDIERT and not wiederholt:
            raise AbstimmungError(f"Der Antrag {antrag.nummer} ist «{antrag.get_status_display()}».")


def write_basis(abstimmung: Abstimmung, basis: Sequence[Basissitz]) -> None:
    """Write the base of a locked vote and the needed number from it: from here on the vote reads only this."""
    require_transaction("write_basis")
    abstimmung.status = Abstimmung.Status.OFFEN
    abstimmung.anwesend = len(basis)
    abstimmung.noetig = noetige_ja(len(basis)) if abstimmung.mehrheit == Mehrheit.ZWEIDRITTEL else None
    abstimmung.live += 1
    abstimmung.save()
    Stimmsitz.objects.bulk_create(
        Stimmsitz(
            abstimmung=abstimmung,
            sitz=b.zeile.sitz,
            person=b.person,
            als=b.als,
            bezeichnung=b.zeile.sitz.bezeichnung,
            name=b.person.name,
        )
        for b in basis
    )


def break_off(abstimmung: Abstimmung, *, grund: str, actor: Person | None, now: datetime) -> None:
    """End a (locked) vote that is prepared or open, with a reason: its ballots count nowhere, its seats are free again.

    Its meeting is locked too. Writes the vote and the journal. Raises AbstimmungError where it is over.
    """
    require_transaction("break_off")
    if Abstimmung.Status.ABGEBROCHEN not in Abstimmung.UEBERGAENGE[abstimmung.status]:
        raise AbstimmungError(f"Die Abstimmung ist {abstimmung.get_status_display()}.")
    abstimmung.status, abstimmung.abbruch_grund = Abstimmung.Status.ABGEBROCHEN, grund
    abstimmung.live = F("live") + 1
    abstimmung.save(update_fields=["status", "abbruch_grund", "live"])
    release_seats(abstimmung.sitzung, abstimmung.uuid)
    note("abstimmung.abgebrochen", abstimmung, actor=actor, now=now, grund=grund)


def count(sitze: Sequence[Stimmzeile]) -> Auszaehlung:
    """Return what a vote's seats said."""
    wahlen = Counter(sitz.wahl for sitz in sitze)
    return Auszaehlung(anwesend=len(sitze), ja=wahlen["ja"], nein=wahlen["nein"], enthaltung=wahlen["enthaltung"])


_ERGEBNIS = (
    "status",
    "geschlossen_at",
    "geschlossen_von",
    "ja",
    "nein",
    "enthaltung",
    "angenommen",
    "protokoll",
    "protokoll_sha256",
    "live",
)


def finish(abstimmung: Abstimmung, *, actor: Person | None, now: datetime) -> None:
    """Count a locked open vote, write result, record and hash, and what follows on item and motion; the seats are free again.

    The one place a result is made. Journal last: the entry holds totals, the record's hash, nonces and choices. Then
    what the desk noted of the held seats is applied.
    """
    require_transaction("finish")
    sitze = load_stimmzeilen(abstimmung)  # nobody changes them: ballots wait for the lock on the vote
    stimmen = count(sitze)
    mehrheit = Mehrheit(abstimmung.mehrheit)
    abstimmung.ja, abstimmung.nein, abstimmung.enthaltung = stimmen.ja, stimmen.nein, stimmen.enthaltung
    abstimmung.angenommen = is_angenommen(mehrheit, stimmen)
    abstimmung.status = Abstimmung.Status.GESCHLOSSEN
    abstimmung.geschlossen_at, abstimmung.geschlossen_von = now, actor
    abstimmung.protokoll = make_protokoll(abstimmung, sitze, stimmen, geschlossen_at=now)
    abstimmung.protokoll_sha256 = sha256(abstimmung.protokoll)
    abstimmung.live += 1
    schluss = [update_befehl(abstimmung, _ERGEBNIS), *make_ausgang(abstimmung, stimmen)]
    release_seats(abstimmung.sitzung, abstimmung.uuid, nach=schluss)
    if abstimmung.antragsfassung is not None:
        _write_antrag(abstimmung)
    note(
        "abstimmung.geschlossen",
        abstimmung,
        actor=actor,
        now=now,
        anwesend=stimmen.anwesend,
        ja=stimmen.ja,
        nein=stimmen.nein,
        enthaltung=stimmen.enthaltung,
        angenommen=abstimmung.angenommen,
        protokoll_sha256=abstimmung.protokoll_sha256,
        stimmen=[{"sitz": sitz.sitz, "wahl": sitz.wahl, "nonce": sitz.nonce} for sitz in sitze if sitz.wahl],
    )
    apply_vormerkungen(abstimmung.sitzung, now=now)


def _write_antrag(abstimmung: Abstimmung) -> None:
    fassung = abstimmung.antragsfassung
    if fassung is None:
        raise ValueError("Eine Abstimmung über einen Antrag nennt dessen Fassung.")
    antrag = Antrag.objects.select_for_update(of=("self",)).get(pk=fassung.antrag_id)
    status = Antrag.Status.VERABSCHIEDET if abstimmung.angenommen else Antrag.Status.NICHT_ZUSTANDE_GEKOMMEN
    if status == antrag.status and abstimmung.vorgaenger is not None:
        return
    if status not in Antrag.UEBERGAENGE[antrag.status]:
        raise AbstimmungError(f"Der Antrag {antrag.nummer} ist «{antrag.get_status_display()}».")
    antrag.status = status
    antrag.save(update_fields=["status"])
