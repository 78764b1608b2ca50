"""Links without a password: made, looked up, used, revoked."""

from __future__ import annotations

import uuid as uuid_module
from datetime import datetime, timedelta
from uuid import UUID

from konferenz import journal
from konferenz.schritte import require_transaction
from mitglieder.models import Person, Sitz, Zugangslink, hash_token

from .fehler import MitgliederError
from .person import akteur

NEUTRAL = "Dieser Link ist nicht (mehr) gültig. Bitte wenden Sie sich an die Geschäftsstelle."


def create_zugangslink(
    *,
    zweck: str,
    person: Person,
    tage: int,
    objekt: UUID | None = None,
    sitz: Sitz | None = None,
    actor: Person | None,
    now: datetime,
) -> Zugangslink:
    """Make a link for one person, one purpose and one object, good for so many days; older ones for the same end.

    The letter that carries it is the caller's (its builder asks the row for .path).
    """
    require_transaction("create_zugangslink")
    alte = Zugangslink.objects.usable(now).filter(zweck=zweck, person=person, objekt=objekt, sitz=sitz)
    alte.update(revoked_at=now)
    link = Zugangslink(
        uuid=uuid_module.uuid4(),
        zweck=zweck,
        person=person,
        sitz=sitz,
        objekt=objekt,
        valid_until=now + timedelta(days=tage),
        created_at=now,
        created_by=actor,
    )
    link.token_hash = hash_token(link.token)
    link.save(force_insert=True)
    journal.append(
        art="zugangslink.erstellt",
        akteur=akteur(actor),
        objekt=link.uuid,
        nutzlast={"zweck": zweck, "person": person.uuid, "valid_until": link.valid_until},
        now=now,
    )
    return link


def ensure_zugangslink(
    *,
    zweck: str,
    person: Person,
    objekt: UUID,
    sitz: Sitz | None,
    valid_until: datetime,
    actor: Person | None,
    now: datetime,
) -> Zugangslink:
    """Return the link for this person, purpose and object that is still good, or make one: every mail carries the same.

    An existing one gets the new end. Writes the journal only for a new link.
    """
    require_transaction("ensure_zugangslink")
    gleiche = Zugangslink.objects.usable(now).filter(zweck=zweck, person=person, objekt=objekt, sitz=sitz)
    link = gleiche.select_for_update(of=("self",)).order_by("pk").first()
    if link is None:
        tage = max(0, (valid_until - now).days)
        link = create_zugangslink(zweck=zweck, person=person, tage=tage, objekt=objekt, sitz=sitz, actor=actor, now=now)
    if link.valid_until != valid_until:
        link.valid_until = valid_until
        link.save(update_fields=["valid_until"])
    return link


def use_zugangslink(token: str, *, zweck: str | None = None, now: datetime) -> Zugangslink:
    """Return the link of a token, still usable, its person and itself locked. Raises MitgliederError with the same sentence for every reason."""
    require_transaction("use_zugangslink")
    found = Zugangslink.objects.by_token(token).first()
    if found is None:
        raise MitgliederError(NEUTRAL)
    # Person before link, as whoever withdraws it; asked again under the lock: two clicks at one moment, one account.
    Person.objects.get_queryset().select_for_update(of=("self",)).get(pk=found.person_id)
    links = Zugangslink.objects.usable(now).select_related("person").select_for_update(of=("self",))
    link = links.filter(pk=found.pk).first()
    if link is None or (zweck is not None and link.zweck != zweck):
        raise MitgliederError(NEUTRAL)
    return link


def revoke_zugangslinks(
    person: Person, *, zweck: str | None = None, objekt: UUID | None = None, actor: Person | None, now: datetime
) -> int:
    """Revoke the links of a person that still open something (of one purpose, for one object); return how many."""
    require_transaction("revoke_zugangslinks")
    links = Zugangslink.objects.filter(person=person, used_at__isnull=True, revoked_at__isnull=True)
    if zweck is not None:
        links = links.filter(zweck=zweck)
    if objekt is not None:
        links = links.filter(objekt=objekt)
    count = 0
    for link in links.select_for_update(of=("self",)).order_by("pk"):
        link.revoked_at = now
        link.save(update_fields=["revoked_at"])
        journal.append(
            art="zugangslink.widerrufen",
            akteur=akteur(actor),
            objekt=link.uuid,
            nutzlast={"zweck": link.zweck, "person": person.uuid},
            now=now,
        )
        count += 1
    return count
