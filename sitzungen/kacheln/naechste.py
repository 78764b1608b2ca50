"""The next meeting: the page's headline, the week before it, the one thing to do now."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join

from konferenz.uebersicht import Kachel, Kopf
from mitglieder.permissions import Recht, Umfang, has_recht
from sitzungen.models import Sitzung

from .geladen import lesestand, next_sitzung, scope_of
from .woche import wochenpunkte


def naechste_sitzung(request: HttpRequest) -> Kachel | None:
    """Show the next meeting: the page's headline, the week before it, the one thing to do now."""
    scope = scope_of(request)
    sitzung = next_sitzung(request)
    if sitzung is None:
        if not (has_recht(scope, Recht.TERMIN_SEHEN) or has_recht(scope, Recht.SITZUNG_PLANEN)):
            return None
        return Kachel("sitzungen/_kachel_keine.html", _empty(scope), rang=10, kopf=Kopf("Übersicht"))
    tage = (timezone.localdate(sitzung.beginn_at) - timezone.localdate(scope.now)).days
    stand = lesestand(request)
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
