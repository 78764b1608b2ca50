"""Votes of a meeting held on paper: which wait, and one recorded seat by seat."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from antraege.actions.nacherfassung import record_nachtraeglich
from antraege.forms.nacherfassung import NacherfassungForm, ZeitForm
from antraege.models import Abstimmung
from antraege.queries.nacherfassen import is_nacherfassbar, list_papierpunkte, load_basis_um, make_nacherfassung
from antraege.rules import check_nacherfassen, ergebnis_satz
from antraege.schritte.abstimmung import AbstimmungError
from antraege.views.weg import load_abstimmungen
from konferenz.rules import Mehrheit
from mitglieder.permissions import Recht, requires
from sitzungen.models import Sitzung
from sitzungen.rules import tag
from sitzungen.rules.leitung import darf_antrag
from sitzungen.views.anfrage import Anfrage


def _sitzungen() -> QuerySet[Sitzung]:
    return Sitzung.objects.all()


@require_safe
@requires(Recht.STIMMEN_ERFASSEN, _sitzungen, sehen=Recht.SITZUNG_SEHEN)
def nacherfassung_list(request: Anfrage, sitzung: Sitzung) -> HttpResponse:
    """Show the decisions of a meeting held on paper with their votes, recorded or waiting."""
    if not is_nacherfassbar(sitzung):
        messages.error(request, "Stimmen erfasst man nach, wenn die Sitzung nachgeführt und noch nicht bestätigt ist.")
        return redirect(sitzung)
    punkte = [
        (p, darf_antrag(art=p.traktandum.art, angekuendigt=p.traktandum.angekuendigt_at is not None))
        for p in list_papierpunkte(sitzung)
    ]
    return render(request, "antraege/nacherfassung_list.html", {"sitzung": sitzung, "punkte": punkte})


@require_http_methods(["GET", "POST"])
@requires(Recht.STIMMEN_ERFASSEN, load_abstimmungen, sehen=Recht.ABSTIMMUNG_SEHEN, by=("uuid",))
def abstimmung_nacherfassen(request: Anfrage, abstimmung: Abstimmung) -> HttpResponse:
    """Ask for the time (`?zeit=`), then for the choice of each seat that was there; store and close the vote."""
    sitzung = abstimmung.sitzung
    if not is_nacherfassbar(sitzung) or abstimmung.status != Abstimmung.Status.VORBEREITET:
        return redirect(abstimmung)
    daten = request.POST if request.method == "POST" else request.GET
    zeit_form = ZeitForm(daten if "zeit" in daten else None)
    form = None
    if zeit_form.is_valid():
        zeit = zeit_form.moment(tag(sitzung.beginn_at))
        basis = load_basis_um(abstimmung, zeit)
        if satz := check_nacherfassen(make_nacherfassung(abstimmung, zeit, len(basis))):
            zeit_form.add_error("zeit", satz)
        else:
            initial = {"zeit": zeit_form.cleaned_data["zeit"]}
            form = NacherfassungForm(request.POST if request.method == "POST" else None, basis=basis, initial=initial)
            if form.is_valid():
                try:
                    vote = record_nachtraeglich(
                        abstimmung.pk,
                        zeit=zeit,
                        wahlen=form.wahlen(),
                        ausstand=form.ausstand(),
                        actor=request.user,
                        now=timezone.now(),
                    )
                except AbstimmungError as error:
                    form.add_error(None, str(error))
                else:
                    messages.success(request, _erfolg(vote))
                    return redirect("antraege:nacherfassung-list", sitzung.kennung)
    kontext = {"abstimmung": abstimmung, "sitzung": sitzung, "zeit_form": zeit_form, "form": form}
    return render(request, "antraege/abstimmung_nacherfassen.html", kontext)


def _erfolg(vote: Abstimmung) -> str:
    stimmen = vote.auszaehlung
    satz = ergebnis_satz(Mehrheit(vote.mehrheit), stimmen) if stimmen else ""
    return f"Nacherfasst. {satz}"
