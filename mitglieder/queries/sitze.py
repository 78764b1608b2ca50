"""Who sits where."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from django.db.models import Prefetch, Q

from mitglieder.models import Funktion, Mandat, Mitgliedschaft, Person, Sitz, Stellvertretung


@dataclass(frozen=True)
class Sitzzeile:
    """A seat on a day: who has it (None = vacant), who will, and the standing substitutes."""

    sitz: Sitz
    mandat: Mandat | None
    kuenftig: Mandat | None
    stellvertretungen: list[Stellvertretung]

    @property
    def status(self) -> str:
        """«gewählt», «designiert» or «vakant»."""
        return self.mandat.get_status_display() if self.mandat else "vakant"

    @property
    def ton(self) -> str:
        """How the word is coloured: what waits for somebody is marked."""
        return "" if self.mandat and self.mandat.status == Mandat.Status.GEWAEHLT else "warnung"


@dataclass(frozen=True)
class Besetzung:
    """All seats on a day and the offices beside them."""

    stimmberechtigt: list[Sitzzeile]
    beratend: list[Sitzzeile]
    aemter: dict[str, list[Funktion]] = field(default_factory=dict)

    @property
    def zeilen(self) -> list[Sitzzeile]:
        return [*self.stimmberechtigt, *self.beratend]

    @property
    def vakant_count(self) -> int:
        return sum(zeile.mandat is None for zeile in self.zeilen)

    @property
    def designiert_count(self) -> int:
        return sum(zeile.status == "designiert" for zeile in self.zeilen)


def load_sitze(on: date, *sitze: Sitz) -> list[Sitzzeile]:
    """Return all seats (or those given) with holders and substitutes on a day (three queries)."""
    qs = Sitz.objects.select_related("sozialregion").prefetch_related(
        Prefetch("mandate", Mandat.objects.not_over(on).select_related("person").order_by("von")),
        Prefetch(
            "stellvertretungen",
            Stellvertretung.objects.not_over(on)
            .filter(person__is_active=True)
            .select_related("person")
            .order_by("person__nachname", "person__vorname"),
        ),
    )
    if sitze:
        qs = qs.filter(pk__in=[sitz.pk for sitz in sitze])
    zeilen = []
    for sitz in qs:
        mandate = list(sitz.mandate.all())
        zeilen.append(
            Sitzzeile(
                sitz,
                next((m for m in mandate if m.von <= on), None),
                next((m for m in mandate if m.von > on), None),
                list(sitz.stellvertretungen.all()),
            )
        )
    return zeilen


def load_besetzung(on: date) -> Besetzung:
    """Return who sits where and who holds which office on a day (four queries)."""
    zeilen = load_sitze(on)
    aemter: dict[str, list[Funktion]] = {}
    funktionen = Funktion.objects.current(on).filter(person__is_active=True).select_related("person")
    for funktion in funktionen.order_by("person__nachname", "person__vorname"):
        if funktion.art != Funktion.Art.ADMINISTRATION:
            aemter.setdefault(funktion.get_art_display(), []).append(funktion)
    return Besetzung(
        [zeile for zeile in zeilen if zeile.sitz.stimmberechtigt],
        [zeile for zeile in zeilen if not zeile.sitz.stimmberechtigt],
        aemter,
    )


@dataclass(frozen=True)
class Aemter:
    """Everything one person holds, held or will hold."""

    mandate: list[Mandat]
    funktionen: list[Funktion]
    stellvertretungen: list[Stellvertretung]
    mitgliedschaften: list[Mitgliedschaft]

    @property
    def is_leer(self) -> bool:
        return not (self.mandate or self.funktionen or self.stellvertretungen or self.mitgliedschaften)

    @property
    def handelnd(self) -> list[str]:
        """In words, what lets the person act for the conference; the papers of a Leitgremium are no such thing."""
        return [
            *(f"Sitz «{mandat.sitz}»" for mandat in self.mandate),
            *(funktion.get_art_display() for funktion in self.funktionen),
            *(f"Stellvertretung «{zeile.sitz}»" for zeile in self.stellvertretungen),
        ]


def load_aemter(person: Person, on: date, *, frueher: bool = False) -> Aemter:
    """Return what a person holds on a day or later, or with frueher what is over (four queries)."""
    jetzt = Q(bis__isnull=True) | Q(bis__gt=on)
    zeit = ~jetzt if frueher else jetzt
    return Aemter(
        list(person.mandate.filter(zeit).select_related("sitz__sozialregion")),
        list(person.funktionen.filter(zeit)),
        list(person.stellvertretungen.filter(zeit).select_related("sitz__sozialregion")),
        list(person.mitgliedschaften.filter(zeit).select_related("leitgremium__sozialregion")),
    )


def mandat_hinweise(person: Person, sitz: Sitz, von: date) -> list[str]:
    """Return what the office should think about before it puts a person on a seat; nothing of it forbids.

    One person has one vote in a meeting, whatever the number of seats (R13); a seat without a vote is no second one.
    """
    hinweise = []
    andere = person.mandate.not_over(von).exclude(sitz=sitz).select_related("sitz")
    hinweise += [
        f"{person.name} hat schon den Sitz «{mandat.sitz}». An einer Sitzung hat eine Person nur eine Stimme; "
        "für den anderen Sitz braucht es dann eine Stellvertretung."
        for mandat in andere
        if mandat.sitz.stimmberechtigt and sitz.stimmberechtigt
    ]
    if person.stellvertretungen.filter(sitz=sitz).not_over(von).exists():
        hinweise.append(f"{person.name} steht auf der Liste der Stellvertretungen dieses Sitzes.")
    if person.login is None:
        hinweise.append(f"{person.name} kann sich nicht anmelden: Es fehlt eine eigene E-Mail-Adresse.")
    return hinweise
