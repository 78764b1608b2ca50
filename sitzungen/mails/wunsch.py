"""The office's answer to a wish that is not taken over."""

from __future__ import annotations

from django.core.mail import EmailMultiAlternatives
from django.urls import reverse

from konferenz.adressen import site_url
from konferenz.brief import build_brief
from konferenz.models import Sendung
from sitzungen.models import Traktandenwunsch


def build_antwort(sendung: Sendung) -> EmailMultiAlternatives:
    """Return the mail of a row of the outbox; objekt is the uuid of the wish. Read at hand-over.

    It says which wish, the answer, and where one's own wishes stand.
    """
    wunsch = Traktandenwunsch.objects.get(uuid=str(sendung.objekt))
    url = site_url(reverse("sitzungen:wunsch-list"))
    return build_brief(sendung, "wunsch_antwort", {"wunsch": wunsch, "url": url})
