"""The Verteiler kept alive: the contact's own list by its link, and the office's word on what a region proposes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mitglieder.actions import MitgliederError
from mitglieder.actions import vorschlag as actions
from mitglieder.forms.stammdaten import AblehnungForm, AnnahmeForm, AustrittForm, MeldungForm, VorschlagForm
from mitglieder.models import Leitgremium, Mitgliedschaft, Verteilervorschlag
from mitglieder.permissions import Recht, requires, requires_zugang
from mitglieder.queries import verteiler as queries

from .anfrage import Anfrage
from .bereich import reiter
from .tat import Seite, run_tat


def gremium_of(request: Anfrage, objekt: str) -> Leitgremium:
    """Return the body a link is for, as long as the person is the region's contact. Raises Http404."""
    gremien = Leitgremium.objects.select_related("sozialregion")
    gremium = gremien.filter(uuid=objekt, sozialregion__kontakt=request.user.pk).first()
    if gremium is None:
        raise Http404
    return gremium


def _zeile_of(gremium: Leitgremium, uuid: UUID) -> Mitgliedschaft:
    """Return a membership of this region; of another one it is not there."""
    gueltig = Mitgliedschaft.objects.current(timezone.localdate()).filter(leitgremium=gremium, uuid=uuid)
    zeile: Mitgliedschaft | None = gueltig.select_related("person").first()
    if zeile is None:
        raise Http404
    return zeile


def render_liste(request: Anfrage, gremium: Leitgremium, form: MeldungForm) -> HttpResponse:
    """Show the contact the list of the own region with what is proposed, and the ways to confirm and correct."""
    liste = queries.load_liste(gremium, timezone.localdate())
    return render(
        request,
        "mitglieder/verteiler_bestaetigung.html",
        {"region": gremium.sozialregion, "liste": liste, "form": form},
    )


# --- The contact, by the mailed link --------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@requires_zugang("verteiler")
def aufnahme_propose(request: Anfrage, objekt: str) -> HttpResponse:
    gremium = gremium_of(request, objekt)
    form = VorschlagForm(request.POST or None)

    def propose(daten: dict[str, str]) -> None:
        actions.propose_aufnahme(gremium.pk, actor=request.user, now=timezone.now(), **daten)

    return _vorschlag(request, gremium, form, propose, "Jemanden aufnehmen", "Vorschlagen")


@require_http_methods(["GET", "POST"])
@requires_zugang("verteiler")
def berichtigung_propose(request: Anfrage, objekt: str, uuid: UUID) -> HttpResponse:
    gremium = gremium_of(request, objekt)
    zeile = _zeile_of(gremium, uuid)
    person = zeile.person
    initial = {
        "vorname": person.vorname,
        "nachname": person.nachname,
        "funktion": zeile.funktion,
        "email": person.email,
    }
    form = VorschlagForm(request.POST or None, initial=initial)

    def propose(daten: dict[str, str]) -> None:
        actions.propose_berichtigung(gremium.pk, zeile.uuid, actor=request.user, now=timezone.now(), **daten)

    return _vorschlag(request, gremium, form, propose, f"{person.name} berichtigen", "Vorschlagen")


@require_http_methods(["GET", "POST"])
@requires_zugang("verteiler")
def austritt_propose(request: Anfrage, objekt: str, uuid: UUID) -> HttpResponse:
    gremium = gremium_of(request, objekt)
    zeile = _zeile_of(gremium, uuid)
    form = AustrittForm(request.POST or None)

    def propose(daten: dict[str, str]) -> None:
        actions.propose_austritt(gremium.pk, zeile.uuid, actor=request.user, now=timezone.now(), **daten)

    return _vorschlag(request, gremium, form, propose, f"{zeile.person.name} entfernen", "Vorschlagen")


def _vorschlag(
    request: Anfrage,
    gremium: Leitgremium,
    form: forms.Form,
    propose: Callable[[dict[str, str]], None],
    titel: str,
    knopf: str,
) -> HttpResponse:
    if form.is_valid():
        try:
            propose(form.cleaned_data)
        except MitgliederError as error:
            form.add_error(error.feld if error.feld in form.fields else None, str(error))
        else:
            return redirect("mitglieder:verteiler-bestaetigung")
    context = {"region": gremium.sozialregion, "form": form, "titel": titel, "knopf": knopf}
    return render(request, "mitglieder/verteiler_vorschlag.html", context)


