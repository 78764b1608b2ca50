"""Calling an extraordinary meeting; a meeting's date, place and note."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from mitglieder.permissions import Recht, Rolle, has_recht, requires
from sitzungen.actions import sitzung as actions
from sitzungen.forms.termin import SitzungCreateForm, SitzungEditForm
from sitzungen.models import Sitzung
from sitzungen.schritte.vorbereitung import VorbereitungError
from sitzungen.views.anfrage import Anfrage

from .vorbereitung import reiter, tell_freigabe


@require_http_methods(["GET", "POST"])
@requires(Recht.SITZUNG_PLANEN)
def sitzung_create(request: Anfrage) -> HttpResponse:
    is_vorsitz = Rolle.VORSITZ in request.umfang.rollen
    initial = {"einberufen_on": timezone.localdate()} if is_vorsitz else {}
    form = SitzungCreateForm(request.POST or None, initial=initial)
    if form.is_valid():
        data = form.cleaned_data
        try:
            sitzung = actions.create_sitzung(
                data["termin"],
                grund=data["grund"],
                einberufen_on=data["einberufen_on"],
                ankuendigen=data["ankuendigen"],
                actor=request.user,
                now=timezone.now(),
            )
        except VorbereitungError as error:
            form.add_fehler(error.feld, str(error))
        else:
            messages.success(request, f"Die {sitzung.titel} ist einberufen.")
            return redirect("sitzungen:traktandum-list", sitzung.kennung)
    return render(request, "sitzungen/sitzung_create.html", {"form": form, "is_vorsitz": is_vorsitz})


@require_http_methods(["GET", "POST"])
@requires(Recht.SITZUNG_VORBEREITEN, Sitzung.objects.all, sehen=Recht.SITZUNG_SEHEN)
def sitzung_edit(request: Anfrage, sitzung: Sitzung) -> HttpResponse:
    form = SitzungEditForm(request.POST or None, sitzung=sitzung)
    if form.is_valid():
        data = form.cleaned_data
        try:
            actions.update_sitzung(
                sitzung.pk,
                data["termin"],
                bemerkung=data["bemerkung"],
                ankuendigen=data["ankuendigen"],
                actor=request.user,
                now=timezone.now(),
            )
        except VorbereitungError as error:
            form.add_fehler(error.feld, str(error))
        else:
            messages.success(request, "Gespeichert.")
            tell_freigabe(request, sitzung)
            return redirect("sitzungen:sitzung-edit", sitzung.kennung)
    return render(
        request,
        "sitzungen/sitzung_edit.html",
        {
            "sitzung": sitzung,
            "form": form,
            "reiter": reiter(request, sitzung),
            "verschiebung_url": _verschiebung_url(request, sitzung),
        },
    )


def _verschiebung_url(request: Anfrage, sitzung: Sitzung) -> str:
    """Return where a meeting is moved after its dispatch; nothing for who may not."""
    if not has_recht(request.umfang, Recht.VERSAND_LEITEN):
        return ""
    try:
        return reverse("sitzungen:verschiebung-create", args=[sitzung.kennung])
    except NoReverseMatch:
        return ""
