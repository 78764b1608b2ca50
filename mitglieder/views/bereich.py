"""The tabs of the area «Mitglieder»."""

from __future__ import annotations

from django.urls import reverse

from konferenz.uebersicht import Ziel
from mitglieder.permissions import Recht, has_recht

from .anfrage import Anfrage

_SEITEN = (
    ("Sitze", "mitglieder:mitglied-list", Recht.MITGLIEDER_SEHEN),
    ("Regionen", "mitglieder:region-list", Recht.MITGLIEDER_SEHEN),
    ("Verteiler", "mitglieder:verteiler-list", Recht.VERTEILER_PFLEGEN),
    ("Personen", "mitglieder:person-list", Recht.MITGLIEDER_PFLEGEN),
    ("Einlesen", "mitglieder:import", Recht.MITGLIEDER_PFLEGEN),
)


def reiter(request: Anfrage) -> list[Ziel]:
    """Return the tabs this person may open, the present one marked; none where there is only one way."""
    ziele = [
        Ziel(name, url, is_aktiv=request.path == url)
        for name, url, recht in ((name, reverse(view), recht) for name, view, recht in _SEITEN)
        if has_recht(request.umfang, recht)
    ]
    return ziele if len(ziele) > 1 else []
