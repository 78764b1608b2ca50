"""Asking the seats for an opinion before a meeting."""

from __future__ import annotations

from datetime import time, timedelta

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from antraege.actions.konsultativ import ask_seats
from antraege.forms.konsultativ import KonsultativForm
from antraege.views.weg import VERWEIGERT
from mitglieder.permissions import Recht, requires
from sitzungen.models import Sitzung
from sitzungen.views.anfrage import Anfrage


def _sitzungen() -> QuerySet[Sitzung]:
    return Sitzung.objects.select_related("leitung")


@require_http_methods(["GET", "POST"])
@requires(Recht.ABSTIMMUNG_LEITEN, _sitzungen, sehen=Recht.SITZUNG_SEHEN)
def konsultativ_create(request: Anfrage, sitzung: Sitzung) -> HttpResponse:
    """Ask every voting seat; the mails go out at once."""
    traktanden = list(sitzung.traktanden.order_by("position")) if sitzung.is_veroeffentlicht else []
    anfang = {"tag": timezone.localdate() + timedelta(days=7), "zeit": time(18, 0)}
    form = KonsultativForm(request.POST or None, traktanden=traktanden, initial=anfang)
    if form.is_valid():
        try:
            vote = ask_seats(
                sitzung.pk,
                frage=form.cleaned_data["frage"],
                traktandum_pk=form.cleaned_data.get("traktandum"),
                schliesst_at=form.schliesst_at(),
                actor=request.user,
                now=timezone.now(),
            )
        except VERWEIGERT as error:
            feld = getattr(error, "feld", None)
            form.add_error(feld if feld in form.fields else None, str(error))
        else:
            messages.success(request, f"Die Frage ist an {vote.anwesend} Sitze unterwegs.")
            return redirect(vote)
    return render(request, "antraege/konsultativ_create.html", {"sitzung": sitzung, "form": form})
