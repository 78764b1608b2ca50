"""The ballot: a card with question, text, three choices and one button; then the receipt."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core import signing
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from antraege.actions.abstimmung import AbstimmungError, AbstimmungGeschlossen, cast_stimme
from antraege.forms.stimme import StimmeForm
from antraege.models import Abstimmung
from antraege.queries.karte import Karte, load_karte
from mitglieder.permissions import Recht, has_recht, requires
from sitzungen.models import Sitzung
from sitzungen.queries.balken import load_balken
from sitzungen.views.anfrage import Anfrage

GEMERKT = "stimme"  # the cookie that keeps a choice on the telephone that lost its session
GEMERKT_SEKUNDEN = 10 * 60
SALZ = "antraege.stimme"


def abstimmungen() -> QuerySet[Abstimmung]:
    """Return votes with what a card shows."""
    return Abstimmung.objects.select_related("sitzung", "traktandum", "antragsfassung__antrag__sitz")


@require_safe
@requires(Recht.ABSTIMMUNG_SEHEN, abstimmungen, by=("uuid",))
def abstimmung_detail(request: Anfrage, abstimmung: Abstimmung) -> HttpResponse:
    karte = load_karte(abstimmung, request.user, now=timezone.now())
    return _render(request, karte, make_form(request, karte))


@require_safe
@requires(Recht.ABSTIMMUNG_SEHEN, abstimmungen, by=("uuid",))
def abstimmung_karte(request: Anfrage, abstimmung: Abstimmung) -> HttpResponse:
    """Answer with the part below the ballot: receipt, how many have voted. 204 while it is still `?stand=…`.

    The form itself is never sent anew while the vote is open: nothing changes under the finger. Once it is over the
    whole card comes, with the result.
    """
    if "HX-Request" not in request.headers:
        return redirect(abstimmung)
    karte = load_karte(abstimmung, request.user, now=timezone.now())
    if request.GET.get("stand") == karte.schluessel:
        return HttpResponse(status=204)
    if abstimmung.is_offen:
        return render(request, "antraege/_karte_stand.html", {"karte": karte})
    response = render(request, "antraege/_karte.html", {"karte": karte, "form": None})
    response["HX-Retarget"], response["HX-Reswap"] = f"#karte-{abstimmung.uuid}", "outerHTML"
    return response


@sensitive_post_parameters("wahl")
@login_not_required  # because a telephone that lost its session keeps its answer here; for a stranger nothing is stored
@require_POST
def stimme_cast(request: HttpRequest, uuid: UUID) -> HttpResponseBase:
    if not request.user.is_authenticated:
        return _keep(request, uuid)
    return _cast(request, uuid=uuid)


@requires(Recht.ABSTIMMUNG_SEHEN, abstimmungen, by=("uuid",))
def _cast(request: Anfrage, abstimmung: Abstimmung) -> HttpResponse:
    now = timezone.now()
    form = StimmeForm(request.POST, auto_id=_auto_id(abstimmung))
    karte = load_karte(abstimmung, request.user, now=now)
    if not has_recht(request.umfang, Recht.STIMMEN, abstimmung):
        return _refuse(request, karte, form, karte.warum, status=403)
    if not form.is_valid():
        return _render(request, karte, form, status=400)
    try:
        cast_stimme(abstimmung.pk, wahl=form.cleaned_data["wahl"], actor=request.user, now=now)
    except AbstimmungError as error:
        abstimmung.refresh_from_db()
        karte = load_karte(abstimmung, request.user, now=now)
        status = 409 if isinstance(error, AbstimmungGeschlossen) else 403
        return _refuse(request, karte, form, karte.warum or str(error), status=status)
    ziel = reverse("antraege:abstimmung-detail", args=[abstimmung.uuid])
    response = redirect(f"{ziel}#beleg-{abstimmung.uuid}")
    response.delete_cookie(GEMERKT)
    return response


def _refuse(request: Anfrage, karte: Karte, form: StimmeForm, satz: str, *, status: int) -> HttpResponse:
    """Say why a ballot was not stored, and what had been chosen."""
    gewaehlt = dict(form.fields["wahl"].choices).get(form.gewaehlt, "")  # type: ignore[attr-defined]
    wahl = f" Gewählt hatten Sie: {gewaehlt}." if gewaehlt else ""
    return _render(request, karte, form, status=status, abgelehnt=f"Ihre Stimme ist nicht gespeichert. {satz}{wahl}")


def _render(
    request: Anfrage, karte: Karte, form: StimmeForm | None, *, status: int = 200, abgelehnt: str = ""
) -> HttpResponse:
    sitzung = karte.abstimmung.sitzung
    kontext = {
        "karte": karte,
        "abstimmung": karte.abstimmung,
        "sitzung": sitzung,
        "form": form if karte.darf_stimmen else None,
        "abgelehnt": abgelehnt,
        "balken": load_balken(sitzung, request.umfang),
        "laeuft": sitzung.status == Sitzung.Status.LAUFEND,
    }
    return render(request, "antraege/abstimmung_detail.html", kontext, status=status)


# --- The form ---------------------------------------------------------------------------------------


def _auto_id(abstimmung: Abstimmung) -> str:
    return f"stimme-{abstimmung.uuid}-%s"


def make_form(request: Anfrage, karte: Karte, *, weg: str = "") -> StimmeForm | None:
    """Return the empty form for who may vote; a choice kept while the person was logged out is offered again.

    It says, signed, who opened it: only to this person a kept choice is offered.
    """
    if not karte.darf_stimmen:
        return None
    fuer = signing.dumps([str(request.user.uuid), str(karte.abstimmung.uuid)], salt=SALZ)
    initial = {"weg": weg, "fuer": fuer, "wahl": load_gemerkt(request, karte)}
    return StimmeForm(initial=initial, auto_id=_auto_id(karte.abstimmung))


# --- A choice that came without a session -----------------------------------------------------------


def _keep(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Keep the choice of a logged-out telephone on the telephone: signed, ten minutes, in no address and no log."""
    form = StimmeForm(request.POST)
    response = redirect_to_login(reverse("antraege:abstimmung-detail", args=[uuid]))
    messages.warning(request, "Ihre Anmeldung ist abgelaufen; Ihre Stimme ist noch nicht gespeichert.")
    try:
        person, fuer = signing.loads(request.POST.get("fuer", ""), salt=SALZ, max_age=24 * 3600)
    except signing.BadSignature:
        return response
    if fuer == str(uuid) and form.is_valid():
        wert: dict[str, Any] = {"person": person, "abstimmung": fuer, "wahl": form.cleaned_data["wahl"]}
        response.set_cookie(
            GEMERKT,
            signing.dumps(wert, salt=f"{SALZ}.gemerkt"),
            max_age=GEMERKT_SEKUNDEN,
            httponly=True,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )
        messages.info(
            request, "Ihre Wahl bleibt zehn Minuten auf diesem Gerät und erscheint nach der Anmeldung wieder."
        )
    return response


def load_gemerkt(request: Anfrage, karte: Karte) -> str:
    """Return the choice this telephone keeps for this person and vote; empty where there is none (any more)."""
    try:
        wert = signing.loads(request.COOKIES.get(GEMERKT, ""), salt=f"{SALZ}.gemerkt", max_age=GEMERKT_SEKUNDEN)
    except signing.BadSignature:
        return ""
    passt = (wert["person"], wert["abstimmung"]) == (str(request.user.uuid), str(karte.abstimmung.uuid))
    return str(wert["wahl"]) if passt else ""
