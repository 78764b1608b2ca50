"""System checks of the ground (`manage.py check`)."""

from __future__ import annotations

import ctypes
import ctypes.util
from typing import Any

from django.core.checks import CheckMessage, Warning, register  # noqa: A004 - Django's name

PANGO = {"libpango-1.0.so.0": "pango-1.0", "libpangoft2-1.0.so.0": "pangoft2-1.0"}


@register()
def check_pango(**_kwargs: Any) -> list[CheckMessage]:
    """Warn when the library that draws PDFs is missing; the portal runs without it, its PDFs do not."""
    if fehlend := [datei for datei, name in PANGO.items() if not can_load(datei, name)]:
        return [
            Warning(
                f"PDF sind nicht verfügbar: {', '.join(fehlend)} fehlt.",
                hint="apt install libpango-1.0-0 libpangoft2-1.0-0",
                id="konferenz.W001",
            )
        ]
    return []


def can_load(datei: str, name: str) -> bool:
    """Tell whether a shared library can be loaded by its Linux file name or, elsewhere, by its short name."""
    try:
        ctypes.CDLL(datei)
    except OSError:
        return ctypes.util.find_library(name) is not None
    return True
