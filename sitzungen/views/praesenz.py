"""The desk of presence. Each button is one address; with htmx its row and the bar are replaced, without it the page loads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from konferenz.einstellungen import wert
from mitglieder.models import Person, Sitz
from mitglieder.permissions import Recht, has_recht, requires
from sitzungen.actions import anmeldung, anwesenheit, praesenz, tuere
from sitzungen.forms.praesenz import GrundForm, TippForm, TuereForm, ZeitenForm
from sitzungen.models import Anwesenheit, Sitzung
from sitzungen.queries import praesenzblatt as queries
from sitzungen.queries.antwort import standing_list
from sitzungen.queries.balken import make_balken
from sitzungen.queries.sitzplan import sitzname
from sitzungen.queries.vormerkung import list_vormerkungen
from sitzungen.schritte.saal import SaalError
from sitzungen.schritte.vertretung import Ersatzwahl

from .anfrage import Anfrage
from .balken import EREIGNIS

UNLESBAR = "Das war nicht lesbar. Bitte versuchen Sie es nochmals."


@require_safe
@requires(Recht.PRAESENZ_FUEHREN, Sitzung.objects.all, sehen=Recht.SITZUNG_SEHEN)
def praesenz_list(request: Anfrage, sitzung: Sitzung) -> HttpResponse:
    """Show every seat with one tap for in and out; before the opening, who opens the meeting and when."""
    blatt = queries.load_blatt(sitzung)
    laeuft = sitzung.status == Sitzung.Status.LAUFEND
    kontext = {
        "sitzung": sitzung,
        "blatt": blatt,
        "balken": make_balken(sitzung, blatt.lage) if laeuft else None,
        "traktanden": queries.offene_traktanden(sitzung) if laeuft else [],
        "darf_oeffnen": laeuft and sitzung.form != Sitzung.Form.DIGITAL and bool(wert("selbst_anmelden")),
        "darf_gaeste": has_recht(request.umfang, Recht.GAESTE_VERWALTEN),
        "darf_antworten": has_recht(request.umfang, Recht.TEILNAHMEN_FUEHREN),
        "fehler": "",
        "vormerkungen": list_vormerkungen(sitzung) if laeuft else [],
    }
    return render(request, "sitzungen/praesenz_list.html", kontext)


@require_POST
@requires(Recht.PRAESENZ_FUEHREN, Sitzung.objects.all, sehen=Recht.SITZUNG_SEHEN)
def platz_check_in(request: Anfrage, sitzung: Sitzung, uuid: UUID) -> HttpResponse:
    form = request.GET.get("form")
    return _tap(
        request, sitzung, uuid, lambda sitz, person, wer: praesenz.check_in(sitzung.pk, sitz, person, form=form, **wer)
    )


@require_POST
@requires(Recht.PRAESENZ_FUEHREN, Sitzung.objects.all, sehen=Recht.SITZUNG_SEHEN)
def platz_check_out(request: Anfrage, sitzung: Sitzung, uuid: UUID) -> HttpResponse:
    return _tap(
        request, sitzung, uuid, lambda sitz, person, wer: praesenz.check_out(sitzung.pk, sitz, person_pk=person, **wer)
    )


@require_POST
@requires(Recht.PRAESENZ_FUEHREN, Sitzung.objects.all, sehen=Recht.SITZUNG_SEHEN)
def platz_hand_over(request: Anfrage, sitzung: Sitzung, uuid: UUID) -> HttpResponse:
    form = request.GET.get("form")
    return _tap(
        request, sitzung, uuid, lambda sitz, person, wer: praesenz.hand_over(sitzung.pk, sitz, person, form=form, **wer)
    )


def _tap(
    request: Anfrage, sitzung: Sitzung, uuid: UUID, deed: Callable[[int, int, dict[str, Any]], Any]
) -> HttpResponse:
    """Do one tap on a seat; answer with its row and the bar, or lead back to it."""
    sitz = get_object_or_404(Sitz, uuid=uuid)
    form = TippForm(request.POST)
    fehler = "" if form.is_valid() else UNLESBAR
    if not fehler:
        person = get_object_or_404(Person.objects.get_queryset(), uuid=form.cleaned_data["person"])
        try:
            deed(sitz.pk, person.pk, {"actor": request.user, "now": timezone.now()})
        except SaalError as error:
            fehler = str(error)
    if "HX-Request" not in request.headers:
        if fehler:  # said at the head of the page
            messages.error(request, fehler)
        return _zurueck(sitzung, "" if fehler else f"platz-{uuid}")
    sitzung.refresh_from_db()
    return _render_platz(request, sitzung, uuid, fehler=fehler, live=form.cleaned_data.get("live"))


def _render_platz(request: Anfrage, sitzung: Sitzung, uuid: UUID, *, fehler: str, live: int | None) -> HttpResponse:
    blatt = queries.load_blatt(sitzung)
    platz = blatt.je_uuid[str(uuid)]
    kontext = {
        "sitzung": sitzung,
        "platz": platz,
        "balken": make_balken(sitzung, blatt.lage),
        "darf_antworten": has_recht(request.umfang, Recht.TEILNAHMEN_FUEHREN),
        "fehler": fehler,
        "neu": True,
        "oob": True,
    }
    response = render(request, "sitzungen/_platz_antwort.html", kontext)
    # the other rows are right only where this tap was all that happened since the screen was drawn
    is_alles = live is not None and sitzung.live == live + (not fehler)
    leute = {k.person.pk for k in platz.kommende} | ({platz.anwesenheit.person_id} if platz.anwesenheit else set())
    auch_anderswo = any(p.sitz.pk != platz.sitz.pk and leute & {k.person.pk for k in p.kommende} for p in blatt.plaetze)
    if not is_alles or auch_anderswo:
        response["HX-Trigger"] = EREIGNIS
    return response


@require_POST
@requires(Recht.PRAESENZ_FUEHREN, Sitzung.objects.all, sehen=Recht.SITZUNG_SEHEN)
def praesenz_all(request: Anfrage, sitzung: Sitzung) -> HttpResponse:
    """Check in all who announced themselves, and say who was left out and why."""
    try:
        ergebnis = praesenz.check_in_all(sitzung.pk, actor=request.user, now=timezone.now())
    except SaalError as error:
        messages.error(request, str(error))
    else:
        zahl = len(ergebnis.angemeldet)
        messages.success(request, f"{zahl} Sitz{'' if zahl == 1 else 'e'} angemeldet.")
        if ergebnis.ausgelassen:
            gruende = "; ".join(f"{sitzname(sitz)}: {satz.rstrip('.')}" for sitz, satz in ergebnis.ausgelassen)
            messages.info(request, f"Nicht angemeldet: {gruende}.")
    return _zurueck(sitzung)


def _zurueck(sitzung: Sitzung, anker: str = "") -> HttpResponse:
    ziel = reverse("sitzungen:praesenz", args=[sitzung.kennung])
    return redirect(f"{ziel}#{anker}" if anker else ziel)


def _do(request: Anfrage, sitzung: Sitzung, deed: Callable[[], Any], *, erfolg: str = "") -> HttpResponse:
    """Do a deed without fields of its own and lead back to the page."""
    try:
        deed()
    except SaalError as error:
        messages.error(request, str(error))
    else:
        if erfolg:
            messages.success(request, erfolg)
    return _zurueck(sitzung)


@require_POST
@requires(Recht.PRAESENZ_FUEHREN, Sitzung.objects.all, sehen=Recht.SITZUNG_SEHEN)
def saal_open(request: Anfrage, sitzung: Sitzung) -> HttpResponse:
    return _do(
        request,
        sitzung,
        lambda: anmeldung.open_saal(sitzung.pk, actor=request.user, now=timezone.now()),
        erfolg="Die Sitze melden sich jetzt am eigenen Telefon an.",
    )


@require_POST
@requires(Recht.PRAESENZ_FUEHREN, Sitzung.objects.all, sehen=Recht.SITZUNG_SEHEN)
def saal_close(request: Anfrage, sitzung: Sitzung) -> HttpResponse:
    return _do(
        request,
        sitzung,
        lambda: anmeldung.close_saal(sitzung.pk, actor=request.user, now=timezone.now()),
        erfolg="Neue Anmeldungen erfasst jetzt nur noch das Pult.",
    )


@require_POST
@requires(Recht.PRAESENZ_FUEHREN, Sitzung.objects.all, sehen=Recht.SITZUNG_SEHEN)
def gast_check_in(request: Anfrage, sitzung: Sitzung, uuid: UUID) -> HttpResponse:
    person, form = get_object_or_404(Person.objects.get_queryset(), uuid=uuid), request.GET.get("form")
    wer: dict[str, Any] = {"actor": request.user, "now": timezone.now()}
    return _do(request, sitzung, lambda: anwesenheit.check_in_gast(sitzung.pk, person.pk, form=form, **wer))


@require_POST
@requires(Recht.PRAESENZ_FUEHREN, Sitzung.objects.all, sehen=Recht.SITZUNG_SEHEN)
def gast_check_out(request: Anfrage, sitzung: Sitzung, uuid: UUID) -> HttpResponse:
    person = get_object_or_404(Person.objects.get_queryset(), uuid=uuid)
    wer: dict[str, Any] = {"actor": request.user, "now": timezone.now()}
    return _do(request, sitzung, lambda: anwesenheit.check_out_gast(sitzung.pk, person.pk, **wer))


@require_http_methods(["GET", "POST"])
@requires(Recht.PRAESENZ_FUEHREN, Sitzung.objects.all, sehen=Recht.SITZUNG_SEHEN)
def tuere_create(request: Anfrage, sitzung: Sitzung) -> HttpResponse:
    """Add who came unannounced; `?sitz=uuid` names the seat and shows its standing list."""
    blatt = queries.load_blatt(sitzung)
    freie = [platz for platz in blatt.plaetze if platz.anwesenheit is None]
    gewaehlt = blatt.je_uuid.get(request.GET.get("sitz", ""))
    form = TuereForm(request.POST or None, sitzung=sitzung, freie=freie, sitz=request.GET.get("sitz", ""))
    if form.is_valid():
        platz = blatt.je_uuid[form.cleaned_data["sitz"]]
        if _add(request, sitzung, platz, form.wahl, form=form):
            return _zurueck(sitzung, f"platz-{platz.sitz.uuid}")
    tag = timezone.localdate(sitzung.beginn_at)
    kontext = {
        "sitzung": sitzung,
        "form": form,
        "gewaehlt": gewaehlt,
        "liste": standing_list(gewaehlt.sitz, tag) if gewaehlt and gewaehlt.anwesenheit is None else [],
        "laeuft": sitzung.status == Sitzung.Status.LAUFEND,
    }
    return render(request, "sitzungen/tuere_create.html", kontext)


@require_POST
@requires(Recht.PRAESENZ_FUEHREN, Sitzung.objects.all, sehen=Recht.SITZUNG_SEHEN)
def tuere_liste(request: Anfrage, sitzung: Sitzung, uuid: UUID) -> HttpResponse:
    """Check somebody of the seat's standing list in, who came unannounced."""
    platz = queries.load_blatt(sitzung).je_uuid.get(str(uuid))
    form = TippForm(request.POST)
    if platz is None or not form.is_valid():
        messages.error(request, UNLESBAR)
        return _zurueck(sitzung)
    person = get_object_or_404(Person.objects.get_queryset(), uuid=form.cleaned_data["person"])
    _add(request, sitzung, platz, Ersatzwahl(person=person.pk))
    return _zurueck(sitzung, f"platz-{uuid}")


