"""A vote opened, closed, broken off by who leads; each a page that says what it will do, so that it works without a script."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from antraege.actions import abstimmung as deeds
from antraege.forms.pult import AbbruchForm, OeffnenForm, SchliessenForm
from antraege.models import Abstimmung
from antraege.queries.abstimmung import load_stand
from antraege.queries.pult import load_eroeffnung
from mitglieder.permissions import Recht, has_recht, requires
from sitzungen.views.anfrage import Anfrage

from .weg import VERWEIGERT, load_abstimmungen, to_pult


@require_http_methods(["GET", "POST"])
@requires(Recht.ABSTIMMUNG_LEITEN, load_abstimmungen, sehen=Recht.ABSTIMMUNG_SEHEN, by=("uuid",))
def abstimmung_open(request: Anfrage, abstimmung: Abstimmung) -> HttpResponse:
    """«Stimmt die Präsenz?»: the base by name, then open it for exactly these seats."""
    if abstimmung.status != Abstimmung.Status.VORBEREITET:
        # the second of two devices: nothing happens twice, and the person reads how it stands
        messages.info(request, f"Die Abstimmung «{abstimmung.frage}» ist {abstimmung.get_status_display()}.")
        return to_pult(request, abstimmung.sitzung)
    form = OeffnenForm(request.POST or None)
    if form.is_valid():
        try:
            deeds.open_abstimmung(abstimmung.pk, actor=request.user, now=timezone.now(), **form.angaben())
        except VERWEIGERT as error:
            form.add_error(None, str(error))
        else:
            return to_pult(request, abstimmung.sitzung)
    kontext = {
        "sitzung": abstimmung.sitzung,
        "abstimmung": abstimmung,
        "form": form,
        "seite": load_eroeffnung(abstimmung),
    }
    return render(request, "antraege/abstimmung_open.html", kontext)


@require_http_methods(["GET", "POST"])
@requires(Recht.ABSTIMMUNG_LEITEN, load_abstimmungen, sehen=Recht.ABSTIMMUNG_SEHEN, by=("uuid",))
def abstimmung_close(request: Anfrage, abstimmung: Abstimmung) -> HttpResponse:
    """Close a vote; while seats have not voted, list them and ask once more."""
    if not abstimmung.is_offen:
        messages.info(request, f"Die Abstimmung «{abstimmung.frage}» ist {abstimmung.get_status_display()}.")
        return to_pult(request, abstimmung.sitzung)
    stand = load_stand(abstimmung)
    form = SchliessenForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        if stand.fehlende and not form.cleaned_data["bestaetigt"]:
            form.add_error(None, "Es fehlen noch Stimmen. Bitte lesen Sie, von wem, und bestätigen Sie den Schluss.")
        else:
            try:
                deeds.close_abstimmung(abstimmung.pk, actor=request.user, now=timezone.now())
            except VERWEIGERT as error:
                messages.error(request, str(error))
            return to_pult(request, abstimmung.sitzung)
    kontext = {
        "sitzung": abstimmung.sitzung,
        "abstimmung": abstimmung,
        "form": form,
        "stand": stand,
        "meine_fehlt": stand.lacks(request.user),
        "darf_erfassen": has_recht(request.umfang, Recht.STIMMEN_ERFASSEN, abstimmung.sitzung),
    }
    return render(request, "antraege/abstimmung_close.html", kontext)


@require_http_methods(["GET", "POST"])
@requires(Recht.ABSTIMMUNG_LEITEN, load_abstimmungen, sehen=Recht.ABSTIMMUNG_SEHEN, by=("uuid",))
def abstimmung_abort(request: Anfrage, abstimmung: Abstimmung) -> HttpResponse:
    """Break an open vote off, with a reason."""
    if not abstimmung.is_offen:
        messages.info(request, f"Die Abstimmung «{abstimmung.frage}» ist {abstimmung.get_status_display()}.")
        return to_pult(request, abstimmung.sitzung)
    form = AbbruchForm(request.POST or None)
    if form.is_valid():
        try:
            deeds.abort_abstimmung(
                abstimmung.pk, grund=form.cleaned_data["grund"], actor=request.user, now=timezone.now()
            )
        except VERWEIGERT as error:
            form.add_error(None, str(error))
        else:
            return to_pult(request, abstimmung.sitzung)
    kontext = {"sitzung": abstimmung.sitzung, "abstimmung": abstimmung, "form": form}
    return render(request, "antraege/abstimmung_abort.html", kontext)
