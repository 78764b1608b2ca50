"""The list of motions, and the same as a table for Excel."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from antraege.queries.liste import KOPF, export_antraege, list_entwuerfe, load_antragsliste
from konferenz import tabelle
from konferenz.dateien import content_disposition
from mitglieder.permissions import Recht, has_recht, requires
from sitzungen.views.anfrage import Anfrage

JE_SEITE = 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
@requires(Recht.ANTRAEGE_SEHEN)
def antrag_list(request: Anfrage) -> HttpResponse:
    liste = load_antragsliste(request.umfang, request.GET.dict())
    darf_schreiben = has_recht(request.umfang, Recht.ANTRAG_SCHREIBEN)
    kontext = {
        "liste": liste,
        "seite": Paginator(liste.zeilen, JE_SEITE).get_page(request.GET.get("seite")),
        "abfrage": liste.abfrage,
        "entwuerfe": list_entwuerfe(request.umfang) if darf_schreiben else [],
        "darf_schreiben": darf_schreiben,
    }
    return render(request, "antraege/antrag_list.html", kontext)


@require_safe
@requires(Recht.ANTRAEGE_SEHEN)
def antrag_export(request: Anfrage, typ: str) -> HttpResponse:
    """Answer with the motions of the list, filters and rights as there; no cell is a live formula."""
    zeilen = list(export_antraege(load_antragsliste(request.umfang, request.GET.dict())))
    if typ == "xlsx":
        inhalt, art = tabelle.write_xlsx(KOPF, zeilen, titel="Anträge"), XLSX
    else:
        inhalt, art = tabelle.write_csv(KOPF, zeilen), "text/csv; charset=utf-8"
    response = HttpResponse(inhalt, content_type=art)
    name = f"Anträge {timezone.localdate(request.umfang.now):%Y-%m-%d}.{typ}"
    response["Content-Disposition"] = content_disposition(name, inline=False)
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
