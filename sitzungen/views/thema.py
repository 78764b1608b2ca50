"""The topics with their items and papers, by year; a further topic by decision."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from mitglieder.permissions import Recht, has_recht, requires
from sitzungen.actions import thema as actions
from sitzungen.forms.thema import ThemaForm
from sitzungen.queries import thema as queries
from sitzungen.schritte.vorbereitung import VorbereitungError

from .anfrage import Anfrage
from .vorbereitung import Reiter


@require_safe
@requires(Recht.THEMEN_SEHEN)
def thema_list(request: Anfrage) -> HttpResponse:
    jahre = queries.themenjahre(request.umfang)
    wahl = request.GET.get("jahr", "")
    if wahl and wahl not in {str(jahr) for jahr in jahre}:
        raise Http404
    heuer = timezone.localdate(request.umfang.now).year
    # this year where it has items, else the latest before it, else what comes
    jahr = int(wahl) if wahl else max(jahre, key=lambda j: (j <= heuer, j if j <= heuer else -j), default=None)
    return render(
        request,
        "sitzungen/thema_list.html",
        {
            "jahr": jahr,
            "is_kuenftig": jahr is not None and jahr > heuer,
            "reiter": [Reiter(str(j), f"?jahr={j}", is_aktiv=j == jahr) for j in jahre],
            "themen": queries.themen(request.umfang, jahr),
            "darf_pflegen": has_recht(request.umfang, Recht.THEMEN_PFLEGEN),
            "darf_wuenschen": has_recht(request.umfang, Recht.WUNSCH_SCHREIBEN),
        },
    )


@require_http_methods(["GET", "POST"])
@requires(Recht.THEMEN_PFLEGEN)
def thema_create(request: Anfrage) -> HttpResponse:
    form = ThemaForm(request.POST or None)
    if form.is_valid():
        try:
            thema = actions.create_thema(actor=request.user, now=timezone.now(), **form.cleaned_data)
        except VorbereitungError as error:
            form.add_error(error.feld if error.feld in form.fields else None, str(error))
        else:
            messages.success(request, f"«{thema.bezeichnung}» steht jetzt unter den Themen.")
            return redirect("sitzungen:thema-list")
    return render(request, "sitzungen/thema_create.html", {"form": form})
