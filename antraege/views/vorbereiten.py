"""Votes prepared with the agenda or in the meeting; a motion taken down at the desk."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from antraege.actions import abstimmung as deeds
from antraege.actions import antrag as antrag_deeds
from antraege.actions import vorbereitung
from antraege.forms.pult import AbstimmungForm, AntragForm
from antraege.models import Abstimmung, Antrag
from antraege.queries.antrag import Gegenstand, list_gegenstaende
from konferenz.rules import Mehrheit
from mitglieder.permissions import Recht, requires
from sitzungen.models import Sitzung, Traktandum
from sitzungen.rules.leitung import check_antrag
from sitzungen.views.anfrage import Anfrage

from .weg import VERWEIGERT, add_fehler, handle, load_abstimmungen, to_pult

_PUNKT = ("sitzung__kennung", "uuid")


def _sitzungen() -> QuerySet[Sitzung]:
    return Sitzung.objects.select_related("leitung")


def _traktanden() -> QuerySet[Traktandum]:
    return Traktandum.objects.select_related("sitzung__leitung")


@require_http_methods(["GET", "POST"])
@requires(Recht.ABSTIMMUNG_LEITEN, _sitzungen, sehen=Recht.SITZUNG_SEHEN)
def abstimmung_create(request: Anfrage, sitzung: Sitzung) -> HttpResponse:
    """Prepare a vote; `?traktandum=`, `?antrag=` choose what about, `?wiederholt=` the vote it repeats."""
    gegenstaende = list_gegenstaende(sitzung)
    alte = _find_alte(request, sitzung)
    form = AbstimmungForm(
        request.POST or None, gegenstaende=gegenstaende, initial=_initial(request, gegenstaende, alte)
    )
    if form.is_valid():
        angaben = form.angaben()
        try:
            deeds.prepare_abstimmung(
                sitzung.pk,
                traktandum_pk=angaben.traktandum_pk,
                frage=angaben.frage,
                mehrheit=angaben.mehrheit,
                fassung_pk=angaben.fassung_pk,
                namentlich=angaben.namentlich,
                vorgaenger_pk=alte.pk if alte else None,
                actor=request.user,
                now=timezone.now(),
            )
        except VERWEIGERT as error:
            add_fehler(form, error)
        else:
            return to_pult(request, sitzung)
    kontext = {"sitzung": sitzung, "form": form, "alte": alte, "hat_traktanden": bool(gegenstaende)}
    return render(request, "antraege/abstimmung_create.html", kontext)


def _find_alte(request: Anfrage, sitzung: Sitzung) -> Abstimmung | None:
    """Return the vote that is repeated, or None."""
    try:
        uuid = UUID(request.GET.get("wiederholt", ""))
    except ValueError:
        return None
    vorbei = [Abstimmung.Status.GESCHLOSSEN, Abstimmung.Status.ABGEBROCHEN]
    return load_abstimmungen().filter(sitzung=sitzung, uuid=uuid, status__in=vorbei).first()


def _initial(request: Anfrage, gegenstaende: list[Gegenstand], alte: Abstimmung | None) -> dict[str, Any]:
    if alte is not None:
        return AbstimmungForm.initial_of(alte)
    kennung = request.GET.get("antrag", "")
    dabei = [g for g in gegenstaende if not kennung and str(g.traktandum.uuid) == request.GET.get("traktandum")]
    # on an item that stands there for a motion, the motion is what is voted on
    offene = [g for g in dabei if g.antrag and g.antrag.status == Antrag.Status.TRAKTANDIERT]
    antrag = next((g for g in gegenstaende if kennung and g.antrag and g.antrag.kennung == kennung), None)
    antrag = antrag or next(iter(offene), None)
    if antrag is not None and antrag.antrag is not None:
        frage = antrag_deeds.FRAGE.format(titel=antrag.antrag.titel)
        return {"gegenstand": antrag.wert, "mehrheit": Mehrheit.ZWEIDRITTEL.value, "frage": frage}
    gewaehlt = {"gegenstand": dabei[0].wert} if dabei else {}
    return {"mehrheit": Mehrheit.EINFACH.value, **gewaehlt}


@require_http_methods(["GET", "POST"])
@requires(Recht.ABSTIMMUNG_LEITEN, load_abstimmungen, sehen=Recht.ABSTIMMUNG_SEHEN, by=("uuid",))
def abstimmung_edit(request: Anfrage, abstimmung: Abstimmung) -> HttpResponse:
    """Change a prepared vote."""
    sitzung = abstimmung.sitzung
    form = AbstimmungForm(
        request.POST or None,
        gegenstaende=list_gegenstaende(sitzung),
        initial=AbstimmungForm.initial_of(abstimmung),
    )
    if form.is_valid():
        try:
            vorbereitung.edit_abstimmung(abstimmung.pk, form.angaben(), actor=request.user, now=timezone.now())
        except VERWEIGERT as error:
            add_fehler(form, error)
        else:
            return to_pult(request, sitzung)
    return render(
        request,
        "antraege/abstimmung_edit.html",
        {"sitzung": sitzung, "abstimmung": abstimmung, "form": form},
    )


@require_POST
@requires(Recht.ABSTIMMUNG_LEITEN, load_abstimmungen, sehen=Recht.ABSTIMMUNG_SEHEN, by=("uuid",))
def abstimmung_remove(request: Anfrage, abstimmung: Abstimmung) -> HttpResponse:
    handle(
        request,
        lambda: vorbereitung.remove_abstimmung(abstimmung.pk, actor=request.user, now=timezone.now()),
        erfolg=f"Die Abstimmung «{abstimmung.frage}» ist entfernt.",
    )
    return to_pult(request, abstimmung.sitzung)


@require_http_methods(["GET", "POST"])
@requires(Recht.ABSTIMMUNG_LEITEN, _traktanden, sehen=Recht.SITZUNG_SEHEN, by=_PUNKT)
def antrag_create(request: Anfrage, traktandum: Traktandum) -> HttpResponse:
    """Take a motion down and prepare its vote; the next page opens it."""
    sitzung = traktandum.sitzung
    satz = check_antrag(art=traktandum.art, angekuendigt=traktandum.angekuendigt_at is not None)
    form = AntragForm(request.POST or None)
    if form.is_valid():
        try:
            abstimmung = antrag_deeds.submit_with_abstimmung(
                traktandum.pk, actor=request.user, now=timezone.now(), **form.angaben()
            )
        except VERWEIGERT as error:
            add_fehler(form, error)
        else:
            if sitzung.status == Sitzung.Status.LAUFEND and sitzung.aktuell_id == traktandum.pk:
                return redirect("antraege:abstimmung-open", abstimmung.uuid)
            return to_pult(request, sitzung)
    kontext = {"sitzung": sitzung, "traktandum": traktandum, "form": form, "satz": satz}
    return render(request, "antraege/antrag_create.html", kontext)
