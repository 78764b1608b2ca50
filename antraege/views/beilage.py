"""Files of a motion: checked by what they are, attached and taken off, with the text typed beside them; read by who reads the motion."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from antraege.actions import entwurf as deeds
from antraege.forms.entwurf import BeilagenForm, EntwurfForm
from antraege.models import Antrag, Antragsbeilage
from antraege.queries.entwurf import Eingabe
from antraege.schritte.antrag import AntragVeraltet
from konferenz.dateien import GespeicherteDatei, datei_response, discard, store_uploads
from konferenz.dateipruefung import DateiAbgelehnt
from mitglieder.permissions import Recht, requires
from sitzungen.views.anfrage import Anfrage

from .merken import forget
from .schreiben import load_antraege, receive, refuse, render_konflikt
from .weg import VERWEIGERT


@login_not_required  # because a long text that lost its session is kept over the log-in; a stranger's is kept nowhere
@require_POST
def entwurf_beilagen(request: HttpRequest, uuid: UUID) -> HttpResponseBase:
    return receive(request, uuid, _change_beilagen)


@requires(Recht.ANTRAG_SCHREIBEN, load_antraege, sehen=Recht.ANTRAG_SEHEN, by=("uuid",))
def _change_beilagen(request: Anfrage, antrag: Antrag) -> HttpResponse:
    """Attach or take off files; what was typed beside them in a draft is stored in the same deed."""
    form = EntwurfForm(request.POST, thema_pk=antrag.thema_id) if "stand" in request.POST else None
    if form is not None and not form.is_valid():
        return refuse(request, antrag, form)
    eingabe = form.eingabe() if form is not None else None
    gute: list[GespeicherteDatei] = []
    saetze: list[str] = []  # why something was refused
    try:
        if weg := request.POST.get("entfernen"):
            _remove(request, antrag, weg, eingabe)
        else:
            gute, saetze = _store(request)
            deeds.add_beilagen(antrag.pk, gute, eingabe=eingabe, actor=request.user, now=timezone.now())
            if gute:
                messages.success(request, "Angehängt: " + ", ".join(f"«{datei.name}»" for datei in gute) + ".")
    except AntragVeraltet as error:
        _drop(gute)
        if eingabe is not None:
            return render_konflikt(request, antrag, eingabe, error)
        saetze.append(str(error))
    except VERWEIGERT as error:
        _drop(gute)
        if form is not None:
            feld = getattr(error, "feld", None)
            form.add_error(feld if feld in form.fields else None, str(error))
            return refuse(request, antrag, form)
        saetze.append(str(error))
    else:
        forget(request, antrag)
    for satz in saetze:
        messages.error(request, satz)
    # a refusal stands at the head of the page: who were led down to the files would not see it
    return redirect(antrag.get_absolute_url() + ("" if saetze else "#beilagen"))


def _store(request: Anfrage) -> tuple[list[GespeicherteDatei], list[str]]:
    """Check what was uploaded and keep what is sound; return that, and each refusal in one sentence."""
    form = BeilagenForm(request.POST, request.FILES)
    if not form.is_valid():
        return [], [" ".join(str(satz) for satz in form.errors["dateien"])]
    ergebnisse = store_uploads(form.cleaned_data["dateien"])
    gute = [e for e in ergebnisse if isinstance(e, GespeicherteDatei)]
    return gute, [str(e) for e in ergebnisse if isinstance(e, DateiAbgelehnt)]


def _drop(dateien: list[GespeicherteDatei]) -> None:
    for datei in dateien:
        discard(datei.uuid)


def _remove(request: Anfrage, antrag: Antrag, uuid: str, eingabe: Eingabe | None) -> None:
    try:
        beilage = antrag.beilagen.filter(uuid=UUID(uuid)).first()
    except ValueError:
        beilage = None
    weg = deeds.remove_beilage(beilage.pk if beilage else 0, eingabe=eingabe, actor=request.user, now=timezone.now())
    messages.success(request, f"Die Beilage «{weg.titel}» ist entfernt.")


def _beilagen() -> QuerySet[Antragsbeilage]:
    rows = Antragsbeilage.objects.select_related("datei", "antrag__traktandum__sitzung__leitung")
    return rows.prefetch_related("berichte__abstimmung__traktandum__sitzung")


@require_safe
@requires(Recht.ANTRAG_SEHEN, _beilagen, by=("uuid",))
def beilage_download(request: Anfrage, beilage: Antragsbeilage) -> HttpResponseBase:
    """Answer with an attached file to who may read the motion, or a report it was handed over with."""
    try:
        return datei_response(request, beilage.datei, inline="herunterladen" not in request.GET)
    except FileNotFoundError as error:
        raise Http404 from error
