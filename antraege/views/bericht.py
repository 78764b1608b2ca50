"""The report to the board: one page for the office and the chair, one address per button."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from antraege.actions import bericht as deeds
from antraege.forms.bericht import BerichtForm
from antraege.models import Antrag, Bericht
from antraege.queries.bericht import list_berichte
from antraege.rules.bericht import bericht_dateiname
from antraege.schritte.antrag import AntragError
from antraege.schritte.bericht import BerichtVeraltet
from konferenz.dateien import GespeicherteDatei, discard, store_bytes
from konferenz.pdf import PdfError
from mitglieder.permissions import Recht, requires
from sitzungen.schritte.vorbereitung import VorbereitungError
from sitzungen.views.anfrage import Anfrage

from .bericht_datei import render_bericht
from .bericht_seite import make_kontext, set_fremdes

VERWEIGERT = (AntragError, VorbereitungError)


def _antraege() -> QuerySet[Antrag]:
    return Antrag.objects.with_seite()


@require_safe
@requires(Recht.BERICHT_UEBERWEISEN, _antraege, sehen=Recht.ANTRAG_SEHEN)
def bericht_edit(request: Anfrage, antrag: Antrag) -> HttpResponse:
    """Show the report of a motion: what it says, what is missing, whose turn it is."""
    bericht = list_berichte().filter(antrag=antrag).first()
    form = BerichtForm.of(bericht) if bericht else None
    return _page(request, antrag, bericht, form, will_aendern="aendern" in request.GET)


@require_POST
@requires(Recht.BERICHT_SCHREIBEN, _antraege, sehen=Recht.ANTRAG_SEHEN)
def bericht_create(request: Anfrage, antrag: Antrag) -> HttpResponse:
    """Make the report of a decided motion, filled in."""
    return _do(request, antrag, partial(deeds.create_bericht, antrag.pk, actor=request.user, now=timezone.now()))


@require_POST
@requires(Recht.BERICHT_SCHREIBEN, list_berichte, sehen=Recht.BERICHT_SEHEN, by=("antrag__kennung",))
def bericht_save(request: Anfrage, bericht: Bericht) -> HttpResponse:
    """Keep what the office wrote; what somebody else wrote meanwhile is shown beside it."""

    def deed(texte: dict[str, str], stand: int) -> str:
        deeds.save_bericht(bericht.pk, texte, stand=stand, actor=request.user, now=timezone.now())
        return "Gespeichert."

    return _write(request, bericht, deed)


@require_POST
@requires(Recht.BERICHT_SCHREIBEN, list_berichte, sehen=Recht.BERICHT_SEHEN, by=("antrag__kennung",))
def bericht_renew(request: Anfrage, bericht: Bericht) -> HttpResponse:
    """Put a report on the vote that was repeated; the texts stay."""
    erfolg = "Der Bericht nennt jetzt die letzte Abstimmung. Ihre Texte sind geblieben."
    deed = partial(deeds.renew_bericht, bericht.pk, actor=request.user, now=timezone.now())
    return _do(request, bericht.antrag, deed, erfolg=erfolg)


@require_POST
@requires(Recht.BERICHT_SCHREIBEN, list_berichte, sehen=Recht.BERICHT_SEHEN, by=("antrag__kennung",))
def bericht_submit(request: Anfrage, bericht: Bericht) -> HttpResponse:
    """Keep what the office wrote and ask the chair by mail to release it."""
    zuletzt = _zeit(request.POST.get("zuletzt", ""))

    def deed(texte: dict[str, str], stand: int) -> str:
        vorsitz = deeds.submit_bericht(
            bericht.pk, texte, stand=stand, zuletzt=zuletzt, actor=request.user, now=timezone.now()
        )
        return f"{vorsitz.name} erhält eine Mail mit der Bitte um Freigabe."

    return _write(request, bericht, deed)


@require_POST
@requires(Recht.BERICHT_FREIGEBEN, list_berichte, sehen=Recht.BERICHT_SEHEN, by=("antrag__kennung",))
def bericht_release(request: Anfrage, bericht: Bericht) -> HttpResponse:
    """The chair's release of the report as it was shown."""
    stand = _stand(request)
    deed = partial(deeds.release_bericht, bericht.pk, stand=stand, actor=request.user, now=timezone.now())
    return _do(request, bericht.antrag, deed, erfolg="Der Bericht ist freigegeben.")


