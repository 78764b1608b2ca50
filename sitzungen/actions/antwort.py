"""What a seat answers: yes, excused, or somebody else; by the holder, or by the office on behalf."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from konferenz.models import Sendung
from mitglieder.models import Person
from sitzungen.models import Teilnahme
from sitzungen.queries.antwort import inhaber_of
from sitzungen.rules.antwort import SATZ_DOPPELT
from sitzungen.schritte.saal import SaalError, lock_teilnahme, note, touch_saal
from sitzungen.schritte.vertretung import (
    ANTWORTFELDER,
    Ersatzwahl,
    ask_vertretung,
    dismiss_vertretung,
    require_offen,
    resolve_ersatz,
    set_vertretung,
)

Antwort, Kanal = Teilnahme.Antwort, Teilnahme.Kanal
HOECHSTENS = 30
"""So many requests to substitutes one seat sends for one meeting by itself: each is a mail to an address it types."""
SATZ_ZU_VIELE = "Für diesen Sitz sind schon sehr viele Anfragen gegangen. Bitte rufen Sie die Geschäftsstelle an."
SELBST = frozenset({Kanal.PORTAL, Kanal.LINK})
INHALT = ("antwort", "bemerkung", "neu_erbeten_at", "vertretung_id", "vertretung_funktion", "vertretung_funktion_text")


class AntwortError(SaalError):
    """This answer is not possible; the text is for the user. feld: its field, if any."""


@transaction.atomic(durable=True)
def give_antwort(
    sitzung_pk: int,
    sitz_pk: int,
    *,
    antwort: str,
    ersatz: Ersatzwahl | None = None,
    bemerkung: str = "",
    kanal: str,
    actor: Person,
    now: datetime,
) -> bool:
    """Write what a seat answers for a meeting; return whether anything changed (the same answer again writes nothing).

    antwort: zugesagt, entschuldigt, or vertreten with an Ersatzwahl.  kanal: portal and link are the holder's own; the
    others are recorded on behalf by the office (actor).  Locks Sitzung and Teilnahme. Writes the answer, a new person
    where one is named, the mails to a substitute asked and to one no longer needed, the papers where they are out;
    journal. An answer that was asked for anew counts as given. Raises SaalError with the field that is wrong.
    """
    sitzung, teilnahme = lock_teilnahme(sitzung_pk, sitz_pk)
    selbst = kanal in SELBST
    require_offen(teilnahme, now=now, buero=not selbst)
    inhaber = inhaber_of(sitzung, teilnahme.sitz)
    if selbst and (inhaber is None or inhaber.pk != actor.pk):
        raise AntwortError(
            f"Den Sitz «{teilnahme.sitz}» haben Sie am Tag dieser Sitzung nicht inne; die Antwort gibt, wer ihn dann hat."
        )
    if antwort not in {Antwort.ZUGESAGT, Antwort.ENTSCHULDIGT, Antwort.VERTRETEN}:
        raise AntwortError("Bitte wählen Sie Ihre Antwort.", feld="antwort")
    if antwort != Antwort.VERTRETEN and inhaber is None:
        raise AntwortError("Der Sitz ist vakant; festhalten lässt sich nur eine Stellvertretung.", feld="antwort")
    if not teilnahme.is_gueltig_for(inhaber):
        teilnahme.lapse()  # what somebody else's mandate ended is no answer: the same words are a new one
    vorher = _inhalt(teilnahme)
    bisher = teilnahme.vertretung if teilnahme.is_vertretung_benannt else None
    wird_gefragt = False
    if antwort == Antwort.VERTRETEN:
        if ersatz is None:
            raise AntwortError("Bitte wählen Sie, wer Sie vertritt.", feld="vertretung")
        person = resolve_ersatz(teilnahme, ersatz, actor=actor, now=now)
        wird_gefragt = set_vertretung(teilnahme, person, leitet=ersatz.leitet, now=now)
    else:
        teilnahme.clear_vertretung()
    teilnahme.antwort, teilnahme.bemerkung, teilnahme.neu_erbeten_at = antwort, bemerkung.strip()[:300], None
    if _inhalt(teilnahme) == vorher and not wird_gefragt:
        return False
    teilnahme.antwort_at, teilnahme.antwort_kanal = now, kanal
    teilnahme.antwort_von, teilnahme.antwort_fuer = actor, inhaber
    try:
        with transaction.atomic():
            teilnahme.save(update_fields=ANTWORTFELDER)
    except IntegrityError as error:
        raise AntwortError(SATZ_DOPPELT, feld="vertretung") from error
    if wird_gefragt:  # first: it locks a link, and links come before the journal
        _ask(teilnahme, selbst=selbst, actor=actor, now=now)
    if bisher is not None and bisher.pk != teilnahme.vertretung_id:
        dismiss_vertretung(teilnahme, bisher, actor=actor, now=now)
    touch_saal(sitzung)
    _note(teilnahme, actor=actor, now=now)
    return True


def _note(teilnahme: Teilnahme, *, actor: Person, now: datetime) -> None:
    kanal = teilnahme.antwort_kanal
    match teilnahme.antwort:
        case Antwort.ZUGESAGT:
            note("antwort.zugesagt", teilnahme, actor=actor, now=now, kanal=kanal)
        case Antwort.ENTSCHULDIGT:
            note("antwort.entschuldigt", teilnahme, actor=actor, now=now, kanal=kanal)
        case _:
            note("antwort.vertreten", teilnahme, actor=actor, now=now, kanal=kanal)


def _ask(teilnahme: Teilnahme, *, selbst: bool, actor: Person, now: datetime) -> None:
    """Ask the substitute, unless the seat itself has asked very many already."""
    anfragen = Sendung.objects.filter(schluessel__startswith=f"vertretung_anfrage:{teilnahme.uuid}:")
    if selbst and anfragen.count() >= HOECHSTENS:
        raise AntwortError(SATZ_ZU_VIELE, feld="vertretung")
    ask_vertretung(teilnahme, actor=actor, now=now)


def _inhalt(teilnahme: Teilnahme) -> tuple[object, ...]:
    """Return what an answer says, to see whether another one says anything else."""
    stand = (teilnahme.vertretung_leitet, teilnahme.is_vertretung_benannt)
    return (*(getattr(teilnahme, feld) for feld in INHALT), *stand)
