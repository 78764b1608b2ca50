"""The letters of accounts and lists: a row of the outbox -> EmailMessage, at hand-over."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.template.loader import render_to_string

from konferenz.adressen import site_url
from konferenz.einstellungen import absender
from konferenz.models import Sendung

from .models import Leitgremium, Person, Verteilervorschlag, Zugangslink


class LinkUngueltig(Exception):
    """The link of a letter was withdrawn or used before the letter left; it must not leave any more."""


def einladung(sendung: Sendung) -> EmailMessage:
    """Return the invitation to the portal; sendung.objekt is the Zugangslink's uuid."""
    link = _link_of(sendung)
    return _message(sendung, "einladung", link=link, url=site_url(link.path), person=link.person)


def verteiler(sendung: Sendung) -> EmailMessage:
    """Return the letter that asks a region's contact to confirm its Verteiler; sendung.objekt is the Zugangslink's uuid."""
    link = _link_of(sendung)
    gremium = Leitgremium.objects.select_related("sozialregion").get(uuid=str(link.objekt))
    return _message(sendung, "verteiler", link=link, url=site_url(link.path), person=link.person, gremium=gremium)


def vorschlag_abgelehnt(sendung: Sendung) -> EmailMessage:
    """Return the letter that tells a region's contact what the office declined; sendung.objekt is the proposal's uuid."""
    vorschlag = Verteilervorschlag.objects.select_related("leitgremium__sozialregion", "mitgliedschaft__person").get(
        uuid=str(sendung.objekt)
    )
    return _message(sendung, "vorschlag_abgelehnt", vorschlag=vorschlag, empfaenger=sendung.an_name)


def adresse_geaendert(sendung: Sendung) -> EmailMessage:
    """Return the notice to the old and the new address of a person; sendung.objekt is the person's uuid."""
    return _message(sendung, "adresse_geaendert", person=Person.objects.get(uuid=str(sendung.objekt)))


def testmail(sendung: Sendung) -> EmailMessage:
    """Return the office's test mail, which proves that the way out works."""
    return _message(sendung, "testmail")


def _link_of(sendung: Sendung) -> Zugangslink:
    link = Zugangslink.objects.select_related("person").get(uuid=str(sendung.objekt))
    if link.revoked_at or link.used_at:
        raise LinkUngueltig("Der Link dieser Mail wurde widerrufen oder schon benützt.")
    return link


def _message(sendung: Sendung, name: str, **context: Any) -> EmailMessage:
    von = absender()
    context = {
        **context,
        "betreff": sendung.betreff,
        "site_url": settings.SITE_URL,
        "absender": von,
    }
    mail = EmailMultiAlternatives(
        subject=sendung.betreff,
        body=render_to_string(f"mails/{name}.body.txt", context).strip() + "\n",
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[sendung.an_adresse],
        reply_to=[von["email"]] if von["email"] else None,
        headers={"Auto-Submitted": "auto-generated"},
    )
    mail.attach_alternative(render_to_string(f"mails/{name}.body.html", context), "text/html")
    return mail
