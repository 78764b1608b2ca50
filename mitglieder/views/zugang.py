"""Links without a password. A GET shows a page and consumes nothing (mail scanners open every link)."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.module_loading import import_string
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from mitglieder.actions import MitgliederError
from mitglieder.actions import zugang as actions
from mitglieder.forms.konto import EinladungForm
from mitglieder.models import Zugangslink
from mitglieder.permissions import SESSION_ZUGANG, Recht, has_recht, umfang

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@sensitive_post_parameters("passwort", "nochmals")
@login_not_required  # because the token in the address is the key; unknown, used and expired ones look the same
@require_http_methods(["GET", "POST"])
def zugang(request: HttpRequest, token: str) -> HttpResponse:
    link = Zugangslink.objects.by_token(token).filter(person__is_active=True).select_related("person", "sitz").first()
    if link is None or link.revoked_at is not None:
        return _ungueltig(request)
    if ansicht := settings.ZUGANG_ZIELE.get(link.zweck, {}).get("ansicht"):
        # the app above answers on this very page, without a session; it says in words when the time is over
        return import_string(ansicht)(request, link)
    if link.used_at is not None or link.valid_until <= timezone.now():
        return _ungueltig(request)
    if link.zweck == Zugangslink.Zweck.EINLADUNG:
        return _einladung(request, token, link)
    return _oeffnen(request, token, link)


def _einladung(request: HttpRequest, token: str, link: Zugangslink) -> HttpResponse:
    form = EinladungForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            person = actions.accept_einladung(token, passwort=form.cleaned_data["passwort"], now=timezone.now())
        except MitgliederError as error:
            if not error.feld:
                return _ungueltig(request)
            form.add_error(error.feld, str(error))
        else:
            request.session.flush()  # whoever was signed in here is not this person
            login(request, person, backend=BACKEND)
            is_buero = has_recht(umfang(person, timezone.now()), Recht.EINRICHTEN)
            return redirect("mitglieder:einrichten" if is_buero else "/")
    return render(request, "mitglieder/einladung_accept.html", {"form": form, "link": link})


def _oeffnen(request: HttpRequest, token: str, link: Zugangslink) -> HttpResponse:
    ziel = settings.ZUGANG_ZIELE[link.zweck]
    if request.method == "POST":
        return redirect(ziel["url"]) if enter(request, token) else _ungueltig(request)
    return render(request, "mitglieder/zugang_open.html", {"titel": ziel["titel"], "text": ziel["text"]})


def enter(request: HttpRequest, token: str) -> bool:
    """Enter by a link: from here on the session is the link's person, for its purpose and object and nothing else.

    Return whether the link is still good; else nothing happens.
    """
    try:
        link = actions.open_zugang(token, now=timezone.now())
    except MitgliederError:
        return False
    request.session.flush()  # whoever was signed in here before is gone
    login(request, link.person, backend=BACKEND)
    request.session[SESSION_ZUGANG] = {"zweck": link.zweck, "objekt": str(link.objekt), "link": str(link.uuid)}
    return True


def _ungueltig(request: HttpRequest) -> HttpResponse:
    return render(request, "mitglieder/zugang_ungueltig.html", status=404)
