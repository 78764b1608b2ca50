"""What one person sees of one vote: the ballot, the receipt, or in words why there is none."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Prefetch, Q

from antraege.models import Abstimmung, Stimme, Stimmsitz
from antraege.rules import Grund
from konferenz.rules import Mehrheit, regel_satz
from mitglieder.models import Person
from mitglieder.permissions import Umfang
from sitzungen.models import Sitzung
from sitzungen.models.stimmzugang import stimmzugang
from sitzungen.queries.praesenz import Lage, load_lage

from .abstimmung import hat_gestimmt, why_not
from .ergebnis import Ergebnis, make_ergebnis


@dataclass(frozen=True)
class Karte:
    """One vote for one person.

    stimmsitz: the seat the person exercises in it.  abgegeben, stimmsitze: how far it is; nothing tells a tendency.
    warum: why the person cannot vote (now), empty where the person can.  ergebnis: None before the close.
    """

    abstimmung: Abstimmung
    stimmsitz: Stimmsitz | None
    abgegeben: int
    stimmsitze: int
    warum: str
    ergebnis: Ergebnis | None = None

    @property
    def darf_stimmen(self) -> bool:
        return self.stimmsitz is not None and not self.warum

    @property
    def stimme(self) -> Stimme | None:
        """The ballot of the person's seat, whoever gave or recorded it."""
        return self.stimmsitz.stimme if self.stimmsitz is not None and hat_gestimmt(self.stimmsitz) else None

    @property
    def regel(self) -> str:
        """The rule in words with its numbers; before the opening only what kind it is."""
        if self.abstimmung.anwesend:
            return regel_satz(Mehrheit(self.abstimmung.mehrheit), self.abstimmung.anwesend)
        return self.abstimmung.get_mehrheit_display()

    @property
    def zaehlt_wie_nein(self) -> bool:
        """Whether abstaining counts like no: said beside the choice."""
        return self.abstimmung.mehrheit == Mehrheit.ZWEIDRITTEL

    @property
    def schluessel(self) -> str:
        """What the part that follows was made from: a telephone that shows it already is not told again."""
        quittung = self.stimme.quittung[:8] if self.stimme else ""
        return f"{self.abstimmung.status}-{self.abgegeben}-{quittung}"


def mit_stimmsitzen() -> Prefetch[Any]:
    """Return what a vote must be loaded with for its card: each seat of the base with its ballot (one query)."""
    sitze = Stimmsitz.objects.select_related("sitz", "stimme").order_by("sitz__reihenfolge")
    return Prefetch("stimmsitze", queryset=sitze)


def load_karte(
    abstimmung: Abstimmung, person: Person, umfang: Umfang, *, now: datetime, lage: Lage | None = None
) -> Karte:
    """Return what a person sees of a vote (no query; who cannot vote costs the sentence why: seven at most).

    abstimmung: loaded with mit_stimmsitzen.
    lage: the seats of the meeting where the page has loaded them already. Who came by the day's link acts for the
    link's seat only.
    """
    zugang = stimmzugang(umfang)
    sitze = list(abstimmung.stimmsitze.all())
    eigener = next((s for s in sitze if s.person_id == person.pk), None)
    if eigener is not None and zugang is not None and eigener.sitz_id != zugang.sitz:
        return Karte(abstimmung, None, sum(hat_gestimmt(s) for s in sitze), len(sitze), Grund.ANDERER_SITZ)
    ergebnis = make_ergebnis(abstimmung, umfang) if abstimmung.is_geschlossen else None
    if ergebnis is not None and zugang is not None:
        ergebnis = replace(ergebnis, darf_oeffentlich=False)  # the link opens no records
    return Karte(
        abstimmung=abstimmung,
        stimmsitz=eigener,
        abgegeben=sum(hat_gestimmt(s) for s in sitze),
        stimmsitze=len(sitze),
        warum=_warum(abstimmung, eigener, person, now=now, lage=lage),
        ergebnis=ergebnis,
    )


def _warum(
    abstimmung: Abstimmung, eigener: Stimmsitz | None, person: Person, *, now: datetime, lage: Lage | None
) -> str:
    if abstimmung.is_offen and abstimmung.schliesst_at is not None and abstimmung.schliesst_at <= now:
        return f"{Grund.GESCHLOSSEN} Die Zeit ist abgelaufen; das Ergebnis folgt gleich."
    if abstimmung.is_offen and eigener is not None:
        return ""
    if not abstimmung.is_offen:
        return why_not(abstimmung, person, Lage(()))
    return why_not(abstimmung, person, lage or load_lage(abstimmung.sitzung))


def load_im_raum(sitzung: Sitzung) -> list[Abstimmung]:
    """Return the votes a telephone in the room shows, newest first (two queries): the open ones, those over on the current item."""
    offen = Q(status=Abstimmung.Status.OFFEN)
    vorbei = Q(
        status__in=[Abstimmung.Status.GESCHLOSSEN, Abstimmung.Status.ABGEBROCHEN],
        eroeffnet_at__isnull=False,
        traktandum__isnull=False,
        traktandum=sitzung.aktuell_id,
    )
    rows = Abstimmung.objects.filter(offen | vorbei, sitzung=sitzung).order_by("-eroeffnet_at", "-nr")
    abstimmungen = list(
        rows.select_related("traktandum", "antragsfassung__antrag__sitz").prefetch_related(mit_stimmsitzen())
    )
    for abstimmung in abstimmungen:
        abstimmung.sitzung = sitzung
    return abstimmungen
