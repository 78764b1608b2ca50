"""A meeting that runs, its seats and deeds at one moment, for the tests of presence."""

import threading
from datetime import timedelta

from django.db import connection, connections

from mitglieder.models import Sitz
from sitzungen.models import Anwesenheit
from sitzungen.schritte.saal import SaalError


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


def at_one_moment(*taten):
    """Run deeds in threads with connections of their own; return what each returned or the refusal it raised."""
    barrier, ergebnisse = threading.Barrier(len(taten)), [None] * len(taten)

    def lauf(nr, tat):
        try:
            connection.ensure_connection()  # the handshake is over before the start
            barrier.wait(10)
            ergebnisse[nr] = tat()
        except SaalError as error:
            ergebnisse[nr] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=lauf, args=(nr, tat)) for nr, tat in enumerate(taten)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return ergebnisse
