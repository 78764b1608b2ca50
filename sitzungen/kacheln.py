"""What the meetings give to the dashboard and the navigation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import wraps
from typing import Any, Protocol

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join

from konferenz.einstellungen import wert
from konferenz.models import Pflichtenheft
from konferenz.rules import antwort_bis_at, mahnungen_at
from konferenz.uebersicht import Kachel, Kopf, Ziel
from mitglieder.kacheln import Schritt
from mitglieder.permissions import Recht, Rolle, Umfang, has_recht
from sitzungen.models import Sitzung
from sitzungen.queries import gast, nachfuehren, pendent, sitzplan, termine
from sitzungen.queries.antwort import meine_sitze

VERTRETUNG_AB = timedelta(days=14)


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
    return termine.next_sitzung(_scope(request))


@_once
def _stand(request: HttpRequest) -> termine.Lesestand | None:
    """Nothing is new for the office: it puts the papers there."""
    scope = _scope(request)
    return None if has_recht(scope, Recht.VERSAND_LEITEN) else termine.load_lesestand(scope)


@_once
def _vertretung(request: HttpRequest) -> sitzplan.Vertretung | None:
    """Who comes to the next meeting, from two weeks before it on: earlier nobody has to know."""
    return _load_vertretung(_next(request), _scope(request))


def _load_vertretung(sitzung: Sitzung | None, scope: Umfang) -> sitzplan.Vertretung | None:
    if sitzung is None or not has_recht(scope, Recht.TEILNAHMEN_SEHEN, sitzung):
        return None
    is_bald = sitzung.is_termin_bekannt and sitzung.beginn_at - scope.now <= VERTRETUNG_AB
    return sitzplan.load_vertretung(sitzung) if sitzung.is_veroeffentlicht or is_bald else None


def _tell_luecken(request: HttpRequest) -> list[pendent.Pendent]:
    """What the office is told of seats without an answer; while a meeting runs, of the one after it."""
    sitzung, scope = _next(request), _scope(request)
    if sitzung is None or sitzung.beginn_at > scope.now:
        return pendent.tell_luecken(sitzung, _vertretung(request), scope.now)
    danach = Sitzung.objects.upcoming(scope.now).filter(beginn_at__gt=scope.now).first()
    return pendent.tell_luecken(danach, _load_vertretung(danach, scope), scope.now)


def _scope(request: HttpRequest) -> Umfang:
    return request.umfang  # type: ignore[attr-defined]


def navigation(request: HttpRequest) -> Iterator[Ziel]:
    """Yield the ways to meetings and topics (no query)."""
    scope = _scope(request)
    if scope.is_angemeldet and not _is_nur_vorstand(scope):
        yield Ziel("Sitzungen", "/sitzungen/", 10)
    if has_recht(scope, Recht.THEMEN_SEHEN):
        yield Ziel("Themen", "/themen/", 20)


def _is_nur_vorstand(scope: Umfang) -> bool:
    """Whether the person is on the board or runs the machine and nothing else: meetings are not theirs to read."""
    ohne_sitzungen = {Rolle.VORSTAND, Rolle.VORSTANDSSEKRETARIAT, Rolle.ADMINISTRATION}
    return bool(scope.rollen & ohne_sitzungen) and scope.rollen <= ohne_sitzungen | {Rolle.ANGEMELDET}


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
            "vorbereiten": reverse("sitzungen:traktandum-list", args=[sitzung.kennung])
            if has_recht(scope, Recht.SITZUNG_VORBEREITEN, sitzung) and sitzung.is_bearbeitbar
            else "",
            "leitung": reverse("sitzungen:leitung", args=[sitzung.kennung]) if _leads_now(sitzung, scope) else "",
            "laeuft": sitzung.status == Sitzung.Status.LAUFEND,
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


def _leads_now(sitzung: Sitzung, scope: Umfang) -> bool:
    """Whether the desk is this person's way in: the meeting runs, or opens today."""
    if not has_recht(scope, Recht.SITZUNG_LEITEN, sitzung):
        return False
    is_heute = timezone.localdate(sitzung.beginn_at) == timezone.localdate(scope.now)
    return sitzung.status == Sitzung.Status.LAUFEND or (sitzung.status == Sitzung.Status.VERSANDT and is_heute)


def _empty(scope: Umfang) -> dict[str, str]:
    if has_recht(scope, Recht.SITZUNG_PLANEN):
        return {
            "titel": "Es ist keine Sitzung geplant.",
            "text": "Mit dem Jahresplan legen Sie die vier ordentlichen Sitzungen in einem Schritt an.",
            "url": reverse("sitzungen:jahresplan"),
            "knopf": "Jahresplan anlegen",
        }
    return {
        "titel": "Im Moment ist keine Sitzung angekündigt.",
        "text": "Sobald die Geschäftsstelle die nächsten Termine ankündigt, stehen sie hier. Frühere Sitzungen finden Sie im Archiv.",
        "url": reverse("sitzungen:sitzung-list"),
        "knopf": "Zum Archiv",
    }


def _countdown(sitzung: Sitzung, tage: int, now: datetime) -> str:
    """«Nächste Sitzung in 12 Tagen, Unterlagen am 3. Dezember»; «Die Sitzung läuft»."""
    if sitzung.status == Sitzung.Status.LAUFEND:
        return "Die Sitzung läuft"
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
    teile = [
        date_format(beginn, "l, j. F Y"),
        format_html(
            '<span class="umbruch-frei">{}–{} Uhr</span>', date_format(beginn, "G.i"), date_format(ende, "G.i")
        ),
        wo,
    ]
    return format_html_join(", ", "{}", ((teil,) for teil in teile if teil))


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


