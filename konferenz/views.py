"""The ground's one page that needs no person."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from .gesundheit import is_database_reachable


@login_not_required  # because a monitor asks; the answer holds no details
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    if is_database_reachable():
        return HttpResponse("ok\n", content_type="text/plain")
    return HttpResponse("gestört\n", content_type="text/plain; charset=utf-8", status=503)
