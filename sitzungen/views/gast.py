"""Guests of a meeting or of one item."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from mitglieder.permissions import Recht, requires
from sitzungen.actions import gast as actions
from sitzungen.forms.gast import GastDismissForm, GastForm
from sitzungen.models import Sitzung
from sitzungen.queries import gast as queries
from sitzungen.schritte.vorbereitung import VorbereitungError

from .anfrage import Anfrage
from .vorbereitung import reiter


@require_http_methods(["GET", "POST"])
@requires(Recht.GAESTE_VERWALTEN, Sitzung.objects.all, sehen=Recht.SITZUNG_SEHEN)
def gast_list(request: Anfrage, sitzung: Sitzung) -> HttpResponse:
    form = GastForm(request.POST or None, sitzung=sitzung)
    if form.is_valid():
        data = form.cleaned_data
        try:
            person = actions.admit_gast(
                sitzung.pk,
                traktandum_pk=data["traktandum"].pk if data["traktandum"] else None,
                vorname=data["vorname"],
                nachname=data["nachname"],
                email=data["email"],
                vertraulich=data["vertraulich"],
                video=data.get("video", False),
                gemeint=data["gemeint"],
                actor=request.user,
                now=timezone.now(),
            )
        except VorbereitungError as error:
            if isinstance(error, actions.GastUnklar):
                form.ask(error.personen)
            form.add_error(error.feld if error.feld in form.fields else None, str(error))
        else:
            messages.success(request, f"{person} ist zugelassen.")
            return redirect("sitzungen:gast-list", sitzung.kennung)
    return render(
        request,
        "sitzungen/gast_list.html",
        {
            "sitzung": sitzung,
            "form": form,
            "zulassungen": queries.zulassungen(sitzung, timezone.now()),
            "verwaiste": queries.ohne_einladung(timezone.now()),
            "reiter": reiter(request, sitzung),
        },
    )


@require_POST
@requires(Recht.GAESTE_VERWALTEN, Sitzung.objects.all, sehen=Recht.SITZUNG_SEHEN)
def gast_dismiss(request: Anfrage, sitzung: Sitzung) -> HttpResponse:
    form = GastDismissForm(request.POST)
    gaeste = {
        (z.person.pk, z.traktandum.pk if z.traktandum else None): z
        for z in queries.zulassungen(sitzung, timezone.now())
    }
    if form.is_valid():
        zulassung = gaeste.get((form.cleaned_data["person"], form.cleaned_data["traktandum"]))
        if zulassung is not None:
            actions.dismiss_gast(
                sitzung.pk,
                traktandum_pk=zulassung.traktandum.pk if zulassung.traktandum else None,
                person_pk=zulassung.person.pk,
                actor=request.user,
                now=timezone.now(),
            )
            messages.success(request, f"{zulassung.person} ist nicht mehr zugelassen.")
    return redirect("sitzungen:gast-list", sitzung.kennung)
