"""The page of one motion: title, where it comes from, its versions, its votes; reworded until the vote opens."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from antraege.actions.antrag import revise_am_pult
from antraege.forms.pult import FassungForm
from antraege.models import Antrag
from antraege.queries.antrag import load_antragsseite
from mitglieder.permissions import Recht, has_recht, requires
from sitzungen.views.anfrage import Anfrage

from .weg import VERWEIGERT, add_fehler


def _antraege() -> QuerySet[Antrag]:
    return Antrag.objects.select_related("sitz", "traktandum__sitzung__leitung")


@require_safe
@requires(Recht.ANTRAG_SEHEN, _antraege)
def antrag_detail(request: Anfrage, antrag: Antrag) -> HttpResponse:
    seite = load_antragsseite(antrag, request.umfang)
    darf = has_recht(request.umfang, Recht.ABSTIMMUNG_LEITEN, antrag) and antrag.traktandum is not None
    kontext = {
        "antrag": antrag,
        "seite": seite,
        "punkt": antrag.traktandum,
        "darf_leiten": darf,
        "darf_fassen": darf and seite.is_offen,
    }
    return render(request, "antraege/antrag_detail.html", kontext)


@require_http_methods(["GET", "POST"])
@requires(Recht.ABSTIMMUNG_LEITEN, _antraege, sehen=Recht.ANTRAG_SEHEN)
def antrag_revise(request: Anfrage, antrag: Antrag) -> HttpResponse:
    """Reword a motion until its vote opens; each wording stays readable."""
    letzte = antrag.fassungen.order_by("-nr").first()
    form = FassungForm(request.POST or None, initial={"text": letzte.text if letzte else ""})
    if form.is_valid():
        try:
            revise_am_pult(antrag.pk, text=form.cleaned_data["text"], actor=request.user, now=timezone.now())
        except VERWEIGERT as error:
            add_fehler(form, error)
        else:
            return redirect("antraege:antrag-detail", antrag.kennung)
    return render(request, "antraege/antrag_revise.html", {"antrag": antrag, "form": form, "letzte": letzte})
