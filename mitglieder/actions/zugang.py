"""Deeds on accounts: the invitation and the other links without a password."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from konferenz import journal
from konferenz.adressen import AdresseUngueltig, check_adresse
from konferenz.schritte import enqueue_sendung
from mitglieder import rules
from mitglieder.models import Funktion, Person, Zugangslink
from mitglieder.schritte.fehler import MitgliederError
from mitglieder.schritte.gremium import write_funktion
from mitglieder.schritte.konto import ensure_emailaddress, sync_logins
from mitglieder.schritte.person import PersonDaten, akteur, write_person
from mitglieder.schritte.zugang import create_zugangslink, revoke_zugangslinks, use_zugangslink


def _invite(person: Person, *, actor: Person | None, now: datetime) -> Zugangslink:
    if not person.is_active:
        raise MitgliederError(f"{person.name} ist deaktiviert.")
    if not person.email:
        raise MitgliederError(f"Zu {person.name} ist keine E-Mail-Adresse erfasst.")
    if person.login is None:
        raise MitgliederError(
            f"{person.name} teilt die Adresse {person.email} mit jemand anderem. Eine Anmeldung braucht eine eigene Adresse."
        )
    link = create_zugangslink(
        zweck=Zugangslink.Zweck.EINLADUNG, person=person, tage=rules.EINLADUNG_TAGE, actor=actor, now=now
    )
    enqueue_sendung(
        schluessel=f"zugang:{link.uuid}",
        an_adresse=person.email,
        an_name=person.name,
        person=person.uuid,
        betreff="Einladung ins Portal der Sozialpräsidienkonferenz",
        builder="mitglieder.mails.einladung",
        objekt=link.uuid,
        faellig_at=now,
        now=now,
    )
    return link


@transaction.atomic(durable=True)
def invite_person(pk: int, *, actor: Person | None, now: datetime) -> Zugangslink:
    """Mail a person a link for an account of her own: single use, 14 days; an older invitation dies with it.

    Locks the person. Raises MitgliederError without an address of the person's own.
    """
    person = Person.objects.get_queryset().select_for_update(of=("self",)).get(pk=pk)
    return _invite(person, actor=actor, now=now)


@transaction.atomic(durable=True)
def revoke_einladung(pk: int, *, actor: Person | None, now: datetime) -> int:
    """Withdraw a person's open invitations; return how many. Locks the person."""
    person = Person.objects.get_queryset().select_for_update(of=("self",)).get(pk=pk)
    return revoke_zugangslinks(person, zweck=Zugangslink.Zweck.EINLADUNG, actor=actor, now=now)


@transaction.atomic(durable=True)
def accept_einladung(token: str, *, passwort: str, now: datetime) -> Person:
    """Take an invitation up: set the password (or none: then a mailed code logs in) and use the link up.

    passwort: as typed, empty for none.  Locks the person, then the link. Of two at one moment one succeeds.
    Raises MitgliederError with one neutral sentence for a link that is used, expired, withdrawn or unknown, and
    with feld «passwort» for a password that is too weak (the link stays good).
    """
    link = use_zugangslink(token, zweck=Zugangslink.Zweck.EINLADUNG, now=now)
    person = link.person
    if passwort:
        try:
            validate_password(passwort, person)
        except ValidationError as error:
            raise MitgliederError(" ".join(error.messages), "passwort") from error
        person.set_password(passwort)
        person.save(update_fields=["password"])
    ensure_emailaddress(person)
    link.used_at = now
    link.save(update_fields=["used_at"])
    journal.append(
        art="einladung.angenommen",
        akteur=person.uuid,
        objekt=link.uuid,
        nutzlast={"person": person.uuid, "passwort": bool(passwort)},
        now=now,
    )
    return person


@transaction.atomic(durable=True)
def open_zugang(token: str, *, now: datetime) -> Zugangslink:
    """Note that a link for one purpose was entered (not an invitation) and return it; it may be entered again.

    The deed it is for uses it up. Raises MitgliederError with one neutral sentence.
    """
    link = use_zugangslink(token, now=now)
    if link.zweck == Zugangslink.Zweck.EINLADUNG:
        raise MitgliederError("Bitte nehmen Sie die Einladung an.")
    journal.append(
        art="zugangslink.geoeffnet",
        akteur=link.person.uuid,
        objekt=link.uuid,
        nutzlast={"zweck": link.zweck, "person": link.person.uuid},
        now=now,
    )
    return link


@transaction.atomic(durable=True)
def create_geschaeftsstelle(
    email: str, *, vorname: str = "", nachname: str = "Geschäftsstelle", now: datetime
) -> Zugangslink:
    """Create the office's first person (or find the one with this address), give the office, and mail an invitation.

    Returns the link, whose .path opens the account. Run again it makes a new link: the way back in.
    Raises MitgliederError for an unusable or shared address.
    """
    try:
        adresse = check_adresse(email)
    except AdresseUngueltig as error:
        raise MitgliederError(str(error), "email") from error
    gefunden = list(Person.objects.aktiv().with_adresse(adresse).select_for_update(of=("self",))[:2])
    if len(gefunden) > 1:
        raise MitgliederError("Diese Adresse gehört mehreren Personen; die Geschäftsstelle braucht eine eigene.")
    if gefunden:
        person = gefunden[0]
    else:
        daten = PersonDaten(nachname=nachname, vorname=vorname, email=adresse)
        person, adressen = write_person(None, daten, actor=None, now=now)
        sync_logins(adressen, actor=None, now=now)
        person.refresh_from_db()
    heute = timezone.localdate(now)
    if not person.funktionen.filter(art=Funktion.Art.GESCHAEFTSSTELLE).current(heute).exists():
        write_funktion(person, art=Funktion.Art.GESCHAEFTSSTELLE, von=heute, actor=None, now=now)
    journal.append(art="geschaeftsstelle.erstellt", akteur=akteur(None), objekt=person.uuid, nutzlast={}, now=now)
    return _invite(person, actor=None, now=now)
