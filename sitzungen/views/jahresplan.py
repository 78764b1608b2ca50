"""The year plan: four meetings in one form."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from mitglieder.permissions import Recht, requires
from sitzungen.actions import jahresplan as actions
from sitzungen.forms.termin import AnkuendigungForm, TerminForm
from sitzungen.queries import jahresplan as queries
from sitzungen.views.anfrage import Anfrage


@require_safe
@requires(Recht.SITZUNG_PLANEN)
def jahresplan_start(request: Anfrage) -> HttpResponse:
    """Lead to next year's plan, from September on or once this year's meetings are over; else to this year's."""
    heute = timezone.localdate()
    return redirect("sitzungen:jahresplan-edit", heute.year + 1 if heute.month >= 9 else heute.year)


@require_http_methods(["GET", "POST"])
@requires(Recht.SITZUNG_PLANEN)
def jahresplan_edit(request: Anfrage, jahr: int) -> HttpResponse:
    if not 2026 <= jahr <= 2100:
        raise Http404
    now = timezone.now()
    plan = queries.jahr(jahr, now=now)
    nummern = sorted({*range(1, plan.verlangt + 1), *plan.ordentliche})
    data = request.POST or None
    ort = queries.letzter_ort()
    forms = []
    for nr in nummern:
        sitzung = plan.ordentliche.get(nr)
        fest = sitzung is not None and not sitzung.is_bearbeitbar
        initial = {} if sitzung else {"ort": ort}
        forms.append(TerminForm(None if fest else data, prefix=f"s{nr}", nr=nr, sitzung=sitzung, initial=initial))
    ankuendigung = AnkuendigungForm(data, initial={"ankuendigen": not plan.is_angekuendigt})
    if request.method == "POST" and _save(request, jahr, forms, ankuendigung):
        return redirect("sitzungen:jahresplan-edit", jahr)
    zeilen = [(form, plan.ordentliche.get(form.nr or 0)) for form in forms]
    return render(
        request,
        "sitzungen/jahresplan_edit.html",
        {"plan": plan, "zeilen": zeilen, "ankuendigung": ankuendigung, "heuer": timezone.localdate(now).year},
    )


def _save(request: Anfrage, jahr: int, forms: list[TerminForm], ankuendigung: AnkuendigungForm) -> bool:
    """Save the plan and say what happened; put what was refused on its row and return False."""
    offene = [form for form in forms if form.is_bound]
    ankuendigung.is_valid()
    gueltig = [form.is_valid() for form in offene]  # all of them: every row shows its own errors
    if not all(gueltig):
        return False
    termine = [form.cleaned_data["termin"] for form in offene if form.cleaned_data["termin"] is not None]
    falsche = [f for f in offene if (t := f.cleaned_data["termin"]) and timezone.localdate(t.beginn_at).year != jahr]
    for form in falsche:
        form.add_error("datum", f"Dieses Datum liegt nicht im Jahr {jahr}.")
    if falsche:
        return False
    try:
        ergebnis = actions.save_jahresplan(
            jahr,
            termine,
            ankuendigen=ankuendigung.cleaned_data["ankuendigen"],
            actor=request.user,
            now=timezone.now(),
        )
    except actions.JahresplanError as error:
        next(form for form in offene if form.nr == error.nr).add_fehler(error.feld, str(error))
        return False
    messages.success(request, _satz(ergebnis))
    return True


def _satz(ergebnis: actions.Jahresplan) -> str:
    teile = []
    if ergebnis.erstellt:
        anzahl = len(ergebnis.erstellt)
        teile.append("Eine Sitzung ist neu geplant." if anzahl == 1 else f"{anzahl} Sitzungen sind neu geplant.")
    if ergebnis.geaendert:
        teile.append("Geändert: " + ", ".join(f"Sitzung {s.nummer}" for s in ergebnis.geaendert) + ".")
    if ergebnis.ankuendigungen:
        anzahl = ergebnis.ankuendigungen
        teile.append(
            "Eine Person erhält die Termine per Mail."
            if anzahl == 1
            else f"{anzahl} Personen erhalten die Termine per Mail."
        )
    return " ".join(teile) or "Es gab nichts zu ändern."
