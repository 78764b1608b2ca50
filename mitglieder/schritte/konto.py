"""The account follows the address: logins, allauth's rows and open sessions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from allauth.account.models import EmailAddress
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db.models import Q

from konferenz.schritte import require_transaction
from mitglieder import rules
from mitglieder.models import Person

from .zugang import revoke_zugangslinks


def lock_adressen(*adressen: str, pk: int | None = None) -> None:
    """Lock whoever has one of these addresses, and the person pk, in the order of pk: people before the journal.

    Whose login may change is known before the journal's one row is taken, so two deeds cannot wait for each other.
    """
    require_transaction("lock_adressen")
    wer = Q(pk=pk) if pk is not None else Q(pk__in=[])
    for adresse in adressen:
        if adresse.strip():
            wer |= Q(email__iexact=adresse.strip())
    list(Person.objects.get_queryset().select_for_update(of=("self",)).filter(wer).order_by("pk").values_list("pk"))


def sync_logins(adressen: Iterable[str], *, actor: Person | None, now: datetime) -> list[Person]:
    """Bring logins into line with the addresses that people left or took, and return whose login changed.

    One active person alone on an address logs in with it; as soon as two share it, neither does. allauth's
    EmailAddress (verified: the office vouches for it) follows; sessions opened with the old login end, and links
    mailed to the old address open nothing any more.
    """
    require_transaction("sync_logins")
    soll: dict[int, tuple[Person, str | None]] = {}
    for adresse in {rules.clean_login(a) for a in adressen} - {""}:
        # Whoever still logs in with the address without having it any more is in need of an answer too.
        personen = list(Person.objects.with_adresse(adresse)) + list(
            Person.objects.get_queryset().filter(login=adresse)
        )
        for person in personen:
            eigene = rules.clean_login(person.email)
            aktive = Person.objects.aktiv().with_adresse(eigene).count() if eigene else 0
            login = rules.login_of(person.email, is_aktiv=person.is_active, geteilt=aktive > 1)
            soll[person.pk] = (person, login)
    geaendert = [(person, login) for person, login in soll.values() if person.login != login]
    for person, _ in geaendert:  # first free what others are about to take
        _set_login(person, None)
        end_sessions(person)
        revoke_zugangslinks(person, actor=actor, now=now)
    for person, login in geaendert:
        if login is not None:
            _set_login(person, login)
    return [person for person, _ in geaendert]


def _set_login(person: Person, login: str | None) -> None:
    person.login = login
    person.save(update_fields=["login"])
    EmailAddress.objects.filter(user=person).exclude(email=login or "").delete()
    if login is not None:
        EmailAddress.objects.update_or_create(user=person, email=login, defaults={"primary": True, "verified": True})


def ensure_emailaddress(person: Person) -> None:
    """Give a person with a login the row allauth asks for, where it is missing."""
    require_transaction("ensure_emailaddress")
    if person.login is not None:
        _set_login(person, person.login)


def end_sessions(person: Person) -> int:
    """End every open session of a person; return how many. The next request of each is a stranger's."""
    require_transaction("end_sessions")
    eigene = [
        session.session_key
        for session in Session.objects.iterator(chunk_size=500)
        if session.get_decoded().get(SESSION_KEY) == str(person.pk)
    ]
    return Session.objects.filter(session_key__in=eigene).delete()[0]
