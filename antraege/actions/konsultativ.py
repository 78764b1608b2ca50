"""Asking the seats for an opinion between meetings: a consultative vote that opens at once and closes by itself."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from antraege import rules
from antraege.models import Abstimmung
from antraege.queries.abstimmung import load_basis
from antraege.schritte.abstimmung import AbstimmungError, note, write_basis
from antraege.schritte.vorbereitung import Angaben, write_abstimmung
from konferenz.rules import Mehrheit
from konferenz.schritte import enqueue_sendung
from mitglieder.models import Person
from sitzungen.schritte.saal import lock_teilnahmen


@transaction.atomic(durable=True)
def ask_seats(
    sitzung_pk: int, *, frage: str, traktandum_pk: int | None, schliesst_at: datetime, actor: Person, now: datetime
) -> Abstimmung:
    """Ask every voting seat with an elected holder for an opinion before a meeting; return the open vote.

    It binds nobody, decides nothing and never becomes a motion. The same question with the same end while it is open is
    the one there is: pressed twice, nobody gets two letters. Locks the Sitzung and its seats. Writes the vote, its
    base, the journal; queues one mail a seat with the way to the ballot. Raises AbstimmungError with the field.
    """
    sitzung, _ = lock_teilnahmen(sitzung_pk)
    schon = Abstimmung.objects.filter(
        sitzung=sitzung,
        traktandum=traktandum_pk,
        frage=" ".join(frage.split()),
        mehrheit=Mehrheit.KONSULTATIV,
        status=Abstimmung.Status.OFFEN,
        schliesst_at=schliesst_at,
    ).first()
    if schon is not None:
        return schon
    angaben = Angaben(traktandum_pk, frage, Mehrheit.KONSULTATIV)
    satz, feld = rules.check_konsultativ(
        sitzung_status=sitzung.status,
        is_bekannt=sitzung.is_termin_bekannt,
        is_veroeffentlicht=sitzung.is_veroeffentlicht,
        mit_traktandum=traktandum_pk is not None,
        schliesst_at=schliesst_at,
        now=now,
    )
    if satz:
        raise AbstimmungError(satz, feld=feld)
    abstimmung = write_abstimmung(sitzung, angaben, actor=actor, now=now)
    abstimmung.sitzung = sitzung
    basis = load_basis(abstimmung)
    if not basis:
        raise AbstimmungError("Es gibt keinen stimmberechtigten Sitz mit einem gewählten Mitglied.")
    abstimmung.eroeffnet_at, abstimmung.eroeffnet_von, abstimmung.schliesst_at = now, actor, schliesst_at
    write_basis(abstimmung, basis)
    note(
        "abstimmung.eroeffnet",
        abstimmung,
        actor=actor,
        now=now,
        anwesend=len(basis),
        noetig=None,
        sitze=[{"sitz": b.zeile.sitz.uuid, "person": b.person.uuid} for b in basis],
    )
    for b in basis:
        enqueue_sendung(
            schluessel=f"konsultativ:{abstimmung.uuid}:{b.person.uuid}",
            an_adresse=b.person.email,
            an_name=b.person.name,
            person=b.person.uuid,
            betreff="Konsultativabstimmung der Sozialpräsidienkonferenz: Ihre Meinung ist gefragt",
            builder="antraege.mails.konsultativ.build",
            objekt=abstimmung.uuid,
            faellig_at=now,
            now=now,
        )
    return abstimmung
