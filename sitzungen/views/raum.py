"""The room on a telephone, and the ways into it: the link of the day, the code on the screen."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from konferenz.teile import Ort, load_teile
from mitglieder.models import Zugangslink
from mitglieder.permissions import SESSION_ZUGANG, Recht, Umfang, requires
from mitglieder.views.zugang import enter
from sitzungen.models import Sitzung, Teilnahme
from sitzungen.models.stimmzugang import stimmzugang
from sitzungen.queries.raum import load_raum

from .anfrage import Anfrage

HOECHSTENS = timedelta(hours=12)
"""How long a telephone stays signed in at most, however long the meeting takes."""


@require_safe
@requires(Recht.SAAL_SEHEN, Sitzung.objects.all, sehen=Recht.SITZUNG_SEHEN, zugang=Zugangslink.Zweck.STIMME)
def raum_detail(request: Anfrage, sitzung: Sitzung) -> HttpResponse:
    """Show the room; with htmx and `?stand=…` only where the meeting is, 204 while that is still so.

    When it is opened or closed the browser asks for the whole page.
    """
    raum = load_raum(sitzung, request.umfang)
    kontext = {"sitzung": sitzung, "raum": raum, "balken": raum.balken, "meine_plaetze": raum.plaetze, "im_raum": True}
    if "HX-Request" in request.headers:
        stand = request.GET.get("stand", "")
        if stand == raum.schluessel:
            return HttpResponse(status=204)
        if not stand.startswith(f"{sitzung.status}-"):
            return HttpResponse(status=204, headers={"HX-Refresh": "true"})
        return render(request, "sitzungen/_raum_jetzt.html", kontext)
    _keep_signed_in(request, sitzung)
    kontext["teile"] = load_teile(request, sitzung, Ort.RAUM).get(None, [])
    return render(request, "sitzungen/raum_detail.html", kontext)


# --- By the code on the screen ----------------------------------------------------------------------


@login_not_required  # because who stands before the screen is not signed in yet; it says the same for every address
@require_safe
def raum_zugang(request: HttpRequest, kennung: str) -> HttpResponse:
    """Ask for the e-mail address; the code that is mailed leads to the room."""
    raum = reverse("sitzungen:raum", args=[kennung])
    if request.user.is_authenticated:
        return redirect(raum)
    return render(request, "sitzungen/raum_zugang.html", {"ziel": f"{raum}?geraet=bleibt"})


def _keep_signed_in(request: Anfrage, sitzung: Sitzung) -> None:
    """Keep a telephone that came by a mailed code signed in while the meeting lasts, twelve hours at most."""
    anmeldungen = request.session.get("account_authentication_methods", [])
    if SESSION_ZUGANG in request.session or not anmeldungen or anmeldungen[-1].get("method") != "code":
        return
    if sitzung.status in {Sitzung.Status.GESCHLOSSEN, Sitzung.Status.ABGESAGT}:
        if not request.session.get_expire_at_browser_close():
            request.session.set_expiry(0)
        return
    is_heute = timezone.localdate(sitzung.beginn_at) == timezone.localdate(request.umfang.now)
    bis = datetime.fromtimestamp(anmeldungen[-1]["at"], tz=request.umfang.now.tzinfo) + HOECHSTENS
    if "geraet" in request.GET and is_heute and bis > request.umfang.now:
        request.session.set_expiry(int((bis - request.umfang.now).total_seconds()))


# --- By the link of the day -------------------------------------------------------------------------


def per_link(request: HttpRequest, link: Zugangslink) -> HttpResponse:
    """Show what the link opens (GET), enter by POST. Called by mitglieder.views.zugang for a link that is not withdrawn.

    Who is signed in as this person anyway goes straight on.
    """
    teilnahme = Teilnahme.objects.filter(uuid=str(link.objekt)).select_related("sitzung", "sitz").first()
    now = timezone.now()
    als_link = Umfang(person=link.person, now=now, zugang=(link.zweck, str(link.objekt)))
    if teilnahme is None or link.used_at is not None or link.valid_until <= now or stimmzugang(als_link) is None:
        return render(request, "mitglieder/zugang_ende.html", status=404)
    raum = redirect("sitzungen:raum", teilnahme.sitzung.kennung)
    sitzung_zugang = request.session.get(SESSION_ZUGANG)
    if request.user == link.person and (sitzung_zugang is None or sitzung_zugang["link"] == str(link.uuid)):
        return raum
    if request.method == "POST":
        if not enter(request, link.token):
            return render(request, "mitglieder/zugang_ende.html", status=404)
        request.session.set_expiry(int(min(link.valid_until - now, HOECHSTENS).total_seconds()))
        return raum
    return render(
        request, "sitzungen/raum_link.html", {"link": link, "teilnahme": teilnahme, "sitzung": teilnahme.sitzung}
    )
