"""Votes held on paper: who was there at their time, and which still wait to be recorded."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils import timezone

from antraege.models import Abstimmung
from antraege.rules import Nacherfassung
from konferenz.rules import Mehrheit
from mitglieder.models import Mandat, Sitz
from sitzungen.models import Anwesenheit, Ausstand, Sitzung, Teilnahme, Traktandum
from sitzungen.queries.praesenz import make_lage
from sitzungen.rules.strecken import Strecke, covers

from .abstimmung import Basissitz


def load_basis_um(abstimmung: Abstimmung, zeit: datetime, ausstand: Collection[int] = ()) -> tuple[Basissitz, ...]:
    """Return the voting seats present at a moment of a meeting, with who sat on them (five queries).

    ausstand: pks of the seats that stepped aside for the item, besides those noted already.
    """
    sitzung = abstimmung.sitzung
    sitze = Sitz.objects.select_related("sozialregion").order_by("reihenfolge")
    mandate = {
        m.sitz_id: m
        for m in Mandat.objects.current(timezone.localdate(sitzung.beginn_at)).select_related("person").order_by("pk")
    }
    teilnahmen = {t.sitz_id: t for t in Teilnahme.objects.filter(sitzung=sitzung).select_related("vertretung")}
    strecken = Anwesenheit.objects.filter(sitzung=sitzung, teilnahme__isnull=False).select_related("person")
    anwesende = [a for a in strecken.order_by("von_at", "pk") if covers(Strecke(a.von_at, a.bis_at), zeit)]
    im_ausstand = set(
        Ausstand.objects.filter(teilnahme__sitzung=sitzung, traktandum=abstimmung.traktandum_id).values_list(
            "teilnahme_id", flat=True
        )
    )
    im_ausstand |= {teilnahmen[sitz].pk for sitz in ausstand if sitz in teilnahmen}
    lage = make_lage(sitze, mandate, teilnahmen, anwesende, im_ausstand)
    return tuple(
        Basissitz(zeile, zeile.anwesenheit.person, zeile.anwesenheit.als)
        for zeile in lage
        if zeile.ausuebung.is_stimme and zeile.anwesenheit is not None
    )


def make_nacherfassung(abstimmung: Abstimmung, zeit: datetime, anwesend: int) -> Nacherfassung:
    """Return what the rule asks before a vote is recorded afterwards, from rows as loaded (no query)."""
    sitzung, traktandum = abstimmung.sitzung, abstimmung.traktandum
    beginn, ende = sitzung.begonnen_at, sitzung.beendet_at
    return Nacherfassung(
        status=abstimmung.status,
        mehrheit=Mehrheit(abstimmung.mehrheit),
        is_nachgefuehrt=sitzung.nacherfasst_at is not None,
        is_bestaetigt=sitzung.bestaetigt_at is not None,
        in_der_sitzung=beginn is not None and ende is not None and beginn <= zeit <= ende,
        anwesend=anwesend,
        art=traktandum.art if traktandum else "",
        angekuendigt=traktandum is not None and traktandum.angekuendigt_at is not None,
    )


def is_nacherfassbar(sitzung: Sitzung) -> bool:
    """Return whether votes of a meeting held on paper can be recorded: it is recorded itself and not yet confirmed."""
    return sitzung.nacherfasst_at is not None and sitzung.bestaetigt_at is None


def count_nacherfasste(sitzung: Sitzung) -> int:
    """Return how many votes of a meeting held on paper are recorded already and stand (one query)."""
    return Abstimmung.objects.filter(sitzung=sitzung, nacherfasst_at__isnull=False).count()


@dataclass(frozen=True)
class Papierpunkt:
    """A decision of a meeting held on paper, with its votes in order: recorded (is_geschlossen) or waiting."""

    traktandum: Traktandum
    abstimmungen: tuple[Abstimmung, ...] = ()


def list_papierpunkte(sitzung: Sitzung) -> list[Papierpunkt]:
    """Return the decisions of a meeting held on paper and their votes, broken-off ones left out (two queries)."""
    punkte = {
        t.pk: Papierpunkt(t) for t in sitzung.traktanden.filter(art=Traktandum.Art.ENTSCHEID).order_by("position")
    }
    rows = Abstimmung.objects.filter(sitzung=sitzung).exclude(status=Abstimmung.Status.ABGEBROCHEN)
    for abstimmung in rows.select_related("traktandum", "antragsfassung__antrag").order_by("nr"):
        if abstimmung.traktandum is not None:
            abstimmung.sitzung = sitzung
            punkt = punkte.setdefault(abstimmung.traktandum.pk, Papierpunkt(abstimmung.traktandum))
            punkte[punkt.traktandum.pk] = replace(punkt, abstimmungen=(*punkt.abstimmungen, abstimmung))
    return sorted(punkte.values(), key=lambda punkt: punkt.traktandum.position)
