"""What changes after the Einladung: papers sent later, a meeting moved or cancelled; each told to everybody."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from konferenz.dateien import GespeicherteDatei, discard, store_uploads
from konferenz.dateipruefung import DateiAbgelehnt
from mitglieder.permissions import Recht, requires
from sitzungen.actions import aenderung as actions
from sitzungen.actions.aenderung import NeuesPapier
from sitzungen.forms.versand import ERSETZT, AbsageForm, NachversandForm, VerschiebungForm
from sitzungen.models import Sitzung
from sitzungen.queries import versand as queries
from sitzungen.schritte.versand import VersandError
from sitzungen.schritte.vorbereitung import VorbereitungError
from sitzungen.views.anfrage import Anfrage


@require_http_methods(["GET", "POST"])
@requires(Recht.VERSAND_LEITEN, Sitzung.objects.all)
def nachversand_create(request: Anfrage, sitzung: Sitzung) -> HttpResponse:
    """Add papers to a dispatched meeting and send them to everybody."""
    form = NachversandForm(request.POST or None, request.FILES or None, sitzung=sitzung)
    if form.is_valid():
        papiere = _store(form)
        if form.is_valid():
            try:
                actions.create_nachversand(
                    sitzung.pk,
                    grund=form.cleaned_data["grund"],
                    papiere=papiere,
                    actor=request.user,
                    now=timezone.now(),
                )
            except VersandError as error:
                form.add_error(None, str(error))
            else:
                messages.success(request, "Der Nachversand ist geschrieben; die Mails gehen jetzt hinaus.")
                return redirect("sitzungen:versand-detail", sitzung.kennung)
        for papier in papiere:
            discard(papier.datei.uuid)
    return _render(request, "sitzungen/nachversand_create.html", sitzung, form)


def _store(form: NachversandForm) -> list[NeuesPapier]:
    """Write and check the files; what is refused stands at the field, and then nothing is kept."""
    dateien = form.cleaned_data["dateien"]
    art, uuid = form.cleaned_data["ziel"]
    papiere = []
    for ergebnis in store_uploads(dateien):
        if isinstance(ergebnis, DateiAbgelehnt):
            form.add_error("dateien", str(ergebnis))
            continue
        papiere.append(
            NeuesPapier(
                datei=ergebnis,
                traktandum=uuid,
                titel=_titel(form, ergebnis, einzeln=len(dateien) == 1),
                ersetzt=uuid if art == ERSETZT else None,
                vertraulich_grund=form.cleaned_data["vertraulich_grund"],
            )
        )
    return papiere


def _titel(form: NachversandForm, datei: GespeicherteDatei, *, einzeln: bool) -> str:
    gesetzt = form.cleaned_data["titel"] if einzeln else ""
    return gesetzt or datei.name.rpartition(".")[0] or datei.name


@require_http_methods(["GET", "POST"])
@requires(Recht.VERSAND_LEITEN, Sitzung.objects.all)
def verschiebung_create(request: Anfrage, sitzung: Sitzung) -> HttpResponse:
    """Move a dispatched meeting and tell everybody."""
    form = VerschiebungForm(request.POST or None, sitzung=sitzung)
    if form.is_valid():
        try:
            actions.create_verschiebung(
                sitzung.pk,
                termin=form.cleaned_data["termin"],
                grund=form.cleaned_data["grund"],
                actor=request.user,
                now=timezone.now(),
            )
        except VorbereitungError as error:
            form.add_fehler(error.feld, str(error))
        except VersandError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Die Sitzung ist verschoben; die Mitteilung geht jetzt hinaus.")
            return redirect("sitzungen:versand-detail", sitzung.kennung)
    return _render(request, "sitzungen/verschiebung_create.html", sitzung, form)


@require_http_methods(["GET", "POST"])
@requires(Recht.VERSAND_LEITEN, Sitzung.objects.all)
def absage_create(request: Anfrage, sitzung: Sitzung) -> HttpResponse:
    """Cancel a meeting and tell everybody who knows of it."""
    form = AbsageForm(request.POST or None)
    if form.is_valid():
        try:
            versand = actions.create_absage(
                sitzung.pk, grund=form.cleaned_data["grund"], actor=request.user, now=timezone.now()
            )
        except VersandError as error:
            form.add_error(None, str(error))
        else:
            wort = "die Mitteilung geht jetzt hinaus" if versand else "der Termin war noch niemandem angekündigt"
            messages.success(request, f"Die Sitzung ist abgesagt; {wort}.")
            return redirect("sitzungen:sitzung-detail", sitzung.kennung)
    return _render(request, "sitzungen/absage_create.html", sitzung, form)


def _render(
    request: Anfrage, template: str, sitzung: Sitzung, form: NachversandForm | VerschiebungForm | AbsageForm
) -> HttpResponse:
    kreis = queries.empfaengerkreis(sitzung, timezone.now())
    return render(request, template, {"sitzung": sitzung, "form": form, "kreis": kreis})
