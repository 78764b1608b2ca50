"""A vote held on paper, recorded seat by seat afterwards: same base, record, journal and triggers as one in the room."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import transaction

from antraege import rules
from antraege.models import Abstimmung, Stimme
from antraege.queries.nacherfassen import load_basis_um, make_nacherfassung
from antraege.schritte.abstimmung import (
    AbstimmungError,
    check_antrag_offen,
    finish,
    lock_abstimmung,
    note,
    write_basis,
)
from antraege.schritte.stimmzettel import Zettel, write_stimme
from mitglieder.models import Person


@transaction.atomic(durable=True)
def record_nachtraeglich(
    pk: int, *, zeit: datetime, wahlen: Mapping[int, str], ausstand: Collection[int] = (), actor: Person, now: datetime
) -> Abstimmung:
    """Record a prepared vote of a meeting held on paper and close it at once; return it.

    zeit: when it was held; it decides who stands in the base.  wahlen: the choice of each seat of the base by its pk,
    empty for a seat that did not vote.  ausstand: pks of seats that stepped aside.  Locks Sitzung, Teilnahmen, Abstimmung,
    Stimmsitze, Antrag. Writes base, ballots, result, record, journal. Raises AbstimmungError with the field that is wrong.
    """
    _, teilnahmen, abstimmung = lock_abstimmung(pk)
    basis = load_basis_um(abstimmung, zeit, ausstand)
    satz = rules.check_nacherfassen(make_nacherfassung(abstimmung, zeit, len(basis)))
    if satz:
        raise AbstimmungError(satz, feld="zeit")
    check_antrag_offen(abstimmung)
    je_sitz = {b.zeile.sitz.pk: b for b in basis}
    if set(je_sitz) != set(wahlen):
        raise AbstimmungError(
            "Zu dieser Zeit waren andere Sitze anwesend. Bitte prüfen Sie die Stimmen nochmals.", feld="zeit"
        )
    abstimmung.eroeffnet_at, abstimmung.eroeffnet_von, abstimmung.nacherfasst_at = zeit, actor, now
    write_basis(abstimmung, basis)
    note(
        "abstimmung.nacherfasst",
        abstimmung,
        actor=actor,
        now=now,
        zeit=zeit,
        anwesend=len(basis),
        noetig=abstimmung.noetig,
        sitze=[{"sitz": b.zeile.sitz.uuid, "person": b.person.uuid} for b in basis],
        ausstand=[t.sitz.uuid for t in teilnahmen if t.sitz_id in ausstand],
    )
    stimmsitze = abstimmung.stimmsitze.select_for_update(of=("self",)).select_related("sitz")
    for stimmsitz in stimmsitze.order_by("pk"):
        stimmsitz.abstimmung = abstimmung
        if wahl := wahlen[stimmsitz.sitz_id]:
            write_stimme(Zettel.of(stimmsitz), wahl=wahl, weg=Stimme.Weg.NACHERFASST, actor=actor, now=now)
    finish(abstimmung, actor=actor, now=now)
    return abstimmung
