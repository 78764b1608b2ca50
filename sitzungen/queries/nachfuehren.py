"""What a meeting leaves behind: one never opened or closed, one the chair has not confirmed, items that come back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from mitglieder.models import Person, Stellvertretung
from mitglieder.permissions import Recht, Umfang, has_recht
from sitzungen.models import Anwesenheit, Sitzung, Traktandum
from sitzungen.rules import tag
from sitzungen.rules.leitung import check_nachfuehrung, is_nachzufuehren

from .gast import zulassungen
from .pendent import Pendent
from .praesenz import Lage, load_lage


def nachzufuehrende(now: datetime) -> QuerySet[Sitzung]:
    """Return the meetings that were never opened or never closed, from the morning after their day."""
    mitternacht = datetime.combine(timezone.localdate(now), time.min, timezone.get_current_timezone())
    return Sitzung.objects.filter(
        status__in=[Sitzung.Status.VERSANDT, Sitzung.Status.LAUFEND], beginn_at__lt=mitternacht
    ).order_by("beginn_at")


def unbestaetigte() -> QuerySet[Sitzung]:
    """Return the meetings recorded afterwards that the chair has not confirmed."""
    return Sitzung.objects.filter(nacherfasst_at__isnull=False, bestaetigt_at__isnull=True).order_by("beginn_at")


def wartende_traktanden() -> QuerySet[Traktandum]:
    """Return the items that wait for the next agenda, oldest first: postponed, sent back, or not come to.

    Of meetings led or recorded in the portal. What was taken over to a meeting that was not called off waits no more.
    """
    uebernommen = Traktandum.objects.filter(vorgaenger=OuterRef("pk")).exclude(sitzung__status=Sitzung.Status.ABGESAGT)
    wartend = Q(ausgang__in=[Traktandum.Ausgang.VERSCHOBEN, Traktandum.Ausgang.ZURUECKGEWIESEN])
    liegen_geblieben = Q(ausgang=Traktandum.Ausgang.OFFEN, sitzung__leitung__isnull=False)
    return (
        Traktandum.objects.filter(wartend | liegen_geblieben, sitzung__status=Sitzung.Status.GESCHLOSSEN, standard="")
        .exclude(Exists(uebernommen))
        .select_related("sitzung")
        .order_by("sitzung__beginn_at", "position")
    )


def tell_buero(now: datetime) -> Iterator[Pendent]:
    """Yield what a meeting left for the office: to be recorded, to be taken over (two queries; a third for the way there)."""
    for sitzung in nachzufuehrende(now):
        was = "nie eröffnet" if sitzung.status == Sitzung.Status.VERSANDT else "nie geschlossen"
        url = reverse("sitzungen:sitzung-nachfuehren", args=[sitzung.kennung])
        yield Pendent(f"{sitzung.titel} wurde {was}: Sitzung nachführen.", url, "warnung")
    wartend = wartende_traktanden().exclude(ausgang=Traktandum.Ausgang.ZURUECKGEWIESEN).count()
    if not wartend:
        return
    naechste = (
        Sitzung.objects.filter(status__in=[Sitzung.Status.ENTWURF, Sitzung.Status.FREIGEGEBEN], beginn_at__gt=now)
        .order_by("beginn_at")
        .first()
    )
    wer = "1 Traktandum wartet" if wartend == 1 else f"{wartend} Traktanden warten"
    if naechste is None:
        yield Pendent(
            f"{wer} auf die nächste Traktandenliste; es ist noch keine Sitzung geplant.",
            reverse("sitzungen:jahresplan"),
        )
    else:
        url = reverse("sitzungen:traktandum-list", args=[naechste.kennung]) + "#uebernahme"
        yield Pendent(f"{wer} auf die Traktandenliste der Sitzung {naechste.nummer}.", url)


def tell_vorsitz() -> list[Pendent]:
    """Return the meetings recorded afterwards that wait for the chair's word (one query)."""
    return [
        Pendent(
            f"{sitzung.titel}: nachgeführt, wartet auf Ihre Bestätigung.",
            reverse("sitzungen:nachfuehrung-confirm", args=[sitzung.kennung]),
            "warnung",
        )
        for sitzung in unbestaetigte()
    ]


