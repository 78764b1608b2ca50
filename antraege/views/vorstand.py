"""The board's page: what waits, what it answered, whom it elects; one report that was handed over."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from antraege.models import Bericht
from antraege.queries.vorstand import load_berichtseite, load_vorstandsseite, with_all
from mitglieder.actions.sitz import elect_mandat
from mitglieder.forms.stammdaten import WahlForm
from mitglieder.models import Mandat
from mitglieder.permissions import Recht, requires
from mitglieder.views.tat import Seite, run_tat
from sitzungen.views.anfrage import Anfrage


@require_safe
@requires(Recht.VORSTAND_SEHEN)
def vorstand_list(request: Anfrage) -> HttpResponse:
    return render(request, "antraege/vorstand_list.html", {"seite": load_vorstandsseite(request.umfang)})


def _berichte() -> QuerySet[Bericht]:
    return with_all(Bericht.objects.all())


@require_safe
@requires(Recht.BERICHT_SEHEN, _berichte, by=("uuid",))
def bericht_detail(request: Anfrage, bericht: Bericht) -> HttpResponse:
    """Show a report the board has; who prepares one is led to where it is prepared."""
    if not bericht.is_ueberwiesen:
        return redirect("antraege:bericht-edit", bericht.antrag.kennung)
    kontext = {"bericht": bericht, "antrag": bericht.antrag, "seite": load_berichtseite(bericht, request.umfang)}
    return render(request, "antraege/bericht_detail.html", kontext)


@require_http_methods(["GET", "POST"])
@requires(Recht.WAHL_ERFASSEN, sehen=Recht.VORSTAND_SEHEN)
def wahl_record(request: Anfrage, uuid: UUID) -> HttpResponse:
    """Record the Wahlbeschluss of the board for one mandate (R5)."""
    heute = timezone.localdate()
    mandat = Mandat.objects.not_over(heute).select_related("sitz", "person").filter(uuid=uuid).first()
    if mandat is None:
        raise Http404
    if request.method != "POST" and mandat.status == Mandat.Status.GEWAEHLT:
        messages.info(request, f"Für {mandat.person.name} ist der Wahlbeschluss eingetragen.")
        return redirect("antraege:vorstand-list")
    seite = Seite(
        titel="Wahlbeschluss eintragen",
        knopf="Eintragen",
        zurueck=reverse("antraege:vorstand-list"),
        zurueck_name="Vorstand",
        vorspann=f"{mandat.person.name} ist für den Sitz «{mandat.sitz}» designiert. Gewählt wird durch den VSEG-Vorstand"
        + ("; ab dem Eintrag zählt die Stimme." if mandat.sitz.stimmberechtigt else "."),
    )
    return run_tat(
        request,
        WahlForm(request.POST or None),
        lambda daten: elect_mandat(mandat.pk, actor=request.user, now=timezone.now(), **daten),
        seite,
        erfolg=f"Der Wahlbeschluss für {mandat.person.name} ist eingetragen.",
    )
