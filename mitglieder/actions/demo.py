"""What the demo adds to its imported people: passwords, contacts, confirmed lists."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django.contrib.auth.hashers import make_password
from django.db import transaction

from konferenz import journal
from mitglieder.models import Leitgremium, Person, Sozialregion, Verteilermeldung
from mitglieder.schritte.fehler import MitgliederError


@transaction.atomic(durable=True)
def finish_demo(
    *,
    logins: Iterable[str],
    passwort: str,
    kontakte: Mapping[str, str],
    bestaetigt: Mapping[str, date],
    meldung: tuple[str, str],
    now: datetime,
) -> None:
    """Give demo people a password, regions their contact, lists their confirmation and one open correction.

    kontakte: region's Kürzel → the contact's login.  bestaetigt: Kürzel → day.  meldung: (Kürzel, text).
    Raises MitgliederError where a person is none of the demo's.
    """
    hashed = make_password(passwort)  # one hash for all: it is meant to be slow
    personen = {person.login: person for person in Person.objects.get_queryset().filter(is_demo=True)}
    for login in logins:
        if login not in personen:
            raise MitgliederError(f"{login} gehört nicht zur Demo.")
        personen[login].password = hashed
        personen[login].save(update_fields=["password"])
    regionen = {region.kuerzel: region for region in Sozialregion.objects.all()}
    for kuerzel, login in kontakte.items():
        regionen[kuerzel].kontakt = personen[login]
        regionen[kuerzel].save(update_fields=["kontakt"])
    gremien = {gremium.sozialregion.kuerzel: gremium for gremium in Leitgremium.objects.select_related("sozialregion")}
    for kuerzel, on in bestaetigt.items():
        gremien[kuerzel].bestaetigt_on, gremien[kuerzel].bestaetigt_von = on, regionen[kuerzel].kontakt
        gremien[kuerzel].save(update_fields=["bestaetigt_on", "bestaetigt_von"])
    kuerzel, text = meldung
    Verteilermeldung.objects.create(
        leitgremium=gremien[kuerzel], person=regionen[kuerzel].kontakt, text=text, created_at=now
    )
    journal.append(art="demo.erstellt", akteur=None, objekt=None, nutzlast={"personen": len(personen)}, now=now)
