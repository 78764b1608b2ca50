"""What every page's frame needs."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def rahmen(request: HttpRequest) -> dict[str, Any]:
    """Return what base.html shows on each page: whether this is a demo."""
    return {"is_demo": settings.DEMO_MODE}
