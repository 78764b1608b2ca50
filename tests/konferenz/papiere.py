"""Papers for the tests, sound and hostile, made while the test runs."""

from __future__ import annotations

import io
import random
import struct
import zipfile
import zlib

import pikepdf
from PIL import Image

OOXML = {
    "docx": ("wordprocessingml.document", "word/document.xml"),
    "xlsx": ("spreadsheetml.sheet", "xl/workbook.xml"),
    "pptx": ("presentationml.presentation", "ppt/presentation.xml"),
}


def make_pdf(seiten: int = 1, *, change=None, encryption=None, groesse=(595, 842), text: str = "Papier") -> bytes:
    """Return a PDF with a line of text on each page; change(pdf) may do anything to it first."""
    pdf = pikepdf.new()
    schrift = pdf.make_indirect(
        pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    )
    for nummer in range(1, seiten + 1):
        seite = pdf.add_blank_page(page_size=groesse)
        seite.obj.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=schrift))
        zeile = f"BT /F1 24 Tf 72 {groesse[1] - 120} Td ({text} {nummer}) Tj ET"
        seite.obj.Contents = pdf.make_stream(zeile.encode("latin-1"))
    if change:
        change(pdf)
    ziel = io.BytesIO()
    pdf.save(ziel, encryption=encryption, deterministic_id=encryption is None)
    return ziel.getvalue()


def make_paket(
    typ: str = "docx", *, dazu: dict | None = None, typen: str = "", rels: str = "", hauptteil: str = "<a/>"
):
    """Return the smallest package that is an Office document of its type. dazu: name (or ZipInfo) -> bytes."""
    ziel = io.BytesIO()
    with zipfile.ZipFile(ziel, "w", zipfile.ZIP_DEFLATED) as paket:
        if typ == "odt":
            paket.writestr("mimetype", "application/vnd.oasis.opendocument.text", zipfile.ZIP_STORED)
            paket.writestr("content.xml", hauptteil)
            paket.writestr("META-INF/manifest.xml", rels or "<manifest/>")
        else:
            art, teil = OOXML[typ]
            art = f"application/vnd.openxmlformats-officedocument.{art}.main+xml"
            paket.writestr("[Content_Types].xml", typen or f'<Types><Override ContentType="{art}"/></Types>')
            paket.writestr("_rels/.rels", rels or "<Relationships/>")
            paket.writestr(teil, hauptteil)
        for name, inhalt in (dazu or {}).items():
            paket.writestr(name, inhalt)
    return ziel.getvalue()


def make_bild(typ: str = "png", groesse=(40, 30)) -> bytes:
    ziel = io.BytesIO()
    Image.new("RGB", groesse, "#b3122a").save(ziel, {"png": "PNG", "jpg": "JPEG"}[typ])
    return ziel.getvalue()


def make_png(breite: int, hoehe: int, *, pixel: bytes, dazu: bytes = b"") -> bytes:
    """Return a PNG around packed pixels; dazu: finished chunks (png_teil) before its end."""
    kopf = struct.pack(">IIBBBBB", breite, hoehe, 8, 2, 0, 0, 0)
    teile = png_teil(b"IHDR", kopf) + png_teil(b"IDAT", pixel) + dazu + png_teil(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + teile


def png_teil(art: bytes, inhalt: bytes) -> bytes:
    return struct.pack(">I", len(inhalt)) + art + inhalt + struct.pack(">I", zlib.crc32(art + inhalt))


def make_riesenbild(seite: int = 30_000) -> bytes:
    """Return a PNG of a few bytes that says it is 30 000 × 30 000."""
    return make_png(seite, seite, pixel=zlib.compress(b"\0" * 1_000_000))


def make_rauschbild(typ: str, darin: bytes) -> bytes:
    """Return a sound picture of noise, a few kilobytes, whose packed pixels hold these bytes, far behind its head."""
    rauschen = random.Random(4).randbytes(40 * 3 * 100)
    if typ == "png":
        zeilen = [b"\0" + rauschen[i : i + 120] for i in range(0, len(rauschen), 120)]
        zeilen[80] = b"\0" + darin.ljust(120, b".")
        return make_png(40, 100, pixel=zlib.compress(b"".join(zeilen), 0))
    ziel = io.BytesIO()
    Image.frombytes("RGB", (40, 100), rauschen).save(ziel, "JPEG", quality=95)
    bild = ziel.getvalue()
    return bild[:-800] + darin + bild[-800 + len(darin) :]
