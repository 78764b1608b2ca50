"""Regions and their Verteiler."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Prefetch

from mitglieder.models import (
    Einwohnerzahl,
    GemeindeZugehoerigkeit,
    Leitgremium,
    Mandat,
    Mitgliedschaft,
    Person,
    Sozialregion,
    Verteilermeldung,
)
from mitglieder.rules import clean_login, is_bestaetigt, praesidium_of


@dataclass(frozen=True)
class Regionszeile:
    """A region on a day, for a list."""

    region: Sozialregion
    praesidium: str
    mandat: Mandat | None
    gemeinden: list[GemeindeZugehoerigkeit]
    einwohner: Einwohnerzahl | None
    leitgremium_count: int
    is_bestaetigt: bool


def list_regionen(on: date, *regionen: Sozialregion) -> list[Regionszeile]:
    """Return the regions (or those given) with presidium, municipalities, figures and size of the body (five queries)."""
    qs = Sozialregion.objects.select_related("kontakt", "leitgremium").prefetch_related(
        Prefetch(
            "zugehoerigkeiten",
            GemeindeZugehoerigkeit.objects.current(on).select_related("gemeinde").order_by("gemeinde__name"),
        ),
        Prefetch("einwohnerzahlen", Einwohnerzahl.objects.order_by("-stand_on")),
        Prefetch(
            "leitgremium__mitgliedschaften",
            Mitgliedschaft.objects.current(on).filter(person__is_active=True).order_by("pk"),
        ),
    )
    if regionen:
        qs = qs.filter(pk__in=[region.pk for region in regionen])
    mandate = {
        mandat.sitz.sozialregion_id: mandat
        for mandat in Mandat.objects.current(on).filter(sitz__art="region").select_related("sitz", "person")
    }
    return [
        Regionszeile(
            region,
            praesidium_of(region.form),
            mandate.get(region.pk),
            list(region.zugehoerigkeiten.all()),
            next(iter(region.einwohnerzahlen.all()), None),
            len(region.leitgremium.mitgliedschaften.all()),
            is_bestaetigt(region.leitgremium.bestaetigt_on, on),
        )
        for region in qs
    ]


@dataclass(frozen=True)
class Verteilerzeile:
    """One decision-maker of a Verteiler and what is wrong with the address («» = nothing)."""

    mitgliedschaft: Mitgliedschaft
    mangel: str


@dataclass(frozen=True)
class Regionsverteiler:
    """The wide circle of one region."""

    region: Sozialregion
    leitgremium: Leitgremium
    zeilen: list[Verteilerzeile]
    meldungen: list[Verteilermeldung]
    is_bestaetigt: bool

    @property
    def maengel_count(self) -> int:
        return sum(bool(zeile.mangel) for zeile in self.zeilen)


@dataclass(frozen=True)
class Verteiler:
    """The whole wide circle: who receives the papers, and where the lists have holes."""

    regionen: list[Regionsverteiler]
    personen_count: int
    doppelte: list[tuple[str, list[Person]]] = field(default_factory=list)
    ohne_adresse: list[Verteilerzeile] = field(default_factory=list)
    mehrfach: list[tuple[Person, list[str]]] = field(default_factory=list)

    @property
    def bestaetigt_count(self) -> int:
        return sum(region.is_bestaetigt for region in self.regionen)

    @property
    def leere(self) -> list[Regionsverteiler]:
        """Regions without a single decision-maker."""
        return [region for region in self.regionen if not region.zeilen]


def load_verteiler(on: date, *regionen: Sozialregion) -> Verteiler:
    """Return the Verteiler on a day (three queries), or only the lists of the regions given.

    doppelte: addresses that several people share (each gets a letter of her own, nobody can log in with it).
    mehrfach: people who sit in several bodies (they get one letter).  A list is confirmed if that was within a year.
    """
    gremien = (
        Leitgremium.objects.select_related("sozialregion__kontakt", "bestaetigt_von")
        .order_by("sozialregion__nr")
        .prefetch_related(
            Prefetch(
                "mitgliedschaften",
                Mitgliedschaft.objects.current(on)
                .filter(person__is_active=True)
                .select_related("person")
                .order_by("person__nachname", "person__vorname"),
            ),
            Prefetch("meldungen", Verteilermeldung.objects.filter(erledigt_at__isnull=True).select_related("person")),
        )
    )
    if regionen:
        gremien = gremien.filter(sozialregion__in=regionen)
    geladen = list(gremien)
    personen: dict[int, Person] = {}
    orte: dict[int, list[str]] = {}
    for gremium in geladen:
        for mitgliedschaft in gremium.mitgliedschaften.all():
            personen[mitgliedschaft.person_id] = mitgliedschaft.person
            orte.setdefault(mitgliedschaft.person_id, []).append(gremium.sozialregion.name)
    je_adresse = Counter(clean_login(person.email) for person in personen.values() if person.email)
    zeilen = [
        Regionsverteiler(
            gremium.sozialregion,
            gremium,
            [Verteilerzeile(m, _mangel(m.person, je_adresse)) for m in gremium.mitgliedschaften.all()],
            list(gremium.meldungen.all()),
            is_bestaetigt(gremium.bestaetigt_on, on),
        )
        for gremium in geladen
    ]
    return Verteiler(
        zeilen,
        len(personen),
        [
            (adresse, [person for person in personen.values() if clean_login(person.email) == adresse])
            for adresse, count in sorted(je_adresse.items())
            if count > 1
        ],
        [zeile for region in zeilen for zeile in region.zeilen if not zeile.mitgliedschaft.person.email],
        [(personen[pk], namen) for pk, namen in orte.items() if len(namen) > 1],
    )


def _mangel(person: Person, je_adresse: Counter[str]) -> str:
    if not person.email:
        return "keine Adresse"
    if je_adresse[clean_login(person.email)] > 1:
        return "geteilte Adresse: Mail ja, Anmeldung nein"
    if person.login is None:
        return "Adresse gehört noch jemandem: Mail ja, Anmeldung nein"
    return ""


EXPORT_KOPF = (
    "Region",
    "Kürzel",
    "Leitgremium",
    "Anrede",
    "Vorname",
    "Nachname",
    "Funktion",
    "E-Mail",
    "Telefon",
    "seit",
    "Hinweis",
    "Verteiler bestätigt am",
)


def export_verteiler(verteiler: Verteiler) -> list[tuple[str, ...]]:
    """Return the rows of the exported Verteiler under EXPORT_KOPF."""
    return [
        (
            region.region.name,
            region.region.kuerzel,
            region.leitgremium.name,
            zeile.mitgliedschaft.person.anrede,
            zeile.mitgliedschaft.person.vorname,
            zeile.mitgliedschaft.person.nachname,
            zeile.mitgliedschaft.funktion,
            zeile.mitgliedschaft.person.email,
            zeile.mitgliedschaft.person.telefon,
            f"{zeile.mitgliedschaft.von:%d.%m.%Y}",
            zeile.mangel,
            f"{region.leitgremium.bestaetigt_on:%d.%m.%Y}" if region.leitgremium.bestaetigt_on else "",
        )
        for region in verteiler.regionen
        for zeile in region.zeilen
    ]
