"""What the votes held on an item leave there: their lines, and the outcome of the leading one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from django.db import connection

from antraege import rules
from antraege.models import Abstimmung, Antrag
from konferenz.befehle import Befehl, fetch_all, fetch_one, update_befehl
from konferenz.rules import Auszaehlung, Mehrheit
from konferenz.schritte import require_transaction
from sitzungen.models import Traktandum


class Gehaltene(NamedTuple):
    """One binding vote that was held (its pk). antrag: the motion it was on (pk), None without one."""

    pk: int
    frage: str
    mehrheit: Mehrheit
    stimmen: Auszaehlung
    angenommen: bool
    antrag: int | None

    @property
    def zeile(self) -> str:
        return rules.ausgang_zeile(self.frage, self.mehrheit, self.stimmen)


# by hand, as all that a close runs: no other column passes through its hands, a record alone may be megabytes
_GEHALTENE = (
    "SELECT vote.id, vote.frage, vote.mehrheit, vote.anwesend, vote.ja, vote.nein, vote.enthaltung, vote.angenommen,"
    " fassung.antrag_id FROM antraege_abstimmung vote"
    " LEFT JOIN antraege_antragsfassung fassung ON fassung.id = vote.antragsfassung_id"
    " WHERE vote.traktandum_id = %s AND vote.mehrheit <> %s AND (vote.status = %s OR vote.id = %s)"
    " ORDER BY vote.eroeffnet_at, vote.nr"
)
_AUSGANG = (
    "SELECT ausgang_text, EXISTS (SELECT 1 FROM antraege_antrag WHERE traktandum_id = punkt.id AND status = %s)"
    " FROM sitzungen_traktandum punkt WHERE punkt.id = %s"
)


def list_gehaltene(punkt: Traktandum, *, mit: Gehaltene | None = None) -> list[Gehaltene]:
    """Return the closed binding votes on an item, in the order they were held; on paper they may be recorded in another.

    mit: the vote about to close, in its place among them (one query).
    """
    rows = fetch_all(
        _GEHALTENE,
        [punkt.pk, Mehrheit.KONSULTATIV.value, Abstimmung.Status.GESCHLOSSEN.value, mit.pk if mit else 0],
    )
    return [
        mit
        if mit is not None and pk == mit.pk
        else Gehaltene(pk, frage, Mehrheit(mehrheit), Auszaehlung(*zahlen), bool(angenommen), antrag)
        for pk, frage, mehrheit, *zahlen, angenommen, antrag in rows
    ]


def leading(votes: Sequence[Gehaltene]) -> Gehaltene:
    """Return the one of an item's votes, in the order they were held, whose result is the item's outcome."""
    return votes[rules.leitende([(vote.antrag, vote.angenommen) for vote in votes])]


def is_entschieden(vote: Gehaltene, punkt: Traktandum) -> bool:
    """Return whether a leading vote decides its item."""
    wartende = Antrag.objects.filter(traktandum=punkt, status=Antrag.Status.TRAKTANDIERT)
    return rules.entscheidet(ist_antrag=vote.antrag is not None, wartet=wartende.exists())


def keep_zeilen(punkt: Traktandum, votes: Sequence[Gehaltene]) -> None:
    """Keep the lines that the votes left on their item above whatever was written by hand."""
    require_transaction("keep_zeilen")
    punkt.ausgang_text = rules.ausgang_text([vote.zeile for vote in votes], punkt.ausgang_text)
    punkt.save(update_fields=["ausgang_text"])


def make_ausgang(abstimmung: Abstimmung, stimmen: Auszaehlung) -> list[Befehl]:
    """Return what a vote about to close writes on its item, which is locked here: the lines of all its votes, the outcome.

    A vote on how to go on that does not lead leaves the outcome, also one set by hand.
    """
    require_transaction("make_ausgang")
    punkt, fassung = abstimmung.traktandum, abstimmung.antragsfassung
    if punkt is None or abstimmung.angenommen is None:
        return []
    sperre = " FOR UPDATE" if connection.features.has_select_for_update else ""
    bisher, wartet = fetch_one(_AUSGANG + sperre, [Antrag.Status.TRAKTANDIERT.value, punkt.pk]) or ("", False)
    diese = Gehaltene(
        abstimmung.pk,
        abstimmung.frage,
        Mehrheit(abstimmung.mehrheit),
        stimmen,
        abstimmung.angenommen,
        fassung.antrag_id if fassung else None,
    )
    votes = list_gehaltene(punkt, mit=diese) if bisher else [diese]
    punkt.ausgang_text = rules.ausgang_text([vote.zeile for vote in votes], bisher if len(votes) > 1 else "")
    felder, leitende = ["ausgang_text"], leading(votes)
    entscheidet = rules.entscheidet(ist_antrag=leitende.antrag is not None, wartet=bool(wartet))
    if (leitende is diese or diese.antrag is not None) and entscheidet:
        punkt.ausgang = Traktandum.Ausgang.BESCHLOSSEN if leitende.angenommen else Traktandum.Ausgang.ABGELEHNT
        felder.append("ausgang")
    return [update_befehl(punkt, felder)]
