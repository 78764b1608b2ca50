"""Attendance over a year: page, tables for Excel, evidence per region."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from konferenz import tabelle
from konferenz.dateien import content_disposition
from konferenz.pdf import PdfError
from mitglieder.models import Sitz
from mitglieder.permissions import Recht, requires
from sitzungen import pdf
from sitzungen.queries import praesenzjahr as queries

from .anfrage import Anfrage
from .vorbereitung import Reiter

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
@requires(Recht.TEILNAHMEN_SEHEN)
def praesenz_start(request: Anfrage) -> HttpResponse:
    """Lead to the latest year with a closed meeting, else to this one."""
    jahre = queries.list_jahre()
    return redirect("sitzungen:praesenz-jahr", jahre[0] if jahre else timezone.localdate(request.umfang.now).year)


@require_safe
@requires(Recht.TEILNAHMEN_SEHEN)
def praesenz_jahr(request: Anfrage, jahr: int) -> HttpResponse:
    """Show the seats × the meetings of a year."""
    jahre = queries.list_jahre()
    if jahr not in jahre and jahr != timezone.localdate(request.umfang.now).year:
        raise Http404
    praesenz = queries.load_praesenzjahr(jahr)
    reiter = [Reiter(str(j), reverse("sitzungen:praesenz-jahr", args=[j]), is_aktiv=j == jahr) for j in jahre]
    return render(request, "sitzungen/praesenz_jahr.html", {"praesenz": praesenz, "reiter": reiter})


@require_safe
@requires(Recht.TEILNAHMEN_SEHEN)
def praesenz_export(request: Anfrage, jahr: int, typ: str) -> HttpResponse:
    """Answer with the year's attendance as a table, one row per stretch; no cell is a live formula."""
    zeilen = list(queries.export_praesenz(queries.load_praesenzjahr(jahr)))
    if typ == "xlsx":
        inhalt, art = tabelle.write_xlsx(queries.KOPF, zeilen, titel=f"Präsenz {jahr}"), XLSX
    else:
        inhalt, art = tabelle.write_csv(queries.KOPF, zeilen), "text/csv; charset=utf-8"
    return _file(inhalt, art, f"Präsenz {jahr}.{typ}", inline=False)


@require_safe
@requires(Recht.TEILNAHMEN_SEHEN)
def praesenz_nachweis(request: Anfrage, jahr: int, kuerzel: str) -> HttpResponse:
    """Answer with the evidence of attendance of one region and year on the letterhead."""
    region = queries.load_region(kuerzel)
    if region is None:
        raise Http404
    sitz = Sitz.objects.select_related("sozialregion").get(sozialregion=region)
    praesenz = queries.load_praesenzjahr(jahr, sitz)
    if not praesenz.sitzungen:
        raise Http404
    try:
        inhalt = pdf.make_praesenznachweis(region, praesenz, stand=request.umfang.now)
    except PdfError as error:
        messages.error(request, str(error))
        return redirect("sitzungen:praesenz-jahr", jahr)
    return _file(inhalt, "application/pdf", f"Präsenznachweis {region.kuerzel} {jahr}.pdf", inline=True)


def _file(inhalt: bytes, art: str, name: str, *, inline: bool) -> HttpResponse:
    response = HttpResponse(inhalt, content_type=art)
    response["Content-Disposition"] = content_disposition(name, inline=inline)
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
