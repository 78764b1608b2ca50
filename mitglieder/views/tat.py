"""One page, one form, one deed: what the office's editing pages have in common."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from mitglieder.actions import MitgliederError


@dataclass(frozen=True)
class Seite:
    """What the page of a deed says. zurueck: address of the page it came from, zurueck_name: what stands there."""

    titel: str
    knopf: str
    zurueck: str
    zurueck_name: str
    vorspann: str = ""
    hinweise: Sequence[str] = ()
    is_gefahr: bool = False


def run_tat(
    request: HttpRequest,
    form: Form,
    tat: Callable[[dict[str, Any]], Any],
    seite: Seite,
    *,
    erfolg: str,
    ziel: str = "",
) -> HttpResponse:
    """Show the form, do the deed when it is good, and go on; a refusal stands at its field and nothing is lost."""
    if request.method == "POST" and form.is_valid():
        try:
            tat(form.cleaned_data)
        except MitgliederError as error:
            form.add_error(error.feld if error.feld in form.fields else None, str(error))
        else:
            messages.success(request, erfolg)
            return redirect(ziel or seite.zurueck)
    return render(request, "mitglieder/tat.html", {"form": form, "seite": seite})
