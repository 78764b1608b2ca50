"""Writing one person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from konferenz import journal
from konferenz.adressen import AdresseUngueltig, check_adresse, clean_zeile
from konferenz.schritte import enqueue_sendung, require_transaction
from mitglieder.models import Person

from .fehler import MitgliederError


@dataclass(frozen=True)
class PersonDaten:
    """What is kept of a person, as typed; business contact only."""

    nachname: str
    vorname: str = ""
    anrede: str = ""
    email: str = ""
    telefon: str = ""

    def cleaned(self) -> PersonDaten:
        """Return the same as it may be stored. Raises MitgliederError with the field that is wrong."""
        nachname = clean_zeile(self.nachname, 80)
        if not nachname:
            raise MitgliederError("Bitte geben Sie den Nachnamen an.", "nachname")
        email = ""
        if self.email.strip():
            try:
                email = check_adresse(self.email)
            except AdresseUngueltig as error:
                raise MitgliederError(str(error), "email") from error
        return PersonDaten(
            nachname=nachname,
            vorname=clean_zeile(self.vorname, 80),
            anrede=clean_zeile(self.anrede, 20),
            email=email,
            telefon=clean_zeile(self.telefon, 40),
        )


FELDER = ("anrede", "vorname", "nachname", "email", "telefon")


def akteur(actor: Person | None) -> UUID | None:
    """Return whom the journal names; None is the machine or the console."""
    return actor.uuid if actor is not None else None


def write_person(
    person: Person | None, daten: PersonDaten, *, actor: Person | None, now: datetime, is_demo: bool = False
) -> tuple[Person, set[str]]:
    """Create a person or change one; return the row and the addresses left or taken (for sync_logins).

    A changed address is told to the old and to the new one and ends the password (a mailed code lets in). Writes the journal where something changed.
    Raises MitgliederError for an unusable name or address.
    """
    require_transaction("write_person")
    neu = daten.cleaned()
    if person is None:
        person = Person(**{feld: getattr(neu, feld) for feld in FELDER}, created_at=now, is_demo=is_demo)
        person.set_unusable_password()
        person.save(force_insert=True)
        journal.append(art="person.erfasst", akteur=akteur(actor), objekt=person.uuid, nutzlast={}, now=now)
        return person, {person.email}
    felder = [feld for feld in FELDER if getattr(person, feld) != getattr(neu, feld)]
    if not felder:
        return person, set()
    alt = person.email
    for feld in felder:
        setattr(person, feld, getattr(neu, feld))
    person.save(update_fields=felder)
    journal.append(
        art="person.geaendert", akteur=akteur(actor), objekt=person.uuid, nutzlast={"felder": felder}, now=now
    )
    if "email" not in felder:
        return person, set()
    if alt and alt.casefold() != person.email.casefold():
        # Whoever set the password read the old address; if that was a mistake, the wrong person set it.
        person.set_unusable_password()
        person.save(update_fields=["password"])
        _tell_adresse(person, {alt, person.email} - {""}, now)
    return person, {alt, person.email}


def _tell_adresse(person: Person, adressen: set[str], now: datetime) -> None:
    for adresse in sorted(adressen):
        enqueue_sendung(
            schluessel=f"adresse:{person.uuid}:{now.isoformat()}:{adresse}"[:160],
            an_adresse=adresse,
            an_name=person.name,
            person=person.uuid,
            betreff="Ihre E-Mail-Adresse im Portal der Sozialpräsidienkonferenz",
            builder="mitglieder.mails.adresse_geaendert",
            objekt=person.uuid,
            faellig_at=now,
            now=now,
        )
