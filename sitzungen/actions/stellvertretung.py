"""What a named substitute answers: comes, or does not."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from mitglieder.models import Person
from sitzungen.models import Teilnahme
from sitzungen.rules.antwort import SATZ_AUS, SATZ_DOPPELT
from sitzungen.schritte.saal import SaalError, lock_teilnahme, note, touch_saal
from sitzungen.schritte.vertretung import require_offen, tell_abgelehnt

Stand = Teilnahme.Vertretung


class StellvertretungError(SaalError):
    """This answer of a substitute is not possible; the text is for the user."""


@transaction.atomic(durable=True)
def reply_vertretung(sitzung_pk: int, sitz_pk: int, *, zusage: bool, actor: Person, now: datetime) -> bool:
    """Write whether the named substitute comes; return whether anything changed.

    Who declines loses the papers at once and the holder is told by mail; the seat is a gap again. A change of mind is
    possible until the meeting begins, unless the person was named for another seat meanwhile. Locks Sitzung and
    Teilnahme; journal. Raises SaalError where the person is not (any more) the one named.
    """
    sitzung, teilnahme = lock_teilnahme(sitzung_pk, sitz_pk)
    require_offen(teilnahme, now=now)
    if teilnahme.vertretung_id != actor.pk:
        raise StellvertretungError("Für diesen Sitz sind Sie nicht (mehr) als Stellvertretung benannt.")
    if not actor.is_active:
        raise StellvertretungError(SATZ_AUS)
    stand = Stand.ANGENOMMEN if zusage else Stand.ABGELEHNT
    if teilnahme.vertretung_stand == stand:
        return False
    teilnahme.vertretung_stand, teilnahme.vertretung_antwort_at = stand, now
    try:
        with transaction.atomic():
            teilnahme.save(update_fields=["vertretung_stand", "vertretung_antwort_at"])
    except IntegrityError as error:
        raise StellvertretungError(SATZ_DOPPELT) from error
    touch_saal(sitzung)
    if zusage:
        note("vertretung.angenommen", teilnahme, actor=actor, now=now, person=actor.uuid)
    else:
        tell_abgelehnt(teilnahme, now=now)
        note("vertretung.abgelehnt", teilnahme, actor=actor, now=now, person=actor.uuid)
    return True
