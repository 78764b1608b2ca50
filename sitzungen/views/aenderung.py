"""A dispatched meeting moved or cancelled; and, for the Nachversand too, the letters as they will go out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_safe

from konferenz.postausgang import CSP_MAIL
from mitglieder.permissions import Recht, requires
from sitzungen import rules
from sitzungen.actions import aenderung as actions
from sitzungen.forms.nachversand import NachversandForm
from sitzungen.forms.versand import AbsageForm, VerschiebungForm
from sitzungen.mails.versand import Brieftext, make_brief
from sitzungen.models import Sitzung, Zustellung
from sitzungen.queries import aenderung as queries
from sitzungen.queries.versand import Empfaenger, empfaengerkreis
from sitzungen.schritte.versand import VersandError
from sitzungen.schritte.vorbereitung import VorbereitungError
from sitzungen.views.anfrage import Anfrage

ARTEN: dict[str, dict[str, str]] = {
    "nachversand": {"titel": "Nachversand prüfen", "knopf": "Jetzt versenden", "stil": "haupt"},
    "verschiebung": {"titel": "Verschiebung prüfen", "knopf": "Verschieben und mitteilen", "stil": "haupt"},
    "absage": {"titel": "Absage prüfen", "knopf": "Sitzung absagen", "stil": "gefahr"},
}


@require_http_methods(["GET", "POST"])
@requires(Recht.VERSAND_LEITEN, Sitzung.objects.all)
def verschiebung_create(request: Anfrage, sitzung: Sitzung) -> HttpResponse:
    """Move a dispatched meeting and tell everybody: the form, the letters, then the deed."""
    form = VerschiebungForm(request.POST or None, sitzung=sitzung)
    if form.is_valid() and "zurueck" not in request.POST:
        if "senden" not in request.POST:
            kreis = empfaengerkreis(sitzung, timezone.now()).empfaenger
            return pruefen(request, sitzung, "verschiebung", form, _manifest(sitzung, form), kreis)
        data = form.cleaned_data
        try:
            actions.create_verschiebung(
                sitzung.pk,
                termin=data["termin"],
                grund=data["grund"],
                antworten=data["antworten"],
                actor=request.user,
                now=timezone.now(),
            )
        except VorbereitungError as error:
            form.add_fehler(error.feld, str(error))
        except VersandError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Die Sitzung ist verschoben; die Mitteilung geht jetzt hinaus.")
            return redirect("sitzungen:versand-detail", sitzung.kennung)
    return _render(request, "sitzungen/verschiebung_create.html", sitzung, form)


@require_http_methods(["GET", "POST"])
@requires(Recht.VERSAND_LEITEN, Sitzung.objects.all)
def absage_create(request: Anfrage, sitzung: Sitzung) -> HttpResponse:
    """Cancel a meeting and tell everybody who knows of it: the form, the letters, then the deed."""
    form = AbsageForm(request.POST or None)
    if form.is_valid() and "zurueck" not in request.POST:
        if "senden" not in request.POST:
            kreis = queries.absage_kreis(sitzung, timezone.now())
            return pruefen(request, sitzung, "absage", form, _manifest(sitzung, form), kreis)
        try:
            versand = actions.create_absage(
                sitzung.pk, grund=form.cleaned_data["grund"], actor=request.user, now=timezone.now()
            )
        except VersandError as error:
            form.add_error(None, str(error))
        else:
            wort = "die Mitteilung geht jetzt hinaus" if versand else "der Termin war noch niemandem angekündigt"
            messages.success(request, f"Die Sitzung ist abgesagt; {wort}.")
            return redirect("sitzungen:sitzung-detail", sitzung.kennung)
    return _render(request, "sitzungen/absage_create.html", sitzung, form)


def _render(request: Anfrage, template: str, sitzung: Sitzung, form: VerschiebungForm | AbsageForm) -> HttpResponse:
    return render(
        request, template, {"sitzung": sitzung, "form": form, "kreis": empfaengerkreis(sitzung, timezone.now())}
    )


# --- The letters as they will go out --------------------------------------------------------------


def pruefen(
    request: Anfrage,
    sitzung: Sitzung,
    art: str,
    form: Any,
    manifest: dict[str, Any],
    kreis: Sequence[Empfaenger],
) -> HttpResponse:
    """Show each letter of a change as it will go out, with what was typed hidden behind the button that sends it."""
    haben = set(manifest.get("haben_unterlagen", []))
    voll = [e for e in kreis if "haben_unterlagen" in manifest and str(e.person.uuid) not in haben]
    typed = {feld.html_name: feld.data for feld in form}
    briefe = []
    for brief in Zustellung.Brief:
        anzahl = sum(e.brief == brief for e in kreis if e not in voll)
        if anzahl:
            text = _brieftext(request, manifest, brief)
            pfad = reverse("sitzungen:aenderung-vorschau", args=[sitzung.kennung, art, brief.value])
            briefe.append(
                {
                    "name": brief.label,
                    "brief": brief.value,
                    "anzahl": anzahl,
                    "betreff": text.betreff,
                    "text": text.text,
                    "url": f"{pfad}?{urlencode({k: v for k, v in typed.items() if v})}",
                }
            )
    context = {
        "sitzung": sitzung,
        "form": form,
        "briefe": briefe,
        "anzahl": len(kreis),
        "voll": len(voll),
        **ARTEN[art],
    }
    return render(request, "sitzungen/aenderung_pruefen.html", context)


@require_safe
@requires(Recht.VERSAND_SEHEN, Sitzung.objects.all)
@xframe_options_sameorigin
def aenderung_vorschau(request: Anfrage, sitzung: Sitzung, was: str, brief: str) -> HttpResponse:
    """Answer with the HTML of one letter of a change that is being prepared, under a policy that lets it do nothing."""
    formen: dict[str, Any] = {"nachversand": NachversandForm, "absage": AbsageForm}
    if brief not in Zustellung.Brief.values or was not in ARTEN:
        raise Http404
    form = formen[was](request.GET) if was in formen else VerschiebungForm(request.GET, sitzung=sitzung)
    if not form.is_valid():
        raise Http404
    html = _brieftext(request, _manifest(sitzung, form), brief).html
    response = HttpResponse(html.replace("<head>", '<head><base target="_blank">', 1))
    response["Content-Security-Policy"] = CSP_MAIL
    return response


def _manifest(sitzung: Sitzung, form: django_forms.Form) -> dict[str, Any]:
    """Return the package as it would be frozen now; nothing is written."""
    data = form.cleaned_data
    if isinstance(form, VerschiebungForm):
        termin = data["termin"]
        neu = rules.antworten_neu(data["antworten"], bisher=sitzung.beginn_at, neu=termin.beginn_at)
        return queries.load_verschiebung(sitzung, termin, grund=data["grund"], antworten_neu=neu)
    if isinstance(form, AbsageForm):
        return queries.load_absage(sitzung, grund=data["grund"])
    return queries.load_nachversand(sitzung, grund=data["grund"], now=timezone.now())


def _brieftext(request: Anfrage, manifest: dict[str, Any], brief: str) -> Brieftext:
    return make_brief(manifest, brief=brief, empfaenger=request.user.name, gruppe="Vorschau", stand=timezone.now())
