"""The letter that asks a seat for its opinion between meetings."""

from __future__ import annotations

from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from antraege.models import Abstimmung
from konferenz import einstellungen
from konferenz.models import Sendung
from konferenz.nachricht import EmpfangVerweigert
from sitzungen.mails.versand import site_url


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
    absender = einstellungen.absender()
    context = {
        "name": sendung.an_name,
        "betreff": sendung.betreff,
        "abstimmung": abstimmung,
        "sitzung": abstimmung.sitzung,
        "sitz": stimmsitz.bezeichnung,
        "url": site_url(abstimmung.get_absolute_url()),
        "absender": absender,
    }
    mail = EmailMultiAlternatives(
        subject=sendung.betreff,
        body=render_to_string("mails/konsultativ.body.txt", context),
        to=[sendung.an_adresse],
        reply_to=[absender["email"]] if absender["email"] else [],
    )
    mail.attach_alternative(render_to_string("mails/konsultativ.body.html", context), "text/html")
    return mail
