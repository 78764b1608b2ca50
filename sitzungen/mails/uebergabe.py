"""Makes the mail of one row of the outbox at the moment it is handed over.

Called by dotted name (Sendung.builder). The one place of the mails that reads the database: the letter is made from the
frozen manifest, but whether the person may still have it is asked now.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict

from django.core.mail import EmailMultiAlternatives
from django.utils import timezone

from konferenz.dateien import path_of
from konferenz.models import Sendung
from konferenz.nachricht import EmpfangVerweigert
from mitglieder.models import Person
from mitglieder.permissions import Recht, has_recht, umfang
from sitzungen.kalender import make_teil
from sitzungen.models import Sitzung, Zustellung
from sitzungen.queries.antwort import antwortwege
from sitzungen.queries.paket import load_vorschau
from sitzungen.queries.versand import GAST_GRUPPE, darf_empfangen

from .beilage import Beilage
from .versand import Brieftext, make_brief

BUILD_ZUSTELLUNG = "sitzungen.mails.uebergabe.build_zustellung"
BUILD_PROBE = {
    Zustellung.Brief.EINLADUNG.value: "sitzungen.mails.uebergabe.build_probe_einladung",
    Zustellung.Brief.KENNTNIS.value: "sitzungen.mails.uebergabe.build_probe_kenntnis",
}
_CACHE_BYTES = 32 * 1024 * 1024


class BeilageFehlt(OSError):
    """A frozen file is not on disk as it was frozen; the row tries again and then fails, visibly."""


class _Dateien:
    """The files of the last letters, by hash: 150 letters carry the same ones. Never more than _CACHE_BYTES."""

    def __init__(self) -> None:
        self._inhalte: OrderedDict[str, bytes] = OrderedDict()

    def read(self, beilage: Beilage) -> bytes:
        inhalt = self._inhalte.get(beilage.sha256)
        if inhalt is None:
            inhalt = path_of(beilage.datei).read_bytes()
            if hashlib.sha256(inhalt).hexdigest() != beilage.sha256:
                raise BeilageFehlt(f"Die Beilage «{beilage.name}» ist nicht mehr, was eingefroren wurde.")
            self._inhalte[beilage.sha256] = inhalt
        self._inhalte.move_to_end(beilage.sha256)
        while len(self._inhalte) > 1 and sum(map(len, self._inhalte.values())) > _CACHE_BYTES:
            self._inhalte.popitem(last=False)
        return inhalt


_dateien = _Dateien()


def build_zustellung(sendung: Sendung) -> EmailMultiAlternatives:
    """Return the mail of one recipient of a dispatch.

    Raises EmpfangVerweigert where the person has lost what the letter was written for, or the account is off.
    """
    zustellung = Zustellung.objects.select_related("versand__sitzung", "person").get(sendung=sendung)
    scope = umfang(zustellung.person, timezone.now())
    if not darf_empfangen(zustellung, scope):
        raise EmpfangVerweigert("Nicht versandt: Die Person gehört nicht mehr zum Empfängerkreis dieser Sitzung.")
    versand = zustellung.versand
    manifest = versand.manifest
    brief = make_brief(
        manifest,
        brief=zustellung.brief,
        empfaenger=sendung.an_name or zustellung.person.name,
        gruppe=zustellung.gruppe,
        is_gast=zustellung.gruppe == GAST_GRUPPE,
        person=str(zustellung.person.uuid),
        pruefsumme=versand.manifest_sha256,
        stand=versand.created_at,
        antworten=antwortwege(zustellung.person.uuid, [versand.sitzung], now=scope.now).get(versand.sitzung_id, []),
    )
    mail = make_mail(brief, manifest["sitzung"]["kennung"])
    mail.extra_headers["X-Versand"] = versand.manifest_sha256
    return mail


def build_probe_einladung(sendung: Sendung) -> EmailMultiAlternatives:
    """Return the Einladung as it would go out now, to the person who prepares it."""
    return _build_probe(sendung, Zustellung.Brief.EINLADUNG)


def build_probe_kenntnis(sendung: Sendung) -> EmailMultiAlternatives:
    """Return the Mitteilung zur Kenntnis as it would go out now, to the person who prepares it."""
    return _build_probe(sendung, Zustellung.Brief.KENNTNIS)


def _build_probe(sendung: Sendung, brief: str) -> EmailMultiAlternatives:
    sitzung = Sitzung.objects.select_related("dossier").get(uuid=str(sendung.objekt))
    person = Person.objects.filter(uuid=str(sendung.person)).first()
    now = timezone.now()
    if not has_recht(umfang(person, now), Recht.SITZUNG_VORBEREITEN, sitzung):
        raise EmpfangVerweigert("Nicht versandt: Die Person bereitet diese Sitzung nicht mehr vor.")
    probe = make_brief(
        load_vorschau(sitzung), brief=brief, empfaenger=sendung.an_name, gruppe="Probeversand", stand=now
    )
    mail = make_mail(probe, sitzung.kennung)
    mail.subject = f"Probe: {mail.subject}"
    return mail


def make_mail(brief: Brieftext, kennung: str) -> EmailMultiAlternatives:
    """Return a letter with its files and its calendar entry, without a recipient (the row of the outbox knows the one)."""
    mail = EmailMultiAlternatives(
        subject=brief.betreff, body=brief.text, reply_to=[brief.antwort_an] if brief.antwort_an else None
    )
    mail.attach_alternative(brief.html, "text/html")
    for beilage in brief.beilagen:
        mail.attach(beilage.name, _dateien.read(beilage), beilage.mime)
    if brief.kalender is not None:
        mail.attach(make_teil(brief.kalender, f"Sitzung-{kennung}.ics"))
    return mail
