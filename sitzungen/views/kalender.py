"""Calendars: one meeting as a file, all meetings of a person as a subscription."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from konferenz.adressen import site_url
from konferenz.dateien import content_disposition
from mitglieder.permissions import Recht, Umfang, has_recht, requires, umfang
from sitzungen.actions import kalenderabo as actions
from sitzungen.kalender import Eintrag, make_kalender
from sitzungen.models import Kalenderabo, Sitzung
from sitzungen.queries import termine

SESSION_TOKEN = "kalenderabo_token"  # noqa: S105  (the name of a session key)


def _eintrag(sitzung: Sitzung, scope: Umfang) -> Eintrag:
    """Return a meeting as this person's calendar may hold it: the video link only for whom it is."""
    url = site_url(sitzung.get_absolute_url())
    zeilen = [f"Traktanden und Unterlagen: {url}"]
    if sitzung.video_link and has_recht(scope, Recht.VIDEOLINK_SEHEN, sitzung):
        zeilen.insert(0, f"Videositzung: {sitzung.video_link}")
    return Eintrag(
        uuid=sitzung.uuid,
        folge=sitzung.kalender_folge,
        beginn_at=sitzung.beginn_at,
        ende_at=sitzung.ende_at,
        titel=f"Sozialpräsidienkonferenz, {sitzung.titel}",
        stand=scope.now,
        ort=sitzung.ort or ("Videositzung" if sitzung.form == Sitzung.Form.DIGITAL else ""),
        beschreibung="\n".join(zeilen),
        url=url,
        is_abgesagt=sitzung.status == Sitzung.Status.ABGESAGT,
    )


def _response(inhalt: bytes, name: str) -> HttpResponse:
    response = HttpResponse(inhalt, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = content_disposition(name, inline=False)
    return response


@require_safe
@requires(Recht.TERMIN_SEHEN, Sitzung.objects.all)
def sitzung_termin(request: HttpRequest, sitzung: Sitzung) -> HttpResponse:
    """Answer with the meeting as a calendar entry."""
    scope = request.umfang  # type: ignore[attr-defined]
    return _response(make_kalender([_eintrag(sitzung, scope)]), f"Sitzung {sitzung.kennung}.ics")


@require_safe
@login_not_required  # because a calendar program cannot log in: the token says whose dates, and opens nothing else
def kalender_feed(request: HttpRequest, token: str) -> HttpResponse:
    """Answer a calendar program with the meetings this token's person may know of, as of now."""
    abo = Kalenderabo.objects.select_related("person").filter(token_hash=actions.hash_token(token)).first()
    if abo is None:
        raise Http404
    scope = umfang(abo.person, timezone.now())
    if not scope.is_angemeldet:
        raise Http404
    eintraege = [_eintrag(sitzung, scope) for sitzung in termine.list_kalender(scope)]
    return _response(make_kalender(eintraege), "Sozialpräsidienkonferenz.ics")


@require_safe
@requires(Recht.TERMIN_SEHEN)
def kalenderabo_detail(request: HttpRequest) -> HttpResponse:
    """Show whether the person subscribes, and once, right after it was made, the address."""
    token = request.session.pop(SESSION_TOKEN, "")
    url = site_url(reverse("sitzungen:kalender-feed", args=[token])) if token else ""
    return render(
        request,
        "sitzungen/kalenderabo_detail.html",
        {
            "abo": Kalenderabo.objects.filter(person=request.user.pk).first(),
            "url": url,
            "webcal": "webcal" + url[url.index(":") :] if url else "",
        },
    )


@require_POST
@requires(Recht.TERMIN_SEHEN)
def kalenderabo_start(request: HttpRequest) -> HttpResponse:
    """Make a new address; an older one stops at once."""
    request.session[SESSION_TOKEN] = actions.start_kalenderabo(actor=request.user, now=timezone.now())  # type: ignore[arg-type]
    return redirect("sitzungen:kalenderabo")


@require_POST
@requires(Recht.TERMIN_SEHEN)
def kalenderabo_end(request: HttpRequest) -> HttpResponse:
    """Stop the subscription."""
    actions.end_kalenderabo(actor=request.user, now=timezone.now())  # type: ignore[arg-type]
    return redirect("sitzungen:kalenderabo")
