"""Deeds on a region's strategic body, its Verteiler, and on offices."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from konferenz import journal
from konferenz.adressen import clean_zeile
from konferenz.schritte import enqueue_sendung
from mitglieder import rules
from mitglieder.models import Funktion, Leitgremium, Mitgliedschaft, Person, Verteilermeldung, Zugangslink
from mitglieder.queries.verteiler import is_faellig
from mitglieder.schritte.fehler import MitgliederError
from mitglieder.schritte.gremium import close_funktion, close_mitgliedschaft, write_funktion, write_mitgliedschaft
from mitglieder.schritte.person import akteur
from mitglieder.schritte.zugang import create_zugangslink


def _lock_leitgremium(pk: int) -> Leitgremium:
    gremien = Leitgremium.objects.select_related("sozialregion").select_for_update(of=("self",))
    return gremien.get(pk=pk)


@transaction.atomic(durable=True)
def change_leitgremium(pk: int, *, name: str, since_on: date | None, actor: Person | None, now: datetime) -> None:
    """Change the name of a strategic body and since when it exists. Locks it."""
    gremium = _lock_leitgremium(pk)
    gremium.name = clean_zeile(name, 160)
    if not gremium.name:
        raise MitgliederError("Bitte geben Sie den Namen des Leitgremiums an.", "name")
    gremium.since_on = since_on
    gremium.save(update_fields=["name", "since_on"])
    journal.append(
        art="leitgremium.geaendert",
        akteur=akteur(actor),
        objekt=None,
        nutzlast={"region": gremium.sozialregion.kuerzel, "since_on": since_on},
        now=now,
    )


@transaction.atomic(durable=True)
def start_mitgliedschaft(
    leitgremium_pk: int, person_pk: int, *, funktion: str, von: date, actor: Person | None, now: datetime
) -> Mitgliedschaft:
    """Put a decision-maker into a strategic body: from then on the papers reach this person. Locks the body."""
    gremium = _lock_leitgremium(leitgremium_pk)
    return write_mitgliedschaft(
        gremium, Person.objects.get(pk=person_pk), funktion=funktion, von=von, actor=actor, now=now
    )


@transaction.atomic(durable=True)
def end_mitgliedschaft(pk: int, *, bis: date, actor: Person | None, now: datetime) -> None:
    """End a membership; bis is the first day without it. Locks the body."""
    _lock_leitgremium(Mitgliedschaft.objects.values_list("leitgremium_id", flat=True).get(pk=pk))
    zeile = Mitgliedschaft.objects.select_related("leitgremium__sozialregion", "person").get(pk=pk)
    close_mitgliedschaft(zeile, bis=bis, actor=actor, now=now)


@transaction.atomic(durable=True)
def start_funktion(
    person_pk: int,
    *,
    art: str,
    bezeichnung: str = "",
    von: date,
    actor: Person | None,
    now: datetime,
) -> Funktion:
    """Give a person an office (Geschäftsstelle, Vorstand, its secretariat, Administration). Locks the person."""
    person = Person.objects.get_queryset().select_for_update(of=("self",)).get(pk=person_pk)
    return write_funktion(person, art=art, bezeichnung=bezeichnung, von=von, actor=actor, now=now)


@transaction.atomic(durable=True)
def end_funktion(pk: int, *, bis: date, actor: Person | None, now: datetime) -> None:
    """End an office; bis is the first day without it. Locks all rows of the same office. The last Geschäftsstelle stays."""
    art = Funktion.objects.values_list("art", flat=True).get(pk=pk)
    list(Funktion.objects.select_for_update(of=("self",)).filter(art=art).order_by("pk"))
    funktion = Funktion.objects.select_related("person").get(pk=pk)
    close_funktion(funktion, bis=bis, actor=actor, now=now)


@transaction.atomic(durable=True)
def confirm_verteiler(leitgremium_pk: int, *, actor: Person | None, auf_wort_von: str = "", now: datetime) -> None:
    """Note that a region confirmed its Verteiler today: its contact by the mailed link, or the office on the region's word.

    auf_wort_von: «link» or «geschaeftsstelle», for the journal. Locks the body; a link for it is used up.
    """
    gremium = _lock_leitgremium(leitgremium_pk)
    gremium.bestaetigt_on = timezone.localdate(now)
    gremium.bestaetigt_von = actor
    gremium.save(update_fields=["bestaetigt_on", "bestaetigt_von"])
    _close_links(gremium, now)
    journal.append(
        art="verteiler.bestaetigt",
        akteur=akteur(actor),
        objekt=None,
        nutzlast={"region": gremium.sozialregion.kuerzel, "weg": auf_wort_von},
        now=now,
    )


@transaction.atomic(durable=True)
def report_verteiler(leitgremium_pk: int, *, text: str, actor: Person | None, now: datetime) -> Verteilermeldung:
    """Keep what a region's contact says is wrong with its Verteiler, for the office. Locks the body."""
    gremium = _lock_leitgremium(leitgremium_pk)
    if not text.strip():
        raise MitgliederError("Bitte schreiben Sie, was zu berichtigen ist.", "text")
    if len(text) > 2000:
        raise MitgliederError("Bitte fassen Sie sich kürzer (höchstens 2000 Zeichen).", "text")
    meldung = Verteilermeldung.objects.create(
        leitgremium=gremium, person=actor, text=text.replace("\x00", "").strip(), created_at=now
    )
    _close_links(gremium, now)
    journal.append(
        art="verteiler.gemeldet",
        akteur=akteur(actor),
        objekt=meldung.uuid,
        nutzlast={"region": gremium.sozialregion.kuerzel},
        now=now,
    )
    return meldung


