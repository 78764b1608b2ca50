"""The agenda builder. Each button is one address; with htmx the page's parts are replaced, without it the page loads."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mitglieder.permissions import Recht, requires
from sitzungen.actions import traktandum as actions
from sitzungen.forms.traktandum import ReiheForm, RichtungForm, TraktandumForm, TraktandumNeuForm
from sitzungen.models import Sitzung, Traktandum
from sitzungen.schritte.vorbereitung import VorbereitungError
from sitzungen.views.anfrage import Anfrage

from .vorbereitung import handle, render_agenda, tell_freigabe, to_agenda

_PUNKT = ("sitzung__kennung", "uuid")


def _traktanden() -> QuerySet[Traktandum]:
    return Traktandum.objects.select_related("sitzung")


@require_safe
@requires(Recht.SITZUNG_VORBEREITEN, Sitzung.objects.all, sehen=Recht.SITZUNG_SEHEN)
def traktandum_list(request: Anfrage, sitzung: Sitzung) -> HttpResponse:
    return render_agenda(request, sitzung)


@require_POST
@requires(Recht.SITZUNG_VORBEREITEN, Sitzung.objects.all, sehen=Recht.SITZUNG_SEHEN)
def traktandum_create(request: Anfrage, sitzung: Sitzung) -> HttpResponse:
    form = TraktandumNeuForm(request.POST)
    if form.is_valid():
        try:
            actions.add_traktandum(sitzung.pk, actor=request.user, now=timezone.now(), **form.angaben())
        except VorbereitungError as error:
            form.add_error(error.feld if error.feld in form.fields else None, str(error))
        else:
            tell_freigabe(request, sitzung)
            return to_agenda(sitzung, "neu")
    return render_agenda(request, sitzung, neu=form)


@require_http_methods(["GET", "POST"])
@requires(Recht.SITZUNG_VORBEREITEN, _traktanden, sehen=Recht.SITZUNG_SEHEN, by=_PUNKT)
def traktandum_edit(request: Anfrage, traktandum: Traktandum) -> HttpResponse:
    sitzung = traktandum.sitzung
    form = TraktandumForm(request.POST or None, traktandum=traktandum)
    if form.is_valid():
        try:
            actions.update_traktandum(traktandum.pk, actor=request.user, now=timezone.now(), **form.angaben())
        except VorbereitungError as error:
            form.add_error(error.feld if error.feld in form.fields else None, str(error))
        else:
            tell_freigabe(request, sitzung)
            return to_agenda(sitzung, f"t-{traktandum.uuid}")
    return render_agenda(request, sitzung, offen=traktandum, form=form)


@require_POST
@requires(Recht.SITZUNG_VORBEREITEN, _traktanden, sehen=Recht.SITZUNG_SEHEN, by=_PUNKT)
def traktandum_move(request: Anfrage, traktandum: Traktandum) -> HttpResponse:
    form = RichtungForm(request.POST)
    if form.is_valid():
        ziel = traktandum.position + form.schritt
        handle(
            request,
            traktandum.sitzung,
            lambda: actions.move_traktandum(traktandum.pk, ziel, actor=request.user, now=timezone.now()),
        )
    return to_agenda(traktandum.sitzung, f"t-{traktandum.uuid}")


@require_POST
@requires(Recht.SITZUNG_VORBEREITEN, Sitzung.objects.all, sehen=Recht.SITZUNG_SEHEN)
def traktandum_order(request: Anfrage, sitzung: Sitzung) -> HttpResponse:
    form = ReiheForm(request.POST)
    if form.is_valid():
        reihe = form.cleaned_data["reihe"]
        handle(
            request,
            sitzung,
            lambda: actions.order_traktanden(sitzung.pk, reihe, actor=request.user, now=timezone.now()),
        )
    else:
        messages.error(request, "Die Reihenfolge war nicht lesbar. Bitte versuchen Sie es nochmals.")
    return to_agenda(sitzung)


@require_http_methods(["GET", "POST"])
@requires(Recht.SITZUNG_VORBEREITEN, _traktanden, sehen=Recht.SITZUNG_SEHEN, by=_PUNKT)
def traktandum_delete(request: Anfrage, traktandum: Traktandum) -> HttpResponse:
    """Ask first (GET; the list asks for items with papers only), then remove."""
    if request.method == "GET":
        unterlagen = list(traktandum.unterlagen.aktuell())
        return render(
            request,
            "sitzungen/traktandum_delete.html",
            {"sitzung": traktandum.sitzung, "traktandum": traktandum, "unterlagen": unterlagen},
        )
    handle(
        request,
        traktandum.sitzung,
        lambda: actions.remove_traktandum(traktandum.pk, actor=request.user, now=timezone.now()),
        erfolg=f"«{traktandum.titel}» steht nicht mehr auf der Traktandenliste.",
    )
    return to_agenda(traktandum.sitzung)


@require_POST
@requires(Recht.SITZUNG_VORBEREITEN, Sitzung.objects.all, sehen=Recht.SITZUNG_SEHEN)
def traktandum_carry(request: Anfrage, sitzung: Sitzung, uuid: str) -> HttpResponse:
    visible = Traktandum.objects.visible_to(request.umfang)
    vorgaenger = get_object_or_404(visible, uuid=uuid)
    handle(
        request,
        sitzung,
        lambda: actions.carry_over_traktandum(sitzung.pk, vorgaenger.pk, actor=request.user, now=timezone.now()),
        erfolg=f"«{vorgaenger.titel}» ist mit den Unterlagen übernommen.",
    )
    return to_agenda(sitzung)


@require_POST
@requires(Recht.SITZUNG_VORBEREITEN, Sitzung.objects.all, sehen=Recht.SITZUNG_SEHEN)
def traktandum_copy(request: Anfrage, sitzung: Sitzung) -> HttpResponse:
    visible = Sitzung.objects.visible_to(request.umfang)
    vorlage = get_object_or_404(visible, kennung=request.POST.get("vorlage", ""))
    handle(
        request,
        sitzung,
        lambda: actions.copy_traktanden(sitzung.pk, vorlage.pk, actor=request.user, now=timezone.now()),
        erfolg=f"Die Traktanden der Sitzung {vorlage.nummer} stehen jetzt auf der Liste.",
    )
    return to_agenda(sitzung)
