"""The Terminankündigung: all dates of a year (or one new date) to the seats, with calendar entries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import timezone

from konferenz import einstellungen
from konferenz.models import Sendung
from sitzungen.kalender import Eintrag, make_kalender, make_teil
from sitzungen.models import Sitzung
from sitzungen.queries import jahresplan
from sitzungen.queries.antwort import Antwortweg, antwortwege


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
        Termin(sitzung, tuple((weg.text, f"{settings.SITE_URL}{weg.path}") for weg in wege.get(sitzung.pk, ())))
        for sitzung in sitzungen
    ]
    einzige = termine[0].wege if len(termine) == 1 else ()
    kontext = {
        "name": sendung.an_name,
        "termine": termine,
        "antwort": einzige[0] if len(einzige) == 1 else None,  # one date, one seat: the button of the mail answers
        "absender": absender,
        "betreff": sendung.betreff,
        "site_url": settings.SITE_URL,
    }
    mail = EmailMultiAlternatives(
        subject=sendung.betreff,
        body=render_to_string("mails/terminankuendigung.body.txt", kontext),
        to=[sendung.an_adresse],
        reply_to=[absender["email"]] if absender["email"] else [],
    )
    mail.attach_alternative(render_to_string("mails/terminankuendigung.body.html", kontext), "text/html")
    kalender = make_kalender([kalendereintrag(sitzung, absender["email"]) for sitzung in sitzungen])
    mail.attach(make_teil(kalender, "Sitzungen.ics"))
    return mail


def kalendereintrag(sitzung: Sitzung, organisator: str = "") -> Eintrag:
    """Return a meeting as calendar entry."""
    ort = sitzung.ort if sitzung.form != Sitzung.Form.DIGITAL else "digital"
    if sitzung.form == Sitzung.Form.HYBRID:
        ort = f"{sitzung.ort} oder digital".strip()
    return Eintrag(
        uuid=sitzung.uuid,
        folge=sitzung.kalender_folge,
        beginn_at=sitzung.beginn_at,
        ende_at=sitzung.ende_at,
        titel=f"Sozialpräsidienkonferenz: {sitzung.titel}",
        stand=sitzung.terminankuendigung_at or sitzung.created_at,
        ort=ort,
        url=f"{settings.SITE_URL}/sitzungen/{sitzung.kennung}/",
        organisator=organisator,
        is_abgesagt=sitzung.status == Sitzung.Status.ABGESAGT,
    )
