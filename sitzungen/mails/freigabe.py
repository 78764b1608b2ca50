"""The mail that asks the chair for the release: one page, one button."""

from __future__ import annotations

from django.core.mail import EmailMultiAlternatives
from django.urls import reverse

from konferenz.adressen import site_url
from konferenz.brief import build_brief
from konferenz.models import Sendung
from sitzungen.models import Sitzung
from sitzungen.queries import vorbereitung


def build_freigabe_bitte(sendung: Sendung) -> EmailMultiAlternatives:
    """Return the mail of a row of the outbox; objekt is the uuid of the meeting. Read at hand-over.

    It says which meeting, its agenda in short, when it should go out, and has one link.
    """
    sitzung = Sitzung.objects.get(uuid=str(sendung.objekt))
    url = site_url(reverse("sitzungen:freigabe-detail", args=[sitzung.kennung]))
    return build_brief(
        sendung, "freigabe_bitte", {"sitzung": sitzung, "agenda": vorbereitung.agenda(sitzung), "url": url}
    )
