"""A meeting held on paper, recorded afterwards by the office and confirmed by the chair."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from konferenz.einstellungen import wert
from konferenz.folgen import Ereignis, Was, tell
from mitglieder.models import Person, Stellvertretung
from mitglieder.schritte.fehler import MitgliederError
from mitglieder.schritte.person import PersonDaten, write_person
from sitzungen import rules
from sitzungen.models import Anwesenheit, Diskussionswunsch, Sitzung, Teilnahme, Traktandum
from sitzungen.queries.antwort import inhaber_of
from sitzungen.rules import leitung as regeln
from sitzungen.schritte.saal import SaalError, lock_teilnahmen, touch_saal
from sitzungen.schritte.vertretung import VERTRETUNGSFELDER, Ersatzperson, check_ersatz
from sitzungen.schritte.vorbereitung import append, lock_sitzung


@dataclass(frozen=True)
class SitzEintrag:
    """Who sat on a seat from–until. person: pk of its holder or of somebody who may stand in; None: the new one below.

    vorname, nachname, funktion: a substitute not known yet; its function is a political one (Stellvertretung.Funktion).
    """

    sitz: int
    von_at: datetime
    bis_at: datetime
    person: int | None = None
    vorname: str = ""
    nachname: str = ""
    funktion: str = ""
    form: str = Anwesenheit.Form.VOR_ORT


@dataclass(frozen=True)
class PunktEintrag:
    """What came of an item."""

    traktandum: int
    ausgang: str
    text: str = ""


@dataclass(frozen=True)
class Nachfuehrung:
    """A whole meeting as it stood on paper. leitung: pk of who chaired; gaeste: pks of the guests who were there."""

    begonnen_at: datetime
    beendet_at: datetime
    leitung: int
    sitze: tuple[SitzEintrag, ...]
    punkte: tuple[PunktEintrag, ...]
    gaeste: tuple[int, ...] = ()


@transaction.atomic(durable=True)
def record_sitzung(pk: int, nachfuehrung: Nachfuehrung, *, actor: Person, now: datetime) -> Sitzung:
    """Record a meeting that was never opened: presence, outcomes, guests; it is closed then. Return it.

    Until the chair has confirmed it the same may be recorded again and replaces what was. Every stretch of presence says
    that it was recorded afterwards, by whom and when. Locks the meeting, its seats and items. Writes them, new
    substitutes, and the journal. Raises SaalError with the sentence why not (feld where it belongs to one); one is that
    somebody else would have been there while a vote was held that is recorded already (konferenz.folgen).
    """
    sitzung, teilnahmen = lock_teilnahmen(pk)
    _check_status(sitzung, now)
    bisher = _forget(sitzung, teilnahmen, {eintrag.sitz: eintrag.person for eintrag in nachfuehrung.sitze})
    je_sitz = {teilnahme.sitz_id: teilnahme for teilnahme in teilnahmen}
    strecken = [
        (je_sitz[eintrag.sitz], _seat(je_sitz[eintrag.sitz], eintrag, actor=actor, now=now), eintrag)
        for eintrag in nachfuehrung.sitze
    ]
    satz = regeln.check_zeiten(
        nachfuehrung.begonnen_at,
        nachfuehrung.beendet_at,
        sitzungstag=rules.tag(sitzung.beginn_at),
        now=now,
        strecken=[
            regeln.Strecke(eintrag.sitz, person.pk, person.name, eintrag.von_at, eintrag.bis_at)
            for _, (person, _), eintrag in strecken
        ],
    )
    if satz:
        raise SaalError(satz)
    rows = [
        Anwesenheit(
            sitzung=sitzung,
            teilnahme=teilnahme,
            person=person,
            als=als,
            von_at=eintrag.von_at,
            bis_at=eintrag.bis_at,
            form=eintrag.form,
            weg=Anwesenheit.Weg.NACHERFASST,
            erfasst_von=actor,
            erfasst_at=now,
        )
        for teilnahme, (person, als), eintrag in strecken
    ]
    rows += _guests(sitzung, nachfuehrung, {row.person_id for row in rows}, actor=actor, now=now)
    Anwesenheit.objects.bulk_create(rows)
    _write_ausgaenge(sitzung, nachfuehrung.punkte, actor=actor, now=now)
    _close(sitzung, nachfuehrung, actor=actor, now=now)
    tell(Ereignis(Was.PRAESENZ, sitzung, actor, now, strecken=bisher))
    append(
        "sitzung.nachgefuehrt",
        sitzung,
        actor=actor,
        now=now,
        beginn=nachfuehrung.begonnen_at,
        ende=nachfuehrung.beendet_at,
        anwesend=[
            {"sitz": t.sitz.uuid, "person": person.uuid, "von": eintrag.von_at, "bis": eintrag.bis_at}
            for t, (person, _), eintrag in strecken
        ],
        ergebnisse=list(sitzung.traktanden.order_by("position").values_list("ausgang", flat=True)),
    )
    return sitzung


def _check_status(sitzung: Sitzung, now: datetime) -> None:
    satz = regeln.check_nachfuehrung(
        sitzung.status,
        begonnen=sitzung.beginn_at <= now,
        is_nacherfasst=sitzung.nacherfasst_at is not None,
        is_bestaetigt=sitzung.bestaetigt_at is not None,
    )
    if not satz and sitzung.status == Sitzung.Status.LAUFEND:
        satz = "Die Sitzung wurde im Portal eröffnet. Erfassen Sie, wann sie endete."
    im_saal = Anwesenheit.objects.filter(sitzung=sitzung).exclude(weg=Anwesenheit.Weg.NACHERFASST)
    if not satz and im_saal.exists():
        satz = "Die Präsenz dieser Sitzung wurde im Saal geführt; sie steht fest."
    if satz:
        raise SaalError(satz)


def _forget(
    sitzung: Sitzung, teilnahmen: Iterable[Teilnahme], wer: Mapping[int, int | None]
) -> tuple[Anwesenheit, ...]:
    """Take back what was recorded before: presence, and substitutes the seat itself had not named, unless they stay.

    wer: by pk of the seat, who is recorded now. Whoever was named by mistake reads the papers no more.
    Returns the stretches on seats that were there.
    """
    rows = Anwesenheit.objects.filter(sitzung=sitzung, weg=Anwesenheit.Weg.NACHERFASST)
    bisher = tuple(rows.filter(teilnahme__isnull=False).select_related("teilnahme__sitz", "person").order_by("pk"))
    vertraten = {(a.teilnahme_id, a.person_id) for a in bisher if a.als == Anwesenheit.Als.VERTRETUNG}
    for teilnahme in teilnahmen:
        is_erfasst = (teilnahme.pk, teilnahme.vertretung_id) in vertraten
        bleibt = teilnahme.vertretung_id == wer.get(teilnahme.sitz_id)
        if is_erfasst and not bleibt and teilnahme.antwort != Teilnahme.Antwort.VERTRETEN:
            teilnahme.clear_vertretung()
            teilnahme.save(update_fields=VERTRETUNGSFELDER)
    rows.delete()
    return bisher


def _seat(
    teilnahme: Teilnahme, eintrag: SitzEintrag, *, actor: Person, now: datetime
) -> tuple[Person, Anwesenheit.Als]:
    """Return who sat on a (locked) seat and as what; a substitute is noted on the seat. Raises SaalError."""
    tag = rules.tag(teilnahme.sitzung.beginn_at)
    feld = f"sitz-{teilnahme.sitz_id}-wer"
    inhaber = inhaber_of(teilnahme.sitzung, teilnahme.sitz)
    if inhaber is not None and inhaber.pk == eintrag.person:
        return inhaber, Anwesenheit.Als.INHABER
    if eintrag.person is None:
        person, funktion = _new(eintrag, feld, actor=actor, now=now), eintrag.funktion
    elif teilnahme.vertretung is not None and teilnahme.vertretung_id == eintrag.person:
        person, funktion = teilnahme.vertretung, teilnahme.vertretung_funktion
    else:
        liste = Stellvertretung.objects.filter(sitz=teilnahme.sitz, person=eintrag.person).current(tag)
        zeile = liste.select_related("person").first()
        if zeile is None:
            raise SaalError("Diese Person darf den Sitz nicht ausüben.", feld=feld)
        person, funktion = zeile.person, zeile.funktion
    # the list and an older record have no words for «andere»; whoever wrote them looked at the function
    andere = funktion == Stellvertretung.Funktion.ANDERE
    try:
        check_ersatz(
            teilnahme, Ersatzperson(person, funktion, str(Stellvertretung.Funktion.ANDERE.label) if andere else "")
        )
    except SaalError as error:
        raise SaalError(str(error), feld=feld) from error
    _name(teilnahme, person, funktion, now=now)
    return person, Anwesenheit.Als.VERTRETUNG


def _new(eintrag: SitzEintrag, feld: str, *, actor: Person, now: datetime) -> Person:
    if eintrag.funktion not in Stellvertretung.Funktion.values:
        raise SaalError("Bitte wählen Sie die politische Funktion der Stellvertretung.", feld=feld)
    if not eintrag.vorname.strip():
        raise SaalError("Bitte geben Sie Vornamen und Namen der Stellvertretung an.", feld=feld)
    try:
        person, _ = write_person(
            None, PersonDaten(nachname=eintrag.nachname, vorname=eintrag.vorname), actor=actor, now=now
        )
    except MitgliederError as error:
        raise SaalError(str(error), feld=feld) from error
    return person


def _name(teilnahme: Teilnahme, person: Person, funktion: str, *, now: datetime) -> None:
    """Note on a seat who stood in for it."""
    if teilnahme.vertretung_id == person.pk and teilnahme.vertretung_stand == Teilnahme.Vertretung.ANGENOMMEN:
        return
    if teilnahme.vertretung_id != person.pk:
        teilnahme.vertretung, teilnahme.vertretung_benannt_at = person, now
        teilnahme.vertretung_funktion, teilnahme.vertretung_funktion_text = funktion, ""
        teilnahme.vertretung_leitet = False
    teilnahme.vertretung_stand = Teilnahme.Vertretung.ANGENOMMEN
    teilnahme.save(update_fields=VERTRETUNGSFELDER)


def _guests(
    sitzung: Sitzung, nachfuehrung: Nachfuehrung, besetzt: Iterable[int], *, actor: Person, now: datetime
) -> list[Anwesenheit]:
    return [
        Anwesenheit(
            sitzung=sitzung,
            person_id=person,
            als=Anwesenheit.Als.GAST,
            von_at=nachfuehrung.begonnen_at,
            bis_at=nachfuehrung.beendet_at,
            weg=Anwesenheit.Weg.NACHERFASST,
            erfasst_von=actor,
            erfasst_at=now,
        )
        for person in sorted(set(nachfuehrung.gaeste) - set(besetzt))
    ]


def _write_ausgaenge(sitzung: Sitzung, eintraege: Sequence[PunktEintrag], *, actor: Person, now: datetime) -> None:
    """Note what came of the items, and what follows (konferenz.folgen). Raises SaalError at the item's field."""
    traktanden = {t.pk: t for t in sitzung.traktanden.select_for_update(of=("self",)).order_by("pk")}
    verlangt = set(Diskussionswunsch.objects.filter(traktandum__sitzung=sitzung).values_list("traktandum", flat=True))
    frei = not wert("entscheid_nachtraktandieren")
    for eintrag in eintraege:
        traktandum = traktanden[eintrag.traktandum]
        text = "" if eintrag.ausgang == Traktandum.Ausgang.OFFEN else " ".join(eintrag.text.split())
        satz = regeln.check_ausgang(
            art=traktandum.art,
            ausgang=eintrag.ausgang,
            text=text,
            diskussion_verlangt=traktandum.pk in verlangt or eintrag.ausgang == Traktandum.Ausgang.BERATEN,
            angekuendigt=traktandum.angekuendigt_at is not None,
            zugelassen=traktandum.zugelassen_at is not None or frei,
        )
        if satz:
            raise SaalError(f"Traktandum {traktandum.position}: {satz}", feld=f"t-{traktandum.pk}-ausgang")
        traktandum.ausgang, traktandum.ausgang_text = eintrag.ausgang, text
    Traktandum.objects.bulk_update(traktanden.values(), ["ausgang", "ausgang_text"])
    for eintrag in eintraege:
        traktandum = traktanden[eintrag.traktandum]
        try:
            tell(Ereignis(Was.AUSGANG, sitzung, actor, now, traktandum))
        except SaalError as error:
            raise SaalError(f"Traktandum {traktandum.position}: {error}", feld=f"t-{traktandum.pk}-ausgang") from error


