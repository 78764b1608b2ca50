"""The Verteiler kept alive: whom to ask, what a region proposes, what accepting it would change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.module_loading import import_string

from konferenz import einstellungen
from mitglieder import rules
from mitglieder.models import Leitgremium, Mandat, Mitgliedschaft, Person, Verteilervorschlag

from .sitze import load_aemter

Art = Verteilervorschlag.Art


def is_faellig(gremium: Leitgremium, now: datetime) -> bool:
    """Return whether a region is to be asked for its Verteiler of itself (see rules; the month is a setting)."""
    return rules.is_verteiler_faellig(
        heute=timezone.localdate(now),
        monat=int(einstellungen.wert("verteiler_monat")),
        angefragt_on=timezone.localdate(gremium.angefragt_at) if gremium.angefragt_at else None,
        bestaetigt_on=gremium.bestaetigt_on,
    )


def list_faellige(now: datetime) -> list[Leitgremium]:
    """Return the bodies of the regions to ask now, with a contact who can be reached (two queries at most)."""
    heute, monat = timezone.localdate(now), int(einstellungen.wert("verteiler_monat"))
    if not rules.is_verteiler_faellig(heute=heute, monat=monat, angefragt_on=None, bestaetigt_on=None):
        return []
    gremien = Leitgremium.objects.filter(sozialregion__kontakt__is_active=True).exclude(sozialregion__kontakt__email="")
    return [
        g
        for g in gremien.order_by("sozialregion__nr")
        if rules.is_verteiler_faellig(
            heute=heute,
            monat=monat,
            angefragt_on=timezone.localdate(g.angefragt_at) if g.angefragt_at else None,
            bestaetigt_on=g.bestaetigt_on,
        )
    ]


def count_ueberfaellige(heute: date) -> int:
    """Return how many regions have not confirmed their Verteiler within a year (one query)."""
    seit = heute - rules.VERTEILER_GILT
    return Leitgremium.objects.exclude(bestaetigt_on__gt=seit).count()


@dataclass(frozen=True)
class Listenzeile:
    """One decision-maker on the page of a region's contact, with what is proposed about her."""

    mitgliedschaft: Mitgliedschaft
    vorschlag: Verteilervorschlag | None


@dataclass(frozen=True)
class Liste:
    """The list of one region as its contact sees it. neue: people proposed to join."""

    zeilen: list[Listenzeile]
    neue: list[Verteilervorschlag]

    @property
    def offene_count(self) -> int:
        return len(self.neue) + sum(zeile.vorschlag is not None for zeile in self.zeilen)


def load_liste(gremium: Leitgremium, heute: date) -> Liste:
    """Return a region's own list with the open proposals (two queries)."""
    offene = list(gremium.vorschlaege.filter(status="offen").order_by("pk"))
    je_mitglied = {v.mitgliedschaft_id: v for v in offene if v.mitgliedschaft_id is not None}
    mitglieder = (
        Mitgliedschaft.objects.current(heute)
        .filter(leitgremium=gremium, person__is_active=True)
        .select_related("person")
        .order_by("person__nachname", "person__vorname", "pk")
    )
    return Liste(
        [Listenzeile(m, je_mitglied.get(m.pk)) for m in mitglieder],
        [v for v in offene if v.art == Art.AUFNEHMEN],
    )


def offene_vorschlaege() -> list[Verteilervorschlag]:
    """Return what waits for the office's word, by region (one query)."""
    rows = Verteilervorschlag.objects.offen().select_related(
        "leitgremium__sozialregion", "mitgliedschaft__person", "vorgeschlagen_von"
    )
    return list(rows.order_by("leitgremium__sozialregion__nr", "pk"))


@dataclass(frozen=True)
class Unterschied:
    """One field a proposal would change: its name, how it stands, how it would stand."""

    feld: str
    bisher: str
    neu: str

    @property
    def is_gleich(self) -> bool:
        return self.bisher == self.neu


def unterschiede(vorschlag: Verteilervorschlag) -> list[Unterschied]:
    """Return what accepting a proposal would change, field by field; needs mitgliedschaft.person loaded (no query)."""
    zeile = vorschlag.mitgliedschaft
    person = zeile.person if zeile is not None else None
    bisher = {
        "Vorname": person.vorname if person else "",
        "Nachname": person.nachname if person else "",
        "Funktion": zeile.funktion if zeile else "",
        "E-Mail": person.email if person else "",
    }
    if vorschlag.art == Art.ENTFERNEN:
        return [Unterschied(feld, wert, "") for feld, wert in bisher.items() if wert]
    neu = {
        "Vorname": vorschlag.vorname,
        "Nachname": vorschlag.nachname,
        "Funktion": vorschlag.funktion,
        "E-Mail": vorschlag.email,
    }
    return [Unterschied(feld, bisher[feld], neu[feld]) for feld in bisher]


