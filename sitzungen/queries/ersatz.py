"""Who stands in for a seat at a meeting ahead, as the apps below ask it (settings.HANDELNDE)."""

from __future__ import annotations

from mitglieder.models import Person
from sitzungen.models import Sitzung, Teilnahme


def handelnd(person: Person) -> list[str]:
    """Return in words for which seats a person is named at meetings that are not over (one query)."""
    vorbei = [Sitzung.Status.GESCHLOSSEN, Sitzung.Status.ABGESAGT]
    benannt = Teilnahme.objects.vertreten().filter(vertretung=person).exclude(sitzung__status__in=vorbei)
    zeilen = benannt.select_related("sitz__sozialregion", "sitzung").order_by("sitzung__beginn_at", "pk")
    return [f"Stellvertretung «{zeile.sitz}», {zeile.sitzung.titel}" for zeile in zeilen]
