"""The letter that tells the conference what the VSEG-Vorstand decided."""

from __future__ import annotations

from django.core.mail import EmailMultiAlternatives
from django.utils import timezone

from antraege.models import Bericht, Vorstandsentscheid
from antraege.queries.entscheid import is_einreichend
from antraege.rules import zahlen_satz
from konferenz import brief, einstellungen
from konferenz.adressen import site_url
from konferenz.dateien import INHALTSTYPEN
from konferenz.models import Sendung
from konferenz.nachricht import EmpfangVerweigert
from konferenz.rules import Mehrheit
from mitglieder.models import Person
from mitglieder.permissions import Recht, has_recht, umfang

from .beilage import is_passend, read_beilage

BUILD = "antraege.mails.entscheid.build"


def build(sendung: Sendung) -> EmailMultiAlternatives:
    """Return the letter; objekt is the uuid of the decision. Read at hand-over.

    Raises EmpfangVerweigert where the person may not read the decision any more, BeilageFehlt.
    """
    entscheid = load_entscheid(str(sendung.objekt))
    person = Person.objects.aktiv().filter(uuid=str(sendung.person)).first()
    now = timezone.now()
    if entscheid is None or not entscheid.is_mitgeteilt:
        raise EmpfangVerweigert("Nicht versandt: Der Entscheid des Vorstands ist nicht mitgeteilt.")
    if person is None or not has_recht(umfang(person, now), Recht.ENTSCHEID_SEHEN, entscheid):
        raise EmpfangVerweigert("Nicht versandt: Die Person gehört nicht mehr zur Konferenz.")
    mail = make_brief(
        entscheid, name=sendung.an_name, is_einreichend=is_einreichend(person, entscheid.bericht.antrag, now)
    )
    mail.to = [sendung.an_adresse]
    return mail


def load_entscheid(uuid: str) -> Vorstandsentscheid | None:
    """Return a decision with all its letter names (one query)."""
    return (
        Vorstandsentscheid.objects.select_related(
            "datei",
            "bericht__antrag__sitz",
            "bericht__antrag__eingereicht_von",
            "bericht__abstimmung__sitzung",
            "bericht__abstimmung__traktandum",
            "bericht__abstimmung__antragsfassung",
        )
        .filter(uuid=uuid)
        .first()
    )


def make_betreff(entscheid: Vorstandsentscheid) -> str:
    """Return the subject: the motion and what the board made of it."""
    wort = entscheid.get_ergebnis_display()
    return f"Sozialpräsidienkonferenz: Antrag {entscheid.bericht.antrag.nummer} vom VSEG-Vorstand {wort}"


def make_brief(
    entscheid: Vorstandsentscheid, *, name: str, is_einreichend: bool, mit_datei: bool = True
) -> EmailMultiAlternatives:
    """Return the letter about a decision, without a recipient (the preview shows it before anybody is told).

    name: in the greeting.  is_einreichend: the motion is the reader's own.  mit_datei: attach the board's paper where it fits.
    Raises BeilageFehlt.
    """
    bericht = entscheid.bericht
    antrag, zahlen = bericht.antrag, bericht.abstimmung.auszaehlung
    passt = entscheid.datei is not None and is_passend(
        entscheid.datei.groesse, max_mb=int(einstellungen.wert("mail_max_mb"))
    )
    kontext = {
        "antrag": antrag,
        "bericht": bericht,
        "entscheid": entscheid,
        "is_einreichend": is_einreichend,
        "is_information": bericht.art == Bericht.Art.INFORMATION,
        "zahlen": zahlen_satz(Mehrheit(bericht.abstimmung.mehrheit), zahlen) if zahlen else "",
        "fassung": bericht.abstimmung.antragsfassung,
        "url": site_url(antrag.get_absolute_url()),
        "datei_im_anhang": passt,
    }
    mail = brief.make_brief("vorstandsentscheid", kontext, name=name, betreff=make_betreff(entscheid))
    if passt and mit_datei and entscheid.datei is not None:
        mail.attach(entscheid.datei.name, read_beilage(entscheid.datei), INHALTSTYPEN[entscheid.datei.typ])
    return mail
