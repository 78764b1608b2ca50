"""How far an open vote is, as a part that pages ask for anew: «n von m haben gestimmt»."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from antraege.models import Abstimmung
from antraege.queries.abstimmung import load_stand
from mitglieder.permissions import Recht, has_recht, requires
from sitzungen.views.anfrage import Anfrage


def _abstimmungen() -> QuerySet[Abstimmung]:
    return Abstimmung.objects.select_related("sitzung", "traktandum")


@require_safe
@requires(Recht.ABSTIMMUNG_SEHEN, _abstimmungen, by=("uuid",))
def abstimmung_stand(request: Anfrage, abstimmung: Abstimmung) -> HttpResponse:
    """Answer with the count of ballots; 204 while it is still `?n=…`. Who leads also reads which seats are missing (`?fehlende=ja`).

    Once the vote is over it asks no more; the page learns the rest from the room's own counter.
    """
    if "HX-Request" not in request.headers:
        return redirect(abstimmung.sitzung)
    stand = load_stand(abstimmung)
    if abstimmung.is_offen and request.GET.get("n") == str(stand.abgegeben):
        return HttpResponse(status=204)
    zeigt = "fehlende" in request.GET and has_recht(request.umfang, Recht.ABSTIMMUNG_LEITEN, abstimmung)
    return render(
        request,
        "antraege/_stand.html",
        {
            "abstimmung": abstimmung,
            "stand": stand,
            "zeigt_fehlende": zeigt,
            "meine_fehlt": abstimmung.is_offen and stand.lacks(request.umfang.person),
        },
        status=200 if abstimmung.is_offen else 286,
    )