def _close(sitzung: Sitzung, nachfuehrung: Nachfuehrung, *, actor: Person, now: datetime) -> None:
    anwesend = Anwesenheit.objects.filter(sitzung=sitzung, teilnahme__isnull=False)
    if not anwesend.filter(person_id=nachfuehrung.leitung).exists():
        raise SaalError("Geleitet hat, wer anwesend war und einen Sitz ausübte.", feld="leitung")
    sitzung.status = Sitzung.Status.GESCHLOSSEN
    sitzung.begonnen_at, sitzung.beendet_at = nachfuehrung.begonnen_at, nachfuehrung.beendet_at
    sitzung.leitung_id = nachfuehrung.leitung
    sitzung.nacherfasst_at, sitzung.nacherfasst_von = now, actor
    sitzung.save(update_fields=["status", "begonnen_at", "beendet_at", "leitung", "nacherfasst_at", "nacherfasst_von"])
    touch_saal(sitzung)


@transaction.atomic(durable=True)
def confirm_nachfuehrung(pk: int, *, stand: str, actor: Person, now: datetime) -> None:
    """Note that the chair confirms a meeting recorded afterwards; from then on it stands.

    stand: when it was recorded (ISO), as the chair has read it. Locks the meeting. Writes it and the journal; twice
    changes nothing. Raises SaalError where it was not recorded afterwards, or recorded anew since it was read.
    """
    sitzung = lock_sitzung(pk)
    if sitzung.nacherfasst_at is None:
        raise SaalError("Bestätigt wird nur, was nachgeführt wurde.")
    if sitzung.bestaetigt_at is not None:
        return
    if timezone.localtime(sitzung.nacherfasst_at).isoformat() != stand:
        raise SaalError("Die Geschäftsstelle hat die Sitzung inzwischen neu erfasst. Bitte lesen Sie sie nochmals.")
    sitzung.bestaetigt_at, sitzung.bestaetigt_von = now, actor
    sitzung.save(update_fields=["bestaetigt_at", "bestaetigt_von"])
    tell(Ereignis(Was.VORBEI, sitzung, actor, now))
    append("sitzung.bestaetigt", sitzung, actor=actor, now=now)
