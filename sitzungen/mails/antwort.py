"""Letters about one seat's answer: the reminder, the request to a substitute, and what becomes of it.

Each builder reads at hand-over and refuses where the letter has been overtaken; objekt of the row is the uuid of the Teilnahme.
"""

from __future__ import annotations

from typing import Any

from django.core.mail import EmailMultiAlternatives
from django.utils import timezone

from konferenz import einstellungen
from konferenz.adressen import site_url
from konferenz.brief import build_brief
from konferenz.models import Sendung
from konferenz.nachricht import EmpfangVerweigert
from konferenz.rules import antwort_bis_at
from mitglieder.models import Person
from sitzungen.models import Sitzung, Teilnahme
from sitzungen.queries.antwort import antwortwege, inhaber_of

ANMELDEN = "/konto/code/"


def build_erinnerung(sendung: Sendung) -> EmailMultiAlternatives:
    """Return the reminder to a seat's holder. Raises EmpfangVerweigert where the answer has come meanwhile."""
    teilnahme = _load(sendung)
    abgelehnt = teilnahme.vertretung_stand == Teilnahme.Vertretung.ABGELEHNT
    gilt = teilnahme.is_gueltig_for(inhaber_of(teilnahme.sitzung, teilnahme.sitz))
    if gilt and teilnahme.neu_erbeten_at is None and not abgelehnt:
        raise EmpfangVerweigert("Nicht versandt: Die Antwort ist inzwischen da.")
    return _build("antwort_erinnerung", sendung, teilnahme, abgelehnt=teilnahme.vertretung if abgelehnt else None)


def build_anfrage(sendung: Sendung) -> EmailMultiAlternatives:
    """Return the request to a named substitute. Raises EmpfangVerweigert where somebody else is named by now."""
    return _build_anfrage(sendung, is_erinnerung=False)


def build_anfrage_erinnerung(sendung: Sendung) -> EmailMultiAlternatives:
    """Return the same once more, as a reminder. Raises EmpfangVerweigert where the substitute has replied."""
    return _build_anfrage(sendung, is_erinnerung=True)


def _build_anfrage(sendung: Sendung, *, is_erinnerung: bool) -> EmailMultiAlternatives:
    teilnahme = _load(sendung)
    person = teilnahme.vertretung
    if person is None or person.uuid != sendung.person or not teilnahme.is_vertretung_benannt:
        raise EmpfangVerweigert("Nicht versandt: Die Person ist nicht mehr als Stellvertretung benannt.")
    if is_erinnerung and teilnahme.vertretung_stand != Teilnahme.Vertretung.BENANNT:
        raise EmpfangVerweigert("Nicht versandt: Die Stellvertretung hat inzwischen geantwortet.")
    return _build(
        "vertretung_anfrage",
        sendung,
        teilnahme,
        is_erinnerung=is_erinnerung,
        anmelden_url=site_url(ANMELDEN),
        login=person.login or "",
        papiere_url=site_url(teilnahme.sitzung.get_absolute_url()) if teilnahme.sitzung.is_veroeffentlicht else "",
    )


def build_beendet(sendung: Sendung) -> EmailMultiAlternatives:
    """Return the word to a substitute who is not needed any more. Raises EmpfangVerweigert where the person was named again."""
    teilnahme = _load(sendung, auch_abgesagt=True)
    person = teilnahme.vertretung
    if person is not None and person.uuid == sendung.person and teilnahme.is_vertretung_benannt:
        raise EmpfangVerweigert("Nicht versandt: Die Person ist inzwischen wieder als Stellvertretung benannt.")
    return _build("vertretung_beendet", sendung, teilnahme)


def build_abgelehnt(sendung: Sendung) -> EmailMultiAlternatives:
    """Return the word to the holder that the substitute cannot come. Raises EmpfangVerweigert where that is settled by now."""
    teilnahme = _load(sendung)
    if teilnahme.vertretung_stand != Teilnahme.Vertretung.ABGELEHNT:
        raise EmpfangVerweigert("Nicht versandt: Die Stellvertretung ist inzwischen geregelt.")
    return _build("vertretung_abgelehnt", sendung, teilnahme, abgelehnt=teilnahme.vertretung)


def _load(sendung: Sendung, *, auch_abgesagt: bool = False) -> Teilnahme:
    reihen = Teilnahme.objects.select_related("sitzung", "sitz", "vertretung").filter(uuid=str(sendung.objekt))
    teilnahme = reihen.first()
    if teilnahme is None:
        raise EmpfangVerweigert("Nicht versandt: Die Sitzung gibt es nicht mehr.")
    if not Person.objects.aktiv().filter(uuid=sendung.person).exists():
        raise EmpfangVerweigert("Nicht versandt: Die Person ist deaktiviert.")
    if teilnahme.sitzung.status == Sitzung.Status.ABGESAGT and not auch_abgesagt:
        raise EmpfangVerweigert("Nicht versandt: Die Sitzung ist abgesagt.")
    return teilnahme


def _build(name: str, sendung: Sendung, teilnahme: Teilnahme, **weiteres: Any) -> EmailMultiAlternatives:
    """Return a letter about the seat, with the way to answer for it."""
    sitzung, person = teilnahme.sitzung, sendung.person
    wege = antwortwege(person, [sitzung], now=timezone.now()).get(sitzung.pk, []) if person else []
    eigene = [w for w in wege if w.sitz == teilnahme.sitz_id]
    context = {
        "sitzung": sitzung,
        "sitz": teilnahme.sitz,
        "teilnahme": teilnahme,
        "inhaber": inhaber_of(sitzung, teilnahme.sitz),
        "ort": ort(sitzung),
        "bis_at": antwort_bis_at(sitzung.beginn_at, tage=int(einstellungen.wert("antwort_bis_tage"))),
        "url": site_url(eigene[0].path if eigene else sitzung.get_absolute_url()),
        **weiteres,
    }
    return build_brief(sendung, name, context)


def ort(sitzung: Sitzung) -> str:
    """Return where a meeting takes place, in words."""
    if sitzung.form == Sitzung.Form.DIGITAL:
        return "digital"
    return (sitzung.ort or "Ort folgt") + (" oder digital" if sitzung.form == Sitzung.Form.HYBRID else "")
