"""Deeds of the first hour: settings and the test mail."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from konferenz import journal
from konferenz.adressen import AdresseUngueltig, check_adresse
from konferenz.einstellungen import DEFINITIONEN
from konferenz.models import Einstellung, Sendung
from konferenz.schritte import enqueue_sendung
from mitglieder.models import Person
from mitglieder.schritte.fehler import MitgliederError
from mitglieder.schritte.person import akteur


@transaction.atomic(durable=True)
def change_einstellungen(neu: Mapping[str, Any], *, actor: Person | None, now: datetime) -> list[str]:
    """Set the values given; return the names that changed. A value equal to the default is kept as set.

    Raises MitgliederError with the setting's name for an unknown one, or for an office address that is none.
    """
    gesetzt = {zeile.schluessel: zeile for zeile in Einstellung.objects.select_for_update().order_by("pk")}
    geaendert = []
    for name, wert in neu.items():
        if name not in DEFINITIONEN:
            raise MitgliederError("Diese Einstellung gibt es nicht.", name)
        if name == "absender_email" and wert:
            try:
                wert = check_adresse(wert)  # noqa: PLW2901  (the cleaned one is kept)
            except AdresseUngueltig as error:
                raise MitgliederError(str(error), name) from error
        zeile = gesetzt.get(name)
        if (zeile.wert if zeile else DEFINITIONEN[name].default) == wert:
            continue
        Einstellung.objects.update_or_create(schluessel=name, defaults={"wert": wert, "geaendert_at": now})
        geaendert.append(name)
    if geaendert:
        journal.append(
            art="einstellungen.geaendert", akteur=akteur(actor), objekt=None, nutzlast={"namen": geaendert}, now=now
        )
    return geaendert


@transaction.atomic(durable=True)
def send_testmail(*, actor: Person, now: datetime) -> Sendung | None:
    """Put a test mail to the person herself into the outbox. Raises MitgliederError without an address."""
    if not actor.email:
        raise MitgliederError("Zu Ihnen ist keine E-Mail-Adresse erfasst.")
    journal.append(art="testmail.gesandt", akteur=actor.uuid, objekt=actor.uuid, nutzlast={}, now=now)
    return enqueue_sendung(
        schluessel=f"testmail:{actor.uuid}:{now.isoformat()}",
        an_adresse=actor.email,
        an_name=actor.name,
        person=actor.uuid,
        betreff="Testmail aus dem Portal der Sozialpräsidienkonferenz",
        builder="mitglieder.mails.testmail",
        faellig_at=now,
        now=now,
    )
