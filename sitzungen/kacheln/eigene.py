"""What is a person's own: the answers, the papers read and not yet read, the wish, the meetings that are over."""

from __future__ import annotations

from django.http import HttpRequest

from konferenz.uebersicht import Kachel
from mitglieder.permissions import Recht, has_recht
from sitzungen.queries import termine
from sitzungen.queries.antwort import meine_sitze

from .geladen import lesestand, next_sitzung, scope_of


def antworten(request: HttpRequest) -> Kachel | None:
    """Ask «Nehmen Sie teil?»: the next meeting with one's answer, and later ones not answered yet (two queries)."""
    scope = scope_of(request)
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


def neu_fuer_mich(request: HttpRequest) -> Kachel | None:
    """Show the papers this person has not opened yet."""
    stand = lesestand(request)
    if stand is None:
        return None
    return Kachel(
        "sitzungen/_kachel_neu.html",
        {
            "ungelesen": stand.ungelesen,
            "weitere": stand.gesamt - stand.gelesen - len(stand.ungelesen),
            "url": f"/sitzungen/{stand.ungelesen[0].sitzung}/" if stand.ungelesen else "",
            "hier": naechste.kennung if (naechste := next_sitzung(request)) else "",
        },
        rang=30,
    )


def gelesen(request: HttpRequest) -> Kachel | None:
    """Show how many papers are read, and the way to the next unread one."""
    stand = lesestand(request)
    if stand is None:
        return None
    return Kachel("sitzungen/_kachel_gelesen.html", {"stand": stand}, rang=30, in_spalte=True)


def wunsch(request: HttpRequest) -> Kachel | None:
    """Show a member the way to put something on the agenda; the office has it among what waits."""
    scope = scope_of(request)
    if not has_recht(scope, Recht.WUNSCH_SCHREIBEN) or has_recht(scope, Recht.VERSAND_LEITEN):
        return None
    return Kachel("sitzungen/_kachel_wunsch.html", rang=70, in_spalte=True)


def archiv(request: HttpRequest) -> Kachel | None:
    """Show the way to the meetings that are over."""
    scope = scope_of(request)
    if not has_recht(scope, Recht.TERMIN_SEHEN):
        return None
    return Kachel("sitzungen/_kachel_archiv.html", {"sitzungen": termine.latest_past(scope)}, rang=80, in_spalte=True)
