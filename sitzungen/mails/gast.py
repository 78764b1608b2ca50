"""Letters to the guest of a single item: what it is, where and when; never the rest of the agenda, never the video link.

Each builder reads at hand-over and refuses where the admission has ended; objekt of the row is the uuid of the Traktandum.
"""

from __future__ import annotations

from django.core.mail import EmailMultiAlternatives
from django.utils import timezone

from konferenz.adressen import site_url
from konferenz.brief import build_brief
from konferenz.models import Sendung
from konferenz.nachricht import EmpfangVerweigert
from mitglieder.models import Person
from mitglieder.permissions import umfang
from sitzungen.models import Sitzung, Traktandum
from sitzungen.queries.lesen import running_clock

from .antwort import ANMELDEN, ort


def build_zulassung(sendung: Sendung) -> EmailMultiAlternatives:
    """Return the invitation. Raises EmpfangVerweigert where the guest is not admitted any more."""
    return _build(sendung, is_neu=False)


def build_termin(sendung: Sendung) -> EmailMultiAlternatives:
    """Return the word of a new date or place. Raises EmpfangVerweigert where the guest is not admitted any more."""
    return _build(sendung, is_neu=True)


def build_absage(sendung: Sendung) -> EmailMultiAlternatives:
    """Return the word that the meeting is called off. Raises EmpfangVerweigert where the guest was dismissed before."""
    traktandum, _ = _load(sendung)
    return build_brief(sendung, "gast_absage", {"sitzung": traktandum.sitzung, "traktandum": traktandum})


def _build(sendung: Sendung, *, is_neu: bool) -> EmailMultiAlternatives:
    traktandum, person = _load(sendung)
    sitzung = traktandum.sitzung
    if sitzung.status == Sitzung.Status.ABGESAGT:
        raise EmpfangVerweigert("Nicht versandt: Die Sitzung ist abgesagt.")
    if traktandum.ausgang == Traktandum.Ausgang.ZURUECKGEZOGEN:
        raise EmpfangVerweigert("Nicht versandt: Das Traktandum ist zurückgezogen.")
    per_video = traktandum.pk in umfang(person, timezone.now()).gast_pks(Traktandum, video=True)
    context = {
        "sitzung": sitzung,
        "traktandum": traktandum,
        "ort": ort(sitzung),
        "zeit_at": running_clock(sitzung)[traktandum.pk],
        "is_neu": is_neu,
        "is_per_video": sitzung.form == Sitzung.Form.DIGITAL or (sitzung.form == Sitzung.Form.HYBRID and per_video),
        "url": site_url(sitzung.get_absolute_url()),
        "anmelden_url": site_url(ANMELDEN),
        "login": person.login or "",
    }
    return build_brief(sendung, "gast_zulassung", context)


def _load(sendung: Sendung) -> tuple[Traktandum, Person]:
    traktandum = Traktandum.objects.select_related("sitzung").filter(uuid=str(sendung.objekt)).first()
    person = Person.objects.aktiv().filter(uuid=str(sendung.person)).first()
    if traktandum is None or person is None:
        raise EmpfangVerweigert("Nicht versandt: Das Traktandum gibt es nicht mehr, oder die Person ist deaktiviert.")
    if traktandum.pk not in umfang(person, timezone.now()).gast_pks(Traktandum):
        raise EmpfangVerweigert("Nicht versandt: Die Person ist zu diesem Traktandum nicht mehr zugelassen.")
    return traktandum, person
