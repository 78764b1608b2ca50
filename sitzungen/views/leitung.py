"""The chair's desk. Each button is one address; with htmx the desk is replaced, without it the page loads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from konferenz.einstellungen import wert
from konferenz.teile import Ort, load_teile
from mitglieder.models import Sitz
from mitglieder.permissions import Recht, has_recht, requires
from sitzungen.actions import diskussion, nachtrag
from sitzungen.actions import leitung as actions
from sitzungen.forms.leitung import AusgangForm, EinverstaendnisForm, LeitungForm, NachtragForm, SchlussForm, SitzForm
from sitzungen.models import Sitzung, Traktandum
from sitzungen.queries import leitung as queries
from sitzungen.queries.balken import load_balken
from sitzungen.queries.praesenz import load_lage
from sitzungen.queries.pult import load_pult
from sitzungen.queries.vormerkung import list_vormerkungen
from sitzungen.rules import tag
from sitzungen.rules.leitung import check_beginn
from sitzungen.schritte.vorbereitung import VorbereitungError
from sitzungen.views.anfrage import Anfrage

from .vorbereitung import handle

_PUNKT = ("sitzung__kennung", "uuid")


def _sitzungen() -> QuerySet[Sitzung]:
    return Sitzung.objects.select_related("leitung", "nacherfasst_von", "bestaetigt_von")


def _traktanden() -> QuerySet[Traktandum]:
    return Traktandum.objects.select_related("sitzung__leitung")


def _pult(sitzung: Sitzung) -> HttpResponse:
    return redirect("sitzungen:leitung", sitzung.kennung)


@require_safe
@requires(Recht.SITZUNG_LEITEN, _sitzungen, sehen=Recht.SITZUNG_SEHEN)
def leitung_detail(request: Anfrage, sitzung: Sitzung) -> HttpResponse:
    """Show the desk; `?live=N` asks for it only if something changed since N."""
    if request.GET.get("live") == str(sitzung.live):
        return HttpResponse(status=204)
    return _render(request, sitzung)


def _render(request: Anfrage, sitzung: Sitzung, *, ausgang: AusgangForm | None = None, **mehr: Any) -> HttpResponse:
    """Render the desk. ausgang: the refused outcome of the current item."""
    now = timezone.now()
    lage = load_lage(sitzung)
    wahl = queries.wer_leitet(sitzung, lage)
    pult = load_pult(sitzung, lage, request.umfang, now)
    punkt = pult.aktuell.traktandum if pult.aktuell else None
    kontext = {
        "sitzung": sitzung,
        "pult": pult,
        "lage": lage,
        "balken": load_balken(sitzung, request.umfang, lage),
        "beginn_satz": check_beginn(sitzung.status, sitzungstag=tag(sitzung.beginn_at), heute=timezone.localdate(now)),
        "leitung_form": LeitungForm(personen=wahl.personen, vorschlag=sitzung.leitung or wahl.vorschlag),
        "ausgang_form": ausgang or AusgangForm(initial={"text": punkt.ausgang_text if punkt else ""}),
        "braucht_einverstaendnis": wert("entscheid_nachtraktandieren"),
        "vormerkungen": list_vormerkungen(sitzung) if sitzung.status == Sitzung.Status.LAUFEND else [],
        "teile": load_teile(request, sitzung, Ort.LEITUNG),
        "darf_nachfuehren": sitzung.status == Sitzung.Status.VERSANDT
        and sitzung.beginn_at <= now
        and has_recht(request.umfang, Recht.SITZUNG_NACHFUEHREN, sitzung),
        **mehr,
    }
    return render(request, "sitzungen/leitung_detail.html", kontext)


@require_POST
@requires(Recht.SITZUNG_LEITEN, _sitzungen, sehen=Recht.SITZUNG_SEHEN)
def sitzung_start(request: Anfrage, sitzung: Sitzung) -> HttpResponse:
    return _mit_leitung(
        request,
        sitzung,
        lambda leitung: actions.start_sitzung(sitzung.pk, leitung=leitung, actor=request.user, now=timezone.now()),
        erfolg="Die Sitzung ist eröffnet.",
    )


@require_POST
@requires(Recht.SITZUNG_LEITEN, _sitzungen, sehen=Recht.SITZUNG_SEHEN)
def leitung_edit(request: Anfrage, sitzung: Sitzung) -> HttpResponse:
    return _mit_leitung(
        request,
        sitzung,
        lambda leitung: actions.set_leitung(sitzung.pk, leitung=leitung, actor=request.user, now=timezone.now()),
        erfolg="Festgehalten, wer die Sitzung leitet.",
    )


def _mit_leitung(request: Anfrage, sitzung: Sitzung, deed: Callable[[int], Any], *, erfolg: str) -> HttpResponse:
    wahl = queries.wer_leitet(sitzung)
    form = LeitungForm(request.POST, personen=wahl.personen, vorschlag=None)
    if not form.is_valid():
        return _render(request, sitzung, leitung_form=form)
    leitung = form.cleaned_data["leitung"]
    handle(request, sitzung, lambda: deed(leitung), erfolg=erfolg)
    return _pult(sitzung)


@require_http_methods(["GET", "POST"])
@requires(Recht.SITZUNG_LEITEN, _sitzungen, sehen=Recht.SITZUNG_SEHEN)
def sitzung_end(request: Anfrage, sitzung: Sitzung) -> HttpResponse:
    """List what is missing (GET), then close."""
    if sitzung.status != Sitzung.Status.LAUFEND:
        return _pult(sitzung)
    form = SchlussForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        bestaetigt = form.cleaned_data["bestaetigt"]
        try:
            actions.end_sitzung(sitzung.pk, bestaetigt=bestaetigt, actor=request.user, now=timezone.now())
        except VorbereitungError as error:
            satz = "Bitte lesen Sie, was noch fehlt, und bestätigen Sie den Schluss."
            form.add_error(None, satz if isinstance(error, actions.SchlussUnvollstaendig) else str(error))
        else:
            return redirect(sitzung)
    maengel = queries.schlussmaengel(sitzung)
    kontext = {
        "sitzung": sitzung,
        "form": form,
        "maengel": maengel,
        "is_gesperrt": any(mangel.is_sperrend for mangel in maengel),
    }
    return render(request, "sitzungen/sitzung_end.html", kontext)


@require_POST
@requires(Recht.SITZUNG_LEITEN, _traktanden, sehen=Recht.SITZUNG_SEHEN, by=_PUNKT)
def traktandum_call(request: Anfrage, traktandum: Traktandum) -> HttpResponse:
    handle(
        request,
        traktandum.sitzung,
        lambda: actions.go_to(traktandum.pk, actor=request.user, now=timezone.now()),
    )
    return _pult(traktandum.sitzung)


@require_POST
@requires(Recht.SITZUNG_LEITEN, _traktanden, sehen=Recht.SITZUNG_SEHEN, by=_PUNKT)
def traktandum_ausgang(request: Anfrage, traktandum: Traktandum) -> HttpResponse:
    """Note the outcome; what was typed stays where it is refused."""
    form = AusgangForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        try:
            actions.set_ausgang(
                traktandum.pk, ausgang=data["ausgang"], text=data["text"], actor=request.user, now=timezone.now()
            )
        except VorbereitungError as error:
            form.add_error(error.feld if error.feld in form.fields else None, str(error))
        else:
            return _pult(traktandum.sitzung)
    if traktandum.sitzung.aktuell_id != traktandum.pk:
        return _pult(traktandum.sitzung)
    return _render(request, traktandum.sitzung, ausgang=form)


@require_POST
@requires(Recht.SITZUNG_LEITEN, _traktanden, sehen=Recht.SITZUNG_SEHEN, by=_PUNKT)
def diskussion_record(request: Anfrage, traktandum: Traktandum) -> HttpResponse:
    """Note that a seat asks aloud to discuss."""
    return _wunsch(request, traktandum, diskussion.record_diskussion)


@require_POST
@requires(Recht.SITZUNG_LEITEN, _traktanden, sehen=Recht.SITZUNG_SEHEN, by=_PUNKT)
def diskussion_drop(request: Anfrage, traktandum: Traktandum) -> HttpResponse:
    return _wunsch(request, traktandum, diskussion.drop_diskussion)


def _wunsch(request: Anfrage, traktandum: Traktandum, deed: Callable[..., None]) -> HttpResponse:
    form = SitzForm(request.POST)
    if form.is_valid():
        sitz = get_object_or_404(Sitz.objects.all(), uuid=form.cleaned_data["sitz"])
        handle(
            request,
            traktandum.sitzung,
            lambda: deed(traktandum.pk, sitz=sitz.pk, actor=request.user, now=timezone.now()),
        )
    return _pult(traktandum.sitzung)


@require_POST
@requires(Recht.SITZUNG_LEITEN, _traktanden, sehen=Recht.SITZUNG_SEHEN, by=_PUNKT)
def traktandum_entscheid(request: Anfrage, traktandum: Traktandum) -> HttpResponse:
    form = EinverstaendnisForm(request.POST)
    einverstanden = form.is_valid() and form.cleaned_data["einverstanden"]
    handle(
        request,
        traktandum.sitzung,
        lambda: nachtrag.make_entscheid(
            traktandum.pk, einverstanden=einverstanden, actor=request.user, now=timezone.now()
        ),
        erfolg=f"Traktandum {traktandum.position} ist jetzt ein Entscheid.",
    )
    return _pult(traktandum.sitzung)


@require_POST
@requires(Recht.SITZUNG_LEITEN, _traktanden, sehen=Recht.SITZUNG_SEHEN, by=_PUNKT)
def traktandum_information(request: Anfrage, traktandum: Traktandum) -> HttpResponse:
    handle(
        request,
        traktandum.sitzung,
        lambda: nachtrag.make_information(traktandum.pk, actor=request.user, now=timezone.now()),
        erfolg=f"Traktandum {traktandum.position} ist wieder eine Information.",
    )
    return _pult(traktandum.sitzung)


@require_http_methods(["GET", "POST"])
@requires(Recht.SITZUNG_LEITEN, _sitzungen, sehen=Recht.SITZUNG_SEHEN)
def nachtrag_create(request: Anfrage, sitzung: Sitzung) -> HttpResponse:
    if sitzung.status != Sitzung.Status.LAUFEND:
        return _pult(sitzung)
    form = NachtragForm(request.POST or None)
    if form.is_valid():
        try:
            neu = nachtrag.add_im_saal(sitzung.pk, actor=request.user, now=timezone.now(), **form.angaben())
        except VorbereitungError as error:
            form.add_error(error.feld if error.feld in form.fields else None, str(error))
        else:
            return redirect(f"{reverse('sitzungen:leitung', args=[sitzung.kennung])}#t{neu.position}")
    kontext = {
        "sitzung": sitzung,
        "form": form,
        "anwesend": load_lage(sitzung).anwesend,
        "braucht_einverstaendnis": wert("entscheid_nachtraktandieren"),
    }
    return render(request, "sitzungen/nachtrag_create.html", kontext)
