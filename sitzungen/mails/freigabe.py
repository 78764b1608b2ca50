"""The mail that asks the chair for the release: one page, one button."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse

from konferenz import einstellungen
from konferenz.models import Sendung
from sitzungen.models import Sitzung
from sitzungen.queries import vorbereitung


def build_freigabe_bitte(sendung: Sendung) -> EmailMultiAlternatives:
    """Return the mail of a row of the outbox; objekt is the uuid of the meeting. Read at hand-over."""
    sitzung = Sitzung.objects.get(uuid=str(sendung.objekt))
    return freigabe_bitte(sendung, vorbereitung.agenda(sitzung), einstellungen.absender())


def freigabe_bitte(sendung: Sendung, agenda: vorbereitung.Agenda, absender: dict[str, str]) -> EmailMultiAlternatives:
    """Return the mail: which meeting, its agenda in short, when it should go out, the one link. Reply-To the office."""
    kontext = {
        "name": sendung.an_name,
        "sitzung": agenda.sitzung,
        "agenda": agenda,
        "absender": absender,
        "betreff": sendung.betreff,
        "url": f"{settings.SITE_URL}{reverse('sitzungen:freigabe-detail', args=[agenda.sitzung.kennung])}",
    }
    mail = EmailMultiAlternatives(
        subject=sendung.betreff,
        body=render_to_string("mails/freigabe_bitte.body.txt", kontext),
        to=[sendung.an_adresse],
        reply_to=[absender["email"]] if absender["email"] else [],
    )
    mail.attach_alternative(render_to_string("mails/freigabe_bitte.body.html", kontext), "text/html")
    return mail
