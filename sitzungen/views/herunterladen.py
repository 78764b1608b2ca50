"""Papers: one version, all of a meeting as a ZIP, agenda and dossier as PDF. Who opened what is noted by an action."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from typing import IO, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_safe

from konferenz.dateien import content_disposition, datei_response, path_of
from konferenz.dateipruefung import clean_dateiname
from konferenz.models import Datei
from konferenz.pdf import PdfError
from mitglieder.permissions import Recht, requires
from sitzungen import pdf
from sitzungen.actions import lesung
from sitzungen.models import Fassung, Lesung, Sitzung, Unterlage
from sitzungen.queries import lesen
from sitzungen.queries.paket import load_inhalt

BLOCK = 1 << 18
ZIP_MAX_BYTES = 600 * 1024 * 1024  # more than any meeting; a guard against holding a worker for ever


@require_safe
@requires(Recht.UNTERLAGE_SEHEN, lambda: Unterlage.objects.select_related("traktandum__sitzung"), by=("uuid",))
def unterlage_detail(request: HttpRequest, unterlage: Unterlage) -> HttpResponseBase:
    """Answer with the current version of a paper."""
    return _answer(request, get_object_or_404(unterlage.fassungen.aktuell().select_related("datei")))


@require_safe
@requires(Recht.UNTERLAGE_SEHEN, lambda: Unterlage.objects.select_related("traktandum__sitzung"), by=("uuid",))
def unterlage_fassung(request: HttpRequest, unterlage: Unterlage, nr: int) -> HttpResponseBase:
    """Answer with one version of a paper; a draft that was replaced before the dispatch is the office's and the chair's."""
    fassungen = unterlage.fassungen.visible_to(request.umfang)  # type: ignore[attr-defined]
    return _answer(request, get_object_or_404(fassungen.select_related("datei"), nr=nr))


def _answer(request: HttpRequest, fassung: Fassung) -> HttpResponseBase:
    try:
        response = datei_response(request, fassung.datei, inline="herunterladen" not in request.GET)
    except FileNotFoundError as error:
        raise Http404 from error
    if request.method == "GET":
        _note(request, [fassung], "einzeln")
    return response


def _note(request: HttpRequest, fassungen: list[Fassung], weg: str) -> None:
    """Note what was opened; an internal paper opened before needs no second row."""
    pks = {fassung.pk for fassung in fassungen}
    bekannt = set(Lesung.objects.filter(person=request.user.pk, fassung__in=pks).values_list("fassung_id", flat=True))
    offen = {f.pk for f in fassungen if f.pk not in bekannt or f.unterlage.is_vertraulich}
    if offen:
        lesung.record_lesungen(offen, actor=request.user, now=timezone.now(), weg=weg)  # type: ignore[arg-type]


# --- The whole meeting ----------------------------------------------------------------------------


@require_safe
@requires(Recht.SITZUNG_SEHEN, Sitzung.objects.all)
def sitzung_zip(request: HttpRequest, sitzung: Sitzung) -> HttpResponseBase:
    """Answer with every paper of the meeting that this person may open, as one ZIP."""
    scope = request.umfang  # type: ignore[attr-defined]
    fassungen = list(lesen.visible_fassungen(sitzung, scope))
    if not fassungen:
        raise Http404
    if sum(fassung.datei.groesse for fassung in fassungen) > ZIP_MAX_BYTES:
        satz = "Zusammen sind die Unterlagen zu gross für eine ZIP-Datei. Bitte laden Sie sie einzeln herunter."
        return HttpResponse(satz, status=413, content_type="text/plain; charset=utf-8")
    lesbar = [f for f in fassungen if f.datei.pruefung != Datei.Pruefung.DEFEKT and path_of(f.datei_id).is_file()]
    if request.method == "GET":
        _note(request, lesbar, "zip")
    fehlend = [f.unterlage.titel for f in fassungen if f not in lesbar]
    response = StreamingHttpResponse(_zip(lesbar, fehlend), content_type="application/zip")
    response["Content-Disposition"] = content_disposition(f"Sitzung {sitzung.kennung}, Unterlagen.zip", inline=False)
    return response


def zip_name(fassung: Fassung, nr: int) -> str:
    """Return the name of a paper in the ZIP: «04.1 Budgetwerte.pdf», in the agenda's order and clean on every system."""
    unterlage = fassung.unterlage
    titel = unterlage.titel.replace("/", "-").replace("\\", "-")[:120]
    return clean_dateiname(f"{unterlage.traktandum.position:02}.{nr} {titel}.{fassung.datei.typ}")


