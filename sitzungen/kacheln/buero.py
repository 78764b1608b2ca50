"""What the office looks after: what waits, who comes to the next meeting, the last step of the first hour."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from konferenz.models import Pflichtenheft
from konferenz.uebersicht import Kachel
from mitglieder.kacheln import Schritt
from mitglieder.permissions import Recht, has_recht
from sitzungen.models import Sitzung
from sitzungen.queries import gast, nachfuehren, pendent

from .geladen import load_vertretung, next_sitzung, scope_of, vertretung_der_naechsten


def buero_wartet(request: HttpRequest) -> Kachel | None:
    """Show the office what waits: agendas not released, hindrances, wishes, mails that failed or are unclear.

    The chair, who is not the office, sees what was laid before him for release, and nothing while there is nothing.
    What of the apps above waits stands among it.
    """
    scope = scope_of(request)
    if has_recht(scope, Recht.VERSAND_LEITEN):
        weitere = [*_tell_luecken(request), *nachfuehren.tell_buero(scope.now), *gast.tell_verwaiste(scope.now)]
        weitere += pendent.tell_weitere(scope)
        return Kachel("sitzungen/_kachel_buero.html", {"pendent": pendent.load_pendent(scope.now, *weitere)}, rang=20)
    if not has_recht(scope, Recht.SITZUNG_FREIGEBEN):
        return None
    vorgelegt = [*pendent.load_vorgelegt(scope.now), *nachfuehren.tell_vorsitz(), *pendent.tell_weitere(scope)]
    return Kachel("sitzungen/_kachel_buero.html", {"pendent": vorgelegt}, rang=5) if vorgelegt else None


def _tell_luecken(request: HttpRequest) -> list[pendent.Pendent]:
    """What the office is told of seats without an answer; while a meeting runs, of the one after it."""
    sitzung, scope = next_sitzung(request), scope_of(request)
    if sitzung is None or sitzung.beginn_at > scope.now:
        return pendent.tell_luecken(sitzung, vertretung_der_naechsten(request), scope.now)
    danach = Sitzung.objects.upcoming(scope.now).filter(beginn_at__gt=scope.now).first()
    return pendent.tell_luecken(danach, load_vertretung(danach, scope), scope.now)


def vertretung(request: HttpRequest) -> Kachel | None:
    """Show how many regions come to the next meeting; the office has the gaps among what waits too."""
    found = vertretung_der_naechsten(request)
    if found is None:
        return None
    url = reverse("sitzungen:teilnahme-list", args=[next_sitzung(request).kennung])
    return Kachel("sitzungen/_kachel_vertretung.html", {"vertretung": found, "url": url}, rang=40, in_spalte=True)


def einrichten(request: HttpRequest) -> Iterator[Schritt]:
    """Yield the last step of the first hour: the year's ordinary meetings (two queries)."""
    now = scope_of(request).now
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
