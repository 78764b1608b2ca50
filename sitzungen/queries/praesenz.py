"""The seats of a meeting: who holds them, what they answered, who is in the room, who votes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from django.utils import timezone

from konferenz.rules import noetige_ja
from mitglieder.models import Mandat, Person, Sitz
from sitzungen.models import Anwesenheit, Ausstand, Sitzung, Teilnahme
from sitzungen.rules.praesenz import SATZ_AUSSTAND, Ausuebung, Ersatz, Sitzlage, Wahl, Wer, who_exercises


@dataclass(frozen=True)
class Sitzzeile:
    """One seat of one meeting.

    teilnahme is None as long as nobody answered or did anything for the seat; an answer that does not count (given for
    somebody who does not hold the seat) is not on it.  mandat is None while it is vacant on the
    day of the meeting.  anwesenheit: the stretch that lasts now.  ausuebung: who exercises it now, and the sentence why not.
    """

    sitz: Sitz
    mandat: Mandat | None
    teilnahme: Teilnahme | None
    anwesenheit: Anwesenheit | None
    is_ausstand: bool
    ausuebung: Ausuebung

    @property
    def inhaber(self) -> Person | None:
        return self.mandat.person if self.mandat else None

    @property
    def vertretung(self) -> Person | None:
        """The substitute named for this meeting who has not declined."""
        if self.teilnahme is None or not self.teilnahme.is_vertretung_benannt:
            return None
        return self.teilnahme.vertretung

    @property
    def antwort(self) -> str:
        return self.teilnahme.antwort if self.teilnahme else Teilnahme.Antwort.OFFEN

    @property
    def is_region(self) -> bool:
        return self.sitz.art == Sitz.Art.REGION

    @property
    def is_vertreten_angesagt(self) -> bool:
        """Whether somebody is expected on the seat: the holder said yes, or a substitute is named and has not declined."""
        return (self.antwort == Teilnahme.Antwort.ZUGESAGT and self.mandat is not None) or (
            self.antwort == Teilnahme.Antwort.VERTRETEN and self.vertretung is not None
        )

    @property
    def is_vertretung_abgelehnt(self) -> bool:
        """Whether the seat was to be represented and the substitute declined."""
        return self.antwort == Teilnahme.Antwort.VERTRETEN and self.vertretung is None

    @property
    def is_unbestaetigt(self) -> bool:
        """Whether only a substitute is expected who has not accepted yet."""
        stand = self.teilnahme.vertretung_stand if self.teilnahme else ""
        vertreten = self.antwort == Teilnahme.Antwort.VERTRETEN
        return vertreten and stand == Teilnahme.Vertretung.BENANNT

    @property
    def is_neu_erbeten(self) -> bool:
        """Whether the answer stands from before the meeting moved and is asked for anew."""
        return self.teilnahme is not None and self.teilnahme.neu_erbeten_at is not None

    @property
    def is_stimme_erwartet(self) -> bool:
        """Whether the seat would count in a vote if all came who said so."""
        gewaehlt = self.mandat is not None and self.mandat.status == Mandat.Status.GEWAEHLT
        return self.sitz.stimmberechtigt and gewaehlt and self.is_vertreten_angesagt

    @property
    def schluessel(self) -> str:
        """What the plan of seats calls its state: zugesagt, entschuldigt, vertreten, offen, vakant."""
        if self.mandat is None:
            return "vakant"
        if self.is_vertretung_abgelehnt:
            return "offen"  # the substitute declined: the seat is a gap again
        return self.antwort or "offen"


@dataclass(frozen=True)
class Lage:
    """All seats of a meeting in seat order, and what is counted from them."""

    zeilen: tuple[Sitzzeile, ...]

    def __iter__(self) -> Iterator[Sitzzeile]:
        return iter(self.zeilen)

    @cached_property
    def je_sitz(self) -> dict[int, Sitzzeile]:
        return {zeile.sitz.pk: zeile for zeile in self.zeilen}

    @property
    def stimmsitze(self) -> int:
        """How many seats vote at all (14)."""
        return sum(zeile.sitz.stimmberechtigt for zeile in self.zeilen)

    @property
    def anwesend_stimmberechtigt(self) -> int:
        """The base of a vote now: voting seats present, those in Ausstand left out."""
        return sum(zeile.ausuebung.is_stimme for zeile in self.zeilen)

    @property
    def anwesend(self) -> int:
        """Seats on which somebody sits now, voting or not."""
        return sum(zeile.ausuebung.is_anwesend for zeile in self.zeilen)

    @property
    def im_ausstand(self) -> int:
        """Voting seats present that would count, were they not in Ausstand for the current item."""
        return sum(zeile.ausuebung.is_anwesend and zeile.ausuebung.satz == SATZ_AUSSTAND for zeile in self.zeilen)

    @property
    def is_abstimmung_offen(self) -> bool:
        """Whether an open vote holds its seats."""
        return any(z.teilnahme is not None and z.teilnahme.gesperrt_durch is not None for z in self.zeilen)

    @property
    def noetig(self) -> int | None:
        """Yes votes an Antrag needs now; None in an empty room."""
        return noetige_ja(self.anwesend_stimmberechtigt) if self.anwesend_stimmberechtigt else None

    @property
    def regionen(self) -> int:
        return sum(zeile.is_region for zeile in self.zeilen)

    @property
    def regionen_angesagt(self) -> int:
        """Regions for which somebody is expected."""
        return sum(zeile.is_region and zeile.is_vertreten_angesagt for zeile in self.zeilen)

    @property
    def regionen_unbestaetigt(self) -> int:
        """Those of them for which a substitute is expected who has not accepted yet."""
        return sum(zeile.is_region and zeile.is_unbestaetigt for zeile in self.zeilen)

    @property
    def regionen_anwesend(self) -> int:
        """Regions for which somebody is in the room now."""
        return sum(zeile.is_region and zeile.ausuebung.is_anwesend for zeile in self.zeilen)

    @property
    def stimmen_erwartet(self) -> int:
        return sum(zeile.is_stimme_erwartet for zeile in self.zeilen)

    @property
    def noetig_erwartet(self) -> int | None:
        """Yes votes an Antrag would need if all came who said so."""
        return noetige_ja(self.stimmen_erwartet) if self.stimmen_erwartet else None

    @property
    def luecken(self) -> tuple[Sitzzeile, ...]:
        """Seats whose holder could still answer: without an answer, or asked anew. The gaps the office follows up."""
        return tuple(z for z in self.zeilen if z.mandat and (z.schluessel == "offen" or z.is_neu_erbeten))

    @property
    def neu_erbeten(self) -> tuple[Sitzzeile, ...]:
        """Those of the gaps which have an answer from before the meeting moved."""
        return tuple(zeile for zeile in self.luecken if zeile.is_neu_erbeten and zeile.schluessel != "offen")


def load_lage(sitzung: Sitzung) -> Lage:
    """Return all seats of a meeting as they stand now (five queries).

    The holders are those of the meeting's Zurich day. Ausstand counts for the current item only.
    """
    sitze = Sitz.objects.select_related("sozialregion").order_by("reihenfolge")
    mandate = {
        m.sitz_id: m
        for m in Mandat.objects.current(timezone.localdate(sitzung.beginn_at)).select_related("person").order_by("pk")
    }
    teilnahmen = {
        t.sitz_id: t for t in Teilnahme.objects.filter(sitzung=sitzung).select_related("vertretung", "antwort_von")
    }
    anwesende = list(
        Anwesenheit.objects.filter(sitzung=sitzung, bis_at__isnull=True, teilnahme__isnull=False).select_related(
            "person"
        )
    )
    ausstaende: set[int] = set()
    if sitzung.aktuell_id is not None:
        ausstaende = set(
            Ausstand.objects.filter(traktandum_id=sitzung.aktuell_id).values_list("teilnahme_id", flat=True)
        )
    return make_lage(sitze, mandate, teilnahmen, anwesende, ausstaende)


def make_lage(
    sitze: Iterable[Sitz],
    mandate: dict[int, Mandat],
    teilnahmen: dict[int, Teilnahme],
    anwesende: Iterable[Anwesenheit],
    ausstaende: set[int],
) -> Lage:
    """Return the seats' state from rows already loaded (no query). mandate, teilnahmen: by pk of the seat."""
    anwesende = list(anwesende)
    je_teilnahme = {a.teilnahme_id: a for a in anwesende}
    sitzt_auf = {a.person_id: a.teilnahme_id for a in anwesende}
    zeilen = []
    for sitz in sitze:
        mandat, teilnahme = mandate.get(sitz.pk), teilnahmen.get(sitz.pk)
        if teilnahme is not None and not teilnahme.is_gueltig_for(mandat.person if mandat else None):
            teilnahme.lapse()
        anwesenheit = je_teilnahme.get(teilnahme.pk) if teilnahme else None
        ausstand = teilnahme is not None and teilnahme.pk in ausstaende
        lage = Sitzlage(
            stimmberechtigt=sitz.stimmberechtigt,
            wahl=Wahl(mandat.status) if mandat else Wahl.VAKANT,
            inhaber_anwesend=anwesenheit is not None
            and anwesenheit.als == Anwesenheit.Als.INHABER
            and mandat is not None,
            vertretung=_ersatz(teilnahme, anwesenheit, mandat),
            ausstand=ausstand,
            sitzt_anderswo=mandat is not None
            and mandat.person_id in sitzt_auf
            and (teilnahme is None or sitzt_auf[mandat.person_id] != teilnahme.pk),
        )
        zeilen.append(Sitzzeile(sitz, mandat, teilnahme, anwesenheit, ausstand, who_exercises(lage)))
    return Lage(tuple(zeilen))


def _ersatz(teilnahme: Teilnahme | None, anwesenheit: Anwesenheit | None, mandat: Mandat | None) -> Ersatz:
    """Return how far the substitute is. A former holder who still sits there counts as one without a vote."""
    if anwesenheit is not None and (anwesenheit.als == Anwesenheit.Als.VERTRETUNG or mandat is None):
        return Ersatz.ANWESEND
    if teilnahme is None or teilnahme.vertretung_id is None:
        return Ersatz.KEINE
    return Ersatz(teilnahme.vertretung_stand)


def is_besetzt(zeile: Sitzzeile) -> bool:
    """Return whether somebody sits on the seat now."""
    return zeile.ausuebung.wer is not Wer.NIEMAND
