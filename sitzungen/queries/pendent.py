"""What waits at the office and at the chair: agendas to release, hindrances, wishes, mails that did not arrive."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.module_loading import import_string

from konferenz.models import Sendung
from mitglieder.permissions import Umfang
from sitzungen.models import Sitzung, Traktandenwunsch, Versand

from .sitzplan import Vertretung

MAHNEN_AB = timedelta(days=3)
"""So long before the dispatch an agenda that is not released presses (T−10 with seven days)."""


@dataclass(frozen=True)
class Pendent:
    """Something that waits for the office: a sentence, the way to it, how pressing («fehler», «warnung», «info»)."""

    text: str
    url: str
    art: str = "info"


@lru_cache
def _functions(names: tuple[str, ...]) -> tuple[Callable[[Umfang], Iterable[Pendent]], ...]:
    return tuple(import_string(name) for name in names)


def tell_weitere(umfang: Umfang) -> list[Pendent]:
    """Return what the apps above know to wait for this person (settings.PENDENTE); each asks for its own right."""
    return [pendent for function in _functions(tuple(settings.PENDENTE)) for pendent in function(umfang)]


def load_pendent(now: datetime, *weitere: Pendent) -> list[Pendent]:
    """Return what waits at the office, with what else is known to wait, the most pressing first (four queries)."""
    kommende = list(
        Sitzung.objects.filter(
            status__in=[Sitzung.Status.ENTWURF, Sitzung.Status.FREIGEGEBEN], beginn_at__gt=now
        ).order_by("beginn_at")
    )
    found = [*_sitzungen_pendent(kommende, now), *weitere, *_versand_pendent()]
    wuensche = Traktandenwunsch.objects.offen().count()
    if wuensche:
        wort = "Traktandenwunsch wartet" if wuensche == 1 else "Traktandenwünsche warten"
        found.append(Pendent(f"{wuensche} {wort}.", _wunsch_url(kommende)))
    rang = {"fehler": 0, "warnung": 1, "info": 2}
    return sorted(found, key=lambda pendent: rang[pendent.art])


def _wunsch_url(kommende: Sequence[Sitzung]) -> str:
    """Return where the office takes a wish up: beside the agenda of the next meeting, else where meetings are planned."""
    if kommende:
        return reverse("sitzungen:traktandum-list", args=[kommende[0].kennung]) + "#wuensche"
    return reverse("sitzungen:jahresplan")


def _sitzungen_pendent(kommende: Sequence[Sitzung], now: datetime) -> Iterator[Pendent]:
    for nr, sitzung in enumerate(kommende):
        url = reverse("sitzungen:traktandum-list", args=[sitzung.kennung])
        if sitzung.hindernis:
            yield Pendent(f"{sitzung.titel}: {sitzung.hindernis}", url, "fehler")
        elif sitzung.status == Sitzung.Status.ENTWURF and sitzung.versand_due_at <= now + MAHNEN_AB:
            faellig = sitzung.versand_due_at <= now
            tage = (timezone.localdate(sitzung.versand_due_at) - timezone.localdate(now)).days
            wann = "war der Versand fällig" if faellig else _in_tagen(tage)
            yield Pendent(
                f"{sitzung.titel}: noch nicht freigegeben, {wann}"
                + (f" am {date_format(timezone.localtime(sitzung.versand_due_at), 'j. F')}." if faellig else "."),
                url,
                "fehler" if faellig else "warnung",
            )
        elif nr == 0:
            am = date_format(timezone.localtime(sitzung.versand_due_at), "j. F Y")
            yield Pendent(f"{sitzung.titel}: {sitzung.get_status_display()}, Versand am {am}.", url)


def _in_tagen(tage: int) -> str:
    return {0: "Versand heute", 1: "Versand morgen"}.get(tage, f"Versand in {tage} Tagen")


def _versand_pendent() -> Iterator[Pendent]:
    """Yield mails of running or finished dispatches that did not go as they should, and dispatches halted."""
    for versand in Versand.objects.filter(status=Versand.Status.GESTOPPT).select_related("sitzung"):
        yield Pendent(
            f"{versand.get_art_display()} {versand.sitzung.nummer} ist angehalten.", _versand_url(versand), "warnung"
        )
    offen = {Sendung.Status.FEHLGESCHLAGEN: "fehler", Sendung.Status.UNKLAR: "warnung"}
    rows = Sendung.objects.filter(status__in=list(offen)).values_list(
        "status", "zustellung__versand__sitzung__kennung", "betreff"
    )[:200]
    zahl: dict[tuple[str, str], int] = {}
    for status, kennung, _ in rows:
        zahl[status, kennung or ""] = zahl.get((status, kennung or ""), 0) + 1
    for (status, kennung), anzahl in zahl.items():
        was = "Mail ist" if anzahl == 1 else "Mails sind"
        wo = f" (Sitzung {kennung})" if kennung else ""
        wort = "fehlgeschlagen" if status == Sendung.Status.FEHLGESCHLAGEN else "unklar"
        url = reverse("sitzungen:versand-detail", args=[kennung]) if kennung else reverse("mitglieder:betrieb")
        yield Pendent(f"{anzahl} {was} {wort}{wo}.", url, offen[Sendung.Status(status)])


def _versand_url(versand: Versand) -> str:
    return reverse("sitzungen:versand-detail", args=[versand.sitzung.kennung])


def tell_luecken(sitzung: Sitzung | None, vertretung: Vertretung | None, now: datetime) -> list[Pendent]:
    """Return what to say of the seats that have not answered (no query); nothing where all have, or none is asked yet."""
    if sitzung is None or vertretung is None or vertretung.bis_at is None or not vertretung.lage.luecken:
        return []
    neu = len(vertretung.lage.neu_erbeten)
    zahl = len(vertretung.lage.luecken) - neu
    was = [f"{zahl} {'Sitz' if zahl == 1 else 'Sitze'} ohne Antwort"] if zahl else []
    was += [f"{neu} {'Antwort' if neu == 1 else 'Antworten'} neu erbeten"] if neu else []
    vorbei = vertretung.bis_at < now
    bis = (
        f"Antwort {'war' if vorbei else 'ist'} erbeten bis {date_format(timezone.localtime(vertretung.bis_at), 'j. F')}"
    )
    return [
        Pendent(
            f"{sitzung.titel}: {', '.join(was)}; {bis}." if neu else f"{sitzung.titel}: {was[0]}, {bis}.",
            reverse("sitzungen:teilnahme-list", args=[sitzung.kennung]),
            "warnung" if vorbei else "info",
        )
    ]


def load_vorgelegt(now: datetime) -> list[Pendent]:
    """Return the agendas that wait for the chair's release (one query)."""
    offen = Sitzung.objects.filter(status=Sitzung.Status.ENTWURF, eingereicht_at__isnull=False, beginn_at__gt=now)
    return [
        Pendent(
            f"{sitzung.titel}: zur Freigabe vorgelegt.",
            reverse("sitzungen:freigabe-detail", args=[sitzung.kennung]),
            "warnung",
        )
        for sitzung in offen.order_by("beginn_at")
    ]
