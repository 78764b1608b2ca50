"""The demo's papers: made by the project itself from daten/demo.json, in the formats the office really sends."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape

from django.core.files.uploadedfile import SimpleUploadedFile

from konferenz.dateien import GespeicherteDatei, store_uploads
from konferenz.dateipruefung import DateiAbgelehnt
from konferenz.pdf import briefkopf, render_pdf

Papier = Mapping[str, Any]


@dataclass(frozen=True)
class Auftrag:
    """A paper to make: its description of demo.json with all words filled in, the line of its date, the day it says."""

    papier: Papier
    inhalt: Mapping[str, Any]
    datum: str
    tag: datetime


def make_papiere(auftraege: Sequence[Auftrag], regionen: Sequence[str]) -> list[GespeicherteDatei]:
    """Return the made, stored and checked files in order (PDFs two at a time, each in a child process).

    Raises RuntimeError where the portal's own check refuses one.
    """
    kopf = briefkopf()

    # the archive's papers of one year are alike: made once
    verschiedene = {repr(auftrag): auftrag for auftrag in auftraege}
    with ThreadPoolExecutor(2) as pool:
        gemacht = dict(
            zip(verschiedene, pool.map(lambda a: _make(a, regionen, kopf), verschiedene.values()), strict=True)
        )
    fertig = store_uploads([SimpleUploadedFile(*gemacht[repr(auftrag)]) for auftrag in auftraege])
    abgelehnt = [ergebnis for ergebnis in fertig if isinstance(ergebnis, DateiAbgelehnt)]
    if abgelehnt:
        raise RuntimeError(f"Die Demo hat eine Datei gemacht, die das Portal ablehnt: {abgelehnt[0]}")
    return [ergebnis for ergebnis in fertig if isinstance(ergebnis, GespeicherteDatei)]


def _make(auftrag: Auftrag, regionen: Sequence[str], kopf: dict[str, str]) -> tuple[str, bytes]:
    papier = auftrag.papier
    titel = str(papier["titel"])
    if "pdf" in papier:
        return f"{titel}.pdf", _pdf(auftrag, regionen, kopf)
    if "xlsx" in papier:
        return f"{titel}.xlsx", _xlsx(auftrag.inhalt)
    if "docx" in papier:
        return f"{titel}.docx", _docx(titel, STELLUNGNAHME)
    if "odt" in papier:
        return f"{titel}.odt", _odt(titel, PENDENZEN)
    return f"{titel}.png", _png(titel)


# --- PDF ------------------------------------------------------------------------------------------


def _pdf(auftrag: Auftrag, regionen: Sequence[str], kopf: dict[str, str]) -> bytes:
    inhalt = auftrag.inhalt
    return render_pdf(
        "pdf/demo_papier.html",
        {
            "briefkopf": kopf,
            "titel": inhalt["titel"],
            "kontext": inhalt["kontext"],
            "lead": inhalt["lead"],
            "datum": auftrag.datum,
            "stand": auftrag.tag,
            "abschnitte": [
                {
                    "titel": abschnitt["titel"],
                    "absaetze": abschnitt.get("absaetze", []),
                    "punkte": abschnitt.get("punkte", []),
                    "tabelle": _tabelle(abschnitt.get("tabelle"), regionen),
                }
                for abschnitt in inhalt["abschnitte"]
            ],
        },
    )


def _tabelle(roh: Any, regionen: Sequence[str]) -> dict[str, Any] | None:
    if roh is None:
        return None
    if roh == "benchmark":
        roh = _benchmark(regionen)
    zahlen = set(roh["zahlen"])

    def zellen(werte: Sequence[str]) -> list[dict[str, Any]]:
        return [{"text": wert, "is_zahl": nr in zahlen} for nr, wert in enumerate(werte)]

    return {"kopf": zellen(roh["kopf"]), "zeilen": [zellen(zeile) for zeile in roh["zeilen"]]}


def _benchmark(regionen: Sequence[str]) -> dict[str, Any]:
    """Return invented figures in plausible ranges, the same each time."""
    zufall = random.Random(2026)  # noqa: S311  (figures of a demo)
    return {
        "kopf": ["Sozialregion", "Quote %", "Dossiers", "je Stelle", "Fr. je Kopf"],
        "zahlen": [1, 2, 3, 4],
        "zeilen": [
            [
                region,
                f"{zufall.uniform(1.2, 6.2):.1f}",
                str(zufall.randint(180, 1450)),
                str(zufall.randint(62, 108)),
                str(zufall.randint(255, 590)),
            ]
            for region in regionen
        ],
    }


# --- Office files and pictures --------------------------------------------------------------------

STELLUNGNAHME = (
    "Entwurf, zur Beratung an der Sitzung. Demodaten.",
    "Die Sozialpräsidienkonferenz begrüsst die Erweiterung der Angebote in den Städten.",
    "Sie beantragt, die Kosten für drei Jahre über den Lastenausgleich Suchthilfe zu tragen und danach auszuwerten.",
    "Freundliche Grüsse",
)
PENDENZEN = (
    "Demodaten.",
    "1. Schnittstelle zu den Berufsbildungsstellen klären: Geschäftsstelle, bis Ende März.",
    "2. Varianten der Pflegefinanzierung rechnen: Amt, bis zur nächsten Sitzung.",
    "3. Verteiler der Leitgremien bestätigen: alle Regionen, jährlich.",
)


def _xlsx(inhalt: Mapping[str, Any]) -> bytes:
    from openpyxl import Workbook
    from openpyxl.styles import Font

    tabelle = inhalt["abschnitte"][1]["tabelle"]
    mappe = Workbook()
    blatt = mappe.active
    if blatt is None:
        raise RuntimeError("Eine neue Arbeitsmappe hat ein Blatt.")
    blatt.title = "Budgetwerte"
    blatt.append(tabelle["kopf"])
    for zeile in tabelle["zeilen"]:
        blatt.append([zeile[0], *(float(wert) for wert in zeile[1:])])
    for zelle in blatt[1]:
        zelle.font = Font(bold=True)
    blatt.column_dimensions["A"].width = 34
    blatt.append([])
    blatt.append(["Franken je Einwohnerin und Einwohner. Demodaten."])
    strom = io.BytesIO()
    mappe.save(strom)
    return strom.getvalue()


def _package(teile: Mapping[str, str], *, unkomprimiert: str = "") -> bytes:
    strom = io.BytesIO()
    with zipfile.ZipFile(strom, "w", zipfile.ZIP_DEFLATED) as archiv:
        for name, text in teile.items():
            art = zipfile.ZIP_STORED if name == unkomprimiert else zipfile.ZIP_DEFLATED
            archiv.writestr(zipfile.ZipInfo(name), text.encode(), art)
    return strom.getvalue()


XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
PAKET = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
ODF = "urn:oasis:names:tc:opendocument:xmlns"


def _docx(titel: str, absaetze: Sequence[str]) -> bytes:
    fett = "<w:rPr><w:b/><w:sz w:val='32'/></w:rPr>"
    zeilen = [f"<w:p><w:r>{fett}<w:t>{escape(titel)}</w:t></w:r></w:p>"]
    zeilen += [f"<w:p><w:r><w:t>{escape(absatz)}</w:t></w:r></w:p>" for absatz in absaetze]
    typ = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    return _package(
        {
            "[Content_Types].xml": f'{XML}<Types xmlns="{PAKET}/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/word/document.xml" ContentType="{typ}"/></Types>',
            "_rels/.rels": f'{XML}<Relationships xmlns="{PAKET}/relationships"><Relationship Id="r1" '
            f'Type="{OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>',
            "word/document.xml": f'{XML}<w:document xmlns:w="{W}"><w:body>{"".join(zeilen)}</w:body></w:document>',
        }
    )


def _odt(titel: str, absaetze: Sequence[str]) -> bytes:
    typ = "application/vnd.oasis.opendocument.text"
    zeilen = [f'<text:h text:outline-level="1">{escape(titel)}</text:h>']
    zeilen += [f"<text:p>{escape(absatz)}</text:p>" for absatz in absaetze]
    return _package(
        {
            "mimetype": typ,
            "content.xml": f'{XML}<office:document-content xmlns:office="{ODF}:office:1.0" '
            f'xmlns:text="{ODF}:text:1.0" office:version="1.2"><office:body><office:text>{"".join(zeilen)}'
            "</office:text></office:body></office:document-content>",
            "META-INF/manifest.xml": f'{XML}<manifest:manifest xmlns:manifest="{ODF}:manifest:1.0" '
            f'manifest:version="1.2"><manifest:file-entry manifest:full-path="/" manifest:media-type="{typ}"/>'
            '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>',
        },
        unkomprimiert="mimetype",
    )


def _png(titel: str) -> bytes:
    from PIL import Image, ImageDraw, ImageFont

    bild = Image.new("RGB", (1200, 640), "white")
    stift = ImageDraw.Draw(bild)
    gross, klein = ImageFont.load_default(34), ImageFont.load_default(26)
    stift.text((60, 40), titel, fill="#14171c", font=gross)
    stift.text((60, 90), "Anzahl Regionen von 13, Demodaten", fill="#565d69", font=klein)
    for nr, (stufe, begonnen, fertig) in enumerate((("Stufe 1", 13, 9), ("Stufe 2", 8, 3), ("Stufe 3", 3, 0))):
        y = 170 + nr * 140
        stift.text((60, y + 20), stufe, fill="#14171c", font=klein)
        stift.rectangle((220, y, 220 + begonnen * 60, y + 70), outline="#1c5a9c", width=4)
        if fertig:
            stift.rectangle((220, y, 220 + fertig * 60, y + 70), fill="#1c5a9c")
        stift.text((230 + begonnen * 60, y + 20), f"{begonnen} begonnen", fill="#14171c", font=klein)
        if fertig:
            stift.text((236, y + 20), f"{fertig} fertig", fill="white", font=klein)
    strom = io.BytesIO()
    bild.save(strom, "PNG", optimize=True)
    return strom.getvalue()
