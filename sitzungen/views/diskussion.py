"""The two buttons on an information item."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from mitglieder.permissions import Recht, requires
from sitzungen.actions import diskussion as actions
from sitzungen.models import Traktandum
from sitzungen.queries.diskussion import sitz_der_person
from sitzungen.views.anfrage import Anfrage

from .vorbereitung import handle


def _traktanden() -> QuerySet[Traktandum]:
    return Traktandum.objects.select_related("sitzung")


def _zurueck(traktandum: Traktandum, *, gelungen: bool) -> HttpResponse:
    """Lead back to the item; where it was refused to the head of the page, which says why."""
    url = traktandum.sitzung.get_absolute_url()
    return redirect(f"{url}#t{traktandum.position}" if gelungen else url)


@require_POST
@requires(Recht.DISKUSSION_VERLANGEN, _traktanden, sehen=Recht.SITZUNG_SEHEN, by=("sitzung__kennung", "uuid"))
def diskussion_create(request: Anfrage, traktandum: Traktandum) -> HttpResponse:
    sitz = sitz_der_person(traktandum.sitzung, request.umfang)
    if sitz is None:
        raise Http404
    gelungen = handle(
        request,
        traktandum.sitzung,
        lambda: actions.request_diskussion(traktandum.pk, sitz=sitz, actor=request.user, now=timezone.now()),
        erfolg=f"Sie verlangen die Diskussion zu Traktandum {traktandum.position}. Das steht jetzt auf der Traktandenliste.",
    )
    return _zurueck(traktandum, gelungen=gelungen)


@require_POST
@requires(Recht.DISKUSSION_VERLANGEN, _traktanden, sehen=Recht.SITZUNG_SEHEN, by=("sitzung__kennung", "uuid"))
def diskussion_withdraw(request: Anfrage, traktandum: Traktandum) -> HttpResponse:
    gelungen = handle(
        request,
        traktandum.sitzung,
        lambda: actions.withdraw_diskussion(traktandum.pk, actor=request.user, now=timezone.now()),
        erfolg=f"Sie verlangen die Diskussion zu Traktandum {traktandum.position} nicht mehr.",
    )
    return _zurueck(traktandum, gelungen=gelungen)
