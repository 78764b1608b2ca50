"""Steps of naming a substitute: who it is, whether the rules allow it, what the row says, who is told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from konferenz import einstellungen
from konferenz.adressen import AdresseUngueltig, check_adresse, clean_zeile
from konferenz.models import Sendung
from konferenz.schritte import enqueue_sendung, require_transaction
from mitglieder.models import Mandat, Person, Sitz, Stellvertretung
from mitglieder.rules import is_gleicher_name
from mitglieder.schritte.fehler import MitgliederError
from mitglieder.schritte.konto import lock_adressen, sync_logins
from mitglieder.schritte.person import PersonDaten, write_person
from sitzungen.models import Anwesenheit, Sitzung, Teilnahme, Versand, Zustellung
from sitzungen.queries.antwort import inhaber_of, stand_of
from sitzungen.queries.luecken import erinnerung_schluessel
from sitzungen.queries.versand import STELLVERTRETUNGEN, Empfaenger
from sitzungen.rules.antwort import ANGESTELLT, Kandidatur, check_funktion, check_vertretung, why_closed

from .antwortlink import ensure_antwortlink
from .saal import SaalError, note
from .versand import add_zustellungen

NAME_ZEICHEN = 80
VERTRETUNGSFELDER = (
    "vertretung",
    "vertretung_funktion",
    "vertretung_funktion_text",
    "vertretung_stand",
    "vertretung_benannt_at",
    "vertretung_antwort_at",
    "vertretung_leitet",
)
ANTWORTFELDER = (
    "antwort",
    "antwort_at",
    "antwort_von",
    "antwort_fuer",
    "antwort_kanal",
    "bemerkung",
    "neu_erbeten_at",
    *VERTRETUNGSFELDER,
)
SATZ_ADRESSE_FEHLT = (
    "Bitte geben Sie die E-Mail-Adresse der Stellvertretung an: Anfrage und Unterlagen gehen an sie persönlich."
)
SATZ_ADRESSE_MITGLIED = (
    "Diese Adresse gehört einem Mitglied der Konferenz. Bitte geben Sie die eigene Adresse der Stellvertretung an."
)
SATZ_ADRESSE_VERTRETUNG = (
    "Unter dieser Adresse ist für diese Sitzung schon die Stellvertretung eines anderen Sitzes benannt. "
    "Bitte geben Sie die eigene Adresse der Stellvertretung an."
)
SATZ_ADRESSE_FREMD = (
    "Diese Adresse gehört im Portal einer Person mit anderem Namen. Bitte geben Sie die eigene Adresse der "
    "Stellvertretung an oder wenden Sie sich an die Geschäftsstelle."
)
SATZ_EBEN_ERFASST = "Unter dieser Adresse ist eben jemand erfasst worden. Bitte senden Sie Ihre Antwort nochmals."


@dataclass(frozen=True)
class Ersatzwahl:
    """Who shall come instead, as chosen: somebody the seat knows (person), or a new person with name and address.

    person: pk of somebody on the seat's standing list or named for it already; None for a new person.
    funktion, funktion_text: asked of a new person; the standing list and the row know those of the others.
    leitet: also chairs the meeting (only for the chair's own seat).
    """

    person: int | None = None
    vorname: str = ""
    nachname: str = ""
    email: str = ""
    funktion: str = ""
    funktion_text: str = ""
    leitet: bool = False


@dataclass(frozen=True)
class Ersatzperson:
    """The person a choice comes to, with the function for this meeting."""

    person: Person
    funktion: str
    funktion_text: str = ""


def require_offen(teilnahme: Teilnahme, *, now: datetime, buero: bool = False) -> None:
    """Raise SaalError with the sentence that says why, unless a (locked) seat may still answer."""
    sitzung = teilnahme.sitzung
    stand = stand_of(sitzung, hat_angemeldet=Anwesenheit.objects.filter(teilnahme=teilnahme).exists())
    satz = why_closed(stand, beginn_at=sitzung.beginn_at, ende_at=sitzung.ende_at, now=now, buero=buero)
    if satz:
        raise SaalError(satz)


def resolve_ersatz(
    teilnahme: Teilnahme, wahl: Ersatzwahl, *, braucht_adresse: bool = True, actor: Person, now: datetime
) -> Ersatzperson:
    """Return the person a choice comes to, lawful for this (locked) seat and meeting; a new one is written.

    braucht_adresse: who stands at the door already needs none.

    Raises SaalError with the field that is wrong: not a political function, an address that is somebody else's, a
    person who may not stand in. Nothing is written where it raises.
    """
    require_transaction("resolve_ersatz")
    if wahl.person is not None:
        ersatz = _known(teilnahme, wahl.person)
        check_ersatz(teilnahme, ersatz)
        return ersatz
    funktion = wahl.funktion if wahl.funktion in {*Stellvertretung.Funktion.values, ANGESTELLT} else ""
    text = clean_zeile(wahl.funktion_text, 120) if funktion == Stellvertretung.Funktion.ANDERE else ""
    _check_getippt(wahl, funktion, text)
    if braucht_adresse and not wahl.email.strip():
        raise SaalError(SATZ_ADRESSE_FEHLT, feld="email")
    person = _find_person(teilnahme, wahl) if wahl.email.strip() else None
    if person is not None:
        ersatz = Ersatzperson(person, funktion, text)
        check_ersatz(teilnahme, ersatz)
        return ersatz
    _check_sitz(teilnahme)
    try:
        daten = PersonDaten(nachname=wahl.nachname, vorname=wahl.vorname, email=wahl.email)
        person, adressen = write_person(None, daten, actor=actor, now=now)
    except MitgliederError as error:
        raise SaalError(str(error), feld=error.feld) from error
    # Writing the person has taken the journal's one row: who wrote the same person meanwhile is seen from here on.
    if Person.objects.aktiv().with_adresse(person.email).exclude(pk=person.pk).exists():
        raise SaalError(SATZ_EBEN_ERFASST)
    sync_logins(adressen, actor=actor, now=now)
    person.refresh_from_db()
    return Ersatzperson(person, funktion, text)


def _known(teilnahme: Teilnahme, pk: int) -> Ersatzperson:
    tag = timezone.localdate(teilnahme.sitzung.beginn_at)
    zeile = (
        Stellvertretung.objects.current(tag)
        .filter(sitz=teilnahme.sitz, person_id=pk)
        .select_related("person")
        .order_by("pk")
        .first()
    )
    if zeile is not None:
        # whoever put the person on the list looked at the function; the list has no words for «andere»
        andere = zeile.funktion == Stellvertretung.Funktion.ANDERE
        return Ersatzperson(zeile.person, zeile.funktion, zeile.get_funktion_display() if andere else "")
    if teilnahme.vertretung is not None and teilnahme.vertretung_id == pk:
        return Ersatzperson(teilnahme.vertretung, teilnahme.vertretung_funktion, teilnahme.vertretung_funktion_text)
    raise SaalError(
        "Diese Person steht nicht mehr auf der Liste der Stellvertretungen dieses Sitzes.", feld="vertretung"
    )


def _check_getippt(wahl: Ersatzwahl, funktion: str, text: str) -> None:
    """Look at everything typed before anything is searched or written."""
    for feld, wert, wort in (("vorname", wahl.vorname, "Vornamen"), ("nachname", wahl.nachname, "Namen")):
        if not wert.strip():
            raise SaalError(f"Bitte geben Sie den {wort} der Stellvertretung an.", feld=feld)
        if len(wert.strip()) > NAME_ZEICHEN:
            raise SaalError(f"Höchstens {NAME_ZEICHEN} Zeichen.", feld=feld)
    if mangel := check_funktion(funktion, text):
        raise SaalError(mangel.satz, feld=mangel.feld)


def _find_person(teilnahme: Teilnahme, wahl: Ersatzwahl) -> Person | None:
    """Return the person with this name and address, None for one not known yet."""
    try:
        adresse = check_adresse(wahl.email)
    except AdresseUngueltig as error:
        raise SaalError(str(error), feld="email") from error
    lock_adressen(adresse)
    leute = list(Person.objects.get_queryset().with_adresse(adresse).order_by("-is_active", "pk"))
    for person in leute:
        if is_gleicher_name(wahl.vorname, wahl.nachname, person=(person.vorname, person.nachname)):
            return person
    andere = [person.pk for person in leute if person.is_active]
    if not andere:
        return None
    tag = timezone.localdate(teilnahme.sitzung.beginn_at)
    if Mandat.objects.current(tag).filter(person__in=andere).exists():
        raise SaalError(SATZ_ADRESSE_MITGLIED, feld="email")
    benannte = Teilnahme.objects.vertreten().filter(sitzung=teilnahme.sitzung, vertretung__in=andere)
    if benannte.exclude(pk=teilnahme.pk).exists():
        raise SaalError(SATZ_ADRESSE_VERTRETUNG, feld="email")
    raise SaalError(SATZ_ADRESSE_FREMD, feld="email")


def _check_sitz(teilnahme: Teilnahme) -> None:
    """Refuse a substitute for an advisory seat before anybody is written, where the setting says so."""
    neu = Kandidatur(funktion=Stellvertretung.Funktion.GEMEINDERAT, is_stimmsitz=teilnahme.sitz.stimmberechtigt)
    _refuse(neu)


def check_ersatz(teilnahme: Teilnahme, ersatz: Ersatzperson) -> None:
    """Raise SaalError with the field that is wrong unless the rules let a person stand in for this (locked) seat."""
    sitzung, person = teilnahme.sitzung, ersatz.person
    tag = timezone.localdate(sitzung.beginn_at)
    sitze = set(Mandat.objects.current(tag).filter(person=person).values_list("sitz_id", flat=True))
    andere = Teilnahme.objects.vertreten().filter(sitzung=sitzung, vertretung=person).exclude(pk=teilnahme.pk)
    _refuse(
        Kandidatur(
            funktion=ersatz.funktion,
            funktion_text=ersatz.funktion_text,
            is_inhaber=teilnahme.sitz_id in sitze,
            hat_sitz=bool(sitze - {teilnahme.sitz_id}),
            vertritt_anderen=andere.exists(),
            is_aktiv=person.is_active,
            is_stimmsitz=teilnahme.sitz.stimmberechtigt,
        )
    )


def _refuse(kandidatur: Kandidatur) -> None:
    stand = einstellungen.werte()
    mangel = check_vertretung(
        kandidatur,
        mitglied_vertritt_niemanden=bool(stand["mitglied_vertritt_niemanden"]),
        beratende_vertretung=bool(stand["beratende_vertretung"]),
    )
    if mangel is not None:
        raise SaalError(mangel.satz, feld=mangel.feld)


def set_vertretung(teilnahme: Teilnahme, ersatz: Ersatzperson, *, leitet: bool, now: datetime) -> bool:
    """Put a substitute on a (locked, unsaved) row; return whether somebody is asked anew by it.

    The same person who has not declined is not asked again.
    """
    gleich = teilnahme.vertretung_id == ersatz.person.pk and teilnahme.is_vertretung_benannt
    teilnahme.vertretung = ersatz.person
    teilnahme.vertretung_funktion = ersatz.funktion
    teilnahme.vertretung_funktion_text = ersatz.funktion_text
    teilnahme.vertretung_leitet = leitet and teilnahme.sitz.art == Sitz.Art.VORSITZ
    if not gleich:
        teilnahme.vertretung_stand = Teilnahme.Vertretung.BENANNT
        teilnahme.vertretung_benannt_at, teilnahme.vertretung_antwort_at = now, None
    return not gleich


def ask_vertretung(teilnahme: Teilnahme, *, actor: Person, now: datetime) -> None:
    """Mail the substitute just named the request, and the frozen papers where the meeting is dispatched; journal.

    Who got a letter of the dispatch already (as a member of a Leitgremium) reads the papers in the portal.
    """
    require_transaction("ask_vertretung")
    person = teilnahme.vertretung
    if person is None:
        raise ValueError("Es ist keine Stellvertretung benannt.")
    ensure_antwortlink(teilnahme, person, actor=actor, now=now)
    _mail(
        "vertretung_anfrage",
        teilnahme,
        person,
        betreff=f"Stellvertretung an der Sitzung {teilnahme.sitzung.nummer} der Sozialpräsidienkonferenz: Anfrage",
        builder="sitzungen.mails.antwort.build_anfrage",
        now=now,
    )
    _send_papiere(teilnahme, person, now=now)
    note("vertretung.benannt", teilnahme, actor=actor, now=now, person=person.uuid)


def _send_papiere(teilnahme: Teilnahme, person: Person, *, now: datetime) -> None:
    if teilnahme.sitzung.status != Sitzung.Status.VERSANDT:
        return
    versande = Versand.objects.select_for_update(of=("self",)).filter(sitzung=teilnahme.sitzung)
    versand = versande.order_by("-created_at", "-pk").first()  # the newest holds the whole meeting
    if versand is None or versand.status == Versand.Status.GESTOPPT:
        return
    empfaenger = Empfaenger(
        person, Zustellung.Brief.EINLADUNG, f"Stellvertretung {teilnahme.sitz.bezeichnung}", STELLVERTRETUNGEN
    )
    versand.sitzung = teilnahme.sitzung
    add_zustellungen(versand, [empfaenger], now=now)
    if versand.status == Versand.Status.ABGESCHLOSSEN:
        versand.status, versand.abgeschlossen_at = Versand.Status.LAUFEND, None
        versand.save(update_fields=["status", "abgeschlossen_at"])


def dismiss_vertretung(teilnahme: Teilnahme, bisher: Person, *, actor: Person, now: datetime) -> None:
    """Tell a substitute who is not needed any more; journal."""
    require_transaction("dismiss_vertretung")
    _mail(
        "vertretung_beendet",
        teilnahme,
        bisher,
        betreff=f"Ihre Stellvertretung an der Sitzung {teilnahme.sitzung.nummer} entfällt",
        builder="sitzungen.mails.antwort.build_beendet",
        now=now,
    )
    note("vertretung.zurueckgezogen", teilnahme, actor=actor, now=now, person=bisher.uuid)


def tell_abgelehnt(teilnahme: Teilnahme, *, now: datetime) -> None:
    """Tell the holder that the substitute cannot come: the seat is a gap again."""
    inhaber = inhaber_of(teilnahme.sitzung, teilnahme.sitz)
    if inhaber is None or not inhaber.is_active:
        return
    _mail(
        "vertretung_abgelehnt",
        teilnahme,
        inhaber,
        betreff=f"Ihre Stellvertretung für die Sitzung {teilnahme.sitzung.nummer} ist verhindert",
        builder="sitzungen.mails.antwort.build_abgelehnt",
        now=now,
    )


def _mail(
    anlass: str, teilnahme: Teilnahme, person: Person, *, betreff: str, builder: str, now: datetime
) -> Sendung | None:
    """Enqueue a letter about one seat. The key carries the moment: each deed tells once."""
    return enqueue_sendung(
        schluessel=f"{anlass}:{teilnahme.uuid}:{person.uuid}:{now.timestamp():.6f}",
        an_adresse=person.email,
        an_name=person.name,
        person=person.uuid,
        betreff=betreff,
        builder=builder,
        objekt=teilnahme.uuid,
        faellig_at=now,
        now=now,
    )


def mail_erinnerung(teilnahme: Teilnahme, person: Person, *, is_vertretung: bool, now: datetime) -> Sendung | None:
    """Remind a holder of the answer, or a named substitute of the request; None where today's reminder has gone already."""
    require_transaction("mail_erinnerung")
    nummer = teilnahme.sitzung.nummer
    return enqueue_sendung(
        schluessel=erinnerung_schluessel(teilnahme, person, now),
        an_adresse=person.email,
        an_name=person.name,
        person=person.uuid,
        betreff=f"Stellvertretung an der Sitzung {nummer}: Wir bitten um Ihre Antwort"
        if is_vertretung
        else f"Sitzung {nummer} der Sozialpräsidienkonferenz: Nehmen Sie teil?",
        builder=f"sitzungen.mails.antwort.{'build_anfrage_erinnerung' if is_vertretung else 'build_erinnerung'}",
        objekt=teilnahme.uuid,
        faellig_at=now,
        now=now,
    )
