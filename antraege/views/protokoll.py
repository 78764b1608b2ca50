"""The record of a closed vote to take away: as PDF and as JSON, full and public."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from antraege.models import Abstimmung
from antraege.pdf import make_abstimmungsprotokoll
from antraege.queries.protokoll import load_abschluss
from antraege.schritte.protokoll import make_huelle, oeffentlicher_text
from konferenz.dateien import content_disposition
from konferenz.pdf import PdfError
from mitglieder.permissions import Recht, requires
from sitzungen.views.anfrage import Anfrage


def _geschlossene() -> QuerySet[Abstimmung]:
    return Abstimmung.objects.filter(status=Abstimmung.Status.GESCHLOSSEN).select_related("sitzung")


@require_safe
@requires(Recht.STIMMPROTOKOLL_SEHEN, _geschlossene, sehen=Recht.ABSTIMMUNG_SEHEN, by=("uuid",))
def protokoll_pdf(request: Anfrage, abstimmung: Abstimmung) -> HttpResponseBase:
    """Answer with the full record: each seat's choice."""
    return _pdf(request, abstimmung, _full(abstimmung), "")


@require_safe
@requires(Recht.ABSTIMMUNG_SEHEN, _geschlossene, by=("uuid",))
def protokoll_oeffentlich_pdf(request: Anfrage, abstimmung: Abstimmung) -> HttpResponseBase:
    """Answer with the public record: receipts and choices, no seats unless under Namensaufruf."""
    return _pdf(request, abstimmung, make_oeffentliche_huelle(abstimmung), " öffentlich")


@require_safe
@requires(Recht.STIMMPROTOKOLL_SEHEN, _geschlossene, sehen=Recht.ABSTIMMUNG_SEHEN, by=("uuid",))
def protokoll_json(request: Anfrage, abstimmung: Abstimmung) -> HttpResponseBase:
    """Answer with what is attached to the full record."""
    return _json(abstimmung, _full(abstimmung), "")


@require_safe
@requires(Recht.ABSTIMMUNG_SEHEN, _geschlossene, by=("uuid",))
def protokoll_oeffentlich_json(request: Anfrage, abstimmung: Abstimmung) -> HttpResponseBase:
    """Answer with what is attached to the public record."""
    return _json(abstimmung, make_oeffentliche_huelle(abstimmung), " öffentlich")


def _full(abstimmung: Abstimmung) -> str:
    return make_huelle(abstimmung.protokoll, load_abschluss(abstimmung))


def make_oeffentliche_huelle(abstimmung: Abstimmung) -> str:
    """Return what goes to everybody who may see a closed vote; under Namensaufruf the full record."""
    return _full(abstimmung) if abstimmung.is_namentlich else make_huelle(oeffentlicher_text(abstimmung))


def _name(abstimmung: Abstimmung, zusatz: str, endung: str) -> str:
    return f"Abstimmungsprotokoll {abstimmung.sitzung.kennung} Nr. {abstimmung.nr}{zusatz}.{endung}"


def _pdf(request: Anfrage, abstimmung: Abstimmung, huelle: str, zusatz: str) -> HttpResponseBase:
    try:
        inhalt = make_abstimmungsprotokoll(huelle, journal=load_abschluss(abstimmung))
    except PdfError as error:
        messages.error(request, str(error))
        return redirect(abstimmung.sitzung)
    response = HttpResponse(inhalt, content_type="application/pdf")
    name = _name(abstimmung, zusatz, "pdf")
    response["Content-Disposition"] = content_disposition(name, inline="herunterladen" not in request.GET)
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def _json(abstimmung: Abstimmung, huelle: str, zusatz: str) -> HttpResponseBase:
    response = HttpResponse(huelle.encode(), content_type="application/json")
    response["Content-Disposition"] = content_disposition(_name(abstimmung, zusatz, "json"), inline=False)
    return response
