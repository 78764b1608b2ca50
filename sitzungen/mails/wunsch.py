"""The office's answer to a wish that is not taken over."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse

from konferenz import einstellungen
from konferenz.models import Sendung
from sitzungen.models import Traktandenwunsch


def build_antwort(sendung: Sendung) -> EmailMultiAlternatives:
    """Return the mail of a row of the outbox; objekt is the uuid of the wish. Read at hand-over."""
    wunsch = Traktandenwunsch.objects.get(uuid=str(sendung.objekt))
    return antwort(sendung, wunsch, einstellungen.absender())


def antwort(sendung: Sendung, wunsch: Traktandenwunsch, absender: dict[str, str]) -> EmailMultiAlternatives:
    """Return the mail: which wish, the answer, where one's own wishes stand. Reply-To the office."""
    kontext = {
        "name": sendung.an_name,
        "wunsch": wunsch,
        "absender": absender,
        "betreff": sendung.betreff,
        "url": f"{settings.SITE_URL}{reverse('sitzungen:wunsch-list')}",
    }
    mail = EmailMultiAlternatives(
        subject=sendung.betreff,
        body=render_to_string("mails/wunsch_antwort.body.txt", kontext),
        to=[sendung.an_adresse],
        reply_to=[absender["email"]] if absender["email"] else [],
    )
    mail.attach_alternative(render_to_string("mails/wunsch_antwort.body.html", kontext), "text/html")
    return mail
