"""The screen in the room: read-only, follows what happens at the desk."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from konferenz.adressen import site_url
from konferenz.teile import Ort, list_zeilen, load_teile
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
    teile = load_teile(request, sitzung, Ort.SAAL)
    kontext = {
        "sitzung": sitzung,
        "bild": load_bild(sitzung, list_zeilen(teile)),
        "balken": make_balken(sitzung, load_lage(sitzung)),
        "teile": teile,
        "zugang_url": _zugang_url(sitzung),
    }
    seite = "sitzungen/_saal_bild.html" if stand and "HX-Request" in request.headers else "sitzungen/saal_detail.html"
    return render(request, seite, kontext)


def _zugang_url(sitzung: Sitzung) -> str:
    """Return where the code on the screen leads; the host comes from the settings, never from a request."""
    if sitzung.status not in {Sitzung.Status.VERSANDT, Sitzung.Status.LAUFEND}:
        return ""
    return site_url(reverse("sitzungen:raum-zugang", args=[sitzung.kennung]))
