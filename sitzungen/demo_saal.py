"""The demo's seats: answers of every kind for the due meeting, a guest, a vacancy; and a meeting that runs right now."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from konferenz.rules import ZUERICH
from mitglieder.actions.sitz import end_mandat
from mitglieder.models import Funktion, Mandat, Person, Sitz, Stellvertretung
from sitzungen.schritte.vertretung import Ersatzwahl

from .actions import anmeldung, antwort, ausstand, diskussion, gast, leitung, praesenz, stellvertretung
from .actions import demo as demo_deeds
from .models import Sitzung, Traktandum

# How the seats answer for the due meeting (Kürzel of the region or art of the seat); who is missing gives no answer.
ZUGESAGT = {
    "vorsitz": "portal",
    "geschaeftsfuehrung": "portal",
    "amt": "link",
    "SOL": "link",
    "SDOL": "link",
    "BBL": "portal",
    "WAS": "telefon",
    "SRU": "link",
    "SON": "portal",
}
ENTSCHULDIGT = {"SRO": "link"}
VERTRETEN = {"SRTG": True, "DOR": True, "ZUL": False}
"""By a standing substitute, who says yes or has not answered yet."""
ABGELEHNT = "MUL"
"""Whose substitute declined some days ago: the mail that asked has long arrived."""
VAKANT = "THI"
"""Whose president leaves tomorrow, with the day of the due meeting still to fill."""

IM_SAAL = {"MUL"}
"""Represented by the standing substitute in the meeting that runs; everybody else comes in person …"""
ONLINE = {"DOR", "THI"}
NICHT_DA = {"SRTG"}
"""… but this one, who checks in from the own phone while one watches."""


class Besetzung:
    """Who sits on each seat and who stands in, by Kürzel of the region or art of the seat."""

    def __init__(self, now: datetime) -> None:
        tag = timezone.localdate(now)
        self.sitze = {_schluessel(sitz): sitz for sitz in Sitz.objects.select_related("sozialregion")}
        namen = {sitz.pk: name for name, sitz in self.sitze.items()}
        mandate = Mandat.objects.current(tag).select_related("person")
        self.mandate: dict[str, Mandat] = {namen[mandat.sitz_id]: mandat for mandat in mandate}
        stehende = Stellvertretung.objects.current(tag).order_by("pk").select_related("person")
        self.ersatz: dict[str, Person] = {namen[zeile.sitz_id]: zeile.person for zeile in stehende}


def _schluessel(sitz: Sitz) -> str:
    return sitz.sozialregion.kuerzel if sitz.sozialregion else sitz.art


def answer(sitzung: Sitzung, *, buero: Person, now: datetime) -> None:
    """Let the seats answer for a meeting that lies ahead: by link and portal themselves, by phone through the office."""
    besetzung = Besetzung(now)
    for name, kanal in (ZUGESAGT | ENTSCHULDIGT).items():
        antwort.give_antwort(
            sitzung.pk,
            besetzung.sitze[name].pk,
            antwort="entschuldigt" if name in ENTSCHULDIGT else "zugesagt",
            bemerkung="Am selben Nachmittag tagt der Stadtrat." if name in ENTSCHULDIGT else "",
            kanal=kanal,
            actor=buero if kanal == "telefon" else besetzung.mandate[name].person,
            now=now,
        )
    for name, zusage in VERTRETEN.items():
        sitz, ersatz = besetzung.sitze[name].pk, besetzung.ersatz[name]
        antwort.give_antwort(
            sitzung.pk,
            sitz,
            antwort="vertreten",
            ersatz=Ersatzwahl(person=ersatz.pk),
            kanal="link",
            actor=besetzung.mandate[name].person,
            now=now,
        )
        if zusage:
            stellvertretung.reply_vertretung(sitzung.pk, sitz, zusage=True, actor=ersatz, now=now)
    demo_deeds.create_abgelehnt(
        sitzung.pk,
        besetzung.sitze[ABGELEHNT],
        besetzung.mandate[ABGELEHNT].person,
        besetzung.ersatz[ABGELEHNT],
        now=now,
    )


def admit(sitzung: Sitzung, *, buero: Person, now: datetime) -> None:
    """Admit the board's secretary to one item of a meeting as a guest."""
    tag = timezone.localdate(now)
    person = Funktion.objects.current(tag).get(art=Funktion.Art.VORSTANDSSEKRETARIAT).person
    gast.admit_gast(
        sitzung.pk,
        traktandum_pk=sitzung.traktanden.exclude(thema=None).latest("position").pk,
        vorname=person.vorname,
        nachname=person.nachname,
        email=person.email,
        vertraulich=False,
        actor=buero,
        now=now,
    )


def leave(*, buero: Person, now: datetime) -> None:
    """Let one president's mandate end tonight: at the due meeting the seat is vacant."""
    mandat = Besetzung(now).mandate[VAKANT]
    end_mandat(mandat.pk, bis=timezone.localdate(now) + timedelta(days=1), actor=buero, now=now)


# --- The meeting that runs --------------------------------------------------------------------------------


def run_sitzung(daten: Mapping[str, Any], *, buero: Person, now: datetime) -> Sitzung:
    """Make an extraordinary meeting that began twenty minutes ago: 12 voting seats present, one Ausstand, one wish to discuss."""
    besetzung = Besetzung(now)
    mitternacht = timezone.localtime(now, ZUERICH).replace(hour=0, minute=0, second=0, microsecond=0)
    beginn = max(mitternacht, now.replace(minute=now.minute // 5 * 5, second=0, microsecond=0) - timedelta(minutes=20))
    sitzung = demo_deeds.create_heutige(beginn, daten, actor=buero)
    sitz = besetzung.sitze
    name = next(iter(IM_SAAL))
    antwort.give_antwort(
        sitzung.pk,
        sitz[name].pk,
        antwort="vertreten",
        ersatz=Ersatzwahl(person=besetzung.ersatz[name].pk),
        kanal="muendlich",
        actor=buero,
        now=beginn,
    )
    leitung.start_sitzung(sitzung.pk, actor=besetzung.mandate["vorsitz"].person, now=beginn)
    for name, mandat in besetzung.mandate.items():
        if name not in NICHT_DA:
            praesenz.check_in(
                sitzung.pk,
                sitz[name].pk,
                besetzung.ersatz[name].pk if name in IM_SAAL else mandat.person_id,
                form="online" if name in ONLINE else "vor_ort",
                actor=buero,
                now=beginn,
            )
    punkte = list(sitzung.traktanden.order_by("position"))
    diskussion.request_diskussion(
        next(p for p in punkte if p.art == Traktandum.Art.INFORMATION).pk,
        sitz=sitz["SRO"].pk,
        actor=besetzung.mandate["SRO"].person,
        now=beginn,
    )
    ausstand.declare_ausstand(
        sitzung.pk,
        sitz["SOL"].pk,
        next(p for p in punkte if "Solothurn" in p.titel).pk,
        grund="Das Geschäft betrifft einen Beitrag an die eigene Region.",
        actor=besetzung.mandate["SOL"].person,
        now=now,
    )
    anmeldung.open_saal(sitzung.pk, actor=buero, now=now)
    leitung.set_ausgang(punkte[0].pk, ausgang="zur_kenntnis", actor=besetzung.mandate["vorsitz"].person, now=now)
    leitung.go_to(punkte[1].pk, actor=besetzung.mandate["vorsitz"].person, now=now)
    sitzung.refresh_from_db()
    return sitzung