@require_POST
@requires(Recht.BERICHT_FREIGEBEN, list_berichte, sehen=Recht.BERICHT_SEHEN, by=("antrag__kennung",))
def bericht_unrelease(request: Anfrage, bericht: Bericht) -> HttpResponse:
    """Take the release back."""
    deed = partial(deeds.unrelease_bericht, bericht.pk, actor=request.user, now=timezone.now())
    return _do(request, bericht.antrag, deed, erfolg="Die Freigabe ist zurückgenommen.")


@require_POST
@requires(Recht.BERICHT_UEBERWEISEN, list_berichte, sehen=Recht.BERICHT_SEHEN, by=("antrag__kennung",))
def bericht_transmit(request: Anfrage, bericht: Bericht) -> HttpResponse:
    """Hand the report over: the PDF is made and stored first, then one deed writes everything."""
    now, stand = timezone.now(), _stand(request)
    datei: GespeicherteDatei | None = None

    def deed() -> None:
        nonlocal datei
        name = bericht_dateiname(art=bericht.art, kennung=bericht.antrag.kennung or "")
        datei = store_bytes(name, "pdf", render_bericht(bericht, now=now))
        deeds.transmit_bericht(bericht.pk, datei, stand=stand, actor=request.user, now=now)
        datei = None  # it has its row

    antwort = _do(request, bericht.antrag, deed, erfolg="Der Bericht ist dem VSEG-Vorstand überwiesen.")
    if datei is not None:
        discard(datei.uuid)  # refused; whatever else went wrong may have come after the commit: then the sweep decides
    return antwort


def _stand(request: Anfrage) -> int:
    """Return the state the page showed; what is none matches no report."""
    wert = request.POST.get("stand", "")
    return int(wert) if wert.isdecimal() and len(wert) < 10 else -1


def _zeit(wert: str) -> datetime | None:
    try:
        return datetime.fromisoformat(wert)
    except ValueError:
        return None


def _do(request: Anfrage, antrag: Antrag, deed: Callable[[], object], *, erfolg: str = "") -> HttpResponse:
    try:
        deed()
    except (*VERWEIGERT, PdfError) as error:
        messages.error(request, str(error))
    else:
        if erfolg:
            messages.success(request, erfolg)
    return redirect("antraege:bericht-edit", antrag.kennung)


def _write(request: Anfrage, bericht: Bericht, deed: Callable[[dict[str, str], int], str]) -> HttpResponse:
    """Let a deed write the form's texts and say what it returns; refused, the page shows them again with the reason."""
    form = BerichtForm(request.POST)
    if form.is_valid():
        try:
            texte = {feld: text for feld, text in form.texte().items() if feld in request.POST}
            erfolg = deed(texte, form.cleaned_data["stand"])
        except BerichtVeraltet as error:
            set_fremdes(form, error.bericht)
        except VERWEIGERT as error:
            feld = getattr(error, "feld", None)
            form.add_error(feld if feld in form.fields else None, str(error))
        else:
            messages.success(request, erfolg)
            return redirect("antraege:bericht-edit", bericht.antrag.kennung)
    bericht = list_berichte().get(pk=bericht.pk)
    return _page(request, bericht.antrag, bericht, form)


def _page(
    request: Anfrage, antrag: Antrag, bericht: Bericht | None, form: BerichtForm | None, *, will_aendern: bool = False
) -> HttpResponse:
    kontext = make_kontext(antrag, bericht, form, umfang=request.umfang, will_aendern=will_aendern)
    return render(request, "antraege/bericht_edit.html", kontext)
