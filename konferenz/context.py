"""What every page's frame needs."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from .uebersicht import navigation


def rahmen(request: HttpRequest) -> dict[str, Any]:
    """Return what base.html shows on each page: the ways this person may go, and whether this is a demo."""
    return {"is_demo": settings.DEMO_MODE, "navigation": SimpleLazyObject(lambda: navigation(request))}
