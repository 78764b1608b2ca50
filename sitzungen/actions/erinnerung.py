"""Asking for answers again: by itself before the meeting, one seat on demand, and after a seat has changed hands."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from mitglieder.models import Mandat, Person
from sitzungen.models import Teilnahme
from sitzungen.queries.antwort import fruehere_antworten, inhaber_of, is_erinnerung_faellig
from sitzungen.schritte.antwortlink import ensure_antwortlink, ensure_antwortlinks
from sitzungen.schritte.saal import SaalError, lock_teilnahme, lock_teilnahmen, note, touch_saal
from sitzungen.schritte.vertretung import ANTWORTFELDER, mail_erinnerung, require_offen
from sitzungen.schritte.vorbereitung import append

Vertretung = Teilnahme.Vertretung


class ErinnerungError(SaalError):
    """This seat cannot be reminded now; the text is for the user."""


@transaction.atomic(durable=True)
def remind_sitzung(pk: int, *, now: datetime) -> int:
    """Remind everybody from whom a dispatched meeting still waits for an answer; return how many mails were written.

    Written to: holders of seats without an answer, with one asked for anew or whose substitute declined; and named
    substitutes who have not replied. Locks Sitzung and its Teilnahmen, asks again whether it is due; sets
    antwort_erinnert_at, so that it happens exactly once for a date; journal.
    """
    sitzung, teilnahmen = lock_teilnahmen(pk)
    if not is_erinnerung_faellig(sitzung, now):
        return 0
    ensure_antwortlinks([sitzung], actor=None, now=now)
    tag = timezone.localdate(sitzung.beginn_at)
    mandate = Mandat.objects.current(tag).filter(person__is_active=True).select_related("person").order_by("-pk")
    inhaber = {m.sitz_id: m.person for m in mandate}
    anzahl = 0
    for teilnahme in teilnahmen:
        for person, is_vertretung in _waiting(teilnahme, inhaber.get(teilnahme.sitz_id)):
            if is_vertretung:
                ensure_antwortlink(teilnahme, person, actor=None, now=now)
            anzahl += mail_erinnerung(teilnahme, person, is_vertretung=is_vertretung, now=now) is not None
    sitzung.antwort_erinnert_at = now
    sitzung.save(update_fields=["antwort_erinnert_at"])
    append("antwort.erinnert", sitzung, actor=None, now=now, mails=anzahl)
    return anzahl


@transaction.atomic(durable=True)
def remind_sitz(sitzung_pk: int, sitz_pk: int, *, actor: Person, now: datetime) -> list[Person]:
    """Remind one seat of its answer now, on the office's wish; return who is written to.

    Not more than once a day for a seat and person, the reminder of the day itself included. Locks Sitzung and
    Teilnahme; journal. Raises SaalError where nothing is open, nobody is to be written to, or today's has gone.
    """
    sitzung, teilnahme = lock_teilnahme(sitzung_pk, sitz_pk)
    require_offen(teilnahme, now=now)
    inhaber = inhaber_of(sitzung, teilnahme.sitz)
    wartende = _waiting(teilnahme, inhaber)
    if not wartende:
        raise ErinnerungError(
            "Für diesen Sitz liegt die Antwort vor."
            if inhaber is not None or teilnahme.is_vertretung_benannt
            else "Der Sitz ist vakant; es gibt niemanden zu erinnern."
        )
    ohne = [person for person, _ in wartende if not person.email.strip()]
    if ohne:
        raise ErinnerungError(f"Für {ohne[0].name} ist keine E-Mail-Adresse erfasst. Bitte rufen Sie an.")
    gemahnt = []
    for person, is_vertretung in wartende:
        ensure_antwortlink(teilnahme, person, actor=actor, now=now)
        if mail_erinnerung(teilnahme, person, is_vertretung=is_vertretung, now=now) is not None:
            gemahnt.append(person)
    if not gemahnt:
        raise ErinnerungError(
            "Heute ist für diesen Sitz schon eine Erinnerung gegangen. Morgen ist die nächste möglich."
        )
    append("antwort.erinnert", sitzung, actor=actor, now=now, mails=len(gemahnt), sitz=teilnahme.sitz.uuid)
    return gemahnt


@transaction.atomic(durable=True)
def drop_fruehere_antworten(pk: int, *, now: datetime) -> int:
    """Take back the answers given for people who do not hold their seat on the day of a meeting any more; return how many.

    Their successors are asked as if nobody had answered. Locks Sitzung and its Teilnahmen; writes them, Sitzung.live;
    journal, which keeps who had answered.
    """
    sitzung, teilnahmen = lock_teilnahmen(pk)
    frueher = set(fruehere_antworten(now).filter(sitzung=sitzung).values_list("pk", flat=True))
    for teilnahme in (t for t in teilnahmen if t.pk in frueher):
        wer = teilnahme.antwort_fuer or teilnahme.antwort_von
        teilnahme.lapse()
        teilnahme.save(update_fields=ANTWORTFELDER)
        note("antwort.erloschen", teilnahme, actor=None, now=now, person=wer.uuid if wer else None)
    if frueher:
        touch_saal(sitzung)
    return len(frueher)


def _waiting(teilnahme: Teilnahme, inhaber: Person | None) -> list[tuple[Person, bool]]:
    """Return from whom the seat waits for an answer: (person, whether as substitute)."""
    wartende: list[tuple[Person, bool]] = []
    offen = (
        not teilnahme.is_gueltig_for(inhaber)
        or teilnahme.neu_erbeten_at is not None
        or teilnahme.vertretung_stand == Vertretung.ABGELEHNT
    )
    if inhaber is not None and inhaber.is_active and offen:
        wartende.append((inhaber, False))
    ersatz = teilnahme.vertretung
    if ersatz is not None and ersatz != inhaber and teilnahme.vertretung_stand == Vertretung.BENANNT:
        wartende.append((ersatz, True))
    return wartende
