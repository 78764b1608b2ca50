"""A meeting that runs, its seats and deeds at one moment, for the tests of presence."""

from datetime import timedelta
from functools import partial

from mitglieder.models import Sitz
from sitzungen.models import Anwesenheit
from sitzungen.schritte.saal import SaalError
from tests import gleichzeitig


def sitz_of(kuerzel):
    return Sitz.objects.get(sozialregion__kuerzel=kuerzel)


def minutes_after(sitzung, minuten):
    """A moment so many minutes after the opening."""
    return sitzung.begonnen_at + timedelta(minutes=minuten)


def strecken(sitzung):
    """Every stretch as (seat, person, from, to) in minutes after the opening."""
    rows = Anwesenheit.objects.filter(sitzung=sitzung).select_related("teilnahme__sitz__sozialregion", "person")

    def minute(moment):
        return None if moment is None else round((moment - sitzung.begonnen_at).total_seconds() / 60, 2)

    return [
        (
            (a.teilnahme.sitz.sozialregion.kuerzel if a.teilnahme.sitz.sozialregion else a.teilnahme.sitz.art)
            if a.teilnahme
            else "gast",
            a.person.nachname,
            minute(a.von_at),
            minute(a.bis_at),
        )
        for a in rows.order_by("von_at", "pk")
    ]


at_one_moment = partial(gleichzeitig.at_one_moment, abgewiesen=SaalError)
