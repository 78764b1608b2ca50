"""The portal's own words to the office: a reminder, a defect, a hindrance."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from konferenz.adressen import site_url


@dataclass(frozen=True)
class Hinweis:
    """One message to the office. absaetze: sentences.  punkte: a list below them.  pfad, knopf: where it is mended."""

    titel: str
    absaetze: tuple[str, ...]
    pfad: str
    knopf: str
    punkte: tuple[str, ...] = ()


def make_hinweis(hinweis: Hinweis) -> EmailMultiAlternatives:
    """Return the mail of a message to the office, without a recipient."""
    context = {"hinweis": hinweis, "url": site_url(hinweis.pfad)}
    mail = EmailMultiAlternatives(
        subject=f"Sozialpräsidienkonferenz: {hinweis.titel}",
        body=render_to_string("mails/geschaeftsstelle_hinweis.body.txt", context),
    )
    mail.attach_alternative(render_to_string("mails/geschaeftsstelle_hinweis.body.html", context), "text/html")
    return mail
