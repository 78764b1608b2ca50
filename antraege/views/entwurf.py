"""A motion is written: begun, saved while typing, files attached, submitted, discarded. Nothing typed is ever lost."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from antraege.actions import entwurf as deeds
from antraege.forms.entwurf import EntwurfForm, FassungForm, SitzForm
from antraege.models import Antrag
from antraege.queries.entwurf import (
    eingabe_of,
    latest_fassung,
    list_beilagen,
    list_eigene_entwuerfe,
)
from antraege.schritte.antrag import AntragVeraltet
from mitglieder.permissions import Recht, Rolle, requires
from sitzungen.views.anfrage import Anfrage

from .merken import forget, load_gemerkt, wants_json
from .schreiben import load_antraege, make_stand, receive, refuse, render_edit, render_konflikt, render_weg, tell
from .weg import VERWEIGERT, add_fehler

# --- begun ------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@requires(Recht.ANTRAG_SCHREIBEN, sehen=Recht.ANTRAEGE_SEHEN)
def antrag_new(request: Anfrage) -> HttpResponse:
    """Begin a draft; the office chooses on whose behalf, who holds several seats chooses one of them."""
    buero = Rolle.GESCHAEFTSSTELLE in request.umfang.rollen
    form = SitzForm(request.POST or None, sitze=None if buero else [mandat.sitz_id for mandat in request.umfang.sitze])
    texte = EntwurfForm(request.POST) if "stand" in request.POST else None
    if form.is_valid() and (texte is None or texte.is_valid()):
        eingabe = texte.eingabe() if texte else None
        try:
            antrag = deeds.create_entwurf(
                sitz_pk=form.cleaned_data["sitz"].pk, eingabe=eingabe, actor=request.user, now=timezone.now()
            )
        except VERWEIGERT as error:
            add_fehler(form, error)
        else:
            return redirect("antraege:entwurf-edit", antrag.uuid)
    if texte is not None:
        return render_weg(request, texte, form)
    kontext = {"form": form, "fuer_andere": buero, "entwuerfe": list_eigene_entwuerfe(request.user)}
    return render(request, "antraege/entwurf_new.html", kontext)


# --- written ----------------------------------------------------------------------------------------


@require_safe
@requires(Recht.ANTRAG_SCHREIBEN, load_antraege, sehen=Recht.ANTRAG_SEHEN, by=("uuid",))
def entwurf_edit(request: Anfrage, antrag: Antrag) -> HttpResponse:
    if antrag.kennung:
        return redirect(antrag)
    if not antrag.is_entwurf:
        raise Http404
    gemerkt = load_gemerkt(request, antrag)
    if gemerkt is not None:
        form = EntwurfForm(initial=gemerkt, thema_pk=antrag.thema_id)
    else:
        form = EntwurfForm(
            initial=FassungForm.initial_of(eingabe_of(antrag, latest_fassung(antrag))), thema_pk=antrag.thema_id
        )
    return render_edit(request, antrag, form, wieder_da=gemerkt is not None)


@login_not_required  # because a long text that lost its session is kept over the log-in; a stranger's is kept nowhere
@require_POST
def entwurf_save(request: HttpRequest, uuid: UUID) -> HttpResponseBase:
    return receive(request, uuid, _save)


@login_not_required  # because a long text that lost its session is kept over the log-in; a stranger's is kept nowhere
@require_POST
def entwurf_submit(request: HttpRequest, uuid: UUID) -> HttpResponseBase:
    return receive(request, uuid, _submit)


@requires(Recht.ANTRAG_SCHREIBEN, load_antraege, sehen=Recht.ANTRAG_SEHEN, by=("uuid",))
def _save(request: Anfrage, antrag: Antrag) -> HttpResponse:
    """Store what was typed; the page's own script is told the new state, everybody else sees the page again."""
    form = EntwurfForm(request.POST, thema_pk=antrag.thema_id)
    if not form.is_valid():
        return refuse(request, antrag, form)
    try:
        uebernommen = deeds.save_entwurf(antrag.pk, form.eingabe(), actor=request.user, now=timezone.now())
    except AntragVeraltet as error:
        return render_konflikt(request, antrag, form.eingabe(), error)
    except VERWEIGERT as error:
        add_fehler(form, error)
        return refuse(request, antrag, form)
    forget(request, antrag)
    if wants_json(request):
        return JsonResponse(make_stand(request, antrag, uebernommen))
    tell(request, antrag, uebernommen)
    return redirect("antraege:entwurf-edit", antrag.uuid)


@requires(Recht.ANTRAG_SCHREIBEN, load_antraege, sehen=Recht.ANTRAG_SEHEN, by=("uuid",))
def _submit(request: Anfrage, antrag: Antrag) -> HttpResponse:
    form = EntwurfForm(request.POST, thema_pk=antrag.thema_id)
    buero = Rolle.GESCHAEFTSSTELLE in request.umfang.rollen
    if not buero and antrag.sitz_id not in {mandat.sitz_id for mandat in request.umfang.sitze}:
        form.add_error(
            None,
            f"Sie haben den Sitz «{antrag.sitz.bezeichnung}» nicht mehr inne. Wenden Sie sich an die Geschäftsstelle.",
        )
    if not form.is_valid():
        return refuse(request, antrag, form)
    try:
        maengel = deeds.submit_entwurf(antrag.pk, form.eingabe(), actor=request.user, now=timezone.now())
    except AntragVeraltet as error:
        return render_konflikt(request, antrag, form.eingabe(), error)
    except VERWEIGERT as error:
        add_fehler(form, error)
        return refuse(request, antrag, form)
    forget(request, antrag)
    frisch = load_antraege().get(pk=antrag.pk)
    if maengel:
        # stored, but not submitted: the form goes on from what is stored now
        daten = FassungForm.initial_of(eingabe_of(frisch, latest_fassung(frisch)))
        form = EntwurfForm(daten, thema_pk=frisch.thema_id)
        form.is_valid()
        for mangel in maengel:
            form.add_error(mangel.feld, mangel.satz)
        gespeichert = "Gespeichert, aber noch" if frisch.geaendert_at else "Noch"  # an empty draft stays as it was
        return render_edit(request, frisch, form, status=400, titel=f"{gespeichert} nicht eingereicht:")
    messages.success(request, f"Ihr Antrag ist eingereicht und trägt die Nummer {frisch.nummer}.")
    return redirect(frisch)


@require_http_methods(["GET", "POST"])
@requires(Recht.ANTRAG_SCHREIBEN, load_antraege, sehen=Recht.ANTRAG_SEHEN, by=("uuid",))
def entwurf_discard(request: Anfrage, antrag: Antrag) -> HttpResponse:
    """Ask once, then delete the draft for good."""
    if antrag.kennung:
        return redirect(antrag)
    if request.method == "POST":
        try:
            deeds.discard_entwurf(antrag.pk, actor=request.user, now=timezone.now())
        except VERWEIGERT as error:
            messages.error(request, str(error))
            return redirect(load_antraege().filter(pk=antrag.pk).first() or "antraege:antrag-list")
        forget(request, antrag)
        messages.success(request, "Der Entwurf ist verworfen.")
        return redirect("antraege:antrag-list")
    return render(request, "antraege/entwurf_discard.html", {"antrag": antrag, "beilagen": list_beilagen(antrag)})