@require_POST
@requires_zugang("verteiler")
def vorschlag_withdraw(request: Anfrage, objekt: str, uuid: UUID) -> HttpResponse:
    gremium = gremium_of(request, objekt)
    if not gremium.vorschlaege.filter(uuid=uuid).exists():
        raise Http404
    try:
        actions.withdraw_vorschlag(gremium.pk, uuid, actor=request.user, now=timezone.now())
    except MitgliederError as error:
        messages.error(request, str(error))
    return redirect("mitglieder:verteiler-bestaetigung")


# --- The office -----------------------------------------------------------------------------------


def _vorschlaege() -> QuerySet[Verteilervorschlag]:
    return Verteilervorschlag.objects.select_related(
        "leitgremium__sozialregion", "mitgliedschaft__person", "vorgeschlagen_von", "erledigt_von"
    )


@require_safe
@requires(Recht.VERTEILER_PFLEGEN, sehen=Recht.MITGLIEDER_SEHEN)
def vorschlag_list(request: Anfrage) -> HttpResponse:
    vorschlaege = queries.offene_vorschlaege()
    zeilen = [(v, [u for u in queries.unterschiede(v) if not u.is_gleich]) for v in vorschlaege]
    return render(request, "mitglieder/vorschlag_list.html", {"zeilen": zeilen, "reiter": reiter(request)})


@require_http_methods(["GET", "POST"])
@requires(Recht.VERTEILER_PFLEGEN, _vorschlaege, sehen=Recht.MITGLIEDER_SEHEN, by=("uuid",))
def vorschlag_accept(request: Anfrage, vorschlag: Verteilervorschlag) -> HttpResponse:
    """Show what a proposal would change; accept it."""
    heute = timezone.localdate()
    wechsel = queries.load_wechsel(vorschlag, heute) if vorschlag.status == Verteilervorschlag.Status.OFFEN else None
    form, gesehen = _annahme(request, vorschlag, wechsel)
    if form.is_valid():
        daten = form.cleaned_data
        try:
            actions.accept_vorschlag(
                vorschlag.pk,
                person_pk=daten.get("person") or None,
                gesehen=gesehen,
                adresse=actions.Adresswort(daten["bisher"], daten["adresse"] == "neu") if wechsel else None,
                actor=request.user,
                now=timezone.now(),
            )
        except actions.PersonBekannt as error:
            form, _ = _annahme(request, vorschlag, wechsel)  # with the one written meanwhile to choose from
            form.add_error(None, str(error))
        except MitgliederError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"Angenommen: {vorschlag.name}, Region {vorschlag.leitgremium.sozialregion}.")
            return redirect("mitglieder:vorschlag-list")
    return render(
        request,
        "mitglieder/vorschlag_accept.html",
        {
            "vorschlag": vorschlag,
            "unterschiede": queries.unterschiede(vorschlag),
            "hinweise": ([wechsel.satz] if wechsel else []) + queries.hinweise(vorschlag, heute),
            "form": form,
        },
    )


def _annahme(
    request: Anfrage, vorschlag: Verteilervorschlag, wechsel: queries.Adresswechsel | None
) -> tuple[AnnahmeForm, set[int]]:
    """Return the form of an open proposal, and (pks) whom it shows as people the newcomer may be."""
    kandidaten = queries.kandidaten(vorschlag) if vorschlag.status == Verteilervorschlag.Status.OFFEN else []
    wahl = [(p.pk, f"{p.name}, {p.email or 'keine Adresse'}") for p in kandidaten]
    daten = request.POST if request.method == "POST" else None
    return AnnahmeForm(daten, kandidaten=wahl, wechsel=wechsel), {p.pk for p in kandidaten}


@require_http_methods(["GET", "POST"])
@requires(Recht.VERTEILER_PFLEGEN, _vorschlaege, sehen=Recht.MITGLIEDER_SEHEN, by=("uuid",))
def vorschlag_decline(request: Anfrage, vorschlag: Verteilervorschlag) -> HttpResponse:
    zurueck = reverse("mitglieder:vorschlag-list")
    seite = Seite(f"«{vorschlag.name}» ablehnen", "Ablehnen", zurueck, "Vorschläge der Regionen", is_gefahr=True)

    def decline(daten: dict[str, Any]) -> None:
        actions.decline_vorschlag(vorschlag.pk, actor=request.user, now=timezone.now(), **daten)

    return run_tat(request, AblehnungForm(request.POST or None), decline, seite, erfolg="Der Vorschlag ist abgelehnt.")
