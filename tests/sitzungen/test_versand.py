"""The dispatch: written once, frozen, published in the same instant, each letter to its reader."""

import pytest

from sitzungen.models import Sitzung, Versand

pytestmark = pytest.mark.django_db


def rows(versand):
    return [(z.person.nachname, z.brief, z.gruppe, z.sendung.status) for z in versand.zustellungen.order_by("pk")]


def test_thin_line(freigegebene, praesidium, leitgremium, tick, deliver, senke):
    bericht = tick()
    deliver()
    tick()

    versand = Versand.objects.get()
    freigegebene.refresh_from_db()
    assert bericht.is_fehler is False
    assert freigegebene.status == Sitzung.Status.VERSANDT
    assert (versand.status, versand.tage_vorher, versand.is_in_frist) == ("abgeschlossen", 7, True)
    assert rows(versand) == [
        ("Präsidium", "einladung", "Präsidium Thal-Gäu", "gesendet"),
        ("Leitgremium", "kenntnis", "Leitgremium Olten", "gesendet"),
    ]
    assert senke.recipients == sorted([leitgremium.email, praesidium.email])
