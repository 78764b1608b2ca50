"""Deeds on a region: its form, its contact, its municipalities and figures."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from konferenz import journal
from konferenz.adressen import clean_zeile
from mitglieder import rules
from mitglieder.models import (
    Einwohnerzahl,
    Gemeinde,
    GemeindeZugehoerigkeit,
    Leitgremium,
    Person,
    Sozialregion,
    Zugangslink,
)
from mitglieder.schritte.fehler import MitgliederError
from mitglieder.schritte.person import akteur
from mitglieder.schritte.zugang import revoke_zugangslinks


def _lock_region(pk: int) -> Sozialregion:
    return Sozialregion.objects.select_for_update(of=("self",)).get(pk=pk)


@transaction.atomic(durable=True)
def change_region(
    pk: int,
    *,
    buero_ort: str,
    form: str,
    is_form_bestaetigt: bool,
    kontakt_pk: int | None,
    bemerkung: str,
    actor: Person | None,
    now: datetime,
) -> None:
    """Change a region's form, office, contact and note. BBL stays a Zweckverband (R12). Locks the region.

    A new contact ends the links the old one was sent.
    """
    region = _lock_region(pk)
    if region.kuerzel == rules.BBL and form != Sozialregion.Form.ZWECKVERBAND:
        raise MitgliederError(
            "Diese Region wird gemäss Pflichtenheft durch das Zweckverbandspräsidium vertreten; die Form bleibt Zweckverband.",
            "form",
        )
    neu = {
        "buero_ort": clean_zeile(buero_ort, 80),
        "form": form,
        "is_form_bestaetigt": is_form_bestaetigt,
        "kontakt_id": kontakt_pk,
        "bemerkung": bemerkung.replace("\x00", "").strip(),
    }
    felder = [feld for feld, wert in neu.items() if getattr(region, feld) != wert]
    if not felder:
        return
    if "kontakt_id" in felder and region.kontakt is not None:
        objekt = Leitgremium.objects.values_list("uuid", flat=True).get(sozialregion=region)
        revoke_zugangslinks(region.kontakt, zweck=Zugangslink.Zweck.VERTEILER, objekt=objekt, actor=actor, now=now)
    for feld in felder:
        setattr(region, feld, neu[feld])
    region.save(update_fields=[feld.removesuffix("_id") for feld in felder])
    journal.append(
        art="region.geaendert",
        akteur=akteur(actor),
        objekt=None,
        nutzlast={"region": region.kuerzel, "felder": felder, "form": form},
        now=now,
    )


@transaction.atomic(durable=True)
def add_einwohnerzahl(
    pk: int, *, stand_on: date, anzahl: int, quelle: str, actor: Person | None, now: datetime
) -> None:
    """Note a region's population on a day, with its source; the same day again corrects it. Locks the region."""
    region = _lock_region(pk)
    Einwohnerzahl.objects.update_or_create(
        sozialregion=region, stand_on=stand_on, defaults={"anzahl": anzahl, "quelle": clean_zeile(quelle, 200)}
    )
    journal.append(
        art="region.einwohnerzahl",
        akteur=akteur(actor),
        objekt=None,
        nutzlast={"region": region.kuerzel, "stand_on": stand_on, "anzahl": anzahl},
        now=now,
    )


@transaction.atomic(durable=True)
def add_gemeinde(pk: int, *, name: str, von: date, actor: Person | None, now: datetime) -> None:
    """Put a municipality into a region from a day on; where it belongs to another, that ends the same day."""
    region = _lock_region(pk)
    name = clean_zeile(name, 80)
    if not name:
        raise MitgliederError("Bitte geben Sie die Gemeinde an.", "name")
    gemeinde, _ = Gemeinde.objects.get_or_create(name=name)
    offen = gemeinde.zugehoerigkeiten.select_related("sozialregion").filter(bis__isnull=True).first()
    if offen is not None:
        if offen.sozialregion_id == region.pk:
            raise MitgliederError(f"{name} gehört schon zu dieser Region.", "name")
        if offen.von >= von:
            raise MitgliederError(f"{name} gehört seit dem {offen.von:%-d.%-m.%Y} zu {offen.sozialregion}.", "von")
        offen.bis = von
        offen.save(update_fields=["bis"])
    GemeindeZugehoerigkeit.objects.create(gemeinde=gemeinde, sozialregion=region, von=von)
    journal.append(
        art="region.gemeinde_neu",
        akteur=akteur(actor),
        objekt=None,
        nutzlast={"region": region.kuerzel, "gemeinde": name, "von": von},
        now=now,
    )


@transaction.atomic(durable=True)
def end_gemeinde(pk: int, *, bis: date, actor: Person | None, now: datetime) -> None:
    """End a municipality's belonging to its region (a merger); bis is the first day without it."""
    zeile = GemeindeZugehoerigkeit.objects.select_for_update(of=("self",)).select_related("gemeinde", "sozialregion")
    zugehoerigkeit = zeile.get(pk=pk)
    if bis <= zugehoerigkeit.von:
        raise MitgliederError("Das Ende muss nach dem Beginn liegen.", "bis")
    zugehoerigkeit.bis = bis
    zugehoerigkeit.save(update_fields=["bis"])
    journal.append(
        art="region.gemeinde_beendet",
        akteur=akteur(actor),
        objekt=None,
        nutzlast={
            "region": zugehoerigkeit.sozialregion.kuerzel,
            "gemeinde": zugehoerigkeit.gemeinde.name,
            "bis": bis,
        },
        now=now,
    )