@transaction.atomic(durable=True)
def close_meldung(pk: int, *, actor: Person | None, now: datetime) -> None:
    """Note that the office has seen to a correction a region asked for."""
    meldung = Verteilermeldung.objects.select_for_update(of=("self",)).get(pk=pk)
    if meldung.erledigt_at is not None:
        raise MitgliederError("Diese Meldung ist schon erledigt.")
    meldung.erledigt_at = now
    meldung.save(update_fields=["erledigt_at"])
    journal.append(art="verteiler.meldung_erledigt", akteur=akteur(actor), objekt=meldung.uuid, nutzlast={}, now=now)


@transaction.atomic(durable=True)
def ask_verteiler(leitgremium_pk: int, *, actor: Person | None, now: datetime) -> Zugangslink:
    """Mail the region's contact a link with which to confirm or correct its Verteiler. Locks the body.

    Raises MitgliederError where the region has no contact with an address.
    """
    return _ask(_lock_leitgremium(leitgremium_pk), actor=actor, now=now)


@transaction.atomic(durable=True)
def ask_verteiler_yearly(leitgremium_pk: int, *, now: datetime) -> bool:
    """Ask a region of itself where that is due; return whether it was asked. Two ticks at once ask once.

    Locks the body and looks again under the lock. A region without a contact with an address is left out.
    """
    gremium = _lock_leitgremium(leitgremium_pk)
    kontakt = gremium.sozialregion.kontakt
    if not is_faellig(gremium, now) or kontakt is None or not kontakt.is_active or not kontakt.email:
        return False
    _ask(gremium, actor=None, now=now)
    return True


def _ask(gremium: Leitgremium, *, actor: Person | None, now: datetime) -> Zugangslink:
    region = gremium.sozialregion
    kontakt = region.kontakt
    if kontakt is None or not kontakt.is_active or not kontakt.email:
        raise MitgliederError(f"Die Region {region} hat keine Kontaktperson mit E-Mail-Adresse.")
    link = create_zugangslink(
        zweck=Zugangslink.Zweck.VERTEILER,
        person=kontakt,
        tage=rules.VERTEILER_TAGE,
        objekt=gremium.uuid,
        actor=actor,
        now=now,
    )
    enqueue_sendung(
        schluessel=f"zugang:{link.uuid}",
        an_adresse=kontakt.email,
        an_name=kontakt.name,
        person=kontakt.uuid,
        betreff=f"Verteiler {region.name}: bitte bestätigen",
        builder="mitglieder.mails.verteiler",
        objekt=link.uuid,
        faellig_at=now,
        now=now,
    )
    gremium.angefragt_at = now
    gremium.save(update_fields=["angefragt_at"])
    return link


def _close_links(gremium: Leitgremium, now: datetime) -> None:
    Zugangslink.objects.filter(
        zweck=Zugangslink.Zweck.VERTEILER, objekt=gremium.uuid, used_at__isnull=True, revoked_at__isnull=True
    ).update(used_at=now)
