"""The report's PDF and its mail: as they would go out, and as they went."""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from antraege.mails.bericht import make_mail, plan_beilagen
from antraege.models import Bericht
from antraege.pdf_bericht import make_bericht
from antraege.queries.bericht import list_berichte, load_inhalt
from antraege.rules.bericht import bericht_dateiname
from konferenz.dateien import content_disposition, datei_response
from konferenz.einstellungen import absender, wert
from konferenz.pdf import PdfError
from konferenz.postausgang import CSP_MAIL
from mitglieder.permissions import Recht, requires
from sitzungen.queries.paket import MB
from sitzungen.views.anfrage import Anfrage

from .protokoll import make_oeffentliche_huelle


def render_bericht(bericht: Bericht, *, now: datetime, is_entwurf: bool = False) -> bytes:
    """Return the PDF of a report. Raises PdfError."""
    inhalt = load_inhalt(bericht)
    return make_bericht(inhalt, make_oeffentliche_huelle(inhalt.abstimmung), stand=now, is_entwurf=is_entwurf)


@require_safe
@requires(Recht.BERICHT_SEHEN, list_berichte, by=("antrag__kennung",))
def bericht_pdf(request: Anfrage, bericht: Bericht) -> HttpResponseBase:
    """Answer with a motion's report: the stored file; before the Überweisung a preview for who prepares it."""
    if bericht.is_ueberwiesen:
        return _stored(request, bericht)
    try:
        inhalt = render_bericht(bericht, now=timezone.now(), is_entwurf=True)
    except PdfError as error:
        messages.error(request, str(error))
        return redirect("antraege:bericht-edit", bericht.antrag.kennung)
    response = HttpResponse(inhalt, content_type="application/pdf")
    name = bericht_dateiname(art=bericht.art, kennung=bericht.antrag.kennung or "", is_entwurf=True)
    response["Content-Disposition"] = content_disposition(name, inline=True)
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


@require_safe
@requires(Recht.BERICHT_SEHEN, list_berichte, by=("uuid",))
def bericht_datei(request: Anfrage, bericht: Bericht) -> HttpResponseBase:
    """Answer with the bytes the board received."""
    if not bericht.is_ueberwiesen:
        raise Http404
    return _stored(request, bericht)


@require_safe
@requires(Recht.BERICHT_UEBERWEISEN, list_berichte, by=("antrag__kennung",))
@xframe_options_sameorigin
def bericht_mail(request: Anfrage, bericht: Bericht) -> HttpResponse:
    """Answer with the HTML of the letter to the board alone, under a policy that lets it do nothing but look."""
    inhalt = load_inhalt(bericht)
    name = bericht_dateiname(art=bericht.art, kennung=bericht.antrag.kennung or "")
    beilagen = plan_beilagen(inhalt, name=name, max_bytes=int(wert("mail_max_mb")) * MB)
    mail = make_mail(inhalt, name=request.user.name, funktion="VSEG-Vorstand", beilagen=beilagen, kopf=absender())
    html = str(mail.alternatives[0][0])
    response = HttpResponse(html.replace("<head>", '<head><base target="_blank">', 1))
    response["Content-Security-Policy"] = CSP_MAIL
    return response


def _stored(request: Anfrage, bericht: Bericht) -> HttpResponseBase:
    if bericht.datei is None:
        raise Http404
    try:
        return datei_response(request, bericht.datei, inline="herunterladen" not in request.GET)
    except FileNotFoundError as error:
        raise Http404 from error  # verify_journal names it
