"""Puts the person's Umfang on each request, and keeps a link's session inside its purpose."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth import logout
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from .permissions import SESSION_ZUGANG, is_zugang_offen, umfang

ABMELDUNG = {"account_logout"}
ANMELDUNG = {"account_login", "account_request_login_code", "account_confirm_login_code"}


class UmfangMiddleware:
    """request.umfang: what the person is now, loaded on first use."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.umfang = SimpleLazyObject(  # type: ignore[attr-defined]
            lambda: umfang(
                request.user if request.user.is_authenticated else None,
                timezone.now(),
                request.session.get(SESSION_ZUGANG),
            )
        )
        response = self.get_response(request)
        if getattr(request, "is_abgemeldet", False):
            response["Clear-Site-Data"] = '"cache", "storage"'
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """Refuse everything but its own pages (and the public ones) to a session opened by a Zugangslink.

        A session whose link has ended meanwhile says so on its own pages, and is over.
        """
        if getattr(view, "ohne_sitzung", False) or SESSION_ZUGANG not in request.session:
            return None
        name = request.resolver_match.url_name if request.resolver_match else ""
        if name in ABMELDUNG:
            return None
        if name in ANMELDUNG:  # signing in for good ends the link's session
            logout(request)
            return None
        zweck = request.session[SESSION_ZUGANG]["zweck"]
        if getattr(view, "zugang_zweck", "") == zweck:
            return None if is_zugang_offen(request) else _ende(request)
        is_public = not getattr(view, "login_required", True)
        if not (is_public or getattr(view, "eigener_zweck", "") == zweck):
            raise PermissionDenied("Dieser Link öffnet nur die eine Seite. Melden Sie sich an, um mehr zu sehen.")
        return None


def _ende(request: HttpRequest) -> HttpResponse:
    """Say that the link has ended and end its session; a part of a page asks the browser for the page first."""
    if "HX-Request" in request.headers:
        return HttpResponse(status=403, headers={"HX-Refresh": "true"})
    logout(request)
    return render(request, "mitglieder/zugang_ende.html", status=403)
