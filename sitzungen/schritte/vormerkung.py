"""Steps of what the desk notes of held seats: applied once the vote that held them is over."""

from __future__ import annotations

from datetime import datetime

from konferenz.befehle import fetch_one
from konferenz.schritte import require_transaction
from sitzungen.models import Anwesenheit, Sitzung, Teilnahme, Vormerkung

from .praesenz import leave_seat, seat_person
from .saal import SaalError

_OFFENE = (
    "SELECT 1 FROM sitzungen_vormerkung vormerkung JOIN sitzungen_teilnahme teilnahme"
    " ON teilnahme.id = vormerkung.teilnahme_id WHERE teilnahme.sitzung_id = %s AND vormerkung.hindernis = '' LIMIT 1"
)


def apply_vormerkungen(sitzung: Sitzung, *, now: datetime) -> None:
    """Apply what was noted of seats that no vote holds any more, at the true time; each is a deed of who noted it.

    The caller holds the locks of the meeting and of the seats the vote held, and has released them. What cannot be applied stays with the
    sentence why: the close of a vote never fails on it.
    """
    require_transaction("apply_vormerkungen")
    if (
        fetch_one(_OFFENE, [sitzung.pk]) is None
    ):  # nearly always; whoever notes one holds the meeting's lock, as the caller does
        return
    rows = Vormerkung.objects.select_for_update(of=("self",)).filter(teilnahme__sitzung=sitzung, hindernis="")
    for vormerkung in rows.select_related("person", "vermerkt_von").order_by("zeit_at", "pk"):
        # read anew: what the caller holds was loaded before the seats were released
        teilnahme = Teilnahme.objects.select_related("sitz", "vertretung").get(pk=vormerkung.teilnahme_id)
        teilnahme.sitzung = sitzung
        if teilnahme.gesperrt_durch is not None:
            continue
        try:
            _apply(vormerkung, teilnahme, now=max(now, vormerkung.zeit_at))
        except SaalError as error:
            vormerkung.hindernis = str(error)[:500]
            vormerkung.save(update_fields=["hindernis"])
        else:
            vormerkung.delete()


def _apply(vormerkung: Vormerkung, teilnahme: Teilnahme, *, now: datetime) -> None:
    actor, at = vormerkung.vermerkt_von, vormerkung.zeit_at
    if vormerkung.art == Vormerkung.Art.WEG:
        leave_seat(teilnahme, person_pk=vormerkung.person_id, at=at, actor=actor, now=now)
        return
    bisher = Anwesenheit.objects.filter(teilnahme=teilnahme, bis_at__isnull=True).first()
    form = bisher.form if bisher else None
    seat_person(teilnahme, vormerkung.person, uebernimmt=True, form=form, at=at, actor=actor, now=now)
