"""While a vote holds a seat: who leaves it or takes it over is noted with the true time, and applied at the close."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from mitglieder.permissions import Recht, requires
from sitzungen.actions import vormerkung as deeds
from sitzungen.forms.praesenz import VormerkungForm
from sitzungen.models import Sitzung, Vormerkung
from sitzungen.queries.praesenzblatt import load_blatt

from .anfrage import Anfrage


@require_http_methods(["GET", "POST"])
@requires(Recht.PRAESENZ_FUEHREN, Sitzung.objects.all, sehen=Recht.SITZUNG_SEHEN)
def vormerkung_create(request: Anfrage, sitzung: Sitzung, uuid: UUID) -> HttpResponse:
    platz = load_blatt(sitzung).je_uuid.get(str(uuid))
    if platz is None:
        raise Http404
    form = VormerkungForm(request.POST or None, platz=platz)
    if form.is_valid():
        try:
            deeds.note_vormerkung(
                sitzung.pk, platz.sitz.pk, actor=request.user, now=timezone.now(), **form.angaben(timezone.localdate())
            )
        except deeds.SaalError as error:
            form.add_error(error.feld if error.feld in form.fields else None, str(error))
        else:
            return _zurueck(sitzung)
    kontext = {"sitzung": sitzung, "platz": platz, "form": form}
    return render(request, "sitzungen/vormerkung_create.html", kontext)


@require_POST
@requires(Recht.PRAESENZ_FUEHREN, Sitzung.objects.all, sehen=Recht.SITZUNG_SEHEN)
def vormerkung_drop(request: Anfrage, sitzung: Sitzung, uuid: UUID) -> HttpResponse:
    vormerkung = Vormerkung.objects.filter(teilnahme__sitzung=sitzung, uuid=uuid).first()
    if vormerkung is not None:
        deeds.drop_vormerkung(sitzung.pk, vormerkung.pk, actor=request.user, now=timezone.now())
        messages.success(request, "Die Vormerkung ist verworfen.")
    return _zurueck(sitzung)


def _zurueck(sitzung: Sitzung) -> HttpResponse:
    return redirect("sitzungen:praesenz", sitzung.kennung)
