"""A motion and the agendas: as PDF, put on one, its paper renewed; the board's answer put on one, or taken up again."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django.contrib import messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from antraege.actions import agenda as deeds
from antraege.forms.agenda import SitzungWahlForm
from antraege.forms.entwurf import FassungForm
from antraege.models import Antrag, Antragsfassung
from antraege.pdf_antrag import antrag_dateiname, make_antrag_pdf
from antraege.queries.agenda import (
    bearbeitbare_sitzungen,
    is_papier_alt,
    load_entscheid,
    read_papierstand,
)
from antraege.queries.antragsseite import load_akte
from antraege.rules.antrag import check_traktandieren
from antraege.rules.vorstand import zurueck_moeglich
from antraege.schritte.antrag import AntragError, latest_fassung
from konferenz.dateien import GespeicherteDatei, content_disposition, discard, store_upload
from konferenz.dateipruefung import DateiAbgelehnt
from konferenz.pdf import PdfError
from mitglieder.permissions import Recht, requires
from sitzungen.actions import nachversand
from sitzungen.models import Sitzung
from sitzungen.schritte.versand import VersandError
from sitzungen.schritte.vorbereitung import VorbereitungError
from sitzungen.views.anfrage import Anfrage
from sitzungen.views.vorbereitung import tell_freigabe, to_agenda

VERWEIGERT = (AntragError, VorbereitungError, VersandError, PdfError, DateiAbgelehnt)
T = TypeVar("T")
KEINE_SITZUNG = "Es ist keine Sitzung in Vorbereitung. Planen Sie zuerst den nächsten Termin."


@require_safe
@requires(Recht.ANTRAG_SEHEN, Antrag.objects.with_seite)
def antrag_pdf(request: Anfrage, antrag: Antrag) -> HttpResponseBase:
    """Answer with the motion on paper: its latest wording; outside the conference the one the board received."""
    akte = load_akte(antrag, request.umfang)
    if not akte.fassungen:
        messages.error(request, "Zu diesem Antrag gibt es noch kein PDF.")
        return redirect(antrag)
    try:
        inhalt = make_antrag_pdf(antrag, akte.fassungen[0], is_intern=akte.is_intern)
    except PdfError as error:
        messages.error(request, str(error))
        return redirect(antrag)
    response = HttpResponse(inhalt, content_type="application/pdf")
    response["Content-Disposition"] = content_disposition(
        antrag_dateiname(antrag), inline="herunterladen" not in request.GET
    )
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


@require_http_methods(["GET", "POST"])
@requires(Recht.ANTRAG_TRAKTANDIEREN, Antrag.objects.with_seite, sehen=Recht.ANTRAG_SEHEN)
def antrag_traktandieren(request: Anfrage, antrag: Antrag) -> HttpResponse:
    """Choose the meeting and put the motion on its agenda, with a paper made from it. `liste`: asked from the agenda builder."""
    sitzungen = list(bearbeitbare_sitzungen(request.umfang.now))
    form = SitzungWahlForm(request.POST or None, sitzungen=sitzungen)
    if form.is_valid():
        sitzung: Sitzung = form.cleaned_data["sitzung"]
        try:
            punkt = _with_papier(
                antrag,
                lambda fassung, papier: deeds.put_on_agenda(
                    antrag.pk,
                    sitzung.pk,
                    fassung_pk=fassung.pk,
                    papier=papier,
                    actor=request.user,
                    now=timezone.now(),
                ),
            )
        except VERWEIGERT as error:
            if "liste" in request.POST:
                messages.error(request, str(error))
                return to_agenda(sitzung)
            form.add_error(None, str(error))
        else:
            messages.success(request, f"Der Antrag {antrag.nummer} ist Traktandum {punkt.position} ({sitzung.titel}).")
            tell_freigabe(request, sitzung)
            return to_agenda(sitzung, f"t-{punkt.uuid}")
    punkt_jetzt = antrag.traktandum if antrag.status == Antrag.Status.TRAKTANDIERT else None
    kontext = {
        "antrag": antrag,
        "form": form,
        "sitzungen": sitzungen,
        "punkt": punkt_jetzt,
        "hindernis": check_traktandieren(status=antrag.status, sitzung_bearbeitbar=True),
        "is_papier_alt": bool(punkt_jetzt and punkt_jetzt.sitzung.is_bearbeitbar) and is_papier_alt(antrag),
    }
    return render(request, "antraege/antrag_traktandieren.html", kontext)


@require_POST
@requires(Recht.ANTRAG_TRAKTANDIEREN, Antrag.objects.with_seite, sehen=Recht.ANTRAG_SEHEN)
def antrag_papier(request: Anfrage, antrag: Antrag) -> HttpResponse:
    """Make the motion's paper on its agenda anew from the present wording."""
    sitzung = antrag.traktandum.sitzung if antrag.traktandum else None
    try:
        _with_papier(
            antrag,
            lambda fassung, papier: deeds.renew_paper(
                antrag.pk, fassung_pk=fassung.pk, papier=papier, actor=request.user, now=timezone.now()
            ),
        )
    except VERWEIGERT as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"Die Unterlage zum Antrag {antrag.nummer} zeigt jetzt den gültigen Wortlaut.")
        if sitzung is not None:
            tell_freigabe(request, sitzung)
    return redirect("antraege:antrag-traktandieren", antrag.kennung)


