"""Deeds on guests: who is admitted to one meeting or one item."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from mitglieder.models import Person
from mitglieder.permissions import grant_gast, revoke_gast
from mitglieder.rules import is_gleicher_name
from mitglieder.schritte.fehler import MitgliederError
from mitglieder.schritte.konto import lock_adressen, sync_logins
from mitglieder.schritte.person import PersonDaten, write_person
from sitzungen.models import Sitzung, Traktandum
from sitzungen.queries.gast import is_zugelassen
from sitzungen.rules import GAST_ZUGANG
from sitzungen.schritte.gast import tell_zulassung
from sitzungen.schritte.vorbereitung import VorbereitungError, append, lock_sitzung

SATZ_GEMEINT = (
    "Unter dieser Adresse {wer} im Portal schon {namen}. Bitte wählen Sie, wer gemeint ist. Jemand anderes braucht eine "
    "eigene Adresse: Mit einer geteilten meldet sich niemand an."
)
SATZ_EBEN_ERFASST = "Unter dieser Adresse ist eben jemand erfasst worden. Bitte senden Sie das Formular nochmals."


class GastUnklar(VorbereitungError):
    """Somebody else has this address, or two have this name: the office says who is meant. personen: those it may be."""

    def __init__(self, personen: list[Person]) -> None:
        namen = " und ".join(person.name for person in personen)
        wer = "steht" if len(personen) == 1 else "stehen"
        super().__init__(SATZ_GEMEINT.format(wer=wer, namen=namen), feld="gemeint")
        self.personen = personen


@transaction.atomic(durable=True)
def admit_gast(
    sitzung_pk: int,
    *,
    traktandum_pk: int | None,
    vorname: str,
    nachname: str,
    email: str,
    vertraulich: bool,
    video: bool = False,
    gemeint: UUID | None = None,
    actor: Person,
    now: datetime,
) -> Person:
    """Admit somebody to a meeting, or to one item of it, as a guest; return the person.

    The person with this address and this whole name is taken; where nobody has the address, a new person is written, who
    logs in with a code.  gemeint: whom the office chose among those of the address, after GastUnklar.  vertraulich:
    confidential papers too.  video: comes to the item from elsewhere, by video (of a hybrid meeting). Not a change of the agenda: a release stays. Locks the meeting,
    then whoever has the address. Writes person, admission, the letter to a guest of one item, journal. Raises VorbereitungError with the field that is wrong,
    GastUnklar where it is to be asked who is meant.
    """
    sitzung = lock_sitzung(sitzung_pk)
    if sitzung.status == Sitzung.Status.ABGESAGT:
        raise VorbereitungError("Die Sitzung ist abgesagt.")
    if now > sitzung.ende_at + GAST_ZUGANG:
        raise VorbereitungError("Die Sitzung liegt zu weit zurück; als Gast liesse sich nichts mehr lesen.")
    lock_adressen(email)  # people before the journal: whose login may change is known now
    person = _find_person(vorname, nachname, email, gemeint)
    if person is None:
        try:
            daten = PersonDaten(nachname=nachname, vorname=vorname, email=email)
            person, adressen = write_person(None, daten, actor=actor, now=now)
        except MitgliederError as error:
            raise VorbereitungError(str(error), feld=error.feld) from error
        if Person.objects.aktiv().with_adresse(person.email).exclude(pk=person.pk).exists():
            # writing the person has taken the journal's one row: who wrote the same one meanwhile is seen from here on
            raise VorbereitungError(SATZ_EBEN_ERFASST)
        sync_logins(adressen, actor=actor, now=now)
    ziel = _ziel(sitzung, traktandum_pk)
    is_neu = not (isinstance(ziel, Traktandum) and is_zugelassen(ziel, person))
    revoke_gast(person, ziel)  # an earlier admission may have been wider
    grant_gast(person, ziel, vertraulich=vertraulich, video=video and traktandum_pk is not None)
    if isinstance(ziel, Traktandum) and is_neu:  # a guest of the whole meeting gets its letters
        tell_zulassung(ziel, person, now=now)
    append("gast.zugelassen", ziel, actor=actor, now=now, person=person.uuid, vertraulich=vertraulich)
    return person


@transaction.atomic(durable=True)
def dismiss_gast(sitzung_pk: int, *, traktandum_pk: int | None, person_pk: int, actor: Person, now: datetime) -> None:
    """Take a guest's admission to a meeting or one item back. Locks the meeting. Writes admission and journal."""
    sitzung = lock_sitzung(sitzung_pk)
    ziel = _ziel(sitzung, traktandum_pk)
    person = Person.objects.get(pk=person_pk)
    revoke_gast(person, ziel)
    append("gast.ausgeladen", ziel, actor=actor, now=now, person=person.uuid)


def _ziel(sitzung: Sitzung, traktandum_pk: int | None) -> Sitzung | Traktandum:
    if traktandum_pk is None:
        return sitzung
    traktandum = sitzung.traktanden.filter(pk=traktandum_pk).first()
    if traktandum is None:
        raise VorbereitungError("Dieses Traktandum gibt es nicht mehr.", feld="traktandum")
    traktandum.sitzung = sitzung
    return traktandum


def _find_person(vorname: str, nachname: str, email: str, gemeint: UUID | None) -> Person | None:
    """Return whom this name and address mean, None for nobody known. Raises GastUnklar where it is to be asked."""
    leute = list(Person.objects.aktiv().with_adresse(email).by_name())
    genaue = [p for p in leute if is_gleicher_name(vorname, nachname, person=(p.vorname, p.nachname))]
    gewaehlt = [p for p in leute if p.uuid == gemeint]
    if leute and len(gewaehlt or genaue) != 1:
        raise GastUnklar(genaue or leute)
    return next(iter(gewaehlt or genaue), None)
