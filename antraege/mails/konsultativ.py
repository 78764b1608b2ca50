"""The letter that asks a seat for its opinion between meetings."""

from __future__ import annotations

from django.core.mail import EmailMultiAlternatives

from antraege.models import Abstimmung
from konferenz.adressen import site_url
from konferenz.brief import build_brief
from konferenz.models import Sendung
from konferenz.nachricht import EmpfangVerweigert


def build(sendung: Sendung) -> EmailMultiAlternatives:
    """Return the letter; objekt is the uuid of the vote. Read at hand-over.

    Raises EmpfangVerweigert where the vote is closed by then, or the person exercises no seat in it.
    """
    abstimmung = Abstimmung.objects.select_related("sitzung", "traktandum").filter(uuid=str(sendung.objekt)).first()
    if abstimmung is None or not abstimmung.is_offen:
        raise EmpfangVerweigert("Nicht versandt: Die Konsultativabstimmung ist geschlossen.")
    stimmsitz = abstimmung.stimmsitze.filter(person__uuid=str(sendung.person)).first()
    if stimmsitz is None:
        raise EmpfangVerweigert("Nicht versandt: Die Person übt bei dieser Abstimmung keinen Sitz aus.")
    context = {
        "abstimmung": abstimmung,
        "sitzung": abstimmung.sitzung,
        "sitz": stimmsitz.bezeichnung,
        "url": site_url(abstimmung.get_absolute_url()),
    }
    return build_brief(sendung, "konsultativ", context)