@require_POST
@requires(Recht.VERSAND_LEITEN, Antrag.objects.with_seite, sehen=Recht.ANTRAG_SEHEN)
def antrag_nachversand(request: Anfrage, antrag: Antrag) -> HttpResponse:
    """Note the present wording as the new paper of an agenda that is out; a noted earlier wording makes room for it."""
    sitzung, unterlage = antrag.traktandum.sitzung if antrag.traktandum else None, antrag.papier
    if sitzung is None or unterlage is None or read_papierstand(antrag) != "alt":
        messages.info(request, "Zu diesem Antrag ist nichts nachzusenden.")
        return redirect(antrag)

    def note(_fassung: Antragsfassung, papier: GespeicherteDatei) -> None:
        nachversand.note_ersatz(
            sitzung.pk,
            unterlage=unterlage.uuid,
            datei=papier,
            statt_frueherer=True,
            actor=request.user,
            now=timezone.now(),
        )

    try:
        _with_papier(antrag, note)
    except VERWEIGERT as error:
        messages.error(request, str(error))
        return redirect(antrag)
    messages.success(request, f"Die neue Unterlage zum Antrag {antrag.nummer} ist für den Nachversand vorgemerkt.")
    return redirect("sitzungen:nachversand-create", sitzung.kennung)


def _with_papier(antrag: Antrag, deed: Callable[[Antragsfassung, GespeicherteDatei], T]) -> T:
    """Make the motion's paper, store and check it, do the deed; a refused deed leaves no file behind."""
    fassung = latest_fassung(antrag)
    inhalt = make_antrag_pdf(antrag, fassung)
    papier = store_upload(SimpleUploadedFile(antrag_dateiname(antrag), inhalt, "application/pdf"))
    try:
        return deed(fassung, papier)
    except VERWEIGERT:  # anything else may have come after the commit: then the sweep decides
        discard(papier.uuid)
        raise


@require_POST
@requires(Recht.ANTRAG_TRAKTANDIEREN, Antrag.objects.with_seite, sehen=Recht.ANTRAG_SEHEN)
def rueckmeldung_create(request: Anfrage, antrag: Antrag) -> HttpResponse:
    """Put the board's answer on the next agenda in preparation, or on the one of the builder that asks."""
    sitzungen = list(bearbeitbare_sitzungen(request.umfang.now))
    gewaehlt = request.POST.get("sitzung", "")
    sitzung = next((s for s in sitzungen if not gewaehlt or s.kennung == gewaehlt), None)
    entscheid = load_entscheid(antrag)
    if sitzung is None or entscheid is None:
        messages.error(
            request, KEINE_SITZUNG if sitzung is None else "Der Entscheid des Vorstands ist noch nicht mitgeteilt."
        )
        return redirect(antrag)
    try:
        punkt = deeds.put_rueckmeldung(entscheid.pk, sitzung.pk, actor=request.user, now=timezone.now())
    except VERWEIGERT as error:
        messages.error(request, str(error))
        return to_agenda(sitzung) if gewaehlt else redirect(antrag)
    messages.success(
        request,
        f"Die Rückmeldung zum Antrag {antrag.nummer} ist Traktandum {punkt.position} ({sitzung.titel}).",
    )
    tell_freigabe(request, sitzung)
    return to_agenda(sitzung, f"t-{punkt.uuid}")


@require_http_methods(["GET", "POST"])
@requires(Recht.ANTRAG_SCHREIBEN, Antrag.objects.with_seite, sehen=Recht.ANTRAG_SEHEN)
def antrag_reopen(request: Anfrage, antrag: Antrag) -> HttpResponse:
    """Take up again, as a new version, what the board sent back."""
    entscheid = load_entscheid(antrag)
    if entscheid is None or not zurueck_moeglich(antrag_status=antrag.status, ergebnis=entscheid.ergebnis):
        messages.error(request, "Neu aufgenommen wird ein Antrag, den der Vorstand zurückgewiesen hat.")
        return redirect(antrag)
    letzte = latest_fassung(antrag)
    initial = {feld: getattr(letzte, feld) for feld in Antragsfassung.TEXTE} | {"stand": antrag.stand, "basis": "{}"}
    form = FassungForm(request.POST or None, initial=initial)
    if form.is_valid():
        try:
            fassung = deeds.reopen_antrag(
                antrag.pk,
                form.eingabe().werte,
                stand=form.cleaned_data["stand"],
                actor=request.user,
                now=timezone.now(),
            )
        except AntragError as error:
            form.add_error(error.feld if error.feld in form.fields else None, str(error))
        else:
            messages.success(request, f"Der Antrag {antrag.nummer} ist als Fassung {fassung.nr} wieder eingereicht.")
            return redirect(antrag)
    kontext = {"antrag": antrag, "form": form, "entscheid": entscheid, "letzte": letzte}
    return render(request, "antraege/antrag_reopen.html", kontext)