def _add(
    request: Anfrage, sitzung: Sitzung, platz: queries.Praesenzplatz, wahl: Ersatzwahl, form: TuereForm | None = None
) -> bool:
    try:
        neu = tuere.add_unangemeldete(
            sitzung.pk,
            platz.sitz.pk,
            wahl,
            form=form.cleaned_data.get("form") if form else None,
            actor=request.user,
            now=timezone.now(),
        )
    except SaalError as error:
        if form is None:
            messages.error(request, str(error))
        else:
            form.add_error(error.feld if error.feld in form.fields else None, str(error))
        return False
    messages.success(request, f"{neu.person.name} vertritt {platz.name} und ist angemeldet.")
    return True


def _anwesenheit(sitzung: Sitzung, uuid: UUID) -> Anwesenheit:
    rows = Anwesenheit.objects.select_related("person", "teilnahme__sitz__sozialregion", "sitzung")
    return get_object_or_404(rows, sitzung=sitzung, uuid=uuid)


@require_http_methods(["GET", "POST"])
@requires(Recht.PRAESENZ_FUEHREN, Sitzung.objects.all, sehen=Recht.SITZUNG_SEHEN)
def anwesenheit_edit(request: Anfrage, sitzung: Sitzung, uuid: UUID) -> HttpResponse:
    strecke = _anwesenheit(sitzung, uuid)
    form = ZeitenForm(request.POST or None, anwesenheit=strecke)
    if form.is_valid():
        try:
            anwesenheit.correct_anwesenheit(strecke.pk, actor=request.user, now=timezone.now(), **form.zeiten())
        except SaalError as error:
            form.add_error(error.feld if error.feld in form.fields else None, str(error))
        else:
            messages.success(request, f"Die Zeiten von {strecke.person.name} sind berichtigt.")
            return _zurueck(sitzung)
    return _render_zeiten(request, strecke, form, GrundForm(prefix="weg"))


