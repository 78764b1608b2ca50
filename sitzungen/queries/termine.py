"""Which meetings a person may know of: the next one, the list, the calendar; and what is unread of those ahead.

Each function takes the person's Umfang and returns only what that person may see.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.formats import date_format

from konferenz.models import Datei
from mitglieder.permissions import VORBEREITENDE, Umfang
from sitzungen.models import Fassung, Lesung, Sitzung, Unterlage


@dataclass(frozen=True)
class Zeile:
    """One meeting in the list: when, where and how it stands, in words."""

    titel: str
    url: str
    beginn_at: datetime
    ende_at: datetime
    ort: str
    stand: str
    stand_art: str


def make_zeile(sitzung: Sitzung, umfang: Umfang) -> Zeile:
    """Return a meeting as a row of the list (no query). Who does not prepare it does not learn how far the office is."""
    stand, art = _stand(sitzung, umfang)
    return Zeile(
        titel=sitzung.titel,
        url=f"/sitzungen/{sitzung.kennung}/",
        beginn_at=sitzung.beginn_at,
        ende_at=sitzung.ende_at,
        ort=sitzung.ort or ("digital" if sitzung.form == Sitzung.Form.DIGITAL else ""),
        stand=stand,
        stand_art=art,
    )


def _stand(sitzung: Sitzung, umfang: Umfang) -> tuple[str, str]:
    if sitzung.status == Sitzung.Status.ABGESAGT:
        return "abgesagt", "fehler"
    if sitzung.status == Sitzung.Status.LAUFEND:
        return "läuft", "entscheid"
    if sitzung.ende_at < umfang.now or sitzung.status == Sitzung.Status.GESCHLOSSEN:
        return "Archiv", ""
    if sitzung.is_veroeffentlicht:
        return "Unterlagen bereit", "gut"
    if umfang.rollen & VORBEREITENDE:
        return sitzung.get_status_display(), "warnung"
    return f"Unterlagen am {date_format(timezone.localtime(sitzung.versand_due_at), 'j. F')}", ""


def next_sitzung(umfang: Umfang) -> Sitzung | None:
    """Return the nearest meeting still ahead that the person may know of (one query)."""
    return Sitzung.objects.visible_to(umfang).upcoming(umfang.now).first()


def kommende_sitzungen(umfang: Umfang) -> list[Sitzung]:
    """Return the meetings still ahead that the person may know of, nearest first (one query)."""
    return list(Sitzung.objects.visible_to(umfang).upcoming(umfang.now))


def list_sitzungen(umfang: Umfang, jahr: int | None) -> QuerySet[Sitzung]:
    """Return the meetings of a year (of all years without one), the latest first, with what a row shows."""
    rows = Sitzung.objects.visible_to(umfang)
    if jahr is not None:
        rows = rows.filter(jahr=jahr)
    return rows.only(
        "kennung",
        "jahr",
        "art",
        "nr",
        "beginn_at",
        "ende_at",
        "ort",
        "form",
        "status",
        "versand_due_at",
        "versandt_at",
        "terminankuendigung_at",
    ).order_by("-beginn_at", "-pk")


def list_jahre(umfang: Umfang) -> list[tuple[int, int]]:
    """Return (year, number of meetings the person may know of), the latest year first (one query)."""
    rows = Sitzung.objects.visible_to(umfang).order_by("-jahr").values("jahr")
    return [(row["jahr"], row["zahl"]) for row in rows.annotate(zahl=Count("pk", distinct=True))]


@dataclass(frozen=True)
class Neuigkeit:
    """A paper this person has not opened yet. sitzung: the Kennung of its meeting, nummer: the same in words («4/2026»)."""

    titel: str
    url: str
    traktandum: str
    sitzung: str
    nummer: str
    seit_at: datetime


@dataclass(frozen=True)
class Lesestand:
    """How far a person is with the papers of the meetings ahead: how many there are, how many opened, the unread ones."""

    gesamt: int
    gelesen: int
    ungelesen: list[Neuigkeit]
    naechste_url: str = ""


def load_lesestand(umfang: Umfang, *, hoechstens: int = 6) -> Lesestand | None:
    """Return what is unread of the published meetings ahead, running or just past (one query); None without any paper.

    Only papers the person may open count, so no number tells of a confidential one.
    """
    frisch = (
        Unterlage.objects.visible_to(umfang)
        .aktuell()
        .filter(
            traktandum__sitzung__status__in=Sitzung.VEROEFFENTLICHT,
            traktandum__sitzung__ende_at__gte=umfang.now,
        )
    )
    zeilen = list(
        Fassung.objects.aktuell()
        .filter(unterlage__in=frisch, datei__pruefung=Datei.Pruefung.GEPRUEFT)
        .annotate(is_gelesen=Exists(Lesung.objects.filter(fassung=OuterRef("pk"), person=umfang.person)))
        .order_by("unterlage__traktandum__sitzung__beginn_at", "unterlage__traktandum__position", "unterlage__position")
        .values_list(
            "unterlage__titel",
            "unterlage__uuid",
            "unterlage__traktandum__position",
            "unterlage__traktandum__titel",
            "unterlage__traktandum__sitzung__kennung",
            "unterlage__traktandum__sitzung__art",
            "unterlage__traktandum__sitzung__nr",
            "unterlage__traktandum__sitzung__jahr",
            "unterlage__traktandum__sitzung__versandt_at",
            "hochgeladen_at",
            "is_gelesen",
        )
    )
    if not zeilen:
        return None
    ungelesen = [
        Neuigkeit(
            titel=titel,
            url=f"/unterlagen/{uuid}/",
            traktandum=f"Traktandum {position}",
            sitzung=kennung,
            nummer=Sitzung(art=art, nr=nr, jahr=jahr).nummer,
            seit_at=max(versandt_at or hochgeladen_at, hochgeladen_at),
        )
        for titel, uuid, position, _, kennung, art, nr, jahr, versandt_at, hochgeladen_at, gelesen in zeilen
        if not gelesen
    ]
    return Lesestand(
        gesamt=len(zeilen),
        gelesen=len(zeilen) - len(ungelesen),
        ungelesen=ungelesen[:hoechstens],
        naechste_url=ungelesen[0].url if ungelesen else "",
    )


def latest_past(umfang: Umfang, *, hoechstens: int = 3) -> list[Sitzung]:
    """Return the last published meetings that are over (one query)."""
    return list(Sitzung.objects.visible_to(umfang).veroeffentlicht().past(umfang.now)[:hoechstens])


def list_kalender(umfang: Umfang) -> list[Sitzung]:
    """Return the meetings for a calendar subscription: all ahead and those of the last year, cancelled ones included."""
    return list(
        Sitzung.objects.visible_to(umfang).filter(ende_at__gte=umfang.now - timedelta(days=400)).order_by("beginn_at")
    )
