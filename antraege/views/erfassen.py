"""A show of hands recorded by the office: one tap a seat, «alle übrigen Ja». No choice is shown again."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from antraege.actions.abstimmung import record_stimmen
from antraege.models import Abstimmung, Stimme
from antraege.queries.erfassen import load_erfassung
from antraege.rules import check_status
from konferenz.rules import Mehrheit, regel_satz
from mitglieder.permissions import Recht, requires
from sitzungen.views.anfrage import Anfrage

from .weg import handle, load_abstimmungen, to_pult


@require_http_methods(["GET", "POST"])
@requires(Recht.STIMMEN_ERFASSEN, load_abstimmungen, sehen=Recht.ABSTIMMUNG_SEHEN, by=("uuid",))
def abstimmung_erfassen(request: Anfrage, abstimmung: Abstimmung) -> HttpResponse:
    """List the seats of the base and record their ballots; `?n=…` asks anew only once another ballot is in."""
    if satz := check_status(abstimmung.status):
        messages.info(request, satz)
        return to_pult(request, abstimmung.sitzung)
    if request.method == "POST":
        return _record(request, abstimmung)
    zeilen = load_erfassung(abstimmung)
    abgegeben = sum(bool(zeile.weg) for zeile in zeilen)
    if request.GET.get("n") == str(abgegeben):
        return HttpResponse(status=204)
    kontext = {
        "sitzung": abstimmung.sitzung,
        "abstimmung": abstimmung,
        "zeilen": zeilen,
        "abgegeben": abgegeben,
        "fehlend": len(zeilen) - abgegeben,
        "regel": regel_satz(Mehrheit(abstimmung.mehrheit), abstimmung.anwesend or len(zeilen)),
        "wahlen": Stimme.Wahl.choices,
    }
    return render(request, "antraege/abstimmung_erfassen.html", kontext)


def _record(request: Anfrage, abstimmung: Abstimmung) -> HttpResponse:
    """Record one seat, or all that have no ballot yet."""
    ziel = reverse("antraege:abstimmung-erfassen", args=[abstimmung.uuid])
    wahl, sitz, alle = (request.POST.get(name, "") for name in ("wahl", "sitz", "alle"))
    if alle:
        wahlen = {zeile.sitz_pk: alle for zeile in load_erfassung(abstimmung) if not zeile.weg}
    elif sitz.isdecimal():
        wahlen = {int(sitz): wahl}
    else:
        messages.error(request, "Bitte tippen Sie bei einem Sitz auf Ja, Nein oder Enthaltung.")
        return redirect(ziel)
    handle(
        request,
        lambda: record_stimmen(
            abstimmung.pk,
            wahlen,
            ueberschreibt=request.POST.get("sagt") == "ja",
            nur_fehlende=bool(alle),
            actor=request.user,
            now=timezone.now(),
        ),
    )
    return redirect(f"{ziel}#sitz-{sitz}" if sitz else ziel)
