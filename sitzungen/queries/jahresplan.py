"""A year's plan of meetings, and what an announcement lists."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q
from django.utils import timezone

from konferenz.models import Pflichtenheft
from mitglieder.models import Mandat
from sitzungen import rules
from sitzungen.models import Sitzung


@dataclass(frozen=True)
class Jahr:
    """A year's plan: how many ordinary meetings the Pflichtenheft wants, the meetings, the warnings.

    verlangt is 4 where no version with rules is in force yet on 1 January.
    """

    jahr: int
    verlangt: int
    ordentliche: dict[int, Sitzung]
    ausserordentliche: tuple[Sitzung, ...]
    warnungen: tuple[str, ...]
    sitze: int

    @property
    def is_angekuendigt(self) -> bool:
        """Whether all planned meetings were announced to the seats."""
        return bool(self.ordentliche) and all(s.terminankuendigung_at for s in self.ordentliche.values())


def jahr(jahr: int, *, now: datetime) -> Jahr:
    """Return the plan of a year."""
    heft = Pflichtenheft.objects.in_force(date(jahr, 1, 1)).filter(has_regeln=True).first()
    verlangt = (heft.ordentliche_sitzungen if heft else None) or 4
    sitzungen = list(Sitzung.objects.filter(jahr=jahr).exclude(status=Sitzung.Status.ABGESAGT).order_by("beginn_at"))
    ordentliche = {s.nr: s for s in sitzungen if s.art == Sitzung.Art.ORDENTLICH}
    termine = [(f"Sitzung {s.nummer}", termin_of(s)) for s in sitzungen]
    return Jahr(
        jahr,
        verlangt,
        ordentliche,
        tuple(s for s in sitzungen if s.art != Sitzung.Art.ORDENTLICH),
        rules.jahresplan_warnungen(termine, geplant=len(ordentliche), verlangt=verlangt),
        Mandat.objects.current(timezone.localdate(now)).values("person_id").distinct().count(),
    )


def termin_of(sitzung: Sitzung) -> rules.Termin:
    """Return a meeting's date and place."""
    return rules.Termin(
        sitzung.beginn_at,
        sitzung.ende_at,
        sitzung.form,
        sitzung.form_entscheid_on,
        sitzung.ort,
        sitzung.video_link,
        sitzung.nr,
    )


def letzter_ort() -> str:
    """Return where the latest planned meeting takes place: the likely place of the next one."""
    return Sitzung.objects.exclude(ort="").order_by("-beginn_at").values_list("ort", flat=True).first() or ""


def angekuendigte(sitzung: Sitzung) -> list[Sitzung]:
    """Return the announced meetings of a year that an announcement lists: the ordinary ones ahead of it, or the one extraordinary.

    What was over when the given meeting was announced is no date to put down any more.
    """
    if sitzung.art != Sitzung.Art.ORDENTLICH:
        return [sitzung]
    ab = Q(beginn_at__gt=sitzung.terminankuendigung_at) if sitzung.terminankuendigung_at else Q()
    return list(
        Sitzung.objects.filter(ab, jahr=sitzung.jahr, art=Sitzung.Art.ORDENTLICH, terminankuendigung_at__isnull=False)
        .exclude(status=Sitzung.Status.ABGESAGT)
        .order_by("beginn_at")
    )
