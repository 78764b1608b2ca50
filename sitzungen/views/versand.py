"""The office's page of a dispatch: before it the letters as they will look, during it the progress, after it the log."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from konferenz.actions import sendung as outbox
from konferenz.dateien import datei_response
from konferenz.pdf import PdfError
from konferenz.postausgang import CSP_MAIL
from konferenz.schritte import SendungError
from mitglieder.permissions import Recht, requires
from sitzungen import takt
from sitzungen.actions import versand as actions
from sitzungen.forms.versand import NochmalsForm, VermerkForm
from sitzungen.mails.versand import Brieftext, make_brief
from sitzungen.models import Sitzung, Versand, Zustellung
from sitzungen.queries import paket, vorbereitung
from sitzungen.queries import versand as queries
from sitzungen.schritte.versand import VersandError
from sitzungen.views.anfrage import Anfrage

from .vorbereitung import reiter

VERSANDE = Versand.objects.select_related("sitzung", "dossier").all
ZUSTELLUNGEN = Zustellung.objects.select_related("versand__sitzung", "sendung", "person").all


@require_safe
@requires(Recht.VERSAND_SEHEN, Sitzung.objects.select_related("dossier").all)
def versand_detail(request: Anfrage, sitzung: Sitzung) -> HttpResponse:
    """Show the dispatch of a meeting: what is ahead, or the newest one with every recipient's state (`?nr=einladung-1`)."""
    versande = queries.versande(sitzung)
    if not versande:
        return _render_vorher(request, sitzung)
    gesucht = request.GET.get("nr", "")
    versand = next((v for v in versande if f"{v.art}-{v.nr}" == gesucht), versande[0])
    return render(request, "sitzungen/versand_detail.html", _lauf(request, sitzung, versand) | {"versande": versande})


def _render_vorher(request: Anfrage, sitzung: Sitzung) -> HttpResponse:
    now = timezone.now()
    manifest = paket.load_vorschau(sitzung)
    return render(
        request,
        "sitzungen/versand_vorher.html",
        {
            "sitzung": sitzung,
            "reiter": reiter(request, sitzung),
            "kreis": queries.empfaengerkreis(sitzung, now),
            "maengel": queries.adress_maengel(sitzung, now),
            "zeit": vorbereitung.versandzeit(sitzung, now=now),
            "manifest": manifest,
            "briefe": [_vorschau(request, manifest, brief) for brief in Zustellung.Brief],
            "is_vergangen": sitzung.beginn_at <= now,
        },
    )


def _vorschau(request: Anfrage, manifest: dict[str, Any], brief: Zustellung.Brief) -> dict[str, Any]:
    text = _brieftext(request, manifest, brief)
    return {"brief": brief.value, "name": brief.label, "betreff": text.betreff, "text": text.text}


def _brieftext(request: Anfrage, manifest: dict[str, Any], brief: str) -> Brieftext:
    return make_brief(manifest, brief=brief, empfaenger=request.user.name, gruppe="Vorschau", stand=timezone.now())


def _lauf(request: Anfrage, sitzung: Sitzung, versand: Versand) -> dict[str, Any]:
    """Return what the page of a dispatch and its refreshed part show."""
    zeilen = queries.zustellungen(versand)
    return {
        "sitzung": sitzung,
        "reiter": reiter(request, sitzung),
        "versand": versand,
        "fortschritt": queries.fortschritt(versand),
        "auffaellige": [z for z in zeilen if queries.is_auffaellig(z)],
        "gruppen": queries.gruppiert(versand, zeilen),
        "neue": queries.neue_empfaenger(versand, timezone.now()) if queries.is_ergaenzbar(versand) else [],
    }


@require_safe
@requires(Recht.VERSAND_SEHEN, VERSANDE, by=("uuid",))
def versand_stand(request: Anfrage, versand: Versand) -> HttpResponse:
    """Answer with the part of the page that changes while a dispatch runs; asking stops when nothing is open any more."""
    if "HX-Request" not in request.headers:
        return _zurueck(versand)
    fortschritt = queries.fortschritt(versand)
    status = 200 if fortschritt.offen else 286  # htmx: swap, and ask no more
    return render(request, "sitzungen/_versand_stand.html", _lauf(request, versand.sitzung, versand), status=status)


@require_safe
@requires(Recht.VERSAND_SEHEN, Sitzung.objects.select_related("dossier").all)
@xframe_options_sameorigin
def versand_vorschau(request: Anfrage, sitzung: Sitzung, brief: str) -> HttpResponse:
    """Answer with the HTML of a letter alone, under a policy that lets it do nothing but look.

    Before the dispatch as it would go out now, after it from its frozen package.
    """
    if brief not in Zustellung.Brief.values:
        raise Http404
    versand = next((v for v in queries.versande(sitzung) if f"{v.art}-{v.nr}" == request.GET.get("nr")), None)
    manifest = versand.manifest if versand else paket.load_vorschau(sitzung)
    html = _brieftext(request, manifest, brief).html
    response = HttpResponse(html.replace("<head>", '<head><base target="_blank">', 1))
    response["Content-Security-Policy"] = CSP_MAIL
    return response


