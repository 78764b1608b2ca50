"""What the meetings give to the dashboard and the navigation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import wraps
from typing import Any, Protocol

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.formats import date_format

from konferenz.einstellungen import wert
from konferenz.models import Pflichtenheft, Sendung
from konferenz.rules import antwort_bis_at, mahnungen_at
from konferenz.uebersicht import Kachel, Kopf, Ziel
from mitglieder.permissions import Recht, Rolle, Umfang, has_recht
from sitzungen.models import Sitzung, Traktandenwunsch, Versand
from sitzungen.queries import lesen


@dataclass(frozen=True)
class Wochenpunkt:
    """A point of the line before a meeting. zustand: erledigt, jetzt or offen."""

    name: str
    zeit: date | datetime
    zustand: str
    hinweis: str = ""


class _Loader(Protocol):
    def __call__(self, request: HttpRequest) -> Any: ...


def _once(loader: _Loader) -> _Loader:
    """Load once a request what several tiles show."""
    name = f"_sitzungen_{loader.__name__}"  # type: ignore[attr-defined]

    @wraps(loader)
    def cached(request: HttpRequest) -> Any:
        if not hasattr(request, name):
            setattr(request, name, loader(request))
        return getattr(request, name)

    return cached


@_once
def _next(request: HttpRequest) -> Sitzung | None:
    return lesen.next_sitzung(_scope(request))


@_once
def _stand(request: HttpRequest) -> lesen.Lesestand | None:
    """Nothing is new for the office: it puts the papers there."""
    scope = _scope(request)
    return None if has_recht(scope, Recht.VERSAND_LEITEN) else lesen.load_lesestand(scope)


def _scope(request: HttpRequest) -> Umfang:
    return request.umfang  # type: ignore[attr-defined]


def navigation(request: HttpRequest) -> Iterator[Ziel]:
    """Yield the ways to meetings and topics (no query)."""
    scope = _scope(request)
    if scope.is_angemeldet and not _is_nur_vorstand(scope):
        yield Ziel("Sitzungen", "/sitzungen/", 10)
    if has_recht(scope, Recht.THEMEN_SEHEN) and (url := _way("sitzungen:thema-list")):
        yield Ziel("Themen", url, 20)


def _is_nur_vorstand(scope: Umfang) -> bool:
    """Whether the person is on the board or runs the machine and nothing else: meetings are not theirs to read."""
    ohne_sitzungen = {Rolle.VORSTAND, Rolle.VORSTANDSSEKRETARIAT, Rolle.ADMINISTRATION}
    return bool(scope.rollen & ohne_sitzungen) and scope.rollen <= ohne_sitzungen | {Rolle.ANGEMELDET}


def _way(name: str, *args: Any) -> str:
    """Return the address of a page, or nothing where there is none yet."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


# --- The next meeting -----------------------------------------------------------------------------


def naechste_sitzung(request: HttpRequest) -> Kachel | None:
    """Show the next meeting: the page's headline, the week before it, the one thing to do now."""
    scope = _scope(request)
    sitzung = _next(request)
    if sitzung is None:
        if not (has_recht(scope, Recht.TERMIN_SEHEN) or has_recht(scope, Recht.SITZUNG_PLANEN)):
            return None
        return Kachel("sitzungen/_kachel_keine.html", _empty(scope), rang=10, kopf=Kopf("Übersicht"))
    tage = (timezone.localdate(sitzung.beginn_at) - timezone.localdate(scope.now)).days
    stand = _stand(request)
    sieht = has_recht(scope, Recht.SITZUNG_SEHEN, sitzung)
    return Kachel(
        "sitzungen/_kachel_naechste.html",
        {
            "sitzung": sitzung,
            "punkte": wochenpunkte(sitzung, scope),
            "ist_offen": sitzung.is_veroeffentlicht,
            "sieht": sieht,
            "kommt_at": None if sieht else sitzung.versand_due_at,
            "vorbereiten": _way("sitzungen:traktandum-list", sitzung.kennung)
            if has_recht(scope, Recht.SITZUNG_VORBEREITEN, sitzung) and sitzung.is_bearbeitbar
            else "",
            "ungelesen": stand.gesamt - stand.gelesen if stand else 0,
        },
        rang=10,
        kopf=Kopf(
            titel=sitzung.titel,
            kontext=_countdown(sitzung, tage, scope.now),
            vorspann=_when_where(sitzung),
            ton="dringend" if 0 <= tage <= 7 else "",
        ),
    )


