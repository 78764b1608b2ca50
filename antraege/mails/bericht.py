"""The letter with which the board receives a report: the PDF and the motion's attachments, as far as a mail holds them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.mail import EmailMultiAlternatives
from django.utils import timezone

from antraege.models import Bericht
from antraege.queries.bericht import BEIM_VORSTAND, Berichtsinhalt, load_inhalt
from antraege.rules.bericht import bericht_betreff
from konferenz.adressen import site_url
from konferenz.brief import make_brief
from konferenz.dateien import INHALTSTYPEN
from konferenz.einstellungen import absender, wert
from konferenz.models import Datei, Sendung
from konferenz.nachricht import EmpfangVerweigert
from mitglieder.models import Funktion, Person
from mitglieder.permissions import Recht, has_recht, umfang
from sitzungen.queries.paket import MB, encoded_size

from .beilage import TEXT_RESERVE, read_beilage


@dataclass(frozen=True)
class Beilage:
    """One file that goes with the report. datei: None in a preview of a report that is not stored yet.

    is_beigelegt: attached; else the letter says that it lies in the portal.
    """

    titel: str
    name: str
    typ: str
    datei: Datei | None
    is_beigelegt: bool

    @property
    def weg(self) -> str:
        return "beigelegt" if self.is_beigelegt else "zu gross für eine Mail, im Portal"


def plan_beilagen(inhalt: Berichtsinhalt, *, name: str, max_bytes: int) -> tuple[Beilage, ...]:
    """Return what goes with a report, the PDF first, and what of it is attached to a mail of at most max_bytes.

    name: of the report's PDF.
    """
    offen = max_bytes - TEXT_RESERVE
    beilagen: list[Beilage] = []
    namen: set[str] = set()
    dateien: list[tuple[str, str, Datei | None]] = [(inhalt.titel, name, inhalt.bericht.datei)]
    dateien += [(b.titel, b.datei.name, b.datei) for b in inhalt.beilagen]
    for titel, dateiname, datei in dateien:
        braucht = encoded_size(datei.groesse) if datei else 0
        passt = braucht <= offen
        offen -= braucht if passt else 0
        typ = datei.get_typ_display() if datei else "PDF"
        beilagen.append(Beilage(titel, _free(dateiname, namen), typ, datei, passt))
    return tuple(beilagen)


def make_mail(
    inhalt: Berichtsinhalt, *, name: str, funktion: str, beilagen: Sequence[Beilage], kopf: dict[str, str]
) -> EmailMultiAlternatives:
    """Return the letter without its files and its recipient. funktion: why this person gets it; kopf: who writes."""
    antrag = inhalt.antrag
    context = {
        "inhalt": inhalt,
        "antrag": antrag,
        "fassung": inhalt.fassung,
        "sitzung": inhalt.abstimmung.sitzung,
        "beilagen": [{"titel": b.titel, "text": f"{b.typ}, {b.weg}"} for b in beilagen],
        "url": site_url(f"/vorstand/{inhalt.bericht.uuid}/"),
        "funktion": funktion,
    }
    betreff = bericht_betreff(art=inhalt.bericht.art, nummer=antrag.nummer, titel=antrag.titel)
    return make_brief("bericht", context, name=name, betreff=betreff, absender=kopf)


def build(sendung: Sendung) -> EmailMultiAlternatives:
    """Return the letter; objekt is the uuid of the report. Read at hand-over, each file's hash is compared.

    Raises EmpfangVerweigert where the person is not with the board any more, or the account is off; BeilageFehlt.
    """
    bericht = Bericht.objects.select_related("antrag", "datei").filter(uuid=str(sendung.objekt)).first()
    person = Person.objects.filter(uuid=str(sendung.person)).first()
    if bericht is None or bericht.datei is None or person is None:
        raise EmpfangVerweigert("Nicht versandt: Diesen Bericht gibt es nicht.")
    now = timezone.now()
    funktionen = Funktion.objects.filter(person=person, art__in=BEIM_VORSTAND).current(timezone.localdate(now))
    funktion = funktionen.order_by("art").first()
    if funktion is None or not has_recht(umfang(person, now), Recht.BERICHT_SEHEN, bericht):
        raise EmpfangVerweigert(
            "Nicht versandt: Die Person gehört nicht mehr zum VSEG-Vorstand oder zu seinem Sekretariat."
        )
    inhalt = load_inhalt(bericht)
    beilagen = plan_beilagen(inhalt, name=bericht.datei.name, max_bytes=int(wert("mail_max_mb")) * MB)
    mail = make_mail(
        inhalt, name=sendung.an_name, funktion=funktion.get_art_display(), beilagen=beilagen, kopf=absender()
    )
    for beilage in beilagen:
        if beilage.is_beigelegt and beilage.datei is not None:
            mail.attach(beilage.name, read_beilage(beilage.datei), INHALTSTYPEN[beilage.datei.typ])
    return mail


def _free(name: str, vergeben: set[str]) -> str:
    """Return a file name no other attachment has: «Bericht.pdf», «Bericht (2).pdf»."""
    stamm, punkt, endung = name.rpartition(".")
    neu, nr = name, 1
    while neu.lower() in vergeben:
        nr += 1
        neu = f"{stamm} ({nr}){punkt}{endung}" if punkt else f"{name} ({nr})"
    vergeben.add(neu.lower())
    return neu
