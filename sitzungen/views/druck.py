"""Sheets for a meeting on paper: who was there, what was counted."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from konferenz.dateien import content_disposition
from konferenz.pdf import PdfError
from mitglieder.models import Sitz
from mitglieder.permissions import Recht, requires
from sitzungen import pdf
from sitzungen.models import Sitzung
from sitzungen.queries import druck
from sitzungen.views.anfrage import Anfrage


@require_safe
@requires(Recht.SITZUNG_LEITEN, Sitzung.objects.all, sehen=Recht.SITZUNG_SEHEN)
def sitzung_praesenzliste(request: Anfrage, sitzung: Sitzung) -> HttpResponseBase:
    """Answer with the sheet every seat signs."""
    return _answer(
        request,
        sitzung,
        "Präsenzliste",
        lambda: pdf.make_praesenzliste(druck.load_kopf(sitzung), druck.list_sitze(sitzung), stand=request.umfang.now),
    )


@require_safe
@requires(Recht.SITZUNG_LEITEN, Sitzung.objects.all, sehen=Recht.SITZUNG_SEHEN)
def sitzung_zaehlblatt(request: Anfrage, sitzung: Sitzung) -> HttpResponseBase:
    """Answer with a sheet per decision to count on."""
    mehr = druck.make_mehrtabelle(Sitz.objects.stimmberechtigt().count())
    return _answer(
        request,
        sitzung,
        "Zählblätter",
        lambda: pdf.make_zaehlblatt(
            druck.load_kopf(sitzung), druck.list_entscheide(sitzung), mehr, stand=request.umfang.now
        ),
    )


def _answer(request: Anfrage, sitzung: Sitzung, name: str, make: Callable[[], bytes]) -> HttpResponseBase:
    try:
        inhalt = make()
    except PdfError as error:
        messages.error(request, str(error))
        return redirect("sitzungen:leitung", sitzung.kennung)
    response = HttpResponse(inhalt, content_type="application/pdf")
    datei = f"{name} {sitzung.kennung}.pdf"
    response["Content-Disposition"] = content_disposition(datei, inline="herunterladen" not in request.GET)
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
