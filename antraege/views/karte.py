"""The ballot: a card with question, text, three choices and one button; then the receipt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core import signing
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from antraege.actions.abstimmung import AbstimmungError, AbstimmungGeschlossen, cast_stimme
from antraege.forms.stimme import StimmeForm
from antraege.models import Abstimmung
from antraege.queries.karte import Karte, load_im_raum, load_karte, mit_stimmsitzen
from antraege.queries.stimmabgabe import find_im_sitz
from mitglieder.models import Zugangslink
from mitglieder.permissions import Recht, has_recht, requires
from sitzungen.models import Sitzung
from sitzungen.models.stimmzugang import stimmzugang
from sitzungen.queries.balken import load_balken
from sitzungen.queries.praesenz import Lage, load_lage
from sitzungen.views.anfrage import Anfrage

RAUM = "raum"  # the form stood on the room's page
GEMERKT = "stimme"  # the cookie that keeps a choice on the telephone that lost its session
GEMERKT_SEKUNDEN = 10 * 60
SALZ = "antraege.stimme"
STIMME = Zugangslink.Zweck.STIMME


def abstimmungen() -> QuerySet[Abstimmung]:
    """Return votes with what a card shows."""
    rows = Abstimmung.objects.select_related("sitzung", "traktandum", "antragsfassung__antrag__sitz")
    return rows.prefetch_related(mit_stimmsitzen())


def _load(request: Anfrage, abstimmung: Abstimmung, lage: Lage | None = None) -> Karte:
    return load_karte(abstimmung, request.user, request.umfang, now=timezone.now(), lage=lage)


@require_safe
@requires(Recht.ABSTIMMUNG_SEHEN, abstimmungen, by=("uuid",), zugang=STIMME)
def abstimmung_detail(request: Anfrage, abstimmung: Abstimmung) -> HttpResponse:
    karte = _load(request, abstimmung)
    return _render(request, karte, make_form(request, karte))


@require_safe
@requires(Recht.ABSTIMMUNG_SEHEN, abstimmungen, by=("uuid",), zugang=STIMME)
def abstimmung_karte(request: Anfrage, abstimmung: Abstimmung) -> HttpResponse:
    """Answer with the part below the ballot: receipt, how many have voted. 204 while it is still `?stand=…`.

    The form itself is never sent anew while the vote is open: nothing changes under the finger. Once it is over the
    whole card comes, with the result.
    """
    if "HX-Request" not in request.headers:
        return redirect(abstimmung)
    karte = _load(request, abstimmung)
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
    try:
        return _cast_im_sitz(request, uuid=uuid)
    except Http404:  # not in its base (yet): the answer says why, or that there is no such vote
        return _cast_sonst(request, uuid=uuid)


stimme_cast.zugang_zweck = STIMME  # type: ignore[attr-defined]  # a link that has ended says so here, too


def _zum_stimmen() -> QuerySet[Abstimmung]:
    """Return votes with the little a ballot asks: who may, and where it leads back (queries.stimmabgabe)."""
    felder = ("uuid", "mehrheit", "eroeffnet_at", "sitzung__kennung", "sitzung__status")
    return Abstimmung.objects.select_related("sitzung").only(*felder)


def _cast(request: Anfrage, abstimmung: Abstimmung) -> HttpResponse:
    form = StimmeForm(request.POST, auto_id=_auto_id(abstimmung))
    if not has_recht(request.umfang, Recht.STIMMEN, abstimmung) or not form.is_valid():
        return _refuse(request, abstimmung, form)
    zugang = stimmzugang(request.umfang)
    try:
        cast_stimme(
            abstimmung.pk,
            wahl=form.cleaned_data["wahl"],
            nur_sitz=zugang.sitz if zugang else None,
            actor=request.user,
            now=timezone.now(),
        )
    except AbstimmungError as error:
        return _refuse(request, abstimmung, form, error)
    if form.cleaned_data["weg"] == RAUM:
        ziel = reverse("sitzungen:raum", args=[abstimmung.sitzung.kennung])
    else:
        ziel = abstimmung.get_absolute_url()
    response = redirect(f"{ziel}#beleg-{abstimmung.uuid}")
    response.delete_cookie(GEMERKT)
    return response


_cast_im_sitz = requires(Recht.ABSTIMMUNG_SEHEN, find=find_im_sitz, by=("uuid",), zugang=STIMME)(_cast)
_cast_sonst = requires(Recht.ABSTIMMUNG_SEHEN, _zum_stimmen, by=("uuid",), zugang=STIMME)(_cast)


def _refuse(
    request: Anfrage, abstimmung: Abstimmung, form: StimmeForm, error: AbstimmungError | None = None
) -> HttpResponse:
    """Say why a ballot was not stored, and what had been chosen. The vote's card is read now, and only now."""
    abstimmung = abstimmungen().get(pk=abstimmung.pk)
    karte = _load(request, abstimmung)
    darf = has_recht(request.umfang, Recht.STIMMEN, abstimmung)
    if not darf or (abstimmung.is_offen and karte.stimmsitz is None):
        status = 403
    elif error is None:
        return _render(request, karte, form, status=400)
    else:
        status = 409 if isinstance(error, AbstimmungGeschlossen) else 403
    satz = karte.warum or str(error or "")
    gewaehlt = dict(form.fields["wahl"].choices).get(form.gewaehlt, "")  # type: ignore[attr-defined]
    wahl = f" Gewählt hatten Sie: {gewaehlt}." if gewaehlt else ""
    return _render(request, karte, form, status=status, abgelehnt=f"Ihre Stimme ist nicht gespeichert. {satz}{wahl}")