def _empty(scope: Umfang) -> dict[str, str]:
    if has_recht(scope, Recht.SITZUNG_PLANEN):
        return {
            "titel": "Es ist keine Sitzung geplant.",
            "text": "Mit dem Jahresplan legen Sie die vier ordentlichen Sitzungen in einem Schritt an.",
            "url": _way("sitzungen:jahresplan"),
            "knopf": "Jahresplan anlegen",
        }
    return {
        "titel": "Im Moment ist keine Sitzung angekündigt.",
        "text": "Sobald die Geschäftsstelle die nächsten Termine ankündigt, stehen sie hier. Frühere Sitzungen finden Sie im Archiv.",
        "url": reverse("sitzungen:sitzung-list"),
        "knopf": "Zum Archiv",
    }


def _countdown(sitzung: Sitzung, tage: int, now: datetime) -> str:
    """«Nächste Sitzung in 12 Tagen, Unterlagen am 3. Dezember»."""
    if sitzung.beginn_at <= now:
        wann = "Die Sitzung läuft"
    else:
        wann = {0: "Nächste Sitzung heute", 1: "Nächste Sitzung morgen"}.get(tage, f"Nächste Sitzung in {tage} Tagen")
    if sitzung.is_veroeffentlicht:
        return f"{wann}, Unterlagen liegen bereit"
    if sitzung.versand_due_at <= now:
        return f"{wann}, Unterlagen folgen"
    return f"{wann}, Unterlagen am {date_format(timezone.localtime(sitzung.versand_due_at), 'j. F')}"


def _when_where(sitzung: Sitzung) -> str:
    beginn, ende = timezone.localtime(sitzung.beginn_at), timezone.localtime(sitzung.ende_at)
    wo = sitzung.ort or ("digital" if sitzung.form == Sitzung.Form.DIGITAL else "")
    return ", ".join(
        teil
        for teil in (
            date_format(beginn, "l, j. F Y"),
            f"{date_format(beginn, 'G.i')}–{date_format(ende, 'G.i')} Uhr",
            wo,
        )
        if teil
    )


def wochenpunkte(sitzung: Sitzung, scope: Umfang) -> list[Wochenpunkt]:
    """Return the points of the week before a meeting as this person may know them (at most two queries).

    The release is the office's and the chair's until the papers are out; «Antwort bis» is the seats'.
    """
    now = scope.now
    punkte: list[tuple[str, datetime, bool]] = []
    if sitzung.freigegeben_at and (sitzung.is_veroeffentlicht or has_recht(scope, Recht.SITZUNG_VORBEREITEN, sitzung)):
        punkte.append(("Freigabe", sitzung.freigegeben_at, True))
    elif has_recht(scope, Recht.SITZUNG_VORBEREITEN, sitzung):
        heft = Pflichtenheft.objects.in_force(timezone.localdate(sitzung.beginn_at)).first()
        if heft is not None and heft.versandfrist_tage is not None:
            punkte.append(
                ("Freigabe bis", mahnungen_at(sitzung.beginn_at, frist_tage=heft.versandfrist_tage)["t8"], False)
            )
    punkte.append(("Versand", sitzung.versandt_at or sitzung.versand_due_at, sitzung.versandt_at is not None))
    if has_recht(scope, Recht.ANTWORTEN) or has_recht(scope, Recht.SITZUNG_VORBEREITEN, sitzung):
        bis = antwort_bis_at(sitzung.beginn_at, tage=wert("antwort_bis_tage"))
        punkte.append(("Antwort bis", bis, bis < now))
    punkte.append(("Sitzung", sitzung.beginn_at, sitzung.ende_at < now))
    punkte.sort(key=lambda punkt: punkt[1])
    return _with_zustand(punkte, now)


def _with_zustand(punkte: list[tuple[str, datetime, bool]], now: datetime) -> list[Wochenpunkt]:
    """The first point not done is the one that counts now."""
    found = []
    seen_next = False
    for name, zeit, done in punkte:
        zustand = "erledigt" if done else "offen"
        if not done and not seen_next:
            zustand, seen_next = "jetzt", True
        tage = (timezone.localdate(zeit) - timezone.localdate(now)).days
        hinweis = "" if done else {0: "heute", 1: "morgen"}.get(tage, f"in {tage} Tagen" if tage > 0 else "überfällig")
        # «Antwort bis» means the whole day: its 23.59 is for comparing only. The release is a matter of days too.
        gezeigt = timezone.localdate(zeit) if name.startswith(("Antwort", "Freigabe")) else zeit
        found.append(Wochenpunkt(name, gezeigt, zustand, hinweis if zustand == "jetzt" else ""))
    return found


