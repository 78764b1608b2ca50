"""Official PDFs: a template and loaded data become one file that is PDF/A-3a and PDF/UA-1 at once.

The layout engine runs in a child process with limits (konferenz.kindprozess) and fetches nothing but the project's
own print assets: `asset:<name>` in a template is a file of templates/pdf/.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone

from .einstellungen import werte
from .kindprozess import Grenzen, KindFehler, run_kind

GRENZEN = Grenzen(speicher_mb=1024, cpu_s=25, wand_s=28)
# Characters no XML and no font knows; a text that carries them must still print.
STEUERZEICHEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
# A word of thousands of letters takes the layout engine quadratic time; from 120 letters on it may break every forty.
# A letter written as an entity («&lt;») is one letter and is never torn.
LANGES_WORT = re.compile(r"(?:&#?\w+;|[^\s<>&]){120,}")
VIERZIG = re.compile(r"(?:&#?\w+;|.){40}")
TEXT = re.compile(r">[^<]{120,}<")
TITEL = re.compile(r"<title>(.*?)</title>", re.DOTALL)

log = logging.getLogger(__name__)


class PdfError(Exception):
    """No PDF could be made; the text is one German sentence for the person who asked."""


class PdfNichtVerfuegbar(PdfError):
    """Pango is not installed on this machine."""


@dataclass(frozen=True)
class Anhang:
    """A file carried inside the PDF. beziehung: Data, Source, Supplement or Unspecified (ISO 32000)."""

    name: str
    inhalt: bytes
    beschreibung: str
    stand: datetime
    beziehung: str = "Data"


@cache
def print_assets() -> dict[str, str]:
    """Return name -> path of the files a print template may name; nothing else can be fetched."""
    ordner = settings.BASE_DIR / "templates" / "pdf"
    return {pfad.name: str(pfad) for pfad in sorted(ordner.iterdir()) if pfad.suffix in {".css", ".svg", ".png"}}


def briefkopf() -> dict[str, str]:
    """Return the letterhead as the office has set it: name, adresse (lines), telefon, email."""
    gesetzt = werte()
    return {teil: gesetzt[f"absender_{teil}"] for teil in ("name", "adresse", "telefon", "email")}


def render_html(template: str, context: Mapping[str, Any]) -> str:
    """Return the HTML a child will lay out: letterhead added, dates in the PDF's own form, no control characters."""
    stand = context.get("stand")
    kopf = {} if "briefkopf" in context else {"briefkopf": briefkopf()}
    w3c = timezone.localtime(stand).replace(microsecond=0).isoformat() if isinstance(stand, datetime) else ""
    # A title in the metadata keeps the line breaks of its template unless they are taken out.
    html = STEUERZEICHEN.sub("", render_to_string(template, {**kopf, **context, "stand_w3c": w3c}))
    html = TITEL.sub(lambda titel: f"<title>{' '.join(titel[1].split())}</title>", html, count=1)
    return TEXT.sub(lambda text: LANGES_WORT.sub(lambda wort: VIERZIG.sub("\\g<0>\u200b", wort[0]), text[0]), html)


def render_pdf(template: str, context: Mapping[str, Any], *, anhaenge: Sequence[Anhang] = ()) -> bytes:
    """Return the template as PDF/A-3a and PDF/UA-1.

    template: extends pdf/base.html. context: loaded data; `stand` (aware datetime) becomes the file's creation date.
    The same template and context give the same bytes on one machine.
    Takes about a second; a child that needs more than 28 s or 1 GiB is ended.
    Raises PdfNichtVerfuegbar, PdfError.
    """
    eingabe = {
        "assets": print_assets(),
        "anhaenge": [
            {
                "name": anhang.name,
                "beschreibung": anhang.beschreibung,
                "beziehung": anhang.beziehung,
                "stand": anhang.stand.astimezone(UTC).replace(tzinfo=None).isoformat(),
            }
            for anhang in anhaenge
        ],
    }
    html = render_html(template, context).encode()
    try:
        ergebnis, [inhalt] = run_kind("rendern", eingabe, [html, *(a.inhalt for a in anhaenge)], grenzen=GRENZEN)
    except KindFehler as error:
        raise make_pdf_error(error) from error
    if ergebnis["verweigert"]:
        log.warning("PDF %s: Adressen verweigert: %s", template, ergebnis["verweigert"])
    return inhalt


def make_pdf_error(error: KindFehler) -> PdfError:
    """Return what a person may read about a child's failure."""
    log.error("PDF nicht erstellt (%s): %s", error.art, error.text)
    if error.art == "nicht_verfuegbar":
        return PdfNichtVerfuegbar(
            "PDF sind auf diesem Server nicht verfügbar: die Bibliothek Pango fehlt (apt install libpango-1.0-0 libpangoft2-1.0-0)."
        )
    if error.art in {"zeit", "speicher"}:
        return PdfError("Das PDF ist zu umfangreich und wurde nicht erstellt. Bitte kürzen Sie den Inhalt.")
    if error.art == "besetzt":
        return PdfError("Es werden gerade zu viele PDF erstellt. Bitte versuchen Sie es in einer Minute nochmals.")
    return PdfError(
        "Das PDF konnte nicht erstellt werden. Bitte versuchen Sie es nochmals; bleibt es dabei, melden Sie es der Technik."
    )