# --- One's own answers ------------------------------------------------------------------------------


def antworten(request: HttpRequest) -> Kachel | None:
    """Ask «Nehmen Sie teil?»: the next meeting with one's answer, and later ones not answered yet (two queries)."""
    scope = _scope(request)
    if not scope.sitze and scope.sieht_alles_veroeffentlichte:
        return None  # the office answers for nobody here
    kommende = termine.kommende_sitzungen(scope)
    meine = [m for m in meine_sitze(kommende, scope) if m.is_offen]
    zeilen = [m for m in meine if m.braucht_antwort or m.sitzung == meine[0].sitzung]
    if not zeilen:
        return None
    return Kachel(
        "sitzungen/_kachel_antworten.html",
        {
            "zeilen": zeilen,
            "mehrere": len({m.sitz.pk for m in meine}) > 1,
            "is_offen": any(m.braucht_antwort for m in zeilen),
        },
        rang=15,
    )


# --- The first hour ---------------------------------------------------------------------------------


def einrichten(request: HttpRequest) -> Iterator[Schritt]:
    """Yield the last step of the first hour: the year's ordinary meetings (two queries)."""
    now = _scope(request).now
    jahr = timezone.localdate(now).year
    heft = Pflichtenheft.objects.in_force(timezone.localdate(now)).first()
    verlangt = (heft and heft.ordentliche_sitzungen) or 4
    geplant = Sitzung.objects.filter(jahr__gte=jahr, art=Sitzung.Art.ORDENTLICH).exclude(status=Sitzung.Status.ABGESAGT)
    je_jahr = Counter(geplant.values_list("jahr", flat=True))
    bestes = max(je_jahr, key=lambda j: (je_jahr[j], -j), default=jahr)
    anzahl = je_jahr[bestes]
    yield Schritt(
        "Jahresplan",
        f"{bestes} {'ist 1 ordentliche Sitzung' if anzahl == 1 else f'sind {anzahl} ordentliche Sitzungen'} geplant; "
        f"das Pflichtenheft verlangt {verlangt} im Jahr."
        if anzahl
        else f"Noch keine Sitzung ist geplant; das Pflichtenheft verlangt {verlangt} im Jahr.",
        anzahl >= verlangt,
        reverse("sitzungen:jahresplan-edit", args=[bestes]),
        "Jahr planen",
        50,
    )


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
            "hier": naechste.kennung if (naechste := _next(request)) else "",
        },
        rang=30,
    )


def gelesen(request: HttpRequest) -> Kachel | None:
    """Show how many papers are read, and the way to the next unread one."""
    stand = _stand(request)
    if stand is None:
        return None
    return Kachel("sitzungen/_kachel_gelesen.html", {"stand": stand}, rang=30, in_spalte=True)


def vertretung(request: HttpRequest) -> Kachel | None:
    """Show how many regions come to the next meeting; the office has the gaps among what waits too."""
    found = _vertretung(request)
    if found is None:
        return None
    url = reverse("sitzungen:teilnahme-list", args=[_next(request).kennung])
    return Kachel("sitzungen/_kachel_vertretung.html", {"vertretung": found, "url": url}, rang=40, in_spalte=True)


def wunsch(request: HttpRequest) -> Kachel | None:
    """Show a member the way to put something on the agenda; the office has it among what waits."""
    scope = _scope(request)
    if not has_recht(scope, Recht.WUNSCH_SCHREIBEN) or has_recht(scope, Recht.VERSAND_LEITEN):
        return None
    return Kachel("sitzungen/_kachel_wunsch.html", rang=70, in_spalte=True)


def archiv(request: HttpRequest) -> Kachel | None:
    """Show the way to the meetings that are over."""
    scope = _scope(request)
    if not has_recht(scope, Recht.TERMIN_SEHEN):
        return None
    return Kachel("sitzungen/_kachel_archiv.html", {"sitzungen": termine.latest_past(scope)}, rang=80, in_spalte=True)


# --- What waits at the office ----------------------------------------------------------------------


def buero_wartet(request: HttpRequest) -> Kachel | None:
    """Show the office what waits: agendas not released, hindrances, wishes, mails that failed or are unclear.

    The chair, who is not the office, sees what was laid before him for release, and nothing while there is nothing.
    """
    scope = _scope(request)
    if has_recht(scope, Recht.VERSAND_LEITEN):
        weitere = [*_tell_luecken(request), *nachfuehren.tell_buero(scope.now), *gast.tell_verwaiste(scope.now)]
        return Kachel("sitzungen/_kachel_buero.html", {"pendent": pendent.load_pendent(scope.now, *weitere)}, rang=20)
    if not has_recht(scope, Recht.SITZUNG_FREIGEBEN):
        return None
    vorgelegt = [*pendent.load_vorgelegt(scope.now), *nachfuehren.tell_vorsitz()]
    return Kachel("sitzungen/_kachel_buero.html", {"pendent": vorgelegt}, rang=5) if vorgelegt else None


def vorstand(request: HttpRequest) -> Kachel | None:
    """Tell the board kindly that nothing waits for it yet."""
    scope = _scope(request)
    if not scope.rollen & {Rolle.VORSTAND, Rolle.VORSTANDSSEKRETARIAT} or has_recht(scope, Recht.TERMIN_SEHEN):
        return None
    return Kachel("sitzungen/_kachel_vorstand.html", {}, rang=60, kopf=Kopf("Guten Tag"))
