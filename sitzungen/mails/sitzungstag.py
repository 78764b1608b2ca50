"""The letter of the day of the meeting: where, when, and the person's own link into the room."""

from __future__ import annotations

from django.core.mail import EmailMultiAlternatives
from django.utils import timezone

from konferenz.adressen import site_url
from konferenz.brief import build_brief
from konferenz.models import Sendung
from konferenz.nachricht import EmpfangVerweigert
from mitglieder.models import Zugangslink
from mitglieder.permissions import Umfang
from sitzungen.models import Teilnahme
from sitzungen.models.stimmzugang import stimmzugang

from .antwort import ort


def build(sendung: Sendung) -> EmailMultiAlternatives:
    """Return the letter; objekt is the uuid of the Teilnahme. Read at hand-over.

    Raises EmpfangVerweigert where the link opens nothing any more: the meeting is over, the seat has passed on.
    """
    now = timezone.now()
    links = Zugangslink.objects.usable(now).filter(
        zweck=Zugangslink.Zweck.STIMME, person__uuid=str(sendung.person), objekt=sendung.objekt
    )
    link = links.select_related("person").order_by("-pk").first()
    teilnahme = Teilnahme.objects.select_related("sitzung", "sitz").filter(uuid=str(sendung.objekt)).first()
    if link is None or teilnahme is None:
        raise EmpfangVerweigert("Nicht versandt: Der Link zur Sitzung gilt nicht mehr.")
    zugang = stimmzugang(Umfang(person=link.person, now=now, zugang=(link.zweck, str(link.objekt))))
    if zugang is None:
        raise EmpfangVerweigert("Nicht versandt: Die Sitzung ist vorbei oder der Sitz ist weitergegeben.")
    context = {
        "sitzung": teilnahme.sitzung,
        "sitz": teilnahme.sitz,
        "ort": ort(teilnahme.sitzung),
        "darf_stimmen": teilnahme.sitz.stimmberechtigt,
        "url": site_url(link.path),
    }
    return build_brief(sendung, "sitzungstag", context)
