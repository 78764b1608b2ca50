"""Who comes to a meeting, who is there, who was there: the plan of seats."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from mitglieder.permissions import Recht, has_recht, requires
from sitzungen.models import Sitzung
from sitzungen.queries import sitzplan
from sitzungen.queries.balken import load_balken
from sitzungen.queries.luecken import Luecken, load_luecken


@require_safe
@requires(Recht.TEILNAHMEN_SEHEN, Sitzung.objects.all)
def teilnahme_list(request: HttpRequest, sitzung: Sitzung) -> HttpResponse:
    """Show the seats as a plan and as a table; the office also what is missing and how to reach people."""
    scope = request.umfang  # type: ignore[attr-defined]
    is_buero = has_recht(scope, Recht.TEILNAHMEN_FUEHREN)
    vertretung = sitzplan.load_vertretung(sitzung)
    fasst_nach = is_buero and not sitzung.abgesagt_at
    return render(
        request,
        "sitzungen/teilnahme_list.html",
        {
            "sitzung": sitzung,
            "vertretung": vertretung,
            "balken": load_balken(sitzung, scope),
            "luecken": load_luecken(vertretung, scope.now) if fasst_nach else Luecken(),
            "sieht_vermerke": has_recht(scope, Recht.SITZUNG_VORBEREITEN),
            "eigene": {mandat.sitz_id for mandat in scope.sitze},
            "darf_festhalten": fasst_nach and vertretung.phase == "vorher",
        },
    )