@dataclass(frozen=True)
class Saalhinweis:
    """What the meeting page says of the meeting itself. aktuell: the item called now.

    is_nachzufuehren: never opened or closed, from the next morning.  is_unbestaetigt: recorded afterwards, the chair has
    not confirmed it yet.
    """

    aktuell: Traktandum | None
    darf_leiten: bool
    darf_saal: bool
    darf_nachfuehren: bool
    darf_bestaetigen: bool
    is_nachzufuehren: bool
    is_unbestaetigt: bool


def load_saalhinweis(sitzung: Sitzung, umfang: Umfang) -> Saalhinweis:
    """Return what the meeting page says of the meeting itself (one query while it runs)."""
    is_laufend = sitzung.status == Sitzung.Status.LAUFEND
    sieht = has_recht(umfang, Recht.SAAL_SEHEN, sitzung)
    heute, sitzungstag = timezone.localdate(umfang.now), tag(sitzung.beginn_at)
    kann = not check_nachfuehrung(
        sitzung.status,
        begonnen=sitzung.beginn_at <= umfang.now,
        is_nacherfasst=sitzung.nacherfasst_at is not None,
        is_bestaetigt=sitzung.bestaetigt_at is not None,
    )
    return Saalhinweis(
        aktuell=sitzung.traktanden.with_diskussion().filter(pk=sitzung.aktuell_id).first()
        if is_laufend and sieht and sitzung.aktuell_id
        else None,
        darf_leiten=has_recht(umfang, Recht.SITZUNG_LEITEN, sitzung)
        and (is_laufend or (sitzung.status == Sitzung.Status.VERSANDT and heute == sitzungstag)),
        darf_saal=sieht,
        darf_nachfuehren=kann and has_recht(umfang, Recht.SITZUNG_NACHFUEHREN, sitzung),
        darf_bestaetigen=has_recht(umfang, Recht.NACHFUEHRUNG_BESTAETIGEN, sitzung),
        is_nachzufuehren=is_nachzufuehren(sitzung.status, sitzungstag=sitzungstag, heute=heute),
        is_unbestaetigt=sitzung.nacherfasst_at is not None and sitzung.bestaetigt_at is None,
    )


@dataclass(frozen=True)
class Papierlage:
    """What the page of recording a meeting starts from. stellvertretungen, anwesend: by pk of the seat."""

    lage: Lage
    stellvertretungen: dict[int, list[Person]]
    traktanden: list[Traktandum]
    gaeste: list[Person]
    anwesend: dict[int, Anwesenheit]


def load_papierlage(sitzung: Sitzung) -> Papierlage:
    """Return everything the page of recording a meeting offers (ten queries)."""
    stellvertretungen: dict[int, list[Person]] = {}
    liste = (
        Stellvertretung.objects.current(tag(sitzung.beginn_at)).select_related("person").order_by("person__nachname")
    )
    for zeile in liste:
        stellvertretungen.setdefault(zeile.sitz_id, []).append(zeile.person)
    gaeste = {zulassung.person.pk: zulassung.person for zulassung in zulassungen(sitzung)}
    erfasst = Anwesenheit.objects.filter(sitzung=sitzung, teilnahme__isnull=False).select_related("teilnahme")
    return Papierlage(
        lage=load_lage(sitzung),
        stellvertretungen=stellvertretungen,
        traktanden=list(sitzung.traktanden.with_diskussion().order_by("position")),
        gaeste=list(gaeste.values()),
        anwesend={a.teilnahme.sitz_id: a for a in erfasst if a.teilnahme is not None},
    )


def list_anwesenheiten(sitzung: Sitzung) -> list[Anwesenheit]:
    """Return every stretch of presence of a meeting in seat order, guests last (one query)."""
    rows = Anwesenheit.objects.filter(sitzung=sitzung).select_related(
        "person", "erfasst_von", "teilnahme__sitz__sozialregion"
    )
    return sorted(rows, key=lambda a: (a.teilnahme.sitz.reihenfolge if a.teilnahme else 1_000, a.von_at, a.pk))
