"""The pulse of a running meeting: whether anything in the room changed. Thirty telephones ask it every two seconds."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from sitzungen.models import Sitzung
from sitzungen.queries.balken import PULS

EREIGNIS = "puls"  # what the bar listens to: then it asks for itself, with all its rights


@login_not_required  # because the signed mark is made for who follows the room, and the answer is only «changed or not»
@require_safe
def puls(request: HttpRequest, marke: str) -> HttpResponse:
    """Answer 204, with the event where Sitzung.live is no longer `?live=N`: one query, no session, no person."""
    try:
        pk = signing.Signer(salt=PULS).unsign_object(marke)
    except signing.BadSignature as error:
        raise Http404 from error
    live = Sitzung.objects.filter(pk=pk).values_list("live", flat=True).first()
    response = HttpResponse(status=204, content_type="text/plain")  # a page would make the login machinery look
    if request.GET.get("live") != str(live):
        response["HX-Trigger"] = EREIGNIS
    return response


puls.ohne_sitzung = True  # type: ignore[attr-defined]  # the middleware need not look whose telephone this is
