"""Who comes to a meeting, who is there, who was there: the plan of seats."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from mitglieder.permissions import Recht, has_recht, requires
from sitzungen.models import Sitzung
from sitzungen.queries import sitzplan


@require_safe
@requires(Recht.TEILNAHMEN_SEHEN, Sitzung.objects.all)
def teilnahme_list(request: HttpRequest, sitzung: Sitzung) -> HttpResponse:
    """Show the seats as a plan and as a table; the office also what is missing and how to reach people."""
    is_buero = has_recht(request.umfang, Recht.TEILNAHMEN_FUEHREN)  # type: ignore[attr-defined]
    vertretung = sitzplan.load_vertretung(sitzung)
    fasst_nach = is_buero and not sitzung.abgesagt_at
    return render(
        request,
        "sitzungen/teilnahme_list.html",
        {
            "sitzung": sitzung,
            "vertretung": vertretung,
            "luecken": vertretung.luecken if fasst_nach else [],
            "unbestaetigt": vertretung.unbestaetigt if fasst_nach else [],
            "darf_festhalten": fasst_nach and vertretung.phase == "vorher",
        },
    )