@dataclass(frozen=True)
class Adresswechsel:
    """An accepted correction would let a person who acts for the conference log in with another address."""

    person: Person
    bisher: str
    neu: str
    aemter: tuple[str, ...]

    @property
    def satz(self) -> str:
        bisher = f"«{self.bisher}»" if self.bisher else "keiner Adresse"
        return (
            f"Achtung, Anmeldung: {self.person.name} ({', '.join(self.aemter)}) meldet sich heute mit {bisher} an, nach "
            f"diesem Vorschlag mit «{self.neu}». Wer diese Adresse liest, handelt dann an ihrer Stelle. "
            f"Fragen Sie zuerst bei {self.person.name} nach, nicht bei der Region."
        )


def load_wechsel(vorschlag: Verteilervorschlag, heute: date) -> Adresswechsel | None:
    """Return whose login a correction would move, None where nothing has to be confirmed (five queries at most)."""
    if vorschlag.art != Art.BERICHTIGEN or vorschlag.mitgliedschaft is None:
        return None
    person = vorschlag.mitgliedschaft.person
    aemter = _handelnd(person, heute)
    if not rules.is_anmeldung_zu_bestaetigen(bisher=person.email, neu=vorschlag.email, hat_amt=bool(aemter)):
        return None
    return Adresswechsel(person, person.email, vorschlag.email, tuple(aemter))


def _handelnd(person: Person, heute: date) -> list[str]:
    weitere = [wort for name in settings.HANDELNDE for wort in import_string(name)(person)]
    return (
        load_aemter(person, heute).handelnd + weitere + (["Administration des Portals"] if person.is_superuser else [])
    )


def ausgesperrte(vorschlag: Verteilervorschlag, heute: date) -> list[tuple[Person, list[str]]]:
    """Return who acts for the conference and logs in with the address a proposal would give to somebody else too."""
    andere = Person.objects.aktiv().with_adresse(vorschlag.email).filter(login__isnull=False)
    if vorschlag.mitgliedschaft is not None:
        andere = andere.exclude(pk=vorschlag.mitgliedschaft.person_id)
    return [(person, aemter) for person in andere.by_name() if (aemter := _handelnd(person, heute))]


def kandidaten(vorschlag: Verteilervorschlag) -> list[Person]:
    """Return the people on record a proposed newcomer may be: the same address or the same name (one query)."""
    if vorschlag.art != Art.AUFNEHMEN:
        return []
    gleich = Q(vorname__iexact=vorschlag.vorname, nachname__iexact=vorschlag.nachname)
    if vorschlag.email:
        gleich |= Q(email__iexact=vorschlag.email)
    return list(Person.objects.aktiv().filter(gleich).order_by("nachname", "vorname", "pk")[:20])


def hinweise(vorschlag: Verteilervorschlag, heute: date) -> list[str]:
    """Return what the office should know before it accepts: other offices of the person, an address somebody has (two queries)."""
    saetze = []
    zeile = vorschlag.mitgliedschaft
    if zeile is not None and vorschlag.art == Art.BERICHTIGEN:
        mandate = Mandat.objects.current(heute).filter(person=zeile.person).select_related("sitz")
        saetze += [
            f"{zeile.person.name} hat auch den Sitz «{mandat.sitz}»: Name und Adresse ändern sich auch dort."
            for mandat in mandate
        ]
        if rules.clean_login(vorschlag.email) != rules.clean_login(zeile.person.email):
            saetze.append("Die neue Adresse gilt auch für die Anmeldung; beide Adressen erhalten eine Mitteilung.")
    if vorschlag.email and vorschlag.art != Art.ENTFERNEN:
        andere = Person.objects.aktiv().with_adresse(vorschlag.email)
        if zeile is not None:
            andere = andere.exclude(pk=zeile.person_id)
        namen = ", ".join(person.name for person in andere.order_by("nachname", "pk")[:5])
        if namen:
            saetze.append(f"Diese Adresse hat auch {namen}: Mails ja, anmelden kann sich mit ihr niemand mehr.")
    return saetze
