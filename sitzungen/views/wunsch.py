"""Members' wishes: one's own, and the office's answers beside the agenda."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from konferenz.dateien import datei_response, discard, store_upload
from konferenz.dateipruefung import DateiAbgelehnt
from mitglieder.permissions import Recht, requires
from sitzungen.actions import wunsch as actions
from sitzungen.forms.wunsch import WunschAcceptForm, WunschDeclineForm, WunschForm
from sitzungen.models import Sitzung, Traktandenwunsch
from sitzungen.queries import thema as queries
from sitzungen.schritte.vorbereitung import VorbereitungError

from .anfrage import Anfrage
from .vorbereitung import handle, to_agenda


def _wuensche() -> QuerySet[Traktandenwunsch]:
    return Traktandenwunsch.objects.select_related("datei")


@require_http_methods(["GET", "POST"])
@requires(Recht.WUNSCH_SCHREIBEN)
def wunsch_list(request: Anfrage) -> HttpResponse:
    """Show one's own wishes, and take a new one."""
    form = WunschForm(request.POST or None, request.FILES or None)
    if form.is_valid() and _create(request, form):
        messages.success(request, "Ihr Traktandenwunsch liegt bei der Geschäftsstelle.")
        return redirect("sitzungen:wunsch-list")
    wuensche = queries.eigene_wuensche(request.user)
    return render(request, "sitzungen/wunsch_list.html", {"form": form, "wuensche": wuensche})


def _create(request: Anfrage, form: WunschForm) -> bool:
    data = form.cleaned_data
    datei = None
    if data["datei"]:
        try:
            datei = store_upload(data["datei"])
        except DateiAbgelehnt as error:
            form.add_error("datei", str(error))
            return False
    try:
        actions.create_wunsch(
            titel=data["titel"],
            thema=data["thema"].pk,
            begruendung=data["begruendung"],
            datei=datei,
            actor=request.user,
            now=timezone.now(),
        )
    except BaseException:
        if datei:
            discard(datei.uuid)
        raise
    return True


@require_POST
@requires(Recht.WUNSCH_SCHREIBEN, _wuensche, by=("uuid",))
def wunsch_withdraw(request: Anfrage, wunsch: Traktandenwunsch) -> HttpResponse:
    if wunsch.person_id != request.user.pk:
        raise Http404
    try:
        actions.withdraw_wunsch(wunsch.pk, actor=request.user, now=timezone.now())
    except VorbereitungError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"«{wunsch.titel}» ist zurückgezogen.")
    return redirect("sitzungen:wunsch-list")


@require_safe
@requires(Recht.WUNSCH_SCHREIBEN, _wuensche, by=("uuid",))
def wunsch_unterlage(request: Anfrage, wunsch: Traktandenwunsch) -> HttpResponseBase:
    if wunsch.datei is None:
        raise Http404
    return datei_response(request, wunsch.datei)


@require_POST
@requires(Recht.SITZUNG_VORBEREITEN, Sitzung.objects.all, sehen=Recht.SITZUNG_SEHEN)
def wunsch_accept(request: Anfrage, sitzung: Sitzung, uuid: str) -> HttpResponse:
    wunsch = get_object_or_404(Traktandenwunsch.objects.visible_to(request.umfang), uuid=uuid)
    form = WunschAcceptForm(request.POST)
    if form.is_valid():
        art = form.cleaned_data["art"]
        handle(
            request,
            sitzung,
            lambda: actions.accept_wunsch(wunsch.pk, sitzung.pk, art=art, actor=request.user, now=timezone.now()),
            erfolg=f"«{wunsch.titel}» steht jetzt auf der Traktandenliste.",
        )
    return to_agenda(sitzung)


@require_http_methods(["GET", "POST"])
@requires(Recht.SITZUNG_VORBEREITEN, Sitzung.objects.all, sehen=Recht.SITZUNG_SEHEN)
def wunsch_decline(request: Anfrage, sitzung: Sitzung, uuid: str) -> HttpResponse:
    wunsch = get_object_or_404(Traktandenwunsch.objects.visible_to(request.umfang), uuid=uuid)
    form = WunschDeclineForm(request.POST or None)
    if form.is_valid():
        try:
            actions.decline_wunsch(
                wunsch.pk, antwort=form.cleaned_data["antwort"], actor=request.user, now=timezone.now()
            )
        except VorbereitungError as error:
            form.add_error(error.feld if error.feld in form.fields else None, str(error))
        else:
            messages.success(request, f"{wunsch.person} erhält Ihre Antwort per Mail.")
            return to_agenda(sitzung)
    return render(request, "sitzungen/wunsch_decline.html", {"sitzung": sitzung, "wunsch": wunsch, "form": form})
