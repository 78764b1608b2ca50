"""Child task: HTML to PDF/A-3a and PDF/UA-1 in one file, with a fetcher that knows the project's print assets only."""

from __future__ import annotations

import logging
from base64 import b64decode
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes

TYPEN = {".css": "text/css", ".svg": "image/svg+xml", ".png": "image/png", ".jpg": "image/jpeg"}
DATA_TYPEN = frozenset({"image/png", "image/jpeg", "image/svg+xml"})
MAX_DATA = 3_000_000  # characters of one data: address
# What WeasyPrint asks of Pango in each document; cffi parses all its declarations anew for each of these the first time.
C_ARTEN = (
    "PangoFcFontMap *",
    "PangoLogAttr[]",
    "PangoRectangle *",
    "char[]",
    "char[4]",
    "hb_tag_t[100]",
    "unsigned int *",
)

# PDF/A wants every schema of the metadata declared; without the second part the file is no longer PDF/A.
UA = b"""<rdf:Description xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" rdf:about=""
 xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"><pdfuaid:part>1</pdfuaid:part></rdf:Description>
<rdf:Description xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" rdf:about=""
 xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA Universal Accessibility Schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Indicates, which part of ISO 14289 standard is followed</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>
"""


class NichtVerfuegbarError(Exception):
    """Pango, which WeasyPrint draws with, is not installed."""

    art = "nicht_verfuegbar"


def load_weasyprint() -> Any:
    """Return the library; it says OSError where pango is missing."""
    logging.getLogger("weasyprint").setLevel(logging.CRITICAL)
    logging.getLogger("fontTools").setLevel(logging.CRITICAL)
    try:
        import weasyprint
    except OSError as error:
        raise NichtVerfuegbarError(str(error)) from error
    return weasyprint


def warm_up() -> None:
    """Import what each run needs; lay out nothing, which starts threads in some versions of Pango."""
    load_weasyprint()
    from weasyprint.text.ffi import ffi

    for art in C_ARTEN:
        ffi.typeof(art)


def make_fetcher(assets: dict[str, str], verweigert: list[str]) -> Any:
    """Return a fetcher that answers `asset:<name>` from the list and small images in data:, and refuses the rest.

    assets: name -> path on disk. verweigert: every refused address is noted here, shortened.
    """
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class NurEigenes(URLFetcher):
        def fetch(self, url: str, headers: object = None) -> Any:
            if url.startswith("asset:") and (pfad := assets.get(url[6:])):
                datei = Path(pfad)
                return URLFetcherResponse(url, datei.read_bytes(), {"Content-Type": TYPEN[datei.suffix]})
            if url.startswith("data:") and len(url) <= MAX_DATA:
                kopf, _, inhalt = url[5:].partition(",")
                typ = kopf.split(";")[0].strip().lower()
                if typ in DATA_TYPEN:
                    roh = unquote_to_bytes(inhalt)
                    return URLFetcherResponse(
                        url[:40], b64decode(roh) if kopf.endswith("base64") else roh, {"Content-Type": typ}
                    )
            verweigert.append(url[:120])
            raise ValueError("Adresse nicht erlaubt")

    return NurEigenes(allowed_protocols=frozenset(), allow_redirects=False)


def set_scopes(_dokument: Any, pdf: Any) -> None:
    """Give each header cell its direction: in the table's head for its column, elsewhere for its row."""
    for objekt in pdf.objects:
        if isinstance(objekt, dict) and objekt.get("S") == "/TH" and "A" in objekt:
            zeile = pdf.objects[int(bytes(objekt["P"]).split()[0])]
            gruppe = pdf.objects[int(bytes(zeile["P"]).split()[0])]
            objekt["A"]["Scope"] = "/Column" if gruppe.get("S") == "/THead" else "/Row"


def render_official(html: str, assets: dict[str, str], anhaenge: list[dict[str, Any]], blobs: list[bytes]) -> Any:
    """Return (PDF bytes, pages, refused addresses)."""
    weasyprint = load_weasyprint()
    verweigert: list[str] = []
    fetcher = make_fetcher(assets, verweigert)

    def attachments() -> list[Any]:
        return [
            weasyprint.Attachment(
                string=inhalt,
                name=anhang["name"],
                description=anhang["beschreibung"],
                relationship=anhang["beziehung"],
                created=datetime.fromisoformat(anhang["stand"]),
                modified=datetime.fromisoformat(anhang["stand"]),
                url_fetcher=fetcher,
            )
            for anhang, inhalt in zip(anhaenge, blobs, strict=True)
        ]

    dokument = weasyprint.HTML(string=html, base_url="asset:/", url_fetcher=fetcher).render(pdf_variant="pdf/a-3a")
    make_rdf = dokument.metadata.generate_rdf_metadata
    dokument.metadata.generate_rdf_metadata = lambda *args, **kwargs: make_rdf(*args, **kwargs).replace(
        b"</rdf:RDF>", UA + b"</rdf:RDF>"
    )
    inhalt = dokument.write_pdf(pdf_variant="pdf/a-3a", attachments=attachments(), finisher=set_scopes)
    return inhalt, len(dokument.pages), verweigert


def run(eingabe: dict[str, Any], blobs: list[bytes]) -> tuple[dict[str, Any], list[bytes]]:
    """Render blobs[0]; the other blobs are the attachments."""
    inhalt, seiten, verweigert = render_official(blobs[0].decode(), eingabe["assets"], eingabe["anhaenge"], blobs[1:])
    return {"seiten": seiten, "verweigert": verweigert}, [inhalt]
