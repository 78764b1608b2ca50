"""Deeds on what a region proposes about its Verteiler: the contact proposes, the office accepts or declines."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from konferenz import journal
from konferenz.adressen import AdresseUngueltig, check_adresse, clean_zeile
from konferenz.schritte import enqueue_sendung
from mitglieder import rules
from mitglieder.models import Leitgremium, Mitgliedschaft, Person, Verteilervorschlag
from mitglieder.queries.verteiler import ausgesperrte, kandidaten, load_wechsel
from mitglieder.schritte.fehler import MitgliederError
from mitglieder.schritte.gremium import close_mitgliedschaft, write_mitgliedschaft
from mitglieder.schritte.konto import lock_adressen, sync_logins
from mitglieder.schritte.person import PersonDaten, akteur, write_person

Art = Verteilervorschlag.Art
Status = Verteilervorschlag.Status
HOECHSTENS = 50
"""So many proposals of one region may wait at once."""
SATZ_BESTAETIGEN = "Bitte sagen Sie ausdrücklich, mit welcher Adresse sich diese Person künftig anmeldet."
SATZ_INZWISCHEN = "Die Adresse dieser Person hat inzwischen geändert. Bitte prüfen Sie den Vorschlag nochmals."
SATZ_AUSGESPERRT = (
    "Mit dieser Adresse meldet sich {name} an ({aemter}). Erhielte sie noch jemand, könnte sich keine der beiden Personen "
    "mehr anmelden. Lehnen Sie den Vorschlag ab, oder berichtigen Sie zuerst die Adresse dort."
)
SATZ_EBEN_ERFASST = (
    "Eben ist {namen} erfasst worden, mit demselben Namen oder derselben Adresse. Bitte wählen Sie, wer gemeint ist."
)
NICHT_IHRE = "Diese Person steht nicht auf der Liste Ihrer Region."


@transaction.atomic(durable=True)
def propose_aufnahme(
    leitgremium_pk: int,
    *,
    vorname: str,
    nachname: str,
    funktion: str,
    email: str,
    grund: str = "",
    actor: Person,
    now: datetime,
) -> Verteilervorschlag:
    """Keep a decision-maker a region's contact wants on its list. Locks the body; journal.

    Raises MitgliederError for an empty or unusable name, function or address, or for somebody who is on the list.
    """
    gremium = _lock(leitgremium_pk)
    daten = _clean(vorname, nachname, funktion, email)
    heute = timezone.localdate(now)
    auf_der_liste = Mitgliedschaft.objects.current(heute).filter(leitgremium=gremium)
    gleiche = {"vorname__iexact": daten["vorname"], "nachname__iexact": daten["nachname"]}
    if auf_der_liste.filter(**{f"person__{feld}": wert for feld, wert in gleiche.items()}).exists():
        raise MitgliederError("Diese Person steht schon auf der Liste.", "nachname")
    if gremium.vorschlaege.filter(status=Status.OFFEN, art=Art.AUFNEHMEN, **gleiche).exists():
        raise MitgliederError("Diese Person haben Sie schon vorgeschlagen.", "nachname")
    return _propose(gremium, Art.AUFNEHMEN, felder=daten | {"grund": clean_zeile(grund, 300)}, actor=actor, now=now)


@transaction.atomic(durable=True)
def propose_berichtigung(
    leitgremium_pk: int,
    mitgliedschaft: UUID,
    *,
    vorname: str,
    nachname: str,
    funktion: str,
    email: str,
    grund: str = "",
    actor: Person,
    now: datetime,
) -> Verteilervorschlag:
    """Keep how somebody on a region's list should stand there. Locks the body; journal.

    Raises MitgliederError as propose_aufnahme does, for somebody of another region, and where nothing would change.
    """
    gremium = _lock(leitgremium_pk)
    zeile = _zeile(gremium, mitgliedschaft, now)
    daten = _clean(vorname, nachname, funktion, email)
    person = zeile.person
    if daten == {
        "vorname": person.vorname,
        "nachname": person.nachname,
        "funktion": zeile.funktion,
        "email": person.email,
    }:
        raise MitgliederError("So steht es schon auf der Liste.")
    felder = daten | {"grund": clean_zeile(grund, 300)}
    return _propose(gremium, Art.BERICHTIGEN, mitgliedschaft=zeile, felder=felder, actor=actor, now=now)


@transaction.atomic(durable=True)
def propose_austritt(
    leitgremium_pk: int, mitgliedschaft: UUID, *, grund: str, actor: Person, now: datetime
) -> Verteilervorschlag:
    """Keep that somebody leaves a region's list, and why. Locks the body; journal.

    Raises MitgliederError without a reason and for somebody of another region.
    """
    gremium = _lock(leitgremium_pk)
    zeile = _zeile(gremium, mitgliedschaft, now)
    felder = {"grund": clean_zeile(grund, 300)}
    if not felder["grund"]:
        raise MitgliederError("Bitte schreiben Sie, warum die Person nicht mehr dazugehört.", "grund")
    return _propose(gremium, Art.ENTFERNEN, mitgliedschaft=zeile, felder=felder, actor=actor, now=now)


@transaction.atomic(durable=True)
def withdraw_vorschlag(leitgremium_pk: int, vorschlag: UUID, *, actor: Person, now: datetime) -> None:
    """Let a contact take back an open proposal of the own region. Locks the body; journal. Raises MitgliederError."""
    gremium = _lock(leitgremium_pk)
    gefunden = gremium.vorschlaege.select_for_update(of=("self",)).filter(uuid=vorschlag).first()
    if gefunden is None:
        raise MitgliederError(NICHT_IHRE)
    _close(gefunden, Status.ZURUECKGENOMMEN, actor=actor, now=now)
    journal.append(art="verteiler.vorschlag_zurueckgenommen", now=now, **_eintrag(gremium, gefunden, actor))


@dataclass(frozen=True)
class Adresswort:
    """What the office said about the address a person logs in with. bisher: the one it had before its eyes."""

    bisher: str
    is_neu: bool


class PersonBekannt(MitgliederError):
    """Somebody the newcomer may be was written meanwhile: the office chooses again."""


@transaction.atomic(durable=True)
def accept_vorschlag(
    pk: int,
    *,
    person_pk: int | None = None,
    gesehen: Collection[int] = (),
    adresse: Adresswort | None = None,
    actor: Person,
    now: datetime,
) -> None:
    """Do what a region proposed: take a person in, correct her, or end her membership today.

    person_pk: of a newcomer who is on record already (then only the membership is new); None: somebody new, and none of
    gesehen (pks), whom the office was shown.  adresse: the office's word on the login of somebody who has a seat or an
    office; without it such a correction is refused.
    Locks the body, the addresses concerned and the proposal; writes through the same steps as the office's own pages;
    journal. Raises MitgliederError where it is decided, what it is about is no longer as it was, or an address would shut
    somebody else out; PersonBekannt where two regions propose one newcomer at one instant.
    """
    gremium, vorschlag = _lock_vorschlag(pk)
    heute = timezone.localdate(now)
    zeile = vorschlag.mitgliedschaft
    bisherige = zeile.person if zeile is not None else None
    lock_adressen(bisherige.email if bisherige else "", vorschlag.email, pk=bisherige.pk if bisherige else person_pk)
    _close(vorschlag, Status.ANGENOMMEN, actor=actor, now=now)
    if vorschlag.art == Art.AUFNEHMEN:
        bekannt = Person.objects.get(pk=person_pk) if person_pk is not None else None
        person = bekannt or _create(vorschlag, gesehen, actor=actor, now=now)
        write_mitgliedschaft(gremium, person, funktion=vorschlag.funktion, von=heute, actor=actor, now=now)
    elif zeile is None or not Mitgliedschaft.objects.current(heute).filter(pk=zeile.pk).exists():
        raise MitgliederError("Die Mitgliedschaft ist inzwischen beendet. Bitte lehnen Sie diesen Vorschlag ab.")
    elif vorschlag.art == Art.ENTFERNEN:
        close_mitgliedschaft(zeile, bis=rules.ende_of(zeile.von, heute), actor=actor, now=now)
    else:
        _correct(zeile, vorschlag, adresse, actor=actor, now=now)
    journal.append(art="verteiler.vorschlag_angenommen", now=now, **_eintrag(gremium, vorschlag, actor))


@transaction.atomic(durable=True)
def decline_vorschlag(pk: int, *, antwort: str, actor: Person, now: datetime) -> None:
    """Decline what a region proposed and mail its author the reason. Locks the body and the proposal; journal.

    Raises MitgliederError without a reason or where it is decided.
    """
    gremium, vorschlag = _lock_vorschlag(pk)
    vorschlag.antwort = clean_zeile(antwort, 300)
    if not vorschlag.antwort:
        raise MitgliederError("Bitte schreiben Sie, weshalb Sie den Vorschlag ablehnen.", "antwort")
    _close(vorschlag, Status.ABGELEHNT, actor=actor, now=now)
    autor = vorschlag.vorgeschlagen_von
    if autor is not None and autor.is_active and autor.email:
        enqueue_sendung(
            schluessel=f"vorschlag:{vorschlag.uuid}",
            an_adresse=autor.email,
            an_name=autor.name,
            person=autor.uuid,
            betreff=f"Verteiler {gremium.sozialregion.name}: ein Vorschlag ist abgelehnt",
            builder="mitglieder.mails.vorschlag_abgelehnt",
            objekt=vorschlag.uuid,
            faellig_at=now,
            now=now,
        )
    journal.append(art="verteiler.vorschlag_abgelehnt", now=now, **_eintrag(gremium, vorschlag, actor))


# --- Steps of these deeds -------------------------------------------------------------------------


def _lock(pk: int) -> Leitgremium:
    return Leitgremium.objects.select_related("sozialregion").select_for_update(of=("self",)).get(pk=pk)


def _lock_vorschlag(pk: int) -> tuple[Leitgremium, Verteilervorschlag]:
    gremium = _lock(Verteilervorschlag.objects.values_list("leitgremium_id", flat=True).get(pk=pk))
    zeilen = Verteilervorschlag.objects.select_for_update(of=("self",))
    return gremium, zeilen.select_related("mitgliedschaft__person", "vorgeschlagen_von").get(pk=pk)


def _clean(vorname: str, nachname: str, funktion: str, email: str) -> dict[str, str]:
    """Return what was typed as it may be stored. Raises MitgliederError with the field that is wrong."""
    sauber = {
        "vorname": clean_zeile(vorname, 80),
        "nachname": clean_zeile(nachname, 80),
        "funktion": clean_zeile(funktion, 120),
    }
    for feld, was in (("vorname", "den Vornamen"), ("nachname", "den Nachnamen"), ("funktion", "die Funktion")):
        if not sauber[feld]:
            raise MitgliederError(f"Bitte geben Sie {was} an.", feld)
    try:
        return sauber | {"email": check_adresse(email)}
    except AdresseUngueltig as error:
        raise MitgliederError(str(error), "email") from error


def _zeile(gremium: Leitgremium, uuid: UUID, now: datetime) -> Mitgliedschaft:
    """Return a membership of this very region in force today. Raises MitgliederError for any other."""
    gueltig = Mitgliedschaft.objects.current(timezone.localdate(now)).filter(leitgremium=gremium, uuid=uuid)
    zeile: Mitgliedschaft | None = gueltig.select_related("person").first()
    if zeile is None:
        raise MitgliederError(NICHT_IHRE)
    return zeile


def _propose(
    gremium: Leitgremium,
    art: str,
    *,
    mitgliedschaft: Mitgliedschaft | None = None,
    actor: Person,
    now: datetime,
    felder: Mapping[str, str],
) -> Verteilervorschlag:
    offene = gremium.vorschlaege.filter(status=Status.OFFEN)
    if mitgliedschaft is not None and offene.filter(mitgliedschaft=mitgliedschaft).exists():
        raise MitgliederError("Zu dieser Person wartet schon ein Vorschlag. Nehmen Sie ihn zuerst zurück.")
    if offene.count() >= HOECHSTENS:
        raise MitgliederError("Es warten schon viele Vorschläge Ihrer Region. Bitte rufen Sie die Geschäftsstelle an.")
    vorschlag = Verteilervorschlag.objects.create(
        leitgremium=gremium,
        art=art,
        mitgliedschaft=mitgliedschaft,
        vorgeschlagen_von=actor,
        created_at=now,
        **felder,
    )
    journal.append(art="verteiler.vorgeschlagen", now=now, **_eintrag(gremium, vorschlag, actor))
    return vorschlag


def _close(vorschlag: Verteilervorschlag, status: str, *, actor: Person, now: datetime) -> None:
    if status not in Verteilervorschlag.UEBERGAENGE[vorschlag.status]:
        raise MitgliederError(f"Dieser Vorschlag ist schon {vorschlag.get_status_display()}.")
    vorschlag.status, vorschlag.erledigt_at, vorschlag.erledigt_von = status, now, actor
    vorschlag.save(update_fields=["status", "erledigt_at", "erledigt_von", "antwort"])


def _create(vorschlag: Verteilervorschlag, gesehen: Collection[int], *, actor: Person, now: datetime) -> Person:
    """Write a newcomer who is none of those the office was shown. Raises PersonBekannt."""
    _check_frei(vorschlag, now)
    daten = PersonDaten(nachname=vorschlag.nachname, vorname=vorschlag.vorname, email=vorschlag.email)
    person, adressen = write_person(None, daten, actor=actor, now=now)
    # Writing the person has taken the journal's one row: who wrote the same one meanwhile is seen from here on.
    neue = [p.name for p in kandidaten(vorschlag) if p.pk != person.pk and p.pk not in gesehen]
    if neue:
        raise PersonBekannt(SATZ_EBEN_ERFASST.format(namen=" und ".join(neue)))
    sync_logins(adressen, actor=actor, now=now)
    return person


def _correct(
    zeile: Mitgliedschaft, vorschlag: Verteilervorschlag, wort: Adresswort | None, *, actor: Person, now: datetime
) -> None:
    person = zeile.person = Person.objects.get(pk=zeile.person_id)
    vorschlag.mitgliedschaft = zeile
    email = vorschlag.email
    if load_wechsel(vorschlag, timezone.localdate(now)) is not None:
        if wort is None:
            raise MitgliederError(SATZ_BESTAETIGEN, "adresse")
        if wort.bisher != person.email:
            raise MitgliederError(SATZ_INZWISCHEN)
        email = vorschlag.email if wort.is_neu else person.email
    if rules.clean_login(email) != rules.clean_login(person.email):
        _check_frei(vorschlag, now)
    daten = PersonDaten(
        nachname=vorschlag.nachname,
        vorname=vorschlag.vorname,
        email=email,
        anrede=person.anrede,
        telefon=person.telefon,
    )
    _, adressen = write_person(person, daten, actor=actor, now=now)
    sync_logins(adressen, actor=actor, now=now)
    if zeile.funktion != vorschlag.funktion:
        zeile.funktion = vorschlag.funktion
        zeile.save(update_fields=["funktion"])


def _check_frei(vorschlag: Verteilervorschlag, now: datetime) -> None:
    """Raise MitgliederError where the address lets somebody in who acts for the conference: sharing it would shut her out."""
    for person, aemter in ausgesperrte(vorschlag, timezone.localdate(now)):
        raise MitgliederError(SATZ_AUSGESPERRT.format(name=person.name, aemter=", ".join(aemter)))


def _eintrag(gremium: Leitgremium, vorschlag: Verteilervorschlag, actor: Person) -> dict[str, Any]:
    """Return what the journal keeps of a deed on a proposal."""
    return {
        "akteur": akteur(actor),
        "objekt": vorschlag.uuid,
        "nutzlast": {"region": gremium.sozialregion.kuerzel, "was": vorschlag.art},
    }
