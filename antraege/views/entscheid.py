"""The board's decision: one form, a preview of what will be told, «Mitteilen»; nobody else sees anything before."""

from __future__ import annotations

from django.contrib import messages
from django.core.mail import EmailMultiAlternatives
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from antraege.actions import entscheid as actions
from antraege.forms.entscheid import EntscheidForm, StandForm
from antraege.mails.entscheid import load_entscheid, make_betreff, make_brief
from antraege.models import Bericht, Vorstandsentscheid
from antraege.queries.entscheid import load_empfaenger
from antraege.queries.vorstand import list_berichte, load_berichtseite, read_ton
from antraege.rules.vorstand import empfaenger_satz
from antraege.schritte.antrag import AntragError
from konferenz.dateien import GespeicherteDatei, datei_response, store_upload
from konferenz.dateipruefung import DateiAbgelehnt
from konferenz.postausgang import CSP_MAIL
from mitglieder.permissions import Recht, requires
from sitzungen.views.anfrage import Anfrage

from .ablage import read_notiz, sign_datei


@require_http_methods(["GET", "POST"])
@requires(Recht.ENTSCHEID_ERFASSEN, list_berichte, sehen=Recht.BERICHT_SEHEN, by=("uuid",))
def entscheid_edit(request: Anfrage, bericht: Bericht) -> HttpResponse:
    """Record the decision or change what is recorded; a form that is refused keeps text and file."""
    entscheid: Vorstandsentscheid | None = getattr(bericht, "entscheid", None)
    if entscheid is not None and entscheid.is_mitgeteilt:
        messages.error(request, "Der Entscheid ist mitgeteilt; er ändert nicht mehr.")
        return redirect(bericht)
    typed = (request.POST, request.FILES) if request.method == "POST" else ()
    form = EntscheidForm(*typed, bericht=bericht, entscheid=entscheid)
    abgelegt, jetzt = None, None
    if request.method == "POST":
        abgelegt = _stored(request, form, bericht)
        if form.is_valid():
            try:
                actions.record_entscheid(
                    bericht.pk,
                    form.angaben,
                    stand=form.cleaned_data["stand"],
                    datei=abgelegt,
                    datei_weg=form.cleaned_data.get("datei_weg", False),
                    actor=request.user,
                    now=timezone.now(),
                )
            except actions.EntscheidVeraltet as error:
                jetzt = error
            except AntragError as error:
                feld = getattr(error, "feld", None)
                form.add_error(feld if feld in form.fields else None, str(error))
            else:
                return redirect("antraege:entscheid-tell", bericht.uuid)
        stand = (jetzt.entscheid.stand if jetzt.entscheid else 0) if jetzt else None
        form.renew(stand=stand, abgelegt=sign_datei(abgelegt, bericht, request.user))
    kontext = {
        "bericht": bericht,
        "antrag": bericht.antrag,
        "seite": load_berichtseite(bericht, request.umfang),
        "form": form,
        "entscheid": entscheid,
        "abgelegt": abgelegt,
        "jetzt": jetzt,
        "ton": read_ton(jetzt.entscheid) if jetzt else "",
    }
    return render(request, "antraege/entscheid_edit.html", kontext)


def _stored(request: Anfrage, form: EntscheidForm, bericht: Bericht) -> GespeicherteDatei | None:
    """Return the file of the form, checked and on disk: the one chosen now, else the one a returned form still holds."""
    if "datei" in form.errors:
        return None
    upload = form.cleaned_data.get("datei")
    if upload is None:
        return read_notiz(form.cleaned_data.get("abgelegt", ""), bericht, request.user)
    try:
        return store_upload(upload)
    except DateiAbgelehnt as error:
        form.add_error("datei", str(error))
        return None


