"""Deeds on a person."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from konferenz import journal
from mitglieder import rules
from mitglieder.models import Person
from mitglieder.schritte.fehler import MitgliederError
from mitglieder.schritte.gremium import close_funktion, close_mitgliedschaft
from mitglieder.schritte.konto import end_sessions, ensure_emailaddress, lock_adressen, sync_logins
from mitglieder.schritte.person import PersonDaten, akteur, write_person
from mitglieder.schritte.sitz import close_stellvertretung
from mitglieder.schritte.zugang import revoke_zugangslinks


@transaction.atomic(durable=True)
def create_person(*, actor: Person | None, now: datetime, **daten: str) -> Person:
    """Create a person; the login follows the address unless somebody shares it (then neither of them logs in).

    daten: the fields of PersonDaten. Writes the journal. Raises MitgliederError for an unusable name or address.
    """
    lock_adressen(daten.get("email", ""))
    person, adressen = write_person(None, PersonDaten(**daten), actor=actor, now=now)
    sync_logins(adressen, actor=actor, now=now)
    person.refresh_from_db()
    return person


@transaction.atomic(durable=True)
def change_person(pk: int, *, actor: Person | None, now: datetime, **daten: str) -> Person:
    """Change a person's name or address; the login and allauth's EmailAddress follow in the same transaction.

    Locks the person. A changed address ends open sessions, links and the password, and is told to the old and the new one.
    Raises MitgliederError.
    """
    alt = Person.objects.get(pk=pk).email
    lock_adressen(alt, daten.get("email", ""), pk=pk)
    person, adressen = write_person(Person.objects.get(pk=pk), PersonDaten(**daten), actor=actor, now=now)
    sync_logins(adressen, actor=actor, now=now)
    person.refresh_from_db()
    return person


@transaction.atomic(durable=True)
def deactivate_person(pk: int, *, actor: Person | None, now: datetime) -> None:
    """Take a person out of everything: no login, no mail, offices and lists end today, open sessions and links die.

    Locks the person. Refused while the person holds a seat (its end is a decision of its own) and for oneself.
    """
    person = Person.objects.get_queryset().select_for_update(of=("self",)).get(pk=pk)
    heute = timezone.localdate(now)
    if actor is not None and actor.pk == person.pk:
        raise MitgliederError("Sich selbst können Sie nicht deaktivieren.")
    if not person.is_active:
        raise MitgliederError(f"{person.name} ist schon deaktiviert.")
    mandat = person.mandate.not_over(heute).select_related("sitz").first()
    if mandat is not None:
        raise MitgliederError(f"{person.name} hat noch den Sitz «{mandat.sitz}». Beenden Sie zuerst dieses Mandat.")
    for funktion in person.funktionen.not_over(heute):
        close_funktion(funktion, bis=rules.ende_of(funktion.von, heute), actor=actor, now=now)
    for zeile in person.stellvertretungen.not_over(heute).select_related("sitz"):
        close_stellvertretung(zeile, bis=rules.ende_of(zeile.von, heute), actor=actor, now=now)
    for zeile in person.mitgliedschaften.not_over(heute).select_related("leitgremium__sozialregion"):
        close_mitgliedschaft(zeile, bis=rules.ende_of(zeile.von, heute), actor=actor, now=now)
    revoke_zugangslinks(person, actor=actor, now=now)
    person.is_active = False
    person.set_unusable_password()
    person.save(update_fields=["is_active", "password"])
    end_sessions(person)
    sync_logins({person.email}, actor=actor, now=now)
    journal.append(art="person.deaktiviert", akteur=akteur(actor), objekt=person.uuid, nutzlast={}, now=now)


@transaction.atomic(durable=True)
def reactivate_person(pk: int, *, actor: Person | None, now: datetime) -> None:
    """Let a person back in, without office, seat or password. Locks the person."""
    person = Person.objects.get_queryset().select_for_update(of=("self",)).get(pk=pk)
    if person.is_active:
        raise MitgliederError(f"{person.name} ist nicht deaktiviert.")
    person.is_active = True
    person.save(update_fields=["is_active"])
    sync_logins({person.email}, actor=actor, now=now)
    journal.append(art="person.aktiviert", akteur=akteur(actor), objekt=person.uuid, nutzlast={}, now=now)


@transaction.atomic(durable=True)
def repair_konto(pk: int, *, now: datetime) -> None:
    """Give a person with a login the verified EmailAddress allauth asks for, where it is missing."""
    ensure_emailaddress(Person.objects.get_queryset().select_for_update(of=("self",)).get(pk=pk))