# --- What is new, how far one is ------------------------------------------------------------------


def neu_fuer_mich(request: HttpRequest) -> Kachel | None:
    """Show the papers this person has not opened yet."""
    stand = _stand(request)
    if stand is None:
        return None
    return Kachel(
        "sitzungen/_kachel_neu.html",
        {
            "ungelesen": stand.ungelesen,
            "weitere": stand.gesamt - stand.gelesen - len(stand.ungelesen),
            "url": f"/sitzungen/{stand.ungelesen[0].sitzung}/" if stand.ungelesen else "",
        },
        rang=30,
    )


def gelesen(request: HttpRequest) -> Kachel | None:
    """Show how many papers are read, and the way to the next unread one."""
    stand = _stand(request)
    if stand is None:
        return None
    return Kachel("sitzungen/_kachel_gelesen.html", {"stand": stand}, rang=30, in_spalte=True)


def archiv(request: HttpRequest) -> Kachel | None:
    """Show the way to the meetings that are over."""
    scope = _scope(request)
    if not has_recht(scope, Recht.TERMIN_SEHEN):
        return None
    return Kachel("sitzungen/_kachel_archiv.html", {"sitzungen": lesen.latest_past(scope)}, rang=80, in_spalte=True)


MAHNEN_AB = timedelta(days=3)
"""So long before the dispatch an agenda that is not released presses (T−10 with seven days)."""


# --- What waits at the office ----------------------------------------------------------------------


@dataclass(frozen=True)
class Pendent:
    """Something that waits for the office: a sentence, the way to it, how pressing («fehler», «warnung», «info»)."""

    text: str
    url: str
    art: str = "info"


def buero_wartet(request: HttpRequest) -> Kachel | None:
    """Show the office what waits: agendas not released, hindrances, wishes, mails that failed or are unclear."""
    scope = _scope(request)
    if not has_recht(scope, Recht.VERSAND_LEITEN):
        return None
    return Kachel("sitzungen/_kachel_buero.html", {"pendent": load_pendent(scope.now)}, rang=20)


def load_pendent(now: datetime) -> list[Pendent]:
    """Return what waits at the office, the most pressing first (four queries)."""
    found = [*_sitzungen_pendent(now), *_versand_pendent()]
    wuensche = Traktandenwunsch.objects.offen().count()
    if wuensche:
        wort = "Traktandenwunsch wartet" if wuensche == 1 else "Traktandenwünsche warten"
        found.append(Pendent(f"{wuensche} {wort}.", _way("sitzungen:wunsch-list") or reverse("sitzungen:sitzung-list")))
    rang = {"fehler": 0, "warnung": 1, "info": 2}
    return sorted(found, key=lambda pendent: rang[pendent.art])


def _sitzungen_pendent(now: datetime) -> Iterator[Pendent]:
    kommende = Sitzung.objects.filter(
        status__in=[Sitzung.Status.ENTWURF, Sitzung.Status.FREIGEGEBEN], beginn_at__gt=now
    ).order_by("beginn_at")
    for nr, sitzung in enumerate(kommende):
        url = _way("sitzungen:traktandum-list", sitzung.kennung) or sitzung.get_absolute_url()
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
        url = (_way("sitzungen:versand-detail", kennung) if kennung else "") or _way("mitglieder:betrieb") or "/"
        yield Pendent(f"{anzahl} {was} {wort}{wo}.", url, offen[Sendung.Status(status)])


def _versand_url(versand: Versand) -> str:
    return _way("sitzungen:versand-detail", versand.sitzung.kennung) or versand.sitzung.get_absolute_url()


def vorstand(request: HttpRequest) -> Kachel | None:
    """Tell the board kindly that nothing waits for it yet."""
    scope = _scope(request)
    if not scope.rollen & {Rolle.VORSTAND, Rolle.VORSTANDSSEKRETARIAT} or has_recht(scope, Recht.TERMIN_SEHEN):
        return None
    return Kachel("sitzungen/_kachel_vorstand.html", {}, rang=60, kopf=Kopf("Guten Tag"))
