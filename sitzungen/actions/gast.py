"""Deeds on guests: who is admitted to one meeting or one item."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from mitglieder.models import Person
from mitglieder.permissions import grant_gast, revoke_gast
from mitglieder.schritte.fehler import MitgliederError
from mitglieder.schritte.konto import lock_adressen, sync_logins
from mitglieder.schritte.person import PersonDaten, write_person
from sitzungen.models import Sitzung, Traktandum
from sitzungen.rules import GAST_ZUGANG
from sitzungen.schritte.vorbereitung import VorbereitungError, append, lock_sitzung

SATZ_EBEN_ERFASST = "Unter dieser Adresse ist eben jemand erfasst worden. Bitte senden Sie das Formular nochmals."


@transaction.atomic(durable=True)
def admit_gast(
    sitzung_pk: int,
    *,
    traktandum_pk: int | None,
    vorname: str,
    nachname: str,
    email: str,
    vertraulich: bool,
    actor: Person,
    now: datetime,
) -> Person:
    """Admit somebody to a meeting, or to one item of it, as a guest; return the person.

    A person with this address is taken where the name fits; else a new person is written, who logs in with a code.
    vertraulich: confidential papers too. Not a change of the agenda: a release stays. Locks the meeting,
    then whoever has the address. Writes person, admission, journal. Raises VorbereitungError with the field that is wrong.
    """
    sitzung = lock_sitzung(sitzung_pk)
    if sitzung.status == Sitzung.Status.ABGESAGT:
        raise VorbereitungError("Die Sitzung ist abgesagt.")
    if now > sitzung.ende_at + GAST_ZUGANG:
        raise VorbereitungError("Die Sitzung liegt zu weit zurück; als Gast liesse sich nichts mehr lesen.")
    lock_adressen(email)  # people before the journal: whose login may change is known now
    person = _find_person(nachname, email)
    if person is None:
        try:
            daten = PersonDaten(nachname=nachname, vorname=vorname, email=email)
            person, adressen = write_person(None, daten, actor=actor, now=now)
        except MitgliederError as error:
            raise VorbereitungError(str(error), feld=error.feld) from error
        if _find_person(nachname, person.email, ohne=person) is not None:
            # writing the person has taken the journal's one row: who wrote the same one meanwhile is seen from here on
            raise VorbereitungError(SATZ_EBEN_ERFASST)
        sync_logins(adressen, actor=actor, now=now)
    ziel = _ziel(sitzung, traktandum_pk)
    revoke_gast(person, ziel)  # an earlier admission may have been wider
    grant_gast(person, ziel, vertraulich=vertraulich)
    append("gast.zugelassen", ziel, actor=actor, now=now, person=person.uuid, vertraulich=vertraulich)
    return person


@transaction.atomic(durable=True)
def dismiss_gast(sitzung_pk: int, *, traktandum_pk: int | None, person_pk: int, actor: Person, now: datetime) -> None:
    """Take a guest's admission to a meeting or one item back. Locks the meeting. Writes admission and journal."""
    sitzung = lock_sitzung(sitzung_pk)
    ziel = _ziel(sitzung, traktandum_pk)
    person = Person.objects.get(pk=person_pk)
    revoke_gast(person, ziel)
    append("gast.ausgeladen", ziel, actor=actor, now=now, person=person.uuid)


def _ziel(sitzung: Sitzung, traktandum_pk: int | None) -> Sitzung | Traktandum:
    if traktandum_pk is None:
        return sitzung
    traktandum = sitzung.traktanden.filter(pk=traktandum_pk).first()
    if traktandum is None:
        raise VorbereitungError("Dieses Traktandum gibt es nicht mehr.", feld="traktandum")
    return traktandum


def _find_person(nachname: str, email: str, *, ohne: Person | None = None) -> Person | None:
    """Return the active person with this address and name; two people may share one address."""
    gleiche = Person.objects.aktiv().filter(email__iexact=email.strip(), nachname__iexact=nachname.strip())
    if ohne is not None:
        gleiche = gleiche.exclude(pk=ohne.pk)
    return gleiche.order_by("pk").first()
