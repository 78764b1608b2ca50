"""The wide circle and the offices: memberships of Leitgremien, functions."""

from __future__ import annotations

from datetime import date, datetime

from konferenz import journal
from konferenz.adressen import clean_zeile
from konferenz.schritte import require_transaction
from mitglieder import rules
from mitglieder.models import Funktion, Leitgremium, Mitgliedschaft, Person

from .fehler import MitgliederError
from .person import akteur
from .zeitraum import check_beginn, check_ende, set_ende


def write_mitgliedschaft(
    leitgremium: Leitgremium,
    person: Person,
    *,
    funktion: str,
    von: date,
    bis: date | None = None,
    actor: Person | None,
    now: datetime,
) -> Mitgliedschaft:
    """Put a decision-maker into the strategic body of a region. Raises MitgliederError for a doublet."""
    require_transaction("write_mitgliedschaft")
    check_beginn(person, von=von, bis=bis)
    for andere in leitgremium.mitgliedschaften.filter(person=person):
        if rules.overlaps(von, bis, [(andere.von, andere.bis)]):
            raise MitgliederError(f"{person.name} gehört dem Leitgremium schon an.", "person")
    zeile = Mitgliedschaft.objects.create(
        leitgremium=leitgremium, person=person, funktion=clean_zeile(funktion, 120), von=von, bis=bis
    )
    journal.append(
        art="mitgliedschaft.begonnen",
        akteur=akteur(actor),
        objekt=zeile.uuid,
        nutzlast={"region": leitgremium.sozialregion.kuerzel, "person": person.uuid, "von": von, "bis": bis},
        now=now,
    )
    return zeile


def close_mitgliedschaft(zeile: Mitgliedschaft, *, bis: date, actor: Person | None, now: datetime) -> None:
    """End a membership on a day (the first day without it). Raises MitgliederError."""
    require_transaction("close_mitgliedschaft")
    check_ende(zeile.von, bis)
    set_ende(zeile, bis)
    journal.append(
        art="mitgliedschaft.beendet",
        akteur=akteur(actor),
        objekt=zeile.uuid,
        nutzlast={"region": zeile.leitgremium.sozialregion.kuerzel, "person": zeile.person.uuid, "bis": bis},
        now=now,
    )


def write_funktion(
    person: Person,
    *,
    art: str,
    bezeichnung: str = "",
    von: date,
    bis: date | None = None,
    actor: Person | None,
    now: datetime,
) -> Funktion:
    """Give a person an office. Raises MitgliederError where the person holds it already."""
    require_transaction("write_funktion")
    check_beginn(person, von=von, bis=bis)
    for andere in person.funktionen.filter(art=art):
        if rules.overlaps(von, bis, [(andere.von, andere.bis)]):
            raise MitgliederError(f"{person.name} hat diese Funktion schon.", "art")
    funktion = Funktion.objects.create(
        person=person, art=art, bezeichnung=clean_zeile(bezeichnung, 120), von=von, bis=bis
    )
    journal.append(
        art="funktion.begonnen",
        akteur=akteur(actor),
        objekt=person.uuid,
        nutzlast={"funktion": art, "von": von, "bis": bis},
        now=now,
    )
    return funktion


def close_funktion(funktion: Funktion, *, bis: date, actor: Person | None, now: datetime) -> None:
    """End an office on a day (the first day without it). Raises MitgliederError for the last Geschäftsstelle."""
    require_transaction("close_funktion")
    check_ende(funktion.von, bis)
    if funktion.art == Funktion.Art.GESCHAEFTSSTELLE and not _has_other_office(funktion, bis):
        raise MitgliederError("Das ist die letzte Person der Geschäftsstelle. Erfassen Sie zuerst eine Nachfolge.")
    set_ende(funktion, bis)
    journal.append(
        art="funktion.beendet",
        akteur=akteur(actor),
        objekt=funktion.person.uuid,
        nutzlast={"funktion": funktion.art, "bis": bis},
        now=now,
    )


def _has_other_office(funktion: Funktion, on: date) -> bool:
    andere = Funktion.objects.filter(art=funktion.art, person__is_active=True).exclude(pk=funktion.pk)
    return andere.current(on).exists()
