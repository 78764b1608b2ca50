"""The release: one page and one button for the chair; the same page for the office."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from konferenz import einstellungen
from mitglieder.permissions import Recht, Rolle, has_recht, requires
from sitzungen.actions import freigabe as actions
from sitzungen.forms.freigabe import FreigabeForm
from sitzungen.models import Sitzung
from sitzungen.queries import vorbereitung
from sitzungen.schritte.vorbereitung import VorbereitungError
from sitzungen.views.anfrage import Anfrage

from .vorbereitung import reiter


def _render(request: Anfrage, sitzung: Sitzung, form: FreigabeForm | None = None) -> HttpResponse:
    now = timezone.now()
    agenda = vorbereitung.agenda(sitzung)
    is_vorsitz = Rolle.VORSITZ in request.umfang.rollen
    durch_vorsitz = bool(einstellungen.wert("freigabe_durch_vorsitz"))
    return render(
        request,
        "sitzungen/freigabe_detail.html",
        {
            "sitzung": sitzung,
            "agenda": agenda,
            "checkliste": vorbereitung.checkliste(
                agenda, now=now, mit_verteiler=has_recht(request.umfang, Recht.VERTEILER_PFLEGEN)
            ),
            "versand": vorbereitung.versandzeit(sitzung, now=now),
            "versandfrist": vorbereitung.versandfrist(sitzung),
            "vorsitz": vorbereitung.vorsitz(now=now),
            "is_vorsitz": is_vorsitz,
            "is_direkt": is_vorsitz or not durch_vorsitz,
            "is_vergangen": sitzung.beginn_at <= now,
            "form": form or FreigabeForm(initial={"stand": sitzung.aenderung}),
            "reiter": reiter(request, sitzung),
        },
    )


@require_safe
@requires(
    Recht.SITZUNG_FREIGEBEN,
    Sitzung.objects.select_related("freigegeben_von", "eingereicht_von").all,
    sehen=Recht.SITZUNG_SEHEN,
)
def freigabe_detail(request: Anfrage, sitzung: Sitzung) -> HttpResponse:
    return _render(request, sitzung)


@require_POST
@requires(Recht.SITZUNG_VORBEREITEN, Sitzung.objects.all, sehen=Recht.SITZUNG_SEHEN)
def freigabe_submit(request: Anfrage, sitzung: Sitzung) -> HttpResponse:
    try:
        vorsitz = actions.submit_sitzung(sitzung.pk, actor=request.user, now=timezone.now())
    except VorbereitungError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"{vorsitz.name} erhält jetzt eine Mail mit der Bitte um Freigabe.")
    return redirect("sitzungen:freigabe-detail", sitzung.kennung)


@require_POST
@requires(Recht.SITZUNG_FREIGEBEN, Sitzung.objects.all, sehen=Recht.SITZUNG_SEHEN)
def freigabe_grant(request: Anfrage, sitzung: Sitzung) -> HttpResponse:
    form = FreigabeForm(request.POST)
    if form.is_valid():
        try:
            actions.release_sitzung(
                sitzung.pk,
                stand=form.cleaned_data["stand"],
                als_vorsitz=Rolle.VORSITZ in request.umfang.rollen,
                auf_wort=form.cleaned_data["auf_wort"],
                actor=request.user,
                now=timezone.now(),
            )
        except VorbereitungError as error:
            form.add_error(error.feld if error.feld in form.fields else None, str(error))
        else:
            return redirect("sitzungen:freigabe-detail", sitzung.kennung)
    sitzung.refresh_from_db()
    # What changed meanwhile is on the page now, so the next press is about this state.
    form.data = {"auf_wort": form.data.get("auf_wort", ""), "stand": str(sitzung.aenderung)}
    return _render(request, sitzung, form)


@require_POST
@requires(Recht.SITZUNG_FREIGEBEN, Sitzung.objects.all, sehen=Recht.SITZUNG_SEHEN)
def freigabe_revoke(request: Anfrage, sitzung: Sitzung) -> HttpResponse:
    try:
        actions.revoke_freigabe(sitzung.pk, actor=request.user, now=timezone.now())
    except VorbereitungError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "Angehalten: Die Freigabe ist zurückgenommen, nichts geht hinaus.")
    return redirect("sitzungen:freigabe-detail", sitzung.kennung)
