"""Steps of a vote that several deeds share: its locks, a ballot, the count. Lock order: docs/architektur.md."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from antraege import rules
from antraege.models import Abstimmung, Antrag, Stimme, Stimmsitz
from antraege.queries.abstimmung import Basissitz
from konferenz import journal
from konferenz.models import Journaleintrag
from konferenz.rules import Auszaehlung, Mehrheit, is_angenommen, noetige_ja
from konferenz.schritte import require_transaction
from mitglieder.models import Person
from sitzungen.models import Sitzung, Teilnahme, Traktandum
from sitzungen.schritte.saal import lock_teilnahmen, release_seats
from sitzungen.schritte.vorbereitung import lock_sitzung
from sitzungen.schritte.vormerkung import apply_vormerkungen

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
    abstimmung = _read(Abstimmung.objects.select_for_update(of=("self",)), pk)
    abstimmung.sitzung = sitzung
    return sitzung, teilnahmen, abstimmung


def lock_for_close(pk: int) -> Abstimmung:
    """Return a vote about to end, locked against ballots; its meeting and the seats it holds are locked before it."""
    require_transaction("lock_for_close")
    sitzung_pk, uuid = Abstimmung.objects.values_list("sitzung_id", "uuid").get(pk=pk)
    sitzung = lock_sitzung(sitzung_pk)
    gehalten = Teilnahme.objects.filter(sitzung=sitzung, gesperrt_durch=uuid).order_by("pk")
    list(gehalten.select_for_update(of=("self",)).values_list("pk", flat=True))
    abstimmung = _read(Abstimmung.objects.select_for_update(of=("self",)), pk)
    abstimmung.sitzung = sitzung
    return abstimmung


def lock_for_ballot(pk: int) -> Abstimmung:
    """Return a vote locked against its close, not against other ballots (FOR SHARE); refuses one that is not open."""
    require_transaction("lock_for_ballot")
    abstimmung = Abstimmung.objects.lock_shared(pk)
    if satz := rules.check_status(abstimmung.status):
        raise AbstimmungGeschlossen(satz)
    return abstimmung


def _read(rows: Any, pk: int) -> Abstimmung:
    return rows.select_related("sitzung", "traktandum", "antragsfassung__antrag", "vorgaenger__antragsfassung").get(
        pk=pk
    )


def note(
    art: str, abstimmung: Abstimmung, *, actor: Person | None, now: datetime, **nutzlast: object
) -> Journaleintrag:
    """Append a deed on a vote to the journal."""
    return journal.append(
        art=art, akteur=actor.uuid if actor else None, objekt=abstimmung.uuid, nutzlast=nutzlast, now=now
    )


def write_stimme(stimmsitz: Stimmsitz, *, wahl: str, weg: str, actor: Person, now: datetime) -> tuple[Stimme, bool]:
    """Write a seat's ballot (locked Stimmsitz, vote locked for ballots); return it and whether anything changed.

    The same choice by the same way again keeps the receipt. Each change has a nonce of its own, so the journal (seat,
    way, time, receipt) tells no tendency. Raises AbstimmungError for a choice that is none.
    """
    require_transaction("write_stimme")
    if wahl not in Stimme.Wahl.values:
        raise AbstimmungError("Bitte wählen Sie Ja, Nein oder Enthaltung.", feld="wahl")
    abstimmung = stimmsitz.abstimmung
    stimme = Stimme.objects.filter(stimmsitz=stimmsitz).first()
    if stimme is not None and (stimme.wahl, stimme.weg) == (wahl, weg):
        return stimme, False
    vorher = stimme.quittung if stimme else ""
    stimme = stimme or Stimme(stimmsitz=stimmsitz, abstimmung=abstimmung)
    stimme.wahl, stimme.weg, stimme.erfasst_von, stimme.abgegeben_at = wahl, weg, actor, now
    stimme.nonce = secrets.token_hex(16)
    stimme.quittung = rules.quittung(nonce=stimme.nonce, wahl=wahl)
    stimme.save()
    note(
        "stimme.geaendert" if vorher else "stimme.abgegeben",
        abstimmung,
        actor=actor,
        now=now,
        sitz=stimmsitz.sitz.uuid,
        weg=weg,
        quittung=stimme.quittung,
        vorher=vorher,
    )
    return stimme, True


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


def count(sitze: Sequence[Stimmzeile]) -> Auszaehlung:
    """Return what a vote's seats said."""
    wahlen = Counter(sitz.wahl for sitz in sitze)
    return Auszaehlung(anwesend=len(sitze), ja=wahlen["ja"], nein=wahlen["nein"], enthaltung=wahlen["enthaltung"])


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
    abstimmung.save()
    if abstimmung.angenommen is not None:
        _write_ausgang(abstimmung, stimmen)
    if abstimmung.antragsfassung is not None:
        _write_antrag(abstimmung)
    release_seats(abstimmung.sitzung, abstimmung.uuid)
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


def _write_ausgang(abstimmung: Abstimmung, stimmen: Auszaehlung) -> None:
    """Write what the vote decided on its item: the last vote's outcome, the sentences of all of them."""
    if abstimmung.traktandum is None:
        return
    traktandum = Traktandum.objects.select_for_update(of=("self",)).get(pk=abstimmung.traktandum.pk)
    satz = rules.ergebnis_satz(Mehrheit(abstimmung.mehrheit), stimmen)
    frueher = traktandum.abstimmungen.filter(status=Abstimmung.Status.GESCHLOSSEN).exclude(pk=abstimmung.pk)
    mehrere = frueher.exclude(mehrheit=Mehrheit.KONSULTATIV).exists()
    traktandum.ausgang = Traktandum.Ausgang.BESCHLOSSEN if abstimmung.angenommen else Traktandum.Ausgang.ABGELEHNT
    zeile = f"{abstimmung.frage} {satz}"
    traktandum.ausgang_text = f"{traktandum.ausgang_text}\n{zeile}" if mehrere and traktandum.ausgang_text else zeile
    traktandum.save(update_fields=["ausgang", "ausgang_text"])


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
