"""The mail that asks the chair to release a report: what was decided, the one way to its page."""

from __future__ import annotations

from django.core.mail import EmailMultiAlternatives
from django.urls import reverse
from django.utils import timezone

from antraege.models import Bericht
from antraege.queries.bericht import load_inhalt
from konferenz.adressen import site_url
from konferenz.brief import build_brief
from konferenz.models import Sendung
from konferenz.nachricht import EmpfangVerweigert
from mitglieder.models import Person
from mitglieder.permissions import Recht, has_recht, umfang


def build(sendung: Sendung) -> EmailMultiAlternatives:
    """Return the mail; objekt is the uuid of the report. Read at hand-over.

    Raises EmpfangVerweigert where the person releases no reports any more, or there is nothing left to release.
    """
    bericht = Bericht.objects.select_related("vorgelegt_von").filter(uuid=str(sendung.objekt)).first()
    person = Person.objects.filter(uuid=str(sendung.person)).first()
    if bericht is None or bericht.status != Bericht.Status.ENTWURF:
        raise EmpfangVerweigert("Nicht versandt: Der Bericht ist inzwischen freigegeben.")
    if person is None or not has_recht(umfang(person, timezone.now()), Recht.BERICHT_FREIGEBEN):
        raise EmpfangVerweigert("Nicht versandt: Die Person hat den Vorsitz nicht mehr.")
    inhalt = load_inhalt(bericht)
    context = {
        "inhalt": inhalt,
        "antrag": inhalt.antrag,
        "sitzung": inhalt.abstimmung.sitzung,
        "vorgelegt_von": bericht.vorgelegt_von,
        "url": site_url(reverse("antraege:bericht-edit", args=[inhalt.antrag.kennung])),
    }
    return build_brief(sendung, "bericht_freigabe", context)