def _render(
    request: Anfrage, karte: Karte, form: StimmeForm | None, *, status: int = 200, abgelehnt: str = ""
) -> HttpResponse:
    sitzung = karte.abstimmung.sitzung
    laeuft = sitzung.status == Sitzung.Status.LAUFEND
    kontext = {
        "karte": karte,
        "abstimmung": karte.abstimmung,
        "sitzung": sitzung,
        "form": form if karte.darf_stimmen else None,
        "abgelehnt": abgelehnt,
        "balken": load_balken(sitzung, request.umfang),
        "laeuft": laeuft,
        "leitet": laeuft and has_recht(request.umfang, Recht.SITZUNG_LEITEN, sitzung),
    }
    return render(request, "antraege/abstimmung_detail.html", kontext, status=status)


# --- In the room ------------------------------------------------------------------------------------


@require_safe
@requires(Recht.SAAL_SEHEN, Sitzung.objects.all, sehen=Recht.SITZUNG_SEHEN, zugang=STIMME)
def raum_karten(request: Anfrage, sitzung: Sitzung) -> HttpResponse:
    """Answer with the cards that the telephone does not show yet (`?bekannt=uuid,uuid`); 204 where it shows them all.

    What is there is left alone: each card follows by itself.
    """
    if "HX-Request" not in request.headers:
        return redirect("sitzungen:raum", sitzung.kennung)
    bekannt = set(request.GET.get("bekannt", "").split(","))
    kontext = make_raum(request, sitzung)
    neue = [stueck for stueck in kontext["stuecke"] if str(stueck.karte.abstimmung.uuid) not in bekannt]
    if not neue:
        return HttpResponse(status=204)
    return render(request, "antraege/_raum_neu.html", {"kontext": kontext, "neue": neue})


@dataclass(frozen=True)
class Stueck:
    """One card on the room's page, with its form for who may vote."""

    karte: Karte
    form: StimmeForm | None


def make_raum(request: Anfrage, sitzung: Sitzung) -> dict[str, Any]:
    """Return what the page of the room shows of votes: kennung, bekannt, stuecke (karte and form each)."""
    karten = []
    lage = SimpleLazyObject(lambda: load_lage(sitzung))  # asked at most once, and only for who cannot vote
    for abstimmung in load_im_raum(sitzung) if sitzung.status == Sitzung.Status.LAUFEND else []:
        karte = _load(request, abstimmung, lage=cast("Lage", lage))
        karten.append(Stueck(karte, make_form(request, karte, weg=RAUM)))
    bekannt = ",".join(str(stueck.karte.abstimmung.uuid) for stueck in karten)
    return {"kennung": sitzung.kennung, "bekannt": bekannt, "stuecke": karten}


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
