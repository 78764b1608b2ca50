"""The bar of a running meeting as a part that every page asks for anew."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from mitglieder.models import Zugangslink
from mitglieder.permissions import Recht, requires
from sitzungen.models import Sitzung
from sitzungen.queries.balken import make_balken
from sitzungen.queries.praesenz import load_lage

from .anfrage import Anfrage

EREIGNIS = "saal"  # what the pages listen to: something in the room changed


@require_safe
@requires(Recht.SAAL_SEHEN, Sitzung.objects.all, sehen=Recht.SITZUNG_SEHEN, zugang=Zugangslink.Zweck.STIMME)
def balken(request: Anfrage, sitzung: Sitzung) -> HttpResponse:
    """Answer with the bar; 204 while nothing has changed since `?live=N` (thirty telephones ask every two seconds); a page of its own it is not.

    The sentence comes along where it differs from `?stand=…`, so that a screen reader says it once. After the close the
    last answer asks no more.
    """
    if request.GET.get("live") == str(sitzung.live):
        return HttpResponse(status=204)
    if "HX-Request" not in request.headers:
        return redirect(sitzung)
    bar = make_balken(sitzung, load_lage(sitzung))
    laeuft = sitzung.status == Sitzung.Status.LAUFEND
    response = render(
        request,
        "sitzungen/_balken_bild.html",
        {"balken": bar, "neu": request.GET.get("stand") != bar.stand, "ruht": not laeuft},
        status=200 if laeuft else 286,
    )
    response["HX-Trigger"] = EREIGNIS
    return response
