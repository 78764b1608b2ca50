"""The Nachversand: what changes is noted one by one on one page, looked at, then sent. Each button is one address."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from konferenz.dateien import GespeicherteDatei, discard, store_uploads
from konferenz.dateipruefung import DateiAbgelehnt
from mitglieder.permissions import Recht, requires
from sitzungen.actions import nachversand as actions
from sitzungen.forms import nachversand as forms
from sitzungen.models import Aenderung, Sitzung
from sitzungen.queries import aenderung as queries
from sitzungen.schritte.versand import VersandError
from sitzungen.schritte.vorbereitung import VorbereitungError
from sitzungen.views.anfrage import Anfrage

from .aenderung import pruefen


@dataclass(frozen=True)
class Wahl:
    """One kind of change in the row of links: its form, its deed, and the field of both that holds its file or files."""

    name: str
    form: Any
    deed: Callable[..., object]
    datei_feld: str = ""

    def hand_in(self, dateien: Sequence[GespeicherteDatei]) -> dict[str, Any]:
        """Return the checked files as the deed takes them: none, the one, or all."""
        if not self.datei_feld:
            return {}
        return {self.datei_feld: dateien[0] if self.datei_feld == "datei" else dateien}


WAHLEN = {
    "unterlage": Wahl("Unterlage nachreichen", forms.PapierNeuForm, actions.note_papiere, "dateien"),
    "ersatz": Wahl("Unterlage ersetzen", forms.PapierErsatzForm, actions.note_ersatz, "datei"),
    "rueckzug": Wahl("Unterlage zurückziehen", forms.PapierRueckzugForm, actions.note_rueckzug),
    "traktandum": Wahl("Traktandum aufnehmen", forms.NachtraktandumForm, actions.note_traktandum, "dateien"),
    "reihenfolge": Wahl("Traktandum verschieben", forms.UmstellungForm, actions.note_umstellung),
    "streichung": Wahl("Traktandum zurückziehen", forms.StreichungForm, actions.note_streichung),
}


def _aenderungen() -> QuerySet[Aenderung]:
    return Aenderung.objects.select_related("sitzung")


@require_http_methods(["GET", "POST"])
@requires(Recht.VERSAND_LEITEN, Sitzung.objects.all)
def nachversand_create(request: Anfrage, sitzung: Sitzung) -> HttpResponse:
    """Show what is noted; with the reason typed, the letters as they will go out; then send them."""
    form = forms.NachversandForm(request.POST or None)
    if not form.is_valid() or "zurueck" in request.POST:
        return _page(request, sitzung, grund=form)
    grund, now = form.cleaned_data["grund"], timezone.now()
    if "senden" in request.POST:
        try:
            actions.create_nachversand(sitzung.pk, grund=grund, actor=request.user, now=now)
        except VersandError as error:
            form.add_error(None, str(error))
            return _page(request, sitzung, grund=form)
        messages.success(request, "Der Nachversand ist geschrieben; die Mails gehen jetzt hinaus.")
        return redirect("sitzungen:versand-detail", sitzung.kennung)
    if not queries.offene(sitzung):
        form.add_error(None, "Bitte merken Sie zuerst vor, was sich ändert.")
        return _page(request, sitzung, grund=form)
    manifest = queries.load_nachversand(sitzung, grund=grund, now=now)
    kreis = queries.nachversand_kreis(sitzung, manifest, now)
    return pruefen(request, sitzung, "nachversand", form, manifest, kreis)


@require_http_methods(["GET", "POST"])
@requires(Recht.VERSAND_LEITEN, Sitzung.objects.all)
def papier_note(request: Anfrage, sitzung: Sitzung) -> HttpResponse:
    """Note papers to hand in later."""
    return _note(request, sitzung, "unterlage")


@require_http_methods(["GET", "POST"])
@requires(Recht.VERSAND_LEITEN, Sitzung.objects.all)
def ersatz_note(request: Anfrage, sitzung: Sitzung) -> HttpResponse:
    """Note the next version of a paper."""
    return _note(request, sitzung, "ersatz")


@require_http_methods(["GET", "POST"])
@requires(Recht.VERSAND_LEITEN, Sitzung.objects.all)
def rueckzug_note(request: Anfrage, sitzung: Sitzung) -> HttpResponse:
    """Note that a paper is withdrawn."""
    return _note(request, sitzung, "rueckzug")


@require_http_methods(["GET", "POST"])
@requires(Recht.VERSAND_LEITEN, Sitzung.objects.all)
def traktandum_note(request: Anfrage, sitzung: Sitzung) -> HttpResponse:
    """Note a new item."""
    return _note(request, sitzung, "traktandum")


@require_http_methods(["GET", "POST"])
@requires(Recht.VERSAND_LEITEN, Sitzung.objects.all)
def umstellung_note(request: Anfrage, sitzung: Sitzung) -> HttpResponse:
    """Note that an item moves."""
    return _note(request, sitzung, "reihenfolge")


@require_http_methods(["GET", "POST"])
@requires(Recht.VERSAND_LEITEN, Sitzung.objects.all)
def streichung_note(request: Anfrage, sitzung: Sitzung) -> HttpResponse:
    """Note that an item is withdrawn."""
    return _note(request, sitzung, "streichung")


@require_POST
@requires(Recht.VERSAND_LEITEN, _aenderungen, by=("uuid",))
def aenderung_drop(request: Anfrage, aenderung: Aenderung) -> HttpResponse:
    """Drop a noted change."""
    try:
        actions.drop_aenderung(aenderung.pk, actor=request.user, now=timezone.now())
    except VersandError as error:
        messages.error(request, str(error))
    return redirect("sitzungen:nachversand-create", aenderung.sitzung.kennung)


def _note(request: Anfrage, sitzung: Sitzung, was: str) -> HttpResponse:
    """Answer one kind of change: its form, its files checked, its deed; what is refused stands at the form."""
    wahl = WAHLEN[was]
    offene = queries.offene(sitzung)
    form = wahl.form(request.POST or None, request.FILES or None, sitzung=sitzung, offene=offene)
    if form.is_valid():
        dateien = _store(form, wahl.datei_feld)
        if form.is_valid():
            try:
                wahl.deed(
                    sitzung.pk,
                    **form.angaben(),
                    **wahl.hand_in(dateien),
                    actor=request.user,
                    now=timezone.now(),
                )
            except VorbereitungError as error:
                form.add_error(error.feld if error.feld in form.fields else None, str(error))
            except VersandError as error:
                form.add_error(None, str(error))
            else:
                return redirect("sitzungen:nachversand-create", sitzung.kennung)
        for datei in dateien:
            discard(datei.uuid)
    return _page(request, sitzung, was=was, form=form)


def _store(form: Any, feld: str) -> list[GespeicherteDatei]:
    """Write and check the files; what is refused stands at the field, and then nothing is kept."""
    wert = form.cleaned_data.get(feld) if feld else None
    uploads: list[UploadedFile] = [u for u in (wert if isinstance(wert, list) else [wert]) if u is not None]
    gut = []
    for ergebnis in store_uploads(uploads):
        if isinstance(ergebnis, DateiAbgelehnt):
            form.add_error(feld, str(ergebnis))
        else:
            gut.append(ergebnis)
    return gut


def _page(
    request: Anfrage, sitzung: Sitzung, *, was: str = "", form: Any = None, grund: forms.NachversandForm | None = None
) -> HttpResponse:
    offene = queries.offene(sitzung)
    return render(
        request,
        "sitzungen/nachversand_create.html",
        {
            "sitzung": sitzung,
            "offene": offene,
            "wahlen": [
                {
                    "name": wahl.name,
                    "url": reverse(f"sitzungen:nachversand-{schluessel}", args=[sitzung.kennung]),
                    "is_aktiv": schluessel == was,
                    "zahl": "",
                }
                for schluessel, wahl in WAHLEN.items()
            ],
            "wahl": WAHLEN.get(was),
            "form": form,
            "grund": grund or forms.NachversandForm(),
        },
    )
