"""The Terminankündigung: all dates of a year (or one new date) to the seats, with calendar entries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.utils import timezone

from konferenz import einstellungen
from konferenz.adressen import site_url
from konferenz.brief import build_brief
from konferenz.models import Sendung
from sitzungen.kalender import make_kalender, make_teil
from sitzungen.models import Sitzung
from sitzungen.queries import jahresplan
from sitzungen.queries.antwort import Antwortweg, antwortwege

from .kalendereintrag import eintrag_of_sitzung


@dataclass(frozen=True)
class Termin:
    """One date of the announcement with the ways to answer: (words, address)."""

    sitzung: Sitzung
    wege: tuple[tuple[str, str], ...] = ()


def build_terminankuendigung(sendung: Sendung) -> EmailMultiAlternatives:
    """Return the mail of a row of the outbox; objekt is the uuid of a meeting of the announced year.

    Read at hand-over: the dates as they stand then.
    """
    sitzung = Sitzung.objects.get(uuid=str(sendung.objekt))
    sitzungen = jahresplan.angekuendigte(sitzung)
    wege = antwortwege(sendung.person, sitzungen, now=timezone.now()) if sendung.person else {}
    return terminankuendigung(sendung, sitzungen, wege, einstellungen.absender())


def terminankuendigung(
    sendung: Sendung,
    sitzungen: Sequence[Sitzung],
    wege: Mapping[int, Sequence[Antwortweg]],
    absender: dict[str, str],
) -> EmailMultiAlternatives:
    """Return the mail: the dates in words, each with the link to the answer, one calendar file with METHOD:PUBLISH.

    wege: by pk of the meeting, where this person answers for which seat.  Reply-To the office.
    """
    termine = [
        Termin(sitzung, tuple((weg.text, site_url(weg.path)) for weg in wege.get(sitzung.pk, ())))
        for sitzung in sitzungen
    ]
    einzige = termine[0].wege if len(termine) == 1 else ()
    context = {
        "termine": termine,
        "antwort": einzige[0] if len(einzige) == 1 else None,  # one date, one seat: the button of the mail answers
        "site_url": settings.SITE_URL,
    }
    mail = build_brief(sendung, "terminankuendigung", context, absender=absender)
    kalender = make_kalender([eintrag_of_sitzung(sitzung, absender["email"]) for sitzung in sitzungen])
    mail.attach(make_teil(kalender, "Sitzungen.ics"))
    return mail
