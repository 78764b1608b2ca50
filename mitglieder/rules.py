"""Who may sit where and who may log in: pure functions, from the Pflichtenheft and its footnote 1."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum

BBL = "BBL"
"""The region Biberist Bucheggberg Lohn-Ammannsegg, which the Pflichtenheft names apart from the others (R12)."""

PRAESIDIEN = {
    "leitgemeinde": "Leitgemeinde-Präsidium",
    "zweckverband": "Zweckverbandspräsidium",
    "verein": "Vereinspräsidium",
    "vertragsmodell": "Vorstandspräsidium des Vertragsmodells",
}
"""Footnote 1: the presidium that sits in the conference, by the form of the region."""

_MERKMALE = (
    ("leitgemeinde", re.compile(r"leit-?\s?gemeinde")),
    ("zweckverband", re.compile(r"zweckverband")),
    ("verein", re.compile(r"verein")),
    ("vertragsmodell", re.compile(r"vertrag|vorstand")),
)

# People who work for a social service are no «politische Funktionäre» (R14).
_ANGESTELLT = re.compile(
    r"angestellt|mitarbeit|sozialarbeit|sachbearbeit|leit(er|erin|ung)\b.*(sozialdienst|soziale dienste)|sekretär"
)

EINLADUNG_TAGE = 14
"""An invitation to the portal is good for so many days."""

VERTEILER_TAGE = 30
"""The link with which a region confirms its Verteiler is good for so many days."""


VERTEILER_GILT = timedelta(days=365)
"""A region's Verteiler is confirmed for so long; after that it is overdue."""


def is_bestaetigt(bestaetigt_on: date | None, heute: date) -> bool:
    """Return whether a region's Verteiler was confirmed within a year."""
    return bestaetigt_on is not None and heute - bestaetigt_on < VERTEILER_GILT


def is_verteiler_faellig(*, heute: date, monat: int, angefragt_on: date | None, bestaetigt_on: date | None) -> bool:
    """Return whether a region is to be asked for its Verteiler of itself: from the first of the month to the year's end.

    monat: 1–12, anything else: never.  Asked or confirmed since that first, by whatever way, means not again this year.
    """
    if not 1 <= monat <= 12:
        return False
    stichtag = date(heute.year, monat, 1)
    return heute >= stichtag and not any(tag is not None and tag >= stichtag for tag in (angefragt_on, bestaetigt_on))


class MailStand(StrEnum):
    """What a person's address allows."""

    ANMELDUNG = "Mail und Anmeldung."
    GETEILT = "Mail ja, Anmeldung nein: Die Adresse gehört mehreren Personen."
    KEINE = "Keine Adresse: weder Mail noch Anmeldung."
    AUS = "Deaktiviert: weder Mail noch Anmeldung."


def praesidium_of(form: str) -> str:
    """Return the title of the presidium that represents a region of this form. Raises KeyError for an unknown form.

    Source: Pflichtenheft 2026, footnote 1.
    """
    return PRAESIDIEN[form]


def form_of_funktion(funktion: str) -> str | None:
    """Return the form of region whose presidium a title names («Vereinspräsidentin» → verein); None where it names none."""
    text = funktion.casefold()
    return next((form for form, merkmal in _MERKMALE if merkmal.search(text)), None)


def check_praesidium(*, kuerzel: str, form: str, funktion: str) -> str:
    """Return why this function may not hold the region's seat, as a sentence; empty where it may.

    The form of the region decides which presidium counts; another one is refused. BBL is represented by its
    Zweckverbandspräsidium and by nobody else, not even by a title that leaves it open.
    Source: Pflichtenheft 2026, footnote 1 and the sentence below it (R11, R12).
    """
    genannt = form_of_funktion(funktion)
    if kuerzel == BBL and genannt != "zweckverband":
        return (
            "Die Sozialregion Biberist Bucheggberg Lohn-Ammannsegg wird gemäss Pflichtenheft durch das "
            "Zweckverbandspräsidium vertreten, nicht durch das Leitgemeindepräsidium."
        )
    if genannt is not None and genannt != form:
        return f"Diese Region wird gemäss Pflichtenheft durch ihr «{praesidium_of(form)}» vertreten, nicht durch «{funktion}»."
    return ""


def is_politische_funktion(funktion: str) -> bool:
    """Return whether a person with this function may stand in for a voting seat.

    Elected or appointed members of municipal and regional bodies may, employees of a social service may not.
    Source: Pflichtenheft 2026, «Stellvertretungsregelung»: «durch politische Funktionäre» (R14).
    """
    return bool(funktion.strip()) and not _ANGESTELLT.search(funktion.casefold())


def is_gleicher_name(vorname: str, nachname: str, *, person: tuple[str, str]) -> bool:
    """Return whether a typed name is that of a person (given name, surname): whole, whatever its case and spaces."""
    getippt, bekannt = ([" ".join(t.split()).casefold() for t in name] for name in ((vorname, nachname), person))
    return getippt == bekannt


def clean_login(email: str) -> str:
    """Return an address as two people would share it: trimmed, in lower case; empty stays empty."""
    return email.strip().casefold()


def login_of(email: str, *, is_aktiv: bool, geteilt: bool) -> str | None:
    """Return what a person logs in with: the address in lower case, or None.

    geteilt: another active person has the same address; then it gets mail for both and lets nobody in.
    """
    cleaned = clean_login(email)
    return cleaned if cleaned and is_aktiv and not geteilt else None


def is_anmeldung_zu_bestaetigen(*, bisher: str, neu: str, hat_amt: bool) -> bool:
    """Return whether somebody has to say aloud that a person shall log in with another address.

    hat_amt: the person has a seat, an office or stands in for a seat: whoever reads the address acts in its place.
    """
    return hat_amt and clean_login(bisher) != clean_login(neu)


def mail_stand(email: str, login: str | None, *, is_aktiv: bool = True) -> MailStand:
    """Return in words what a person's address allows; a shared address has mail but no login."""
    if not is_aktiv:
        return MailStand.AUS
    if not email:
        return MailStand.KEINE
    return MailStand.ANMELDUNG if login else MailStand.GETEILT


def overlaps(von: date, bis: date | None, spans: Iterable[tuple[date, date | None]]) -> bool:
    """Return whether the half-open span [von, bis) touches any of the others; None is open-ended."""
    return any((bis is None or start < bis) and (end is None or von < end) for start, end in spans)


def ende_of(von: date, heute: date) -> date:
    """Return the day on which something that began on `von` can end at the earliest if it is to end today.

    Spans are half-open and never empty, so what began today (or will begin) ends the day after its beginning.
    """
    return max(heute, von + timedelta(days=1))
