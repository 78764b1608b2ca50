"""One's own seat in the room: check in and out from the telephone, take over from the substitute, step aside."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mitglieder.models import Sitz, Zugangslink
from mitglieder.permissions import Recht, has_recht, requires
from sitzungen.actions import anmeldung, ausstand
from sitzungen.forms.praesenz import AusstandForm
from sitzungen.models import Sitzung, Teilnahme
from sitzungen.queries.praesenz import load_lage
from sitzungen.queries.praesenzblatt import meine_plaetze, plaetze_stand
from sitzungen.schritte.saal import SaalError

from .anfrage import Anfrage


def _own(request: Anfrage, sitzung: Sitzung, uuid: UUID, recht: Recht) -> Sitz:
    """Return the seat, or refuse (403) who has no right to it at this meeting."""
    sitz = get_object_or_404(Sitz, uuid=uuid)
    teilnahme = Teilnahme.objects.filter(sitzung=sitzung, sitz=sitz).first() or Teilnahme(sitzung=sitzung, sitz=sitz)
    teilnahme.sitzung = sitzung
    if not has_recht(request.umfang, recht, teilnahme):
        raise PermissionDenied("Das ist an dieser Sitzung nicht Ihr Sitz.")
    return sitz


def _do(request: Anfrage, sitzung: Sitzung, deed: Callable[[], Any], *, erfolg: str, ziel: str = "") -> HttpResponse:
    try:
        deed()
    except SaalError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, erfolg)
    return _zurueck(sitzung, _ziel(request) or ziel)


def _ziel(request: Anfrage) -> str:
    """Return «raum» for who came from the room's page, or by the link that opens no other."""
    is_raum = request.umfang.zugang is not None or request.POST.get("zurueck") == "raum"
    return "raum" if is_raum else ""


def _zurueck(sitzung: Sitzung, ziel: str) -> HttpResponse:
    if ziel in {"praesenz", "raum"}:
        return redirect(f"sitzungen:{ziel}", sitzung.kennung)
    return redirect(sitzung)


@require_safe
@requires(Recht.SAAL_SEHEN, Sitzung.objects.all, sehen=Recht.SITZUNG_SEHEN)
def platz_detail(request: Anfrage, sitzung: Sitzung) -> HttpResponse:
    """Answer the meeting's page with one's own seats, 204 while they are as in `?stand=…`; a page of its own it is not."""
    if "HX-Request" not in request.headers:
        return redirect(sitzung)
    if sitzung.status != Sitzung.Status.LAUFEND:
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    plaetze = meine_plaetze(sitzung, request.umfang, load_lage(sitzung))
    stand = plaetze_stand(sitzung, plaetze)
    if request.GET.get("stand") == stand:
        return HttpResponse(status=204)
    kontext = {"sitzung": sitzung, "meine_plaetze": plaetze, "platz_stand": stand}
    return render(request, "sitzungen/_mein_platz_folgt.html", kontext)


@require_POST
@requires(Recht.SAAL_SEHEN, Sitzung.objects.all, sehen=Recht.SITZUNG_SEHEN, zugang=Zugangslink.Zweck.STIMME)
def platz_take(request: Anfrage, sitzung: Sitzung, uuid: UUID) -> HttpResponse:
    """«Ich bin da»."""
    sitz = _own(request, sitzung, uuid, Recht.ANMELDEN)
    wer: dict[str, Any] = {"form": request.GET.get("form"), "actor": request.user, "now": timezone.now()}
    return _do(
        request, sitzung, lambda: anmeldung.check_in_selbst(sitzung.pk, sitz.pk, **wer), erfolg="Sie sind angemeldet."
    )


@require_POST
@requires(Recht.SAAL_SEHEN, Sitzung.objects.all, sehen=Recht.SITZUNG_SEHEN, zugang=Zugangslink.Zweck.STIMME)
def platz_leave(request: Anfrage, sitzung: Sitzung, uuid: UUID) -> HttpResponse:
    """«Ich gehe»."""
    sitz = _own(request, sitzung, uuid, Recht.ANMELDEN)
    wer: dict[str, Any] = {"actor": request.user, "now": timezone.now()}
    return _do(
        request, sitzung, lambda: anmeldung.check_out_selbst(sitzung.pk, sitz.pk, **wer), erfolg="Sie sind abgemeldet."
    )


@require_http_methods(["GET", "POST"])
@requires(Recht.SAAL_SEHEN, Sitzung.objects.all, sehen=Recht.SITZUNG_SEHEN, zugang=Zugangslink.Zweck.STIMME)
def platz_takeover(request: Anfrage, sitzung: Sitzung, uuid: UUID) -> HttpResponse:
    """Ask first (GET), then take one's seat over from the substitute."""
    sitz = _own(request, sitzung, uuid, Recht.ANMELDEN)
    if request.method == "POST":
        wer: dict[str, Any] = {"form": request.GET.get("form"), "actor": request.user, "now": timezone.now()}
        return _do(
            request,
            sitzung,
            lambda: anmeldung.check_in_selbst(sitzung.pk, sitz.pk, uebernimmt=True, **wer),
            erfolg="Sie haben Ihren Sitz übernommen.",
        )
    platz = next((p for p in meine_plaetze(sitzung, request.umfang, load_lage(sitzung)) if p.zeile.sitz == sitz), None)
    if platz is None or platz.anderer is None or not platz.is_inhaber:
        return _zurueck(sitzung, _ziel(request))
    return render(request, "sitzungen/platz_takeover.html", {"sitzung": sitzung, "platz": platz})


@require_POST
@requires(Recht.SAAL_SEHEN, Sitzung.objects.all, sehen=Recht.SITZUNG_SEHEN)
def ausstand_declare(request: Anfrage, sitzung: Sitzung) -> HttpResponse:
    return _ausstand(request, sitzung, ausstand.declare_ausstand, erfolg="Der Ausstand ist erklärt.", mit_grund=True)


@require_POST
@requires(Recht.SAAL_SEHEN, Sitzung.objects.all, sehen=Recht.SITZUNG_SEHEN)
def ausstand_withdraw(request: Anfrage, sitzung: Sitzung) -> HttpResponse:
    return _ausstand(request, sitzung, ausstand.withdraw_ausstand, erfolg="Der Ausstand ist zurückgezogen.")


def _ausstand(
    request: Anfrage, sitzung: Sitzung, deed: Callable[..., Any], *, erfolg: str, mit_grund: bool = False
) -> HttpResponse:
    """The seat itself, or the desk for it."""
    form = AusstandForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Bitte wählen Sie Sitz und Traktandum.")
        return _zurueck(sitzung, request.POST.get("zurueck", ""))
    daten = form.cleaned_data
    is_pult = has_recht(request.umfang, Recht.PRAESENZ_FUEHREN, sitzung)
    if is_pult:
        sitz = get_object_or_404(Sitz, uuid=daten["sitz"])
    else:
        sitz = _own(request, sitzung, daten["sitz"], Recht.AUSSTAND_ERKLAEREN)
    traktandum = get_object_or_404(sitzung.traktanden, uuid=daten["traktandum"])
    mehr = {"selbst": not is_pult} | ({"grund": daten["grund"]} if mit_grund else {})
    return _do(
        request,
        sitzung,
        lambda: deed(sitzung.pk, sitz.pk, traktandum.pk, actor=request.user, now=timezone.now(), **mehr),
        erfolg=erfolg,
        ziel=daten["zurueck"],
    )
