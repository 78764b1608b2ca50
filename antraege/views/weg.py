"""What the pages of the desk share: the vote they are about, the way back, what a deed says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect

from antraege.models import Abstimmung
from antraege.queries.nacherfassen import is_nacherfassbar
from antraege.schritte.abstimmung import AbstimmungError
from antraege.schritte.antrag import AntragError
from mitglieder.permissions import Recht, has_recht
from sitzungen.models import Sitzung
from sitzungen.schritte.vorbereitung import VorbereitungError
from sitzungen.views.anfrage import Anfrage

VERWEIGERT = (AbstimmungError, AntragError, VorbereitungError)
"""What a deed on motions and votes refuses with; everything else is a defect."""


def load_abstimmungen() -> QuerySet[Abstimmung]:
    """Return all votes with what their pages name."""
    return Abstimmung.objects.select_related(
        "sitzung__leitung", "traktandum", "antragsfassung__antrag__sitz", "vorgaenger"
    )


def to_pult(request: Anfrage, sitzung: Sitzung) -> HttpResponse:
    """Redirect to the desk of a running meeting, to the votes of one held on paper, else to where its agenda is prepared, else to the meeting."""
    if sitzung.status == Sitzung.Status.LAUFEND and has_recht(request.umfang, Recht.SITZUNG_LEITEN, sitzung):
        return redirect("sitzungen:leitung", sitzung.kennung)
    if is_nacherfassbar(sitzung) and has_recht(request.umfang, Recht.STIMMEN_ERFASSEN, sitzung):
        return redirect("antraege:nacherfassung-list", sitzung.kennung)
    if has_recht(request.umfang, Recht.SITZUNG_VORBEREITEN, sitzung):
        return redirect("sitzungen:traktandum-list", sitzung.kennung)
    return redirect(sitzung)


def add_fehler(form: Form, error: Exception) -> None:
    """Put a refusal where it belongs on a form."""
    feld = getattr(error, "feld", None)
    feld = {"traktandum": "gegenstand", "antrag": "gegenstand"}.get(feld or "", feld)
    form.add_error(feld if feld in form.fields else None, str(error))


def handle(request: Anfrage, deed: Callable[[], Any], *, erfolg: str = "") -> bool:
    """Do a deed and tell the person how it went; return whether it went well."""
    try:
        deed()
    except VERWEIGERT as error:
        messages.error(request, str(error))
        return False
    if erfolg:
        messages.success(request, erfolg)
    return True
