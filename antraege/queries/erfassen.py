"""What the office sees while it records a show of hands: the seats of the base, never what they chose."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from antraege.models import Abstimmung, Stimme, Stimmsitz

from .abstimmung import hat_gestimmt


@dataclass(frozen=True)
class Erfassungszeile:
    """One seat of the base. weg: how its ballot came, empty while there is none; its choice is not known here."""

    sitz_pk: int
    bezeichnung: str
    name: str
    is_vertretung: bool
    weg: str
    zeit: datetime | None

    @property
    def is_selbst(self) -> bool:
        return self.weg == Stimme.Weg.SELBST

    @property
    def weg_text(self) -> str:
        """«selbst», «durch die Geschäftsstelle erfasst»; empty while there is no ballot."""
        return Stimme.Weg(self.weg).label if self.weg else ""


def load_erfassung(abstimmung: Abstimmung) -> list[Erfassungszeile]:
    """Return the seats of a vote's base in seat order (one query)."""
    sitze = abstimmung.stimmsitze.select_related("stimme").order_by("sitz__reihenfolge")
    return [
        Erfassungszeile(
            sitz_pk=s.sitz_id,
            bezeichnung=s.bezeichnung,
            name=s.name,
            is_vertretung=s.als == Stimmsitz.Als.VERTRETUNG,
            weg=s.stimme.weg if hat_gestimmt(s) else "",
            zeit=s.stimme.abgegeben_at if hat_gestimmt(s) else None,
        )
        for s in sitze
    ]
