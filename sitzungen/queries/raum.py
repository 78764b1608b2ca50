"""The page of the room on a telephone: where the meeting is, one's own seat."""

from __future__ import annotations

from dataclasses import dataclass

from mitglieder.permissions import Umfang
from sitzungen.models import Sitzung, Traktandum
from sitzungen.models.stimmzugang import stimmzugang

from .balken import Balken, make_balken
from .praesenz import Lage, load_lage
from .praesenzblatt import MeinPlatz, meine_plaetze, plaetze_stand


@dataclass(frozen=True)
class Raum:
    """What a telephone in the room shows. balken: None unless the meeting runs.  aktuell: the item called now.

    schluessel: what the part was made from; a telephone that shows it already is not told again.
    """

    sitzung: Sitzung
    lage: Lage | None
    balken: Balken | None
    aktuell: Traktandum | None
    plaetze: tuple[MeinPlatz, ...]

    @property
    def schluessel(self) -> str:
        teile = [plaetze_stand(self.sitzung, self.plaetze), str(self.aktuell.pk if self.aktuell else 0)]
        if self.aktuell is not None:
            teile.append(self.aktuell.ausgang)
        return "-".join(teile)


def load_raum(sitzung: Sitzung, umfang: Umfang) -> Raum:
    """Return the room as a person sees it (one query before the start and after the end, eight while it runs).

    Who came by the day's link sees the seat of the link and no other.
    """
    if sitzung.status != Sitzung.Status.LAUFEND:
        return Raum(sitzung, None, None, None, ())
    lage = load_lage(sitzung)
    zugang = stimmzugang(umfang)
    plaetze = [p for p in meine_plaetze(sitzung, umfang, lage) if zugang is None or p.zeile.sitz.pk == zugang.sitz]
    aktuell = sitzung.traktanden.with_diskussion().filter(pk=sitzung.aktuell_id or 0).first()
    return Raum(sitzung, lage, make_balken(sitzung, lage), aktuell, tuple(plaetze))
