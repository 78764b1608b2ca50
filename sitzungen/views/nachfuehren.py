"""When the Wi-Fi failed: the office records a meeting afterwards, the chair confirms it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from konferenz.teile import Ort, load_teile
from mitglieder.permissions import Recht, requires
from sitzungen.actions import leitung, nachfuehrung
from sitzungen.forms.nachfuehren import EndeForm, NachfuehrungForm
from sitzungen.models import Sitzung
from sitzungen.queries import nachfuehren as queries
from sitzungen.queries.leitung import schlussmaengel
from sitzungen.rules.leitung import check_nachfuehrung
from sitzungen.schritte.vorbereitung import VorbereitungError
from sitzungen.views.anfrage import Anfrage

from .vorbereitung import handle


def _sitzungen() -> QuerySet[Sitzung]:
    return Sitzung.objects.select_related("leitung", "nacherfasst_von", "bestaetigt_von")


@require_http_methods(["GET", "POST"])
@requires(Recht.SITZUNG_NACHFUEHREN, _sitzungen, sehen=Recht.SITZUNG_SEHEN)
def sitzung_nachfuehren(request: Anfrage, sitzung: Sitzung) -> HttpResponse:
    """Record a meeting held on paper, or the end of one that was never closed."""
    satz = check_nachfuehrung(
        sitzung.status,
        begonnen=sitzung.beginn_at <= timezone.now(),
        is_nacherfasst=sitzung.nacherfasst_at is not None,
        is_bestaetigt=sitzung.bestaetigt_at is not None,
    )
    if satz:
        messages.error(request, satz)
        return redirect(sitzung)
    if sitzung.status == Sitzung.Status.LAUFEND:
        return _ende(request, sitzung)
    papier = queries.load_papierlage(sitzung)
    form = NachfuehrungForm(
        request.POST if request.method == "POST" else None,
        sitzung=sitzung,
        lage=papier.lage,
        stellvertretungen=papier.stellvertretungen,
        traktanden=papier.traktanden,
        gaeste=papier.gaeste,
        anwesend=papier.anwesend,
    )
    if form.is_valid():
        try:
            nachfuehrung.record_sitzung(sitzung.pk, form.angaben(), actor=request.user, now=timezone.now())
        except VorbereitungError as error:
            form.add_error(error.feld, str(error))
        else:
            messages.success(request, "Die Sitzung ist nachgeführt. Der Vorsitz bestätigt sie noch.")
            return redirect(sitzung)
    kontext = {"sitzung": sitzung, "form": form, "teile": load_teile(request, sitzung, Ort.NACHFUEHREN)}
    return render(request, "sitzungen/sitzung_nachfuehren.html", kontext)


def _ende(request: Anfrage, sitzung: Sitzung) -> HttpResponse:
    form = EndeForm(
        request.POST if request.method == "POST" else None,
        initial={"ende": timezone.localtime(sitzung.ende_at).time()},
    )
    if form.is_valid():
        tag = timezone.localdate(sitzung.beginn_at)
        ende = datetime.combine(tag, form.cleaned_data["ende"], timezone.get_current_timezone())
        try:
            leitung.end_sitzung(
                sitzung.pk,
                bestaetigt=form.cleaned_data["bestaetigt"],
                beendet_at=ende,
                actor=request.user,
                now=timezone.now(),
            )
        except VorbereitungError as error:
            satz = "Bitte lesen Sie, was noch fehlt, und bestätigen Sie den Schluss."
            is_liste = isinstance(error, leitung.SchlussUnvollstaendig)
            form.add_error("bestaetigt" if is_liste else error.feld, satz if is_liste else str(error))
        else:
            messages.success(request, "Die Sitzung ist geschlossen. Der Vorsitz bestätigt das noch.")
            return redirect(sitzung)
    maengel = schlussmaengel(sitzung)
    return render(
        request, "sitzungen/sitzung_nachfuehren_ende.html", {"sitzung": sitzung, "form": form, "maengel": maengel}
    )


@require_http_methods(["GET", "POST"])
@requires(Recht.NACHFUEHRUNG_BESTAETIGEN, _sitzungen, sehen=Recht.SITZUNG_SEHEN)
def nachfuehrung_confirm(request: Anfrage, sitzung: Sitzung) -> HttpResponse:
    """Show the chair what was recorded (GET), note the confirmation (POST)."""
    if sitzung.nacherfasst_at is None:
        return redirect(sitzung)
    if request.method == "POST":
        stand = request.POST.get("stand", "")
        handle(
            request,
            sitzung,
            lambda: nachfuehrung.confirm_nachfuehrung(sitzung.pk, stand=stand, actor=request.user, now=timezone.now()),
            erfolg="Bestätigt. Die Sitzung steht jetzt fest.",
        )
        return redirect("sitzungen:nachfuehrung-confirm", sitzung.kennung)
    kontext: dict[str, Any] = {
        "sitzung": sitzung,
        "anwesenheiten": queries.list_anwesenheiten(sitzung),
        "traktanden": sitzung.traktanden.with_diskussion().order_by("position"),
        "stand": timezone.localtime(sitzung.nacherfasst_at).isoformat(),
    }
    return render(request, "sitzungen/nachfuehrung_confirm.html", kontext)
