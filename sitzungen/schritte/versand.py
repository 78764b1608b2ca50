"""Writing a dispatch: its frozen package, a row and a mail per recipient, and words to the office."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any
from uuid import uuid4

from konferenz import journal
from konferenz.models import Datei, Sendung
from konferenz.nachricht import encode_mail
from konferenz.rules import is_in_frist, tage_vorher
from konferenz.schritte import enqueue_sendung, hold_sendungen, require_transaction
from mitglieder.models import Person
from sitzungen.mails.hinweis import Hinweis, make_hinweis
from sitzungen.mails.uebergabe import BUILD_ZUSTELLUNG
from sitzungen.mails.wortlaut import brief_betreff
from sitzungen.models import Sitzung, Versand, Zustellung
from sitzungen.queries.paket import frist_tage, sha256_of
from sitzungen.queries.versand import Empfaenger, geschaeftsstelle

from .antwortlink import ensure_antwortlinks


class VersandError(Exception):
    """A deed of the dispatch that is not possible now; the text is for the user."""


def write_versand(
    sitzung: Sitzung,
    *,
    manifest: dict[str, Any],
    empfaenger: list[Empfaenger],
    dossier: Datei | None,
    actor: Person | None,
    now: datetime,
) -> Versand:
    """Write a Versand with its frozen manifest, and per recipient one Zustellung and one mail of the outbox.

    The caller holds the lock on the Sitzung. Appends «versand.<art>» to the journal (hash and counts, no names).
    Raises RuntimeError outside a transaction.
    """
    require_transaction("write_versand")
    tage = tage_vorher(now, sitzung.beginn_at)
    versand = Versand.objects.create(
        uuid=uuid4(),
        sitzung=sitzung,
        art=manifest["art"],
        nr=sitzung.versande.filter(art=manifest["art"]).count() + 1,
        manifest=manifest,
        manifest_sha256=sha256_of(manifest),
        dossier=dossier,
        grund=manifest["grund"],
        tage_vorher=tage,
        is_in_frist=is_in_frist(tage, frist_tage=frist_tage(sitzung)),
        ausgeloest_von=actor,
        created_at=now,
    )
    add_zustellungen(versand, empfaenger, now=now)
    journal.append(
        art=f"versand.{versand.art}",
        akteur=actor.uuid if actor else None,
        objekt=versand.uuid,
        nutzlast={
            "sitzung": sitzung.uuid,
            "nr": versand.nr,
            "manifest": versand.manifest_sha256,
            "empfaenger": len(empfaenger),
            "tage_vorher": tage,
            "in_frist": versand.is_in_frist,
        },
        now=now,
    )
    return versand


def add_zustellungen(versand: Versand, empfaenger: list[Empfaenger], *, now: datetime) -> None:
    """Write a row and a mail for each recipient; a missing or bad address fails in its own row only.

    Whoever holds a seat gets the link to the answer with an Einladung. The caller holds the lock on the Sitzung.
    """
    require_transaction("add_zustellungen")
    if versand.art != Versand.Art.ABSAGE and any(e.brief == Zustellung.Brief.EINLADUNG for e in empfaenger):
        ensure_antwortlinks([versand.sitzung], actor=versand.ausgeloest_von, now=now)
    for e in empfaenger:
        sendung = enqueue_sendung(
            schluessel=f"versand:{versand.uuid}:{e.person.uuid}",
            an_adresse=e.person.email,
            an_name=e.person.name,
            person=e.person.uuid,
            betreff=brief_betreff(versand.manifest, e.brief, person=str(e.person.uuid)),
            builder=BUILD_ZUSTELLUNG,
            objekt=versand.uuid,
            faellig_at=now,
            now=now,
        )
        if sendung is not None:
            Zustellung.objects.create(
                versand=versand, person=e.person, sendung=sendung, brief=e.brief, gruppe=e.gruppe[:160]
            )


def tell_geschaeftsstelle(hinweis: Hinweis, *, anlass: str, now: datetime) -> int:
    """Mail the office; the same anlass (at most 110 characters) is told to the same person only once. Return how many."""
    require_transaction("tell_geschaeftsstelle")
    mail, count = make_hinweis(hinweis), 0
    text = encode_mail(mail)
    for adresse, name, person in geschaeftsstelle(now):
        wer = str(person.uuid) if person else hashlib.sha256(adresse.encode()).hexdigest()[:16]
        sendung = enqueue_sendung(
            schluessel=f"{anlass}:{wer}",
            an_adresse=adresse,
            an_name=name,
            person=person.uuid if person else None,
            betreff=str(mail.subject),
            inhalt=text,
            faellig_at=now,
            now=now,
        )
        count += sendung is not None
    return count


def stop_laufende(sitzung: Sitzung, *, now: datetime) -> list[Versand]:
    """Stop every dispatch of a meeting that still has open mails; return them. The caller holds the lock on the Sitzung.

    A claimed mail that has not reached its final dot is given back; one in the server's hands may still arrive.
    """
    require_transaction("stop_laufende")
    gestoppte = []
    for versand in sitzung.versande.select_for_update(of=("self",)).order_by("pk"):
        if versand.status in {Versand.Status.BEREIT, Versand.Status.LAUFEND}:
            hold(versand)
            gestoppte.append(versand)
    return gestoppte


def hold(versand: Versand) -> int:
    """Hold the open mails of a locked dispatch, set it gestoppt; return how many mails are in the server's hands now."""
    in_uebergabe = hold_sendungen(Sendung.objects.filter(pk__in=versand.zustellungen.values("sendung_id")))
    versand.status = Versand.Status.GESTOPPT
    versand.save(update_fields=["status"])
    return in_uebergabe