@require_http_methods(["GET", "POST"])
@requires(Recht.ENTSCHEID_ERFASSEN, list_berichte, sehen=Recht.BERICHT_SEHEN, by=("uuid",))
def entscheid_tell(request: Anfrage, bericht: Bericht) -> HttpResponse:
    """Show what will be told, to whom, and tell it."""
    entscheid: Vorstandsentscheid | None = getattr(bericht, "entscheid", None)
    if request.method == "POST":
        form = StandForm(request.POST)
        stand = form.cleaned_data["stand"] if form.is_valid() else -1
        try:
            mails = actions.tell_entscheid(bericht.pk, stand=stand, actor=request.user, now=timezone.now())
        except actions.EntscheidVeraltet as error:
            messages.error(request, f"{error} Mitgeteilt ist noch nichts; bitte sehen Sie sich an, was jetzt gilt.")
            return redirect("antraege:entscheid-tell", bericht.uuid)
        except AntragError as error:
            messages.error(request, str(error))
            return redirect(bericht)
        personen = "1 Person erhält" if mails == 1 else f"{mails} Personen erhalten"
        messages.success(request, f"Der Entscheid ist mitgeteilt: {personen} je eine Mail.")
        return redirect(bericht)
    if entscheid is None:
        return redirect("antraege:entscheid-edit", bericht.uuid)
    if entscheid.is_mitgeteilt:
        return redirect(bericht)
    empfaenger = load_empfaenger(bericht, timezone.now())
    einreichende = [e.person.name for e in empfaenger if e.is_einreichend]
    kontext = {
        "bericht": bericht,
        "antrag": bericht.antrag,
        "entscheid": entscheid,
        "ton": read_ton(entscheid),
        "empfaenger": empfaenger,
        "empfaenger_satz": empfaenger_satz(
            einreichende=einreichende,
            uebrige=len(empfaenger) - len(einreichende),
            ohne_adresse=sum(not e.person.email for e in empfaenger),
        ),
        "einreichende": einreichende,
        "betreff": make_betreff(entscheid),
        "text": _brief(request, bericht).body,
        "form": StandForm(initial={"stand": entscheid.stand}),
    }
    return render(request, "antraege/entscheid_tell.html", kontext)


@require_safe
@requires(Recht.ENTSCHEID_ERFASSEN, list_berichte, sehen=Recht.BERICHT_SEHEN, by=("uuid",))
@xframe_options_sameorigin
def entscheid_mail(request: Anfrage, bericht: Bericht) -> HttpResponse:
    """Answer with the HTML of the letter alone, under a policy that lets it do nothing but look."""
    html = str(_brief(request, bericht).alternatives[0][0])
    response = HttpResponse(html.replace("<head>", '<head><base target="_blank">', 1))
    response["Content-Security-Policy"] = CSP_MAIL
    return response


def _brief(request: Anfrage, bericht: Bericht) -> EmailMultiAlternatives:
    entscheid = load_entscheid(str(bericht.entscheid.uuid)) if hasattr(bericht, "entscheid") else None
    if entscheid is None:
        raise Http404
    eigener = request.GET.get("an") == "einreichende"
    return make_brief(entscheid, name=request.user.name, is_einreichend=eigener, mit_datei=False)


@require_POST
@requires(Recht.ENTSCHEID_ERFASSEN, list_berichte, sehen=Recht.BERICHT_SEHEN, by=("uuid",))
def entscheid_discard(request: Anfrage, bericht: Bericht) -> HttpResponse:
    form = StandForm(request.POST)
    stand = form.cleaned_data["stand"] if form.is_valid() else -1
    try:
        actions.discard_entscheid(bericht.pk, stand=stand, actor=request.user, now=timezone.now())
    except AntragError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "Der erfasste Entscheid ist verworfen. Mitgeteilt wurde nichts.")
    return redirect(bericht)


def _entscheide() -> QuerySet[Vorstandsentscheid]:
    return Vorstandsentscheid.objects.select_related("datei", "bericht__abstimmung__traktandum__sitzung")


@require_safe
@requires(Recht.ENTSCHEID_SEHEN, _entscheide, by=("bericht__uuid",))
def entscheid_datei(request: Anfrage, entscheid: Vorstandsentscheid) -> HttpResponseBase:
    """Answer with the board's paper."""
    if entscheid.datei is None:
        raise Http404
    try:
        return datei_response(request, entscheid.datei, inline="herunterladen" not in request.GET)
    except FileNotFoundError as error:
        raise Http404 from error
