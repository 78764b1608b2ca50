"""Who sits where: mandates and standing substitutes, under the seat's lock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from konferenz import journal
from konferenz.adressen import clean_zeile
from konferenz.schritte import require_transaction
from mitglieder import rules
from mitglieder.models import Mandat, Person, Sitz, Stellvertretung

from .fehler import MitgliederError
from .person import akteur
from .zeitraum import check_beginn, check_ende, set_ende


@dataclass(frozen=True)
class MandatDaten:
    """A mandate as typed. wahlbeschluss_on: date of the election by the VSEG-Vorstand; None = designated."""

    funktion: str
    von: date
    bis: date | None = None
    wahlbeschluss_on: date | None = None
    wahlbeschluss_ref: str = ""


def lock_sitz(pk: int) -> Sitz:
    """Return the seat, locked until the commit. Raises Sitz.DoesNotExist."""
    require_transaction("lock_sitz")
    return Sitz.objects.select_for_update(of=("self",)).get(pk=pk)


def default_funktion(sitz: Sitz) -> str:
    """Return the title a seat's holder has: for a region the presidium of its form, else the seat's own name."""
    return rules.praesidium_of(sitz.sozialregion.form) if sitz.sozialregion else sitz.bezeichnung


def check_wahlbeschluss(on: date | None, ref: str, now: datetime) -> None:
    """Raise MitgliederError for a vote of the future, or a reference without a date."""
    if on is not None and on > timezone.localdate(now):
        raise MitgliederError("Der Wahlbeschluss liegt in der Zukunft.", "wahlbeschluss_on")
    if on is None and ref.strip():
        raise MitgliederError("Zur Referenz fehlt das Datum des Wahlbeschlusses.", "wahlbeschluss_on")


def write_mandat(sitz: Sitz, person: Person, daten: MandatDaten, *, actor: Person | None, now: datetime) -> Mandat:
    """Put a person on a locked seat. Raises MitgliederError where the seat is taken or the function is not the right one."""
    require_transaction("write_mandat")
    if not person.is_active:
        raise MitgliederError(f"{person.name} ist deaktiviert.", "person")
    if daten.bis is not None and daten.bis <= daten.von:
        raise MitgliederError("Das Ende muss nach dem Beginn liegen.", "bis")
    check_wahlbeschluss(daten.wahlbeschluss_on, daten.wahlbeschluss_ref, now)
    funktion = clean_zeile(daten.funktion, 120) or default_funktion(sitz)
    if sitz.sozialregion is not None:
        region = sitz.sozialregion
        if satz := rules.check_praesidium(kuerzel=region.kuerzel, form=region.form, funktion=funktion):
            raise MitgliederError(satz, "funktion")
    for anderes in sitz.mandate.select_related("person"):
        if rules.overlaps(daten.von, daten.bis, [(anderes.von, anderes.bis)]):
            raise MitgliederError(
                f"Den Sitz «{sitz}» hat in dieser Zeit {anderes.person.name}. Beenden Sie zuerst dieses Mandat.", "von"
            )
    mandat = Mandat.objects.create(
        sitz=sitz,
        person=person,
        funktion=funktion,
        von=daten.von,
        bis=daten.bis,
        status=Mandat.Status.GEWAEHLT if daten.wahlbeschluss_on else Mandat.Status.DESIGNIERT,
        wahlbeschluss_on=daten.wahlbeschluss_on,
        wahlbeschluss_ref=clean_zeile(daten.wahlbeschluss_ref, 80),
    )
    journal.append(
        art="mandat.begonnen",
        akteur=akteur(actor),
        objekt=mandat.uuid,
        nutzlast={
            "sitz": sitz.uuid,
            "person": person.uuid,
            "von": daten.von,
            "bis": daten.bis,
            "status": mandat.status,
            "wahlbeschluss_on": daten.wahlbeschluss_on,
            "wahlbeschluss_ref": mandat.wahlbeschluss_ref,
        },
        now=now,
    )
    return mandat


def write_wahl(mandat: Mandat, *, on: date, ref: str, actor: Person | None, now: datetime) -> None:
    """Turn a designated holder of a locked seat into an elected one. Raises MitgliederError."""
    require_transaction("write_wahl")
    if Mandat.Status.GEWAEHLT not in Mandat.UEBERGAENGE[mandat.status]:
        raise MitgliederError("Zu diesem Mandat gibt es schon einen Wahlbeschluss.")
    check_wahlbeschluss(on, ref, now)
    mandat.status, mandat.wahlbeschluss_on, mandat.wahlbeschluss_ref = Mandat.Status.GEWAEHLT, on, clean_zeile(ref, 80)
    mandat.save(update_fields=["status", "wahlbeschluss_on", "wahlbeschluss_ref"])
    journal.append(
        art="mandat.gewaehlt",
        akteur=akteur(actor),
        objekt=mandat.uuid,
        nutzlast={
            "sitz": mandat.sitz.uuid,
            "person": mandat.person.uuid,
            "wahlbeschluss_on": on,
            "wahlbeschluss_ref": mandat.wahlbeschluss_ref,
        },
        now=now,
    )


def close_mandat(mandat: Mandat, *, bis: date, actor: Person | None, now: datetime) -> None:
    """End a mandate of a locked seat on a day (the first day without it). Raises MitgliederError."""
    require_transaction("close_mandat")
    if mandat.bis is not None and mandat.bis <= timezone.localdate(now):
        raise MitgliederError("Dieses Mandat ist schon beendet.")
    check_ende(mandat.von, bis)
    if mandat.bis is not None and bis > mandat.bis:
        raise MitgliederError("Ein befristetes Mandat kann früher enden, nicht später.", "bis")
    set_ende(mandat, bis)
    journal.append(
        art="mandat.beendet",
        akteur=akteur(actor),
        objekt=mandat.uuid,
        nutzlast={"sitz": mandat.sitz.uuid, "person": mandat.person.uuid, "bis": bis},
        now=now,
    )


def write_stellvertretung(
    sitz: Sitz,
    person: Person,
    *,
    funktion: str,
    von: date,
    bis: date | None = None,
    actor: Person | None,
    now: datetime,
) -> Stellvertretung:
    """Put a political functionary on a locked seat's standing list.

    funktion: a value of Stellvertretung.Funktion (all of them political offices; employees of a social service
    have none).  Raises MitgliederError for the seat's own holder, a doublet or a missing function.
    """
    require_transaction("write_stellvertretung")
    if funktion not in Stellvertretung.Funktion.values:
        raise MitgliederError(
            "Zugelassen sind politische Funktionärinnen und Funktionäre. Bitte wählen Sie die politische Funktion; "
            "Angestellte eines Sozialdienstes dürfen nicht vertreten.",
            "funktion",
        )
    check_beginn(person, von=von, bis=bis)
    for mandat in sitz.mandate.filter(person=person):
        if rules.overlaps(von, bis, [(mandat.von, mandat.bis)]):
            raise MitgliederError(f"{person.name} hat diesen Sitz selbst inne und kann ihn nicht vertreten.", "person")
    for andere in sitz.stellvertretungen.filter(person=person):
        if rules.overlaps(von, bis, [(andere.von, andere.bis)]):
            raise MitgliederError(f"{person.name} steht schon auf der Liste.", "person")
    stellvertretung = Stellvertretung.objects.create(sitz=sitz, person=person, funktion=funktion, von=von, bis=bis)
    journal.append(
        art="stellvertretung.begonnen",
        akteur=akteur(actor),
        objekt=stellvertretung.uuid,
        nutzlast={"sitz": sitz.uuid, "person": person.uuid, "funktion": funktion, "von": von, "bis": bis},
        now=now,
    )
    return stellvertretung


def close_stellvertretung(zeile: Stellvertretung, *, bis: date, actor: Person | None, now: datetime) -> None:
    """Take a person off a locked seat's standing list from a day on. Raises MitgliederError."""
    require_transaction("close_stellvertretung")
    check_ende(zeile.von, bis)
    set_ende(zeile, bis)
    journal.append(
        art="stellvertretung.beendet",
        akteur=akteur(actor),
        objekt=zeile.uuid,
        nutzlast={"sitz": zeile.sitz.uuid, "person": zeile.person.uuid, "bis": bis},
        now=now,
    )
