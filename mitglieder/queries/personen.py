"""The office's list of people."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import Prefetch, Q

from mitglieder.models import Funktion, Mandat, Mitgliedschaft, Person, PersonQuerySet, Stellvertretung, Zugangslink

STAENDE = {
    "": "Alle",
    "ohne-adresse": "Ohne Adresse",
    "ohne-anmeldung": "Adresse geteilt",
    "ohne-amt": "Ohne Amt",
    "inaktiv": "Deaktiviert",
}


def list_personen(suche: str, stand: str, on: date) -> PersonQuerySet:
    """Return people by name with what they hold on a day; suche: part of a name or address, stand: a key of STAENDE."""
    personen = Person.objects.by_name().filter(is_active=stand != "inaktiv")
    for wort in suche.split()[:5]:
        personen = personen.filter(Q(vorname__icontains=wort) | Q(nachname__icontains=wort) | Q(email__icontains=wort))
    if stand == "ohne-adresse":
        personen = personen.filter(email="")
    elif stand == "ohne-anmeldung":
        personen = personen.exclude(email="").filter(login__isnull=True)
    elif stand == "ohne-amt":
        for model in _AEMTER:
            personen = personen.exclude(pk__in=model.objects.not_over(on).values("person_id"))
    return personen.prefetch_related(
        Prefetch("mandate", Mandat.objects.not_over(on).select_related("sitz"), to_attr="liste_mandate"),
        Prefetch("funktionen", Funktion.objects.not_over(on), to_attr="liste_funktionen"),
        Prefetch(
            "stellvertretungen",
            Stellvertretung.objects.not_over(on).select_related("sitz"),
            to_attr="liste_stellvertretungen",
        ),
        Prefetch(
            "mitgliedschaften",
            Mitgliedschaft.objects.not_over(on).select_related("leitgremium__sozialregion"),
            to_attr="liste_mitgliedschaften",
        ),
    )


_AEMTER = (Mandat, Funktion, Stellvertretung, Mitgliedschaft)


def aemter_of(person: Person) -> list[str]:
    """Return in words what a person of list_personen holds (no query)."""
    return [
        *(str(mandat.sitz) for mandat in person.liste_mandate),  # type: ignore[attr-defined]
        *(funktion.get_art_display() for funktion in person.liste_funktionen),  # type: ignore[attr-defined]
        *(f"Stellvertretung {zeile.sitz}" for zeile in person.liste_stellvertretungen),  # type: ignore[attr-defined]
        *(f"Leitgremium {z.leitgremium.sozialregion}" for z in person.liste_mitgliedschaften),  # type: ignore[attr-defined]
    ]


def choices_personen() -> list[tuple[int, str]]:
    """Return the active people for a choice, by surname."""
    personen = Person.objects.aktiv().by_name().values_list("pk", "nachname", "vorname", "email")
    return [
        (pk, f"{nachname} {vorname}".strip() + (f" ({email})" if email else ""))
        for pk, nachname, vorname, email in personen
    ]


def open_einladung(person: Person, now: datetime) -> Zugangslink | None:
    """Return the invitation a person has not taken up yet."""
    return Zugangslink.objects.usable(now).filter(person=person, zweck=Zugangslink.Zweck.EINLADUNG).first()
