"""Writing the Einladung of a meeting, and what a person decides about a dispatch that is under way.

The Einladung is written once, in one transaction; from then on the meeting is published. Nothing is sent here: the
letters lie in the outbox. Lock order: Sitzung, Versand, Sendung, Journal.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from django.db import transaction

from konferenz import journal
from konferenz.adressen import check_adresse
from konferenz.models import Datei, Sendung
from konferenz.schritte import continue_sendungen, enqueue_sendung
from mitglieder.models import Person
from sitzungen.mails.hinweis import Hinweis
from sitzungen.mails.uebergabe import BUILD_PROBE
from sitzungen.models import Sitzung, Versand, Zustellung
from sitzungen.queries.paket import Inhalt, load_inhalt, make_manifest
from sitzungen.queries.versand import empfaengerkreis, neue_empfaenger
from sitzungen.schritte.versand import (
    VersandError,
    add_zustellungen,
    hold,
    tell_geschaeftsstelle,
    write_versand,
)
from sitzungen.schritte.vorbereitung import lock_sitzung

Status = Sitzung.Status


class InhaltVeraendert(VersandError):
    """Agenda or papers changed while the dispatch was prepared: the next tick takes it up again."""


@dataclass(frozen=True)
class Vorbereitet:
    """What was made ready outside the transaction: the content it was made from, what is left out, the dossier."""

    inhalt: Inhalt
    ausgelassen: tuple[str, ...]
    dossier: Datei | None


def is_inzwischen_versandt(pk: int) -> bool:
    """Return whether another tick has written the Einladung meanwhile."""
    return Versand.objects.filter(sitzung_id=pk, art=Versand.Art.EINLADUNG).exists()


@transaction.atomic(durable=True)
def create_einladung(pk: int, *, vorbereitet: Vorbereitet, actor: Person | None, now: datetime) -> Versand:
    """Freeze the package, write a letter per recipient, publish the meeting: all in the same instant, nothing sent yet.

    Locks the Sitzung and checks again that it is released, due, ahead and without an Einladung; compares agenda and
    papers with what was prepared. Writes Versand, Zustellungen, mails; status versandt; journal; tells the office
    which papers were left out. Raises VersandError; InhaltVeraendert leaves it to the next tick.
    """
    sitzung = lock_sitzung(pk)
    if sitzung.status != Status.FREIGEGEBEN or sitzung.versand_due_at > now or sitzung.beginn_at <= now:
        raise VersandError("Die Einladung ist nicht fällig.")
    if load_inhalt(sitzung) != vorbereitet.inhalt:
        raise InhaltVeraendert("Traktanden oder Unterlagen haben sich während der Vorbereitung geändert.")
    kreis = empfaengerkreis(sitzung, now)
    if not kreis.empfaenger:
        raise VersandError("Es gibt keine Empfängerinnen und Empfänger: Sitze und Verteiler sind leer.")
    manifest = make_manifest(
        vorbereitet.inhalt,
        art=Versand.Art.EINLADUNG,
        dossier=vorbereitet.dossier,
        ausgelassen=vorbereitet.ausgelassen,
    )
    versand = write_versand(
        sitzung,
        manifest=manifest,
        empfaenger=list(kreis.empfaenger),
        dossier=vorbereitet.dossier,
        actor=actor,
        now=now,
    )
    sitzung.status = Status.VERSANDT
    sitzung.versandt_at = now
    sitzung.hindernis = ""
    sitzung.save(update_fields=["status", "versandt_at", "hindernis"])
    sitzung.traktanden.update(angekuendigt_at=now)
    if manifest["ausgelassen"]:
        tell_geschaeftsstelle(_folgt(sitzung, manifest["ausgelassen"]), anlass=f"folgt:{versand.uuid}", now=now)
    return versand


def _folgt(sitzung: Sitzung, ausgelassen: list[dict[str, str]]) -> Hinweis:
    einzahl = len(ausgelassen) == 1
    return Hinweis(
        titel=f"Sitzung {sitzung.nummer}: {'eine Unterlage fehlt' if einzahl else 'Unterlagen fehlen'} im Versand",
        absaetze=(
            "Die Einladung ist hinausgegangen. "
            + (
                "Eine Unterlage liess sich nicht öffnen; im Brief steht sie als «folgt»."
                if einzahl
                else "Einige Unterlagen liessen sich nicht öffnen; im Brief stehen sie als «folgt»."
            ),
            "Bitte laden Sie Ersatz hoch und schicken Sie ihn mit einem Nachversand.",
        ),
        punkte=tuple(f"Traktandum {f['traktandum']}: {f['titel']} ({f['name']})" for f in ausgelassen),
        pfad=f"/sitzungen/{sitzung.kennung}/versand/nachversand/",
        knopf="Nachversand vorbereiten",
    )


@transaction.atomic(durable=True)
def bring_forward(pk: int, *, actor: Person, now: datetime) -> None:
    """Let the Einladung of a released meeting go now («jetzt versenden»).

    Locks the Sitzung, sets versand_due_at, appends to the journal; the next tick writes the Einladung.
    Raises VersandError where the agenda is not released or the meeting has begun.
    """
    sitzung = lock_sitzung(pk)
    if sitzung.status != Status.FREIGEGEBEN:
        raise VersandError("Nur eine freigegebene Traktandenliste lässt sich versenden.")
    if sitzung.beginn_at <= now:
        raise VersandError("Die Sitzung hat schon begonnen.")
    if sitzung.versand_due_at > now:
        vorher, sitzung.versand_due_at = sitzung.versand_due_at, now
        sitzung.save(update_fields=["versand_due_at"])
        journal.append(
            art="versand.vorgezogen",
            akteur=actor.uuid,
            objekt=sitzung.uuid,
            nutzlast={"vorher": vorher},
            now=now,
        )


@transaction.atomic(durable=True)
def send_probe(pk: int, *, actor: Person, now: datetime) -> int:
    """Put both letters of a meeting, as they would go out now, into the outbox for the person who asks; return how many.

    Writes mails only; they are made from agenda and papers as they stand at hand-over. Raises VersandError without an address.
    """
    sitzung = Sitzung.objects.get(pk=pk)
    try:
        check_adresse(actor.email)
    except ValueError as error:
        raise VersandError(f"{error} Ohne Adresse gibt es keinen Probeversand.") from error
    for brief in Zustellung.Brief.values:
        enqueue_sendung(
            schluessel=f"probe:{brief}:{uuid4()}",
            an_adresse=actor.email,
            an_name=actor.name,
            person=actor.uuid,
            betreff=f"Probe: {sitzung}",
            builder=BUILD_PROBE[brief],
            objekt=sitzung.uuid,
            faellig_at=now,
            now=now,
            dringend=True,
        )
    journal.append(art="versand.probe", akteur=actor.uuid, objekt=sitzung.uuid, nutzlast={}, now=now)
    return len(Zustellung.Brief.values)


@transaction.atomic(durable=True)
def note_hindernis(pk: int, *, text: str, now: datetime) -> bool:
    """Keep on the meeting what stops its dispatch, and tell the office once, not every tick; return whether it was told.

    An empty text clears it. Locks the Sitzung.
    """
    sitzung = lock_sitzung(pk)
    if sitzung.hindernis == text:
        return False
    sitzung.hindernis = text
    sitzung.save(update_fields=["hindernis"])
    if not text:
        return False
    journal.append(art="versand.hindernis", akteur=None, objekt=sitzung.uuid, nutzlast={"text": text}, now=now)
    hinweis = Hinweis(
        titel=f"Sitzung {sitzung.nummer}: Der Versand ist aufgehalten",
        absaetze=(text, "Sobald das behoben ist, geht der Versand von selbst hinaus."),
        pfad=f"/sitzungen/{sitzung.kennung}/versand/",
        knopf="Versand ansehen",
    )
    tell_geschaeftsstelle(hinweis, anlass=f"hindernis:{sitzung.uuid}:{int(now.timestamp())}", now=now)
    return True


# --- A dispatch that is under way -----------------------------------------------------------------


@transaction.atomic(durable=True)
def stop_versand(pk: int, *, actor: Person, now: datetime) -> int:
    """Stop a running dispatch: its open mails wait. Return how many are in the mail server's hands at this moment.

    Locks Sitzung, then Versand; appends to the journal. Raises VersandError where it is not running.
    """
    versand = _lock_versand(pk)
    if Versand.Status.GESTOPPT not in Versand.UEBERGAENGE[versand.status]:
        raise VersandError(f"Dieser Versand ist «{versand.get_status_display()}» und lässt sich nicht anhalten.")
    in_uebergabe = hold(versand)
    _journal(versand, "versand.angehalten", actor, now, {"in_uebergabe": in_uebergabe})
    return in_uebergabe


@transaction.atomic(durable=True)
def resume_versand(pk: int, *, actor: Person, now: datetime) -> int:
    """Let a stopped dispatch go on; return how many mails were waiting.

    Refused once the meeting was changed, moved or cancelled after it: its letters would tell what is no longer true.
    """
    versand = _lock_versand(pk)
    if versand.status != Versand.Status.GESTOPPT:
        raise VersandError("Dieser Versand ist nicht angehalten.")
    if versand.sitzung.versande.filter(pk__gt=versand.pk).exists():
        raise VersandError(
            "Die Sitzung hat sich seither geändert; dieser Versand ist überholt, ein neuerer ersetzt ihn."
        )
    versand.status = Versand.Status.LAUFEND
    versand.save(update_fields=["status"])
    anzahl = continue_sendungen(Sendung.objects.filter(pk__in=versand.zustellungen.values("sendung_id")))
    _journal(versand, "versand.fortgesetzt", actor, now, {"mails": anzahl})
    return anzahl


@transaction.atomic(durable=True)
def note_fortschritt(pk: int, *, now: datetime) -> Versand:
    """Bring the state of a dispatch in line with its mails: laufend once one has left, abgeschlossen when none is open.

    A mail that a person sends anew makes it laufend again. Changes nothing on a stopped one.
    """
    versand = _lock_versand(pk)
    s = Sendung.Status
    zahlen = list(versand.zustellungen.order_by().values_list("sendung__status", flat=True).distinct())
    is_offen = bool({s.BEREIT, s.BEANSPRUCHT, s.IN_UEBERGABE} & set(zahlen))
    is_begonnen = bool(set(zahlen) - {s.BEREIT})
    vorher = versand.status
    if vorher == Versand.Status.GESTOPPT:
        return versand
    if not is_offen:
        versand.status, versand.abgeschlossen_at = Versand.Status.ABGESCHLOSSEN, versand.abgeschlossen_at or now
    elif is_begonnen:
        versand.status, versand.abgeschlossen_at = Versand.Status.LAUFEND, None
    if versand.status != vorher:
        versand.save(update_fields=["status", "abgeschlossen_at"])
        if versand.status == Versand.Status.ABGESCHLOSSEN:
            _journal(versand, "versand.abgeschlossen", None, now, {})
    return versand


@transaction.atomic(durable=True)
def add_neue_empfaenger(pk: int, *, actor: Person, now: datetime) -> int:
    """Send the frozen package of a dispatch to those who joined since: a substitute named later, a new decision-maker.

    Locks Sitzung, then Versand; writes rows and mails; journal. Returns how many. The package is the same for all.
    """
    versand = _lock_versand(pk)
    neue = neue_empfaenger(versand, now)
    if not neue:
        raise VersandError("Es sind keine Empfängerinnen oder Empfänger dazugekommen.")
    add_zustellungen(versand, neue, now=now)
    if versand.status == Versand.Status.ABGESCHLOSSEN:
        versand.status, versand.abgeschlossen_at = Versand.Status.LAUFEND, None
        versand.save(update_fields=["status", "abgeschlossen_at"])
    _journal(versand, "versand.ergaenzt", actor, now, {"personen": [e.person.uuid for e in neue]})
    return len(neue)


@transaction.atomic(durable=True)
def adopt_adresse(pk: int, *, actor: Person, now: datetime) -> bool:
    """Take a person's current address for a letter that is done, before it is sent anew; return whether it changed.

    pk: of the Zustellung. Raises VersandError where the address on the person is none.
    """
    zustellung = Zustellung.objects.select_related("person", "versand").get(pk=pk)
    sendung = Sendung.objects.select_for_update().get(pk=zustellung.sendung_id)
    try:
        adresse = check_adresse(zustellung.person.email)
    except ValueError as error:
        raise VersandError(f"{error} Bitte zuerst bei der Person berichtigen.") from error
    if sendung.is_offen or adresse == sendung.an_adresse:
        return False
    sendung.an_adresse = adresse
    sendung.save(update_fields=["an_adresse"])
    journal.append(
        art="sendung.adresse",
        akteur=actor.uuid,
        objekt=sendung.uuid,
        nutzlast={"person": zustellung.person.uuid},
        now=now,
    )
    return True


def _lock_versand(pk: int) -> Versand:
    sitzung_id = Versand.objects.values_list("sitzung_id", flat=True).get(pk=pk)
    lock_sitzung(sitzung_id)
    return Versand.objects.select_for_update(of=("self",)).select_related("sitzung").get(pk=pk)


def _journal(versand: Versand, art: str, actor: Person | None, now: datetime, nutzlast: dict[str, object]) -> None:
    akteur = actor.uuid if actor else None
    journal.append(art=art, akteur=akteur, objekt=versand.uuid, nutzlast=nutzlast, now=now)