@require_safe
@requires(Recht.VERSAND_SEHEN, Sitzung.objects.all)
def versand_mappe(request: Anfrage, sitzung: Sitzung) -> HttpResponseBase:
    """Answer with the dossier as it would be sent: made now where it is not up to date."""
    versand = sitzung.versande.filter(dossier__isnull=False).select_related("dossier").order_by("-created_at").first()
    try:
        dossier = versand.dossier if versand else takt.prepare(sitzung.pk, now=timezone.now()).dossier
    except PdfError as error:
        messages.error(request, str(error))
        return redirect("sitzungen:versand-detail", sitzung.kennung)
    if dossier is None:
        raise Http404
    try:
        return datei_response(request, dossier, inline=True)
    except FileNotFoundError as error:
        raise Http404 from error


@require_POST
@requires(Recht.VERSAND_LEITEN, Sitzung.objects.all)
def versand_probe(request: Anfrage, sitzung: Sitzung) -> HttpResponse:
    """Send both letters, as they would go out now, to the person who asks."""
    try:
        takt.prepare(sitzung.pk, now=timezone.now())
        actions.send_probe(sitzung.pk, actor=request.user, now=timezone.now())
    except (VersandError, PdfError) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"Beide Briefe sind unterwegs an {request.user.email}.")
    return redirect("sitzungen:versand-detail", sitzung.kennung)


@require_http_methods(["GET", "POST"])
@requires(Recht.VERSAND_LEITEN, Sitzung.objects.all)
def versand_forward(request: Anfrage, sitzung: Sitzung) -> HttpResponse:
    """Bring the dispatch of a released meeting forward, after one question."""
    if request.method == "POST":
        try:
            actions.bring_forward(sitzung.pk, actor=request.user, now=timezone.now())
        except VersandError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, "Der Versand beginnt innert einer Minute.")
        return redirect("sitzungen:versand-detail", sitzung.kennung)
    kreis = queries.empfaengerkreis(sitzung, timezone.now())
    return render(request, "sitzungen/versand_forward.html", {"sitzung": sitzung, "kreis": kreis})


@require_POST
@requires(Recht.VERSAND_LEITEN, VERSANDE, by=("uuid",))
def versand_stop(request: Anfrage, versand: Versand) -> HttpResponse:
    """Stop a running dispatch; from the answer on no further mail leaves."""
    try:
        actions.stop_versand(versand.pk, actor=request.user, now=timezone.now())
    except VersandError as error:
        messages.error(request, str(error))
    else:
        offen = takt.wait_for_uebergabe(versand)
        zusatz = f" {offen} Mail{'s sind' if offen > 1 else ' ist'} noch beim Mailserver in Übergabe." if offen else ""
        messages.success(request, f"Der Versand ist angehalten; die offenen Mails warten.{zusatz}")
    return _zurueck(versand)


@require_POST
@requires(Recht.VERSAND_LEITEN, VERSANDE, by=("uuid",))
def versand_resume(request: Anfrage, versand: Versand) -> HttpResponse:
    """Let a stopped dispatch go on."""
    try:
        anzahl = actions.resume_versand(versand.pk, actor=request.user, now=timezone.now())
    except VersandError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"Der Versand läuft weiter; {anzahl} Mail{'s' if anzahl != 1 else ''} waren offen.")
    return _zurueck(versand)


@require_POST
@requires(Recht.VERSAND_LEITEN, VERSANDE, by=("uuid",))
def versand_extend(request: Anfrage, versand: Versand) -> HttpResponse:
    """Send the frozen package to those who joined since."""
    try:
        anzahl = actions.add_neue_empfaenger(versand.pk, actor=request.user, now=timezone.now())
    except VersandError as error:
        messages.error(request, str(error))
    else:
        messages.success(
            request, f"{anzahl} weitere Person{'en erhalten' if anzahl > 1 else ' erhält'} die Unterlagen."
        )
    return _zurueck(versand)


@require_http_methods(["GET", "POST"])
@requires(Recht.VERSAND_LEITEN, ZUSTELLUNGEN, by=("uuid",))
def zustellung_resend(request: Anfrage, zustellung: Zustellung) -> HttpResponse:
    """Send one recipient's letter anew, with a reason, to the address the person has now."""
    form = NochmalsForm(request.POST or None)
    if form.is_valid():
        now = timezone.now()
        try:
            actions.adopt_adresse(zustellung.pk, actor=request.user, now=now)
            outbox.resend_sendung(zustellung.sendung_id, grund=form.cleaned_data["grund"], actor=request.user, now=now)
        except (VersandError, SendungError) as error:
            form.add_error(None, str(error))
        else:
            actions.note_fortschritt(zustellung.versand_id, now=now)
            messages.success(request, f"Der Brief an {zustellung.person.name} wird nochmals versandt.")
            return _zurueck(zustellung.versand)
    return render(request, "sitzungen/zustellung_resend.html", {"zustellung": zustellung, "form": form})


@require_http_methods(["GET", "POST"])
@requires(Recht.VERSAND_LEITEN, ZUSTELLUNGEN, by=("uuid",))
def zustellung_mark(request: Anfrage, zustellung: Zustellung) -> HttpResponse:
    """Write down what the office learned later: the mail came back, or the papers went by post."""
    form = VermerkForm(request.POST or None)
    if form.is_valid():
        try:
            outbox.mark_sendung(zustellung.sendung_id, actor=request.user, now=timezone.now(), **form.cleaned_data)
        except SendungError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"Bei {zustellung.person.name} vermerkt.")
            return _zurueck(zustellung.versand)
    return render(request, "sitzungen/zustellung_mark.html", {"zustellung": zustellung, "form": form})


def _zurueck(versand: Versand) -> HttpResponse:
    antwort = redirect("sitzungen:versand-detail", versand.sitzung.kennung)
    antwort["Location"] += f"?nr={versand.art}-{versand.nr}"
    return antwort
