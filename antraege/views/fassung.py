"""A submitted motion: reworded until its vote opens, withdrawn until then, each version readable with its differences."""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from antraege.actions import antrag as deeds
from antraege.forms.entwurf import FassungForm, RueckzugForm
from antraege.models import Antrag, Antragsfassung
from antraege.pdf_antrag import antrag_dateiname, make_antrag_pdf
from antraege.queries.entwurf import (
    Eingabe,
    eingabe_of,
    latest_fassung,
    load_fassungsseite,
    may_revise,
    merge_eingabe,
)
from antraege.rules.abgleich import fingerprints
from antraege.rules.antrag import check_zurueckziehen
from antraege.schritte.antrag import AntragVeraltet, load_stimmstand
from konferenz.dateien import GespeicherteDatei, discard, store_bytes
from konferenz.pdf import PdfError
from mitglieder.permissions import Recht, requires
from sitzungen.views.anfrage import Anfrage

from .merken import forget, keep, load_gemerkt, sign
from .schreiben import load_antraege, render_konflikt
from .weg import VERWEIGERT, add_fehler, handle


@login_not_required  # because a long text that lost its session is kept over the log-in; a stranger's is kept nowhere
@require_http_methods(["GET", "POST"])
def antrag_revise(request: HttpRequest, kennung: str) -> HttpResponseBase:
    if not request.user.is_authenticated:
        if request.method == "POST":
            return keep(request, reverse("antraege:antrag-revise", args=[kennung]))
        return redirect_to_login(request.get_full_path())
    return _revise(request, kennung=kennung)


@requires(Recht.ANTRAG_SEHEN, load_antraege)
def _revise(request: Anfrage, antrag: Antrag) -> HttpResponse:
    """Reword a motion until its vote opens; each wording stays readable."""
    if not may_revise(antrag, request.umfang):
        raise PermissionDenied(f"Ihre Rolle erlaubt es nicht, {Recht.ANTRAG_SCHREIBEN.value}.")
    letzte = latest_fassung(antrag)
    gemerkt = load_gemerkt(request, antrag) if request.method == "GET" else None
    initial = gemerkt or FassungForm.initial_of(eingabe_of(antrag, letzte, *Antragsfassung.TEXTE))
    form = FassungForm(request.POST or None, initial=initial)
    if form.is_valid():
        try:
            _write(request, antrag, letzte, form.eingabe())
        except AntragVeraltet as error:
            return render_konflikt(request, antrag, form.eingabe(), error)
        except (*VERWEIGERT, PdfError) as error:
            add_fehler(form, error)
        else:
            forget(request, antrag)
            return redirect("antraege:antrag-detail", antrag.kennung)
    kontext = {
        "antrag": antrag,
        "form": form,
        "letzte": letzte,
        "fuer": sign(request, antrag),
        "wieder_da": gemerkt is not None,
    }
    return render(request, "antraege/antrag_revise.html", kontext, status=400 if form.errors else 200)


def _write(request: Anfrage, antrag: Antrag, letzte: Antragsfassung, eingabe: Eingabe) -> None:
    """Store the new version, with its paper where an agenda that may still be edited carries one."""
    now = timezone.now()
    abgleich = merge_eingabe(antrag, letzte, eingabe)
    papier: GespeicherteDatei | None = None
    if _braucht_papier(antrag) and not abgleich.konflikte:
        # what is printed is what will be stored: whoever changes the motion until then, the deed refuses
        eingabe = Eingabe(
            abgleich.werte, antrag.stand, fingerprints({feld: getattr(letzte, feld) for feld in abgleich.werte})
        )
        papier = _print(request, antrag, letzte, eingabe, now=now)
    try:
        fassung = deeds.revise_antrag(antrag.pk, eingabe, papier=papier, actor=request.user, now=now)
    except VERWEIGERT:  # anything else may have come after the commit: then the sweep decides
        if papier is not None:
            discard(papier.uuid)
        raise
    if fassung.nr > letzte.nr:
        messages.success(request, f"Fassung {fassung.nr} ist gespeichert. Die früheren bleiben lesbar.")
    else:
        messages.info(request, "Der Wortlaut ist unverändert; es gibt keine neue Fassung.")
        if papier is not None:
            discard(papier.uuid)


def _braucht_papier(antrag: Antrag) -> bool:
    """Return whether the motion stands with a paper of its own on an agenda that may still be edited."""
    return antrag.papier_id is not None and antrag.traktandum is not None and antrag.traktandum.sitzung.is_bearbeitbar


def _print(
    request: Anfrage, antrag: Antrag, letzte: Antragsfassung, eingabe: Eingabe, *, now: datetime
) -> GespeicherteDatei:
    """Print the new wording before it is stored. Raises PdfError with the sentence for the user."""
    fassung = Antragsfassung(antrag=antrag, nr=letzte.nr + 1, von=request.user, created_at=now, **eingabe.werte)
    return store_bytes(antrag_dateiname(antrag), "pdf", make_antrag_pdf(antrag, fassung))


@require_http_methods(["GET", "POST"])
@requires(Recht.ANTRAG_ZURUECKZIEHEN, load_antraege, sehen=Recht.ANTRAG_SEHEN)
def antrag_withdraw(request: Anfrage, antrag: Antrag) -> HttpResponse:
    """Ask once, with an optional reason; until the vote opens."""
    form = RueckzugForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        handle(
            request,
            lambda: deeds.withdraw_antrag(
                antrag.pk, grund=form.cleaned_data["grund"], actor=request.user, now=timezone.now()
            ),
            erfolg=f"Der Antrag {antrag.nummer} ist zurückgezogen.",
        )
        return redirect(antrag)
    votes = load_stimmstand(antrag)
    satz = check_zurueckziehen(status=antrag.status, offen=votes.offen, abgestimmt=votes.abgestimmt)
    kontext = {
        "antrag": antrag,
        "form": form,
        "satz": satz,
        "fuer_andere": antrag.eingereicht_von != request.user,
    }
    return render(request, "antraege/antrag_withdraw.html", kontext)


@require_safe
# who reads a motion only once the board has it reads the version voted on, not the way there
@requires(Recht.ABSTIMMUNG_SEHEN, load_antraege)
def fassung_detail(request: Anfrage, antrag: Antrag, nr: int) -> HttpResponse:
    """Show one version whole, and what changed since the one before."""
    seite = load_fassungsseite(antrag, nr)
    if seite is None:
        raise Http404
    return render(request, "antraege/fassung_detail.html", {"antrag": antrag, "seite": seite})
