"""The screen in the room: read-only, follows what happens at the desk."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from konferenz.teile import Ort, load_teile
from mitglieder.permissions import Recht, requires
from sitzungen.models import Sitzung
from sitzungen.queries.balken import make_balken
from sitzungen.queries.praesenz import load_lage
from sitzungen.queries.pult import load_bild
from sitzungen.views.anfrage import Anfrage


@require_safe
@requires(Recht.SAAL_SEHEN, Sitzung.objects.select_related("leitung").all, sehen=Recht.SITZUNG_SEHEN)
def saal_detail(request: Anfrage, sitzung: Sitzung) -> HttpResponse:
    """Show the room; `?live=N` asks for its picture only if something changed since N."""
    stand = request.GET.get("live")
    if stand == str(sitzung.live):
        return HttpResponse(status=204)
    kontext = {
        "sitzung": sitzung,
        "bild": load_bild(sitzung),
        "balken": make_balken(sitzung, load_lage(sitzung)),
        "teile": load_teile(request, sitzung, Ort.SAAL),
    }
    seite = "sitzungen/_saal_bild.html" if stand and "HX-Request" in request.headers else "sitzungen/saal_detail.html"
    return render(request, seite, kontext)
