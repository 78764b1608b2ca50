"""The page of one motion: title, where it comes from, its versions, its votes; reworded until the vote opens."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from antraege.models import Antrag
from antraege.queries.antragsseite import load_antragsseite
from mitglieder.permissions import Recht, requires
from sitzungen.views.anfrage import Anfrage


@require_safe
@requires(Recht.ANTRAG_SEHEN, Antrag.objects.with_seite)
def antrag_detail(request: Anfrage, antrag: Antrag) -> HttpResponse:
    seite = load_antragsseite(antrag, request.umfang)
    return render(request, "antraege/antrag_detail.html", {"antrag": antrag, "seite": seite, "darf": seite.darf})