def _zip(fassungen: list[Fassung], fehlend: list[str]) -> Iterator[bytes]:
    """Yield a ZIP while it is written: nothing is held but one block."""
    strom = _Strom()
    nr: dict[int, int] = {}
    with zipfile.ZipFile(cast("IO[bytes]", strom), "w", zipfile.ZIP_STORED) as archiv:
        for fassung in fassungen:
            punkt = fassung.unterlage.traktandum_id
            nr[punkt] = nr.get(punkt, 0) + 1
            eintrag = zipfile.ZipInfo(
                zip_name(fassung, nr[punkt]), timezone.localtime(fassung.hochgeladen_at).timetuple()[:6]
            )
            eintrag.external_attr = 0o644 << 16
            with path_of(fassung.datei_id).open("rb") as quelle, archiv.open(eintrag, "w") as ziel:
                while block := quelle.read(BLOCK):
                    ziel.write(block)
                    yield strom.take()
        if fehlend:
            satz = "Diese Unterlagen folgen:\r\n" + "".join(f"- {titel}\r\n" for titel in fehlend)
            archiv.writestr("Es folgt noch.txt", satz)
    yield strom.take()


class _Strom:
    """What zipfile writes to, taken out again piece by piece; it cannot seek."""

    def __init__(self) -> None:
        self._teile: list[bytes] = []

    def write(self, teil: bytes) -> int:
        self._teile.append(bytes(teil))
        return len(teil)

    def flush(self) -> None:
        """Nothing is held back."""

    def take(self) -> bytes:
        found = b"".join(self._teile)
        self._teile.clear()
        return found


@require_safe
@requires(Recht.SITZUNG_SEHEN, lambda: Sitzung.objects.select_related("dossier"))
def sitzung_mappe(request: HttpRequest, sitzung: Sitzung) -> HttpResponseBase:
    """Answer with the dossier as it was sent: agenda and internal papers."""
    scope = request.umfang  # type: ignore[attr-defined]
    if sitzung.dossier is None or not sitzung.is_veroeffentlicht or not lesen.sees_whole(sitzung, scope):
        raise Http404
    try:
        response = datei_response(request, sitzung.dossier, inline="herunterladen" not in request.GET)
    except FileNotFoundError as error:
        raise Http404 from error
    if request.method == "GET":
        _note(request, lesen.list_im_dossier(sitzung, scope), "mappe")
    return response


@require_safe
@requires(Recht.SITZUNG_SEHEN, Sitzung.objects.all)
def sitzung_traktandenliste(request: HttpRequest, sitzung: Sitzung) -> HttpResponseBase:
    """Answer with the agenda on the letterhead, made from what stands now."""
    scope = request.umfang  # type: ignore[attr-defined]
    if not lesen.sees_whole(sitzung, scope):
        raise Http404
    try:
        inhalt = pdf.make_traktandenliste(load_inhalt(sitzung), stand=lesen.stand_of(sitzung) or scope.now)
    except PdfError as error:
        messages.error(request, str(error))
        return redirect(sitzung)
    response = HttpResponse(inhalt, content_type="application/pdf")
    name = f"Traktandenliste {sitzung.kennung}.pdf"
    response["Content-Disposition"] = content_disposition(name, inline="herunterladen" not in request.GET)
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
