"""The bar of a running meeting: how many voting seats are present, what an Antrag needs."""

from __future__ import annotations

from dataclasses import dataclass

from django.core import signing

from konferenz.einstellungen import wert
from mitglieder.permissions import Recht, Umfang, has_recht
from sitzungen.models import Sitzung

from .praesenz import Lage, load_lage

PULS = "sitzungen.puls"
"""The salt of the marks that ask for a meeting's pulse."""


@dataclass(frozen=True)
class Balken:
    """What the bar says. live: the count it was read at.  anwesend: the base of a vote now.  noetig: None in an empty room.

    grenze: the setting below which it warns, 0 for never.  marke: the signed mark with which a screen asks for the pulse.
    is_abstimmung: a vote is open, whose base stays what it was at its opening: these numbers are the next one's.
    """

    kennung: str
    live: int
    gesamt: int
    anwesend: int
    ausstand: int
    noetig: int | None
    grenze: int
    marke: str = ""
    is_abstimmung: bool = False

    @property
    def satz(self) -> str:
        """«Anwesend stimmberechtigt 12 von 14, dazu 1 im Ausstand – nötig für einen Antrag: 8 Ja.»"""
        beginn = "Jetzt anwesend" if self.is_abstimmung else "Anwesend"
        worte = f"{beginn} stimmberechtigt {self.anwesend} von {self.gesamt}"
        if self.ausstand:
            worte += f", dazu {self.ausstand} im Ausstand"
        if self.noetig is None:
            return f"{worte} – ohne Anwesende kommt kein Antrag zustande."
        wofuer = "den nächsten" if self.is_abstimmung else "einen"
        return f"{worte} – nötig für {wofuer} Antrag: {self.noetig} Ja."

    @property
    def warnung(self) -> str:
        """Why to look twice, in a sentence; empty where enough are there."""
        if self.anwesend >= self.grenze:
            return ""
        return (
            f"Weniger als {self.grenze} Stimmberechtigte anwesend. "
            "Das Pflichtenheft kennt keine Beschlussfähigkeit; dies ist nur ein Hinweis."
        )

    @property
    def stand(self) -> str:
        """What the sentence was made from: a screen that shows it already is not told again."""
        return f"{self.anwesend}-{self.ausstand}" + "-offen" * self.is_abstimmung


def make_balken(sitzung: Sitzung, lage: Lage) -> Balken:
    """Return the bar of a meeting from its seats as loaded (one query: the setting)."""
    return Balken(
        kennung=sitzung.kennung,
        live=sitzung.live,
        gesamt=lage.stimmsitze,
        anwesend=lage.anwesend_stimmberechtigt,
        ausstand=lage.im_ausstand,
        noetig=lage.noetig,
        grenze=int(wert("warnung_anwesende")),
        is_abstimmung=lage.is_abstimmung_offen,
        marke=signing.Signer(salt=PULS).sign_object(sitzung.pk),
    )


def load_balken(sitzung: Sitzung, umfang: Umfang, lage: Lage | None = None) -> Balken | None:
    """Return the bar for a page of a running meeting; None otherwise, and for who does not follow the room.

    lage: the seats where the page has loaded them already.
    """
    if sitzung.status != Sitzung.Status.LAUFEND or not has_recht(umfang, Recht.SAAL_SEHEN, sitzung):
        return None
    return make_balken(sitzung, lage or load_lage(sitzung))
