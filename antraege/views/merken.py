"""A long text that comes without a session is kept over the log-in: on the server, for who had opened the form.

The form says, signed, who opened it for which motion; a stranger's text is kept nowhere.
"""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core import signing
from django.forms import Form
from django.http import HttpRequest, HttpResponse, JsonResponse

from antraege.models import Antrag
from sitzungen.views.anfrage import Anfrage

SCHLUESSEL = "antrag_gemerkt"
SALZ = "antraege.entwurf"
GILT_SEKUNDEN = 14 * 24 * 3600  # how long a form may stand open
ABGELAUFEN = "Ihre Anmeldung ist abgelaufen; Ihr Text ist noch nicht gespeichert."


def sign(request: Anfrage, antrag: Antrag) -> str:
    """Return what a form carries: who opened it, for which motion."""
    return signing.dumps([str(request.user.uuid), str(antrag.uuid)], salt=SALZ)


def keep(request: HttpRequest, ziel: str) -> HttpResponse:
    """Keep the posted text for its writer and lead to the log-in; afterwards `ziel` shows it again. A script hears 401."""
    try:
        person, antrag = signing.loads(request.POST.get("fuer", ""), salt=SALZ, max_age=GILT_SEKUNDEN)
    except signing.BadSignature:
        pass
    else:
        felder = {name: wert for name, wert in request.POST.items() if name not in {"csrfmiddlewaretoken", "fuer"}}
        request.session[SCHLUESSEL] = {"person": person, "antrag": antrag, "felder": felder}
    if wants_json(request):
        return JsonResponse({"satz": ABGELAUFEN}, status=401)
    messages.warning(request, f"{ABGELAUFEN} Er erscheint nach der Anmeldung wieder.")
    return redirect_to_login(ziel)


def load_gemerkt(request: Anfrage, antrag: Antrag) -> dict[str, Any] | None:
    """Return the fields kept for this person and motion, None where there are none; they stay until something is stored."""
    if "gespeichert" in request.GET:
        forget(request, antrag)
        return None
    gemerkt = request.session.get(SCHLUESSEL)
    if not gemerkt or (gemerkt["person"], gemerkt["antrag"]) != (str(request.user.uuid), str(antrag.uuid)):
        return None
    felder: dict[str, Any] = gemerkt["felder"]
    return felder


def forget(request: Anfrage, antrag: Antrag) -> None:
    """Drop what was kept for a motion."""
    gemerkt = request.session.get(SCHLUESSEL)
    if gemerkt and gemerkt["antrag"] == str(antrag.uuid):
        del request.session[SCHLUESSEL]


def is_own(request: Anfrage, uuid: UUID) -> bool:
    """Return whether the posted form was opened by this person for this motion."""
    try:
        marke: list[str] = signing.loads(request.POST.get("fuer", ""), salt=SALZ, max_age=GILT_SEKUNDEN)
    except signing.BadSignature:
        return False
    return marke == [str(request.user.uuid), str(uuid)]


def wants_json(request: HttpRequest) -> bool:
    """Return whether the page's own script asks."""
    return request.headers.get("Accept") == "application/json"


def first_error(form: Form) -> str:
    """Return the first thing that is wrong with a form, as one sentence."""
    feld, fehler = next(iter(form.errors.items()))
    name = form.fields[feld].label if feld in form.fields else ""
    satz = str(cast("list[Any]", fehler)[0])
    return f"{name}: {satz}" if name else satz
