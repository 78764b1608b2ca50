"""What the pages of preparing share: the tabs of a meeting, the page of the agenda builder, what a deed says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from konferenz.teile import Ort, load_teile
from mitglieder.permissions import Recht, has_recht
from sitzungen import rules
from sitzungen.forms.traktandum import TraktandumForm, TraktandumNeuForm
from sitzungen.forms.unterlage import UnterlagenForm
from sitzungen.models import Sitzung, Traktandum
from sitzungen.queries import thema, vorbereitung
from sitzungen.schritte.vorbereitung import VorbereitungError
from sitzungen.views.anfrage import Anfrage

ZURUECKGENOMMEN = (
    "Die Sitzung war freigegeben. Mit dieser Änderung ist die Freigabe zurückgenommen; bitte geben Sie sie erneut frei."
)
_REITER = (
    ("Traktanden", "sitzungen:traktandum-list", Recht.SITZUNG_VORBEREITEN),
    ("Datum und Ort", "sitzungen:sitzung-edit", Recht.SITZUNG_VORBEREITEN),
    ("Gäste", "sitzungen:gast-list", Recht.GAESTE_VERWALTEN),
    ("Freigabe", "sitzungen:freigabe-detail", Recht.SITZUNG_FREIGEBEN),
    ("Versand", "sitzungen:versand-detail", Recht.VERSAND_SEHEN),
)


@dataclass(frozen=True)
class Reiter:
    """One tab."""

    name: str
    url: str
    is_aktiv: bool
    zahl: int | None = None


def reiter(request: Anfrage, sitzung: Sitzung) -> list[Reiter]:
    """Return the tabs of a meeting's preparation that the person may open."""
    tabs = []
    for name, ziel, recht in _REITER:
        try:
            url = reverse(ziel, args=[sitzung.kennung])
        except NoReverseMatch:
            continue
        if has_recht(request.umfang, recht):
            tabs.append(Reiter(name, url, request.path.startswith(url)))
    return tabs


def handle(request: Anfrage, sitzung: Sitzung, deed: Callable[[], Any], *, erfolg: str = "") -> bool:
    """Do a deed and tell the person how it went; return whether it went well."""
    try:
        deed()
    except VorbereitungError as error:
        messages.error(request, str(error))
        return False
    if erfolg:
        messages.success(request, erfolg)
    tell_freigabe(request, sitzung)
    return True


def tell_freigabe(request: Anfrage, sitzung: Sitzung) -> None:
    """Say that an edit has taken the release back. sitzung: as it was before the edit."""
    if sitzung.status != Sitzung.Status.FREIGEGEBEN:
        return
    if Sitzung.objects.filter(pk=sitzung.pk, status=Sitzung.Status.ENTWURF).exists():
        messages.warning(request, ZURUECKGENOMMEN)


def to_agenda(sitzung: Sitzung, anker: str = "") -> HttpResponse:
    """Redirect to the agenda builder, to one item of it if told."""
    ziel = reverse("sitzungen:traktandum-list", args=[sitzung.kennung])
    return redirect(f"{ziel}#{anker}" if anker else ziel)


def render_agenda(
    request: Anfrage,
    sitzung: Sitzung,
    *,
    offen: Traktandum | None = None,
    form: TraktandumForm | None = None,
    neu: TraktandumNeuForm | None = None,
) -> HttpResponse:
    """Render the agenda builder. offen, form: the item that is open for editing.  neu: the refused line of a new item."""
    now = timezone.now()
    agenda = vorbereitung.agenda(sitzung)
    return render(
        request,
        "sitzungen/traktandum_list.html",
        {
            "sitzung": sitzung,
            "agenda": agenda,
            "offen": offen.pk if offen else None,
            "form": form,
            "neu": neu or TraktandumNeuForm(),
            "upload": UnterlagenForm(),
            "grenzen": {
                "datei": settings.UPLOAD_MAX_BYTES,
                "zusammen": settings.UPLOAD_MAX_REQUEST_BYTES,
                "anzahl": settings.DATA_UPLOAD_MAX_NUMBER_FILES,
            },
            "kurz_zeichen": rules.KURZ_ZEICHEN,
            "reiter": reiter(request, sitzung),
            "darf_versand": has_recht(request.umfang, Recht.VERSAND_LEITEN),
            "checkliste": vorbereitung.checkliste(
                agenda, now=now, mit_verteiler=has_recht(request.umfang, Recht.VERTEILER_PFLEGEN)
            ),
            "wuensche": thema.wartende_wuensche(),
            "uebernehmbare": vorbereitung.uebernehmbare(sitzung),
            "vorlagen": vorbereitung.vorlagen(sitzung),
            "versand": vorbereitung.versandzeit(sitzung, now=now),
            "teile": load_teile(request, sitzung, Ort.TRAKTANDEN),
        },
    )
