"""Who gets the link into the room on the morning of the meeting."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from konferenz.einstellungen import wert
from konferenz.models import Sendung
from mitglieder.models import Person, Sitz
from sitzungen.models import Sitzung

from .praesenz import Lage, load_lage

NIE = 24
"""The hour of the setting at which nothing is sent."""


@dataclass(frozen=True)
class Erwartet:
    """One person expected on a seat: the holder, or the substitute named who has not declined."""

    sitz: Sitz
    person: Person
    is_vertretung: bool


def faellige_sitzungen(now: datetime) -> QuerySet[Sitzung]:
    """Return the meetings of today whose hour has come and which are not over (one query for the setting)."""
    stunde, lokal = int(wert("sitzungstag_stunde")), timezone.localtime(now)
    if stunde >= NIE or lokal.hour < stunde:
        return Sitzung.objects.none()
    mitternacht = datetime.combine(lokal.date(), time.min, timezone.get_current_timezone())
    morgen = datetime.combine(lokal.date() + timedelta(days=1), time.min, timezone.get_current_timezone())
    return Sitzung.objects.filter(
        status__in=[Sitzung.Status.VERSANDT, Sitzung.Status.LAUFEND],
        beginn_at__gte=mitternacht,
        beginn_at__lt=morgen,
        ende_at__gt=now,
    ).order_by("beginn_at")


def erwartete(lage: Lage) -> tuple[Erwartet, ...]:
    """Return who is expected: holders who said yes or nothing, substitutes named; nobody for seats that are excused (no query).

    Who cannot be written to is left out.
    """
    gefunden = []
    for zeile in lage:
        if zeile.antwort == "vertreten" and zeile.vertretung is not None:
            gefunden.append(Erwartet(zeile.sitz, zeile.vertretung, is_vertretung=True))
        elif zeile.inhaber is not None and zeile.antwort != "entschuldigt":
            gefunden.append(Erwartet(zeile.sitz, zeile.inhaber, is_vertretung=False))
    return tuple(e for e in gefunden if e.person.is_active and e.person.email.strip())


def schluessel(sitzung: Sitzung, erwartet: Erwartet) -> str:
    """Return the key that lets one seat's letter of one day go to one person once."""
    tag = timezone.localdate(sitzung.beginn_at)
    return f"sitzungstag:{sitzung.uuid}:{erwartet.sitz.uuid}:{erwartet.person.uuid}:{tag}"


def ohne_link(sitzung: Sitzung, lage: Lage | None = None) -> tuple[Erwartet, ...]:
    """Return who is expected and has had no letter of the day yet (six queries, one where lage is given)."""
    alle = erwartete(lage or load_lage(sitzung))
    vorhanden = _vorhandene(schluessel(sitzung, e) for e in alle)
    return tuple(e for e in alle if schluessel(sitzung, e) not in vorhanden)


def _vorhandene(schluessel: Iterable[str]) -> set[str]:
    return set(Sendung.objects.filter(schluessel__in=list(schluessel)).values_list("schluessel", flat=True))
