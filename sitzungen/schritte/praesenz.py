"""Steps of presence: taking a seat, leaving it, and the sentences that say who sits where and since when."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format

from konferenz.schritte import require_transaction
from mitglieder.models import Person
from sitzungen.models import Anwesenheit, Sitzung, Teilnahme
from sitzungen.queries.antwort import inhaber_of
from sitzungen.rules.praesenz import Einlass, admit
from sitzungen.rules.strecken import Strecke, check_zeiten, overlaps, snap

from .saal import SaalError, note, require_laufend, touch_saal

GESPERRT = (
    "Der Sitz stimmt gerade ab. Abmelden und Wechseln ist möglich, sobald die Abstimmung geschlossen ist; "
    "die wahre Zeit tragen Sie dann nach."
)


class SitzBesetzt(SaalError):
    """Somebody else sits on the seat: whoever takes over says so."""


def uhr(moment: datetime) -> str:
    """Return a moment as «14.02 Uhr» of Zürich."""
    return f"{date_format(timezone.localtime(moment), 'G.i')} Uhr"


def form_of(sitzung: Sitzung, gewuenscht: str | None = None) -> str:
    """Return how somebody takes part: only in a hybrid meeting there is a choice (vor Ort unless told)."""
    if sitzung.form == Sitzung.Form.DIGITAL:
        return Anwesenheit.Form.ONLINE
    if sitzung.form == Sitzung.Form.HYBRID and gewuenscht in Anwesenheit.Form.values:
        return str(gewuenscht)
    return Anwesenheit.Form.VOR_ORT


def expected_person(teilnahme: Teilnahme) -> Person:
    """Return who is expected on a seat: the holder who said yes, or the substitute named who has not declined.

    Raises SaalError with the words that say why nobody is.
    """
    inhaber = inhaber_of(teilnahme.sitzung, teilnahme.sitz)
    antwort = teilnahme.antwort if teilnahme.is_gueltig_for(inhaber) else Teilnahme.Antwort.OFFEN
    if antwort and teilnahme.neu_erbeten_at is not None:
        raise SaalError("hat seit der Verschiebung nicht neu geantwortet")
    if antwort == Teilnahme.Antwort.ZUGESAGT and inhaber is not None:
        return inhaber
    if teilnahme.vertretung is not None and teilnahme.vertretung != inhaber:
        if teilnahme.is_vertretung_benannt:
            return teilnahme.vertretung
        raise SaalError("die Stellvertretung hat abgelehnt")
    if inhaber is None:
        raise SaalError("vakant")
    raise SaalError("entschuldigt" if antwort == Teilnahme.Antwort.ENTSCHULDIGT else "keine Antwort")


def seat_person(
    teilnahme: Teilnahme,
    person: Person,
    *,
    uebernimmt: bool = False,
    form: str | None = None,
    at: datetime | None = None,
    weg: str = Anwesenheit.Weg.LEITUNG,
    actor: Person,
    now: datetime,
) -> Anwesenheit:
    """Let a person take a (locked) seat; return the stretch that lasts, whether it is new, changed hands or was there.

    uebernimmt: whoever sits there goes in the same moment.  form: as form_of takes it.  at: the true time, minutes are
    enough; else now.  weg: how it was told, at the desk unless said otherwise.  Unless nothing changed, counts Sitzung.live and writes the journal. Raises SaalError (SitzBesetzt where somebody else sits) with a sentence for the user.
    """
    require_transaction("seat_person")
    sitzung = teilnahme.sitzung
    require_laufend(sitzung)
    offene = list(
        Anwesenheit.objects.filter(sitzung=sitzung, bis_at__isnull=True).select_related("person", "teilnahme__sitz")
    )
    inhaber = inhaber_of(teilnahme.sitzung, teilnahme.sitz)
    vertretung = teilnahme.vertretung if teilnahme.is_vertretung_benannt else None
    einlass = admit(
        # a guest sits on a chair of no seat
        {a.teilnahme.sitz_id if a.teilnahme else -a.pk: a.person_id for a in offene},
        sitz=teilnahme.sitz_id,
        person=person.pk,
        inhaber=inhaber.pk if inhaber else None,
        vertretung=vertretung.pk if vertretung else None,
        uebernimmt=uebernimmt,
        gesperrt=teilnahme.gesperrt_durch is not None,
    )
    bisherige = next((a for a in offene if a.teilnahme_id == teilnahme.pk), None)
    if einlass is Einlass.SCHON_DA and bisherige is not None:
        return bisherige
    if einlass not in {Einlass.NEU, Einlass.WECHSEL}:
        _refuse(einlass, teilnahme, person, offene)
    zeit = _begin_at(teilnahme, person, bisherige=bisherige, at=at, now=now)
    if bisherige is not None:
        bisherige.bis_at = zeit
        bisherige.save(update_fields=["bis_at"])
    neue = Anwesenheit.objects.create(
        sitzung=sitzung,
        teilnahme=teilnahme,
        person=person,
        als=Anwesenheit.Als.INHABER if inhaber is not None and person.pk == inhaber.pk else Anwesenheit.Als.VERTRETUNG,
        von_at=zeit,
        form=form_of(sitzung, form),
        weg=weg,
        erfasst_von=actor,
        erfasst_at=now,
    )
    touch_saal(sitzung)
    if bisherige is None:
        note("anwesenheit.begonnen", teilnahme, actor=actor, now=now, person=person.uuid, von=zeit, weg=weg)
    else:
        note(
            "anwesenheit.gewechselt",
            teilnahme,
            actor=actor,
            now=now,
            person=person.uuid,
            bisher=bisherige.person.uuid,
            von=zeit,
            weg=weg,
        )
    return neue


def leave_seat(
    teilnahme: Teilnahme, *, person_pk: int | None, at: datetime | None, actor: Person, now: datetime
) -> Anwesenheit | None:
    """End the stretch that lasts on a (locked) seat; return it, or None where nobody sits there any more.

    person_pk: who is meant; where somebody else sits by now, he is not sent away by a late tap.
    Counts Sitzung.live, writes the journal. Raises SaalError.
    """
    require_transaction("leave_seat")
    require_laufend(teilnahme.sitzung)
    offene = (
        Anwesenheit.objects.filter(teilnahme=teilnahme, bis_at__isnull=True)
        .select_related("person", "teilnahme__sitz")
        .first()
    )
    if offene is None:
        return None
    if person_pk is not None and offene.person_id != person_pk:
        raise SitzBesetzt(f"{tell_sitzt(offene)} Es wurde niemand abgemeldet.")
    if teilnahme.gesperrt_durch is not None:
        raise SaalError(GESPERRT)
    offene.bis_at = end_at(offene, at=at, now=now)
    offene.save(update_fields=["bis_at"])
    touch_saal(teilnahme.sitzung)
    note("anwesenheit.beendet", teilnahme, actor=actor, now=now, person=offene.person.uuid, bis=offene.bis_at)
    return offene


def require_gast_frei(sitzung: Sitzung, person: Person) -> Anwesenheit | None:
    """Return the stretch of a guest who is there already, else None. Raises SaalError where the person sits on a seat."""
    offene = Anwesenheit.objects.filter(sitzung=sitzung, person=person, bis_at__isnull=True)
    anwesenheit = offene.select_related("person", "teilnahme__sitz").first()
    if anwesenheit is not None and anwesenheit.teilnahme is not None:
        raise SaalError(f"{tell_sitzt(anwesenheit)} Niemand ist auf zwei Plätzen zugleich.")
    return anwesenheit


def end_at(offene: Anwesenheit, *, at: datetime | None, now: datetime) -> datetime:
    """Return when a stretch ends: the true time as checked, else now (two clocks never end it before it began)."""
    if at is None:
        return max(now, offene.von_at)
    zeit = snap(at, [offene.von_at, now])
    check_strecke(offene.sitzung, Strecke(offene.von_at, zeit), now=now)
    return zeit


def check_strecke(sitzung: Sitzung, strecke: Strecke, *, now: datetime) -> None:
    """Raise SaalError where the times cannot be: turned round, before the opening, in the future."""
    eroeffnet = sitzung.begonnen_at or sitzung.beginn_at
    mangel = check_zeiten(strecke, eroeffnet=eroeffnet, jetzt=max(now, eroeffnet))
    if mangel is not None:
        raise SaalError(f"{mangel.value} Eröffnet wurde sie um {uhr(eroeffnet)}." if "Eröffnung" in mangel else mangel)


def neighbours(
    teilnahme: Teilnahme | None, person: Person, sitzung: Sitzung, *, ohne: int | None = None
) -> list[Anwesenheit]:
    """Return the stretches that may not overlap with one of this person on this seat: those of the seat, those of the person."""
    wessen = Q(person=person) if teilnahme is None else Q(person=person) | Q(teilnahme=teilnahme)
    rows = Anwesenheit.objects.filter(wessen, sitzung=sitzung).select_related("person", "teilnahme__sitz")
    return [row for row in rows.order_by("von_at", "pk") if row.pk != ohne]


def check_frei(strecke: Strecke, nachbarn: list[Anwesenheit]) -> None:
    """Raise SaalError naming who sits there at that time, or where the person is, unless the stretch is free."""
    for nachbar in nachbarn:
        if overlaps(strecke, Strecke(nachbar.von_at, nachbar.bis_at)):
            bis = f"bis {uhr(nachbar.bis_at)}" if nachbar.bis_at else "und noch immer"
            platz = f"auf dem Sitz «{nachbar.teilnahme.sitz}»" if nachbar.teilnahme else "als Gast"
            raise SaalError(
                f"Zu dieser Zeit war {nachbar.person.name} {platz} da: ab {uhr(nachbar.von_at)} {bis}. "
                "Auf einem Sitz ist immer nur eine Person, und jede Person nur auf einem Sitz."
            )


def _begin_at(
    teilnahme: Teilnahme, person: Person, *, bisherige: Anwesenheit | None, at: datetime | None, now: datetime
) -> datetime:
    sitzung = teilnahme.sitzung
    eroeffnet = sitzung.begonnen_at or sitzung.beginn_at
    nachbarn = neighbours(teilnahme, person, sitzung, ohne=bisherige.pk if bisherige else None)
    grenzen = [eroeffnet, *(n.bis_at for n in nachbarn if n.bis_at), *([bisherige.von_at] if bisherige else [])]
    if at is None:
        return max(now, *grenzen)  # the clocks of two machines may differ by a little
    zeit = snap(at, [*sorted(grenzen, reverse=True), now])
    if bisherige is not None and zeit < bisherige.von_at:
        raise SaalError(f"{tell_sitzt(bisherige)} Der Wechsel kann nicht davor liegen.")
    check_strecke(sitzung, Strecke(zeit), now=now)
    check_frei(Strecke(zeit), nachbarn)
    return zeit


def tell_sitzt(anwesenheit: Anwesenheit) -> str:
    """Return who sits where and since when, as a sentence."""
    platz = f"Auf dem Sitz «{anwesenheit.teilnahme.sitz}»" if anwesenheit.teilnahme else "Als Gast"
    rolle = " (Stellvertretung)" if anwesenheit.als == Anwesenheit.Als.VERTRETUNG else ""
    return f"{platz} ist seit {uhr(anwesenheit.von_at)} {anwesenheit.person.name}{rolle} angemeldet."


def _refuse(einlass: Einlass, teilnahme: Teilnahme, person: Person, offene: list[Anwesenheit]) -> None:
    """Raise the refusal an admission came to, in words: who sits there, since when, and what to do."""
    auf_sitz = next((a for a in offene if a.teilnahme_id == teilnahme.pk), None)
    if einlass is Einlass.BESETZT and auf_sitz is not None:
        raise SitzBesetzt(
            f"{tell_sitzt(auf_sitz)} Beide zugleich geht nicht: Wer ablöst, übernimmt den Sitz ausdrücklich, "
            f"dann geht {auf_sitz.person.name} im gleichen Augenblick."
        )
    woanders = next((a for a in offene if a.person_id == person.pk), None)
    if einlass is Einlass.ANDERSWO and woanders is not None:
        weg = "Melden Sie zuerst den Gast ab." if woanders.teilnahme is None else _WEG_ANDERSWO
        raise SaalError(f"{tell_sitzt(woanders)} Niemand ist auf zwei Plätzen zugleich. {weg}")
    if einlass is Einlass.GESPERRT:
        raise SaalError(GESPERRT)
    if teilnahme.vertretung_id == person.pk:
        raise SaalError(
            f"{person.name} hat die Stellvertretung abgelehnt. Kommt die Person trotzdem, "
            "erfassen Sie sie unter «An der Türe»."
        )
    raise SaalError(
        f"{person.name} ist für den Sitz «{teilnahme.sitz}» weder Mitglied noch benannte Stellvertretung. "
        "Eine unangemeldete Stellvertretung erfassen Sie unter «An der Türe»."
    )


_WEG_ANDERSWO = "Die Person meldet sich dort zuerst ab, oder für diesen Sitz kommt eine Stellvertretung."
