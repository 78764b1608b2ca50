"""Pages of the members' area: the list of meetings and the meeting."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from konferenz.teile import Ort, list_zeilen, load_teile
from mitglieder.permissions import Recht, has_recht, requires
from sitzungen.models import Sitzung
from sitzungen.queries import lesen, sitzplan, termine
from sitzungen.queries.antwort import meine_sitze
from sitzungen.queries.balken import load_balken
from sitzungen.queries.nachfuehren import load_saalhinweis
from sitzungen.queries.praesenz import load_lage
from sitzungen.queries.praesenzblatt import list_ausstaende, mein_ausstand, meine_plaetze, plaetze_stand

JE_SEITE = 20


@require_safe
@requires(Recht.ANGEMELDET_SEIN)
def sitzung_list(request: HttpRequest) -> HttpResponse:
    """List the meetings the person may know of, by year; `?jahr=alle` is the whole archive."""
    scope = request.umfang  # type: ignore[attr-defined]
    jahre = termine.list_jahre(scope)
    wahl = request.GET.get("jahr", "")
    bekannt = {str(jahr): jahr for jahr, _ in jahre}
    jahr = bekannt.get(wahl)
    if jahr is None and wahl != "alle" and jahre:
        # this year where it has meetings, else the nearest
        jahr = min((jahr for jahr, _ in jahre), key=lambda j: (abs(j - scope.now.year), -j))
    seite = Paginator(termine.list_sitzungen(scope, jahr), JE_SEITE).get_page(request.GET.get("seite"))
    gesamt = sum(zahl for _, zahl in jahre)
    return render(
        request,
        "sitzungen/sitzung_list.html",
        {
            "seite": seite,
            "zeilen": [termine.make_zeile(sitzung, scope) for sitzung in seite],
            "jahr": jahr,
            "jahre": jahre,
            "gesamt": gesamt,
            "abfrage": f"jahr={jahr or 'alle'}",
            "darf_planen": has_recht(scope, Recht.SITZUNG_PLANEN),
            "darf_praesenz": has_recht(scope, Recht.TEILNAHMEN_SEHEN),
            "darf_abonnieren": has_recht(scope, Recht.TERMIN_SEHEN),
        },
    )


@require_safe
@requires(Recht.TERMIN_SEHEN, lambda: Sitzung.objects.select_related("dossier"))
def sitzung_detail(request: HttpRequest, sitzung: Sitzung) -> HttpResponse:
    """Show one meeting: the date before its dispatch, agenda and papers after it."""
    scope = request.umfang  # type: ignore[attr-defined]
    teile = load_teile(request, sitzung, Ort.SITZUNG)
    seite = lesen.load_sitzungsseite(sitzung, scope, gezeigt=list_zeilen(teile))
    vertretung, is_plan_offen = sitzplan.load_stand(sitzung, scope)
    mein_sitz = meine_sitze([sitzung], scope)
    lage = load_lage(sitzung) if sitzung.status == Sitzung.Status.LAUFEND else None
    plaetze = meine_plaetze(sitzung, scope, lage) if lage else []
    return render(
        request,
        "sitzungen/sitzung_detail.html",
        {
            "sitzung": sitzung,
            "seite": seite,
            "kopf": lesen.make_kopf(sitzung, seite, scope),
            "saal": load_saalhinweis(sitzung, scope),
            "vertretung": vertretung,
            "is_plan_offen": is_plan_offen,
            "mein_sitz": mein_sitz,
            "balken": load_balken(sitzung, scope, lage),
            "meine_plaetze": plaetze,
            "platz_stand": plaetze_stand(sitzung, plaetze),
            "meldet_sich_an": sitzung.is_saal_offen and any(not p.is_da and p.anderer is None for p in plaetze),
            "mappe_entsteht": lesen.is_mappe_erwartet(sitzung, scope.now),
            "mein_ausstand": mein_ausstand(sitzung, mein_sitz),
            "ausstaende": list_ausstaende(sitzung) if has_recht(scope, Recht.SAAL_SEHEN, sitzung) else [],
            "teile": teile,
        },
    )