@require_POST
@requires(Recht.PRAESENZ_FUEHREN, Sitzung.objects.all, sehen=Recht.SITZUNG_SEHEN)
def anwesenheit_remove(request: Anfrage, sitzung: Sitzung, uuid: UUID) -> HttpResponse:
    strecke = _anwesenheit(sitzung, uuid)
    form = GrundForm(request.POST, prefix="weg")
    if form.is_valid():
        try:
            anwesenheit.remove_anwesenheit(
                strecke.pk, grund=form.cleaned_data["grund"], actor=request.user, now=timezone.now()
            )
        except SaalError as error:
            form.add_error(error.feld if error.feld in form.fields else None, str(error))
        else:
            messages.success(request, f"Die Anwesenheit von {strecke.person.name} ist entfernt.")
            return _zurueck(sitzung)
    return _render_zeiten(request, strecke, ZeitenForm(anwesenheit=strecke), form)


def _render_zeiten(request: Anfrage, strecke: Anwesenheit, form: ZeitenForm, weg: GrundForm) -> HttpResponse:
    platz = sitzname(strecke.teilnahme.sitz) if strecke.teilnahme else "Gast"
    kontext = {"sitzung": strecke.sitzung, "strecke": strecke, "platz": platz, "form": form, "weg": weg}
    return render(request, "sitzungen/anwesenheit_edit.html", kontext)
