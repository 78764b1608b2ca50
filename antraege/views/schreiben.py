"""What the pages of writing answer with: the form again, both texts of two writers, a draft that is gone, a line for the script."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from antraege.forms.entwurf import BeilagenForm, EntwurfForm, FassungForm, SitzForm
from antraege.models import Antrag
from antraege.queries.entwurf import (
    NAMEN,
    Eingabe,
    eingabe_of,
    latest_fassung,
    list_beilagen,
    load_konflikt,
    may_revise,
    werte_of,
)
from antraege.rules.antrag import check_fassen
from antraege.schritte.antrag import AntragVeraltet
from konferenz.templatetags.schweiz import datum, uhrzeit
from mitglieder.permissions import Rolle
from sitzungen.views.anfrage import Anfrage

from .merken import first_error, is_own, keep, sign, wants_json


def load_antraege() -> QuerySet[Antrag]:
    """Return all motions with what their pages and rights ask."""
    return Antrag.objects.with_seite().select_related("geaendert_von", "sitz__sozialregion", "thema")


def receive(request: HttpRequest, uuid: UUID, weiter: Any) -> HttpResponseBase:
    """Take a posted text: with a session to its deed, without one over the log-in, and to a page of its own where the draft is gone."""
    if not request.user.is_authenticated:
        return keep(request, reverse("antraege:entwurf-edit", args=[uuid]))
    anfrage = cast("Anfrage", request)
    try:
        return cast("HttpResponseBase", weiter(request, uuid=uuid))
    except Http404:
        if "stand" not in request.POST or not is_own(anfrage, uuid) or Antrag.objects.filter(uuid=uuid).exists():
            raise
    return render_weg(anfrage, EntwurfForm(request.POST), None)


def render_edit(
    request: Anfrage, antrag: Antrag, form: EntwurfForm, *, status: int = 200, titel: str = "", wieder_da: bool = False
) -> HttpResponse:
    kontext = {
        "antrag": antrag,
        "form": form,
        "beilagen_form": BeilagenForm(use_required_attribute=False),  # the text is stored without a file, too
        "beilagen": list_beilagen(antrag),
        "fuer": sign(request, antrag),
        "stand_satz": say_stand(request, antrag),
        "titel": titel,
        "wieder_da": wieder_da,
        "ungespeichert": wieder_da or (status >= 400 and not titel),
    }
    return render(request, "antraege/entwurf_edit.html", kontext, status=status)


def refuse(request: Anfrage, antrag: Antrag, form: EntwurfForm) -> HttpResponse:
    """Say what is wrong, with everything that was typed."""
    if wants_json(request):
        return JsonResponse({"satz": f"Noch nicht gespeichert. {first_error(form)}"}, status=400)
    return render_edit(request, antrag, form, status=400)


def render_konflikt(request: Anfrage, antrag: Antrag, eingabe: Eingabe, error: AntragVeraltet) -> HttpResponse:
    """Show both texts with their differences, and a form with one's own words to go on from."""
    frisch = load_antraege().get(pk=antrag.pk)
    konflikt = load_konflikt(frisch, eingabe)
    if not konflikt.felder and not wants_json(request):
        messages.info(request, f"Der Antrag {frisch.nummer} ist schon so gespeichert.")
        return redirect(frisch)
    satz = str(error)
    if frisch.geaendert_von == request.user:
        satz = "Sie haben in einem anderen Fenster weitergeschrieben. Nichts ist verloren: Vergleichen Sie beide Fassungen."
    if wants_json(request):
        return JsonResponse({"satz": satz}, status=409)
    weiter = Eingabe(konflikt.werte, konflikt.stand, konflikt.basis)
    initial = FassungForm.initial_of(weiter)
    form: FassungForm | None = None
    ziel = ""
    if frisch.is_entwurf:
        form, ziel = EntwurfForm(initial=initial, thema_pk=frisch.thema_id), "entwurf-save"
    elif may_revise(frisch, request.umfang) and not check_fassen(status=frisch.status, begonnen=False):
        form, ziel = FassungForm(initial=initial), "antrag-revise"
    kontext = {
        "antrag": frisch,
        "konflikt": konflikt,
        "form": form,
        "satz": satz,
        "wer": frisch.geaendert_von.name if frisch.geaendert_von else "",
        "fuer": sign(request, frisch),
        "ziel": reverse(f"antraege:{ziel}", args=[frisch.kennung or frisch.uuid]) if form else "",
    }
    return render(request, "antraege/entwurf_konflikt.html", kontext, status=409)


def render_weg(request: Anfrage, texte: EntwurfForm, sitz: SitzForm | None) -> HttpResponse:
    """The draft is gone, the words are not: copy them, or begin a new draft with them."""
    if wants_json(request):
        satz = "Diesen Entwurf gibt es nicht mehr. Ihr Text steht noch hier."
        return JsonResponse({"satz": satz}, status=409)
    buero = Rolle.GESCHAEFTSSTELLE in request.umfang.rollen
    sitz = sitz or SitzForm(sitze=None if buero else [mandat.sitz_id for mandat in request.umfang.sitze])
    return render(request, "antraege/entwurf_weg.html", {"form": texte, "sitz_form": sitz}, status=410)


def say_stand(request: Anfrage, antrag: Antrag) -> str:
    """Return when a motion was stored last: «Gespeichert um 14.32 Uhr», and by whom if somebody else did."""
    if antrag.geaendert_at is None:
        return "Noch nichts gespeichert"
    von = ""
    if antrag.geaendert_von is not None and antrag.geaendert_von != request.user:
        von = f" von {antrag.geaendert_von.name}"
    if timezone.localdate(antrag.geaendert_at) == timezone.localdate(request.umfang.now):
        return f"Gespeichert um {uhrzeit(antrag.geaendert_at)}{von}"
    return f"Gespeichert am {datum(antrag.geaendert_at)}, {uhrzeit(antrag.geaendert_at)}{von}"


def make_stand(request: Anfrage, antrag: Antrag, uebernommen: tuple[str, ...]) -> dict[str, Any]:
    """Return what the page's script puts into the form after a save."""
    frisch = load_antraege().get(pk=antrag.pk)
    fassung = latest_fassung(frisch)
    eingabe = eingabe_of(frisch, fassung)
    werte = werte_of(frisch, fassung)
    return {
        "stand": eingabe.stand,
        "basis": eingabe.basis,
        "satz": say_stand(request, frisch),
        "felder": {feld: werte[feld] for feld in uebernommen},
        "hinweis": say_uebernommen(request, antrag, uebernommen),
    }


def tell(request: Anfrage, antrag: Antrag, uebernommen: tuple[str, ...]) -> None:
    messages.success(request, "Der Entwurf ist gespeichert.")
    if satz := say_uebernommen(request, antrag, uebernommen):
        messages.info(request, satz)


def say_uebernommen(request: Anfrage, antrag: Antrag, felder: tuple[str, ...]) -> str:
    """Return whose changes came in. antrag: as it stood before this save."""
    if not felder:
        return ""
    namen = " und ".join(f"«{NAMEN[feld]}»" for feld in felder)
    if antrag.geaendert_von is None or antrag.geaendert_von == request.user:
        return f"In einem anderen Fenster haben Sie inzwischen {namen} geändert; das ist übernommen."
    return f"{antrag.geaendert_von.name} hat inzwischen {namen} geändert; das ist übernommen."
