"""Child task: open foreign files with the parser of their type and say in one sentence what is wrong.

Declared sizes are read before anything is unpacked; what is unpacked is counted while it runs.
"""

from __future__ import annotations

import hashlib
import re
import stat
import struct
import warnings
import zipfile
from pathlib import Path
from typing import Any, BinaryIO
from xml.parsers import expat

ENDUNGEN = {
    "pdf": "pdf",
    "docx": "docx",
    "xlsx": "xlsx",
    "pptx": "pptx",
    "odt": "odt",
    "png": "png",
    "jpg": "jpg",
    "jpeg": "jpg",
}
ERLAUBT = "PDF, DOCX, XLSX, PPTX, ODT, PNG und JPG"
MAX_ENTPACKT = 250_000_000  # bytes of all members of a package together
MAX_VERHAELTNIS = 200  # inflated to packed, for members above 10 MB
MAX_EINTRAEGE = 5000
MAX_XML = 40_000_000  # bytes of one XML part
MAX_PIXEL = 60_000_000
MAX_SEITEN = 3000
MAX_OBJEKTE = 400_000
BLOCK = 1 << 18

OOXML = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml",
}
ODT = b"application/vnd.oasis.opendocument.text"
SIGNATUREN = {
    b"%PDF-": "pdf",
    b"\x89PNG\r\n\x1a\n": "png",
    b"\xff\xd8\xff": "jpg",
    b"PK\x03\x04": "zip",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "ole",
}
PROGRAMM = {"docx": "Word", "xlsx": "Excel", "pptx": "PowerPoint", "odt": "LibreOffice"}
KOPF_BYTES = 2048
AKTIV_HTML = re.compile(rb"<\s*(?:script|html|!doctype|iframe|svg|\?php)", re.IGNORECASE)

BEZIEHUNG = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*>")
NACHLADEN = re.compile(rb"relationships/(?:attachedTemplate|oleObject|frame|subDocument)[\"']", re.IGNORECASE)
FERN = re.compile(rb"Target\s*=\s*[\"']\s*(?:https?|ftp):", re.IGNORECASE)

# Names in a PDF that start something or carry something; unparsed objects write names in one form only.
PDF_VERDACHT = re.compile(
    rb"/(JavaScript|JS|Launch|EmbeddedFile|EmbeddedFiles|EF|RichMedia|Rendition|GoToE|ImportData|SubmitForm|XFA|"
    rb"OpenAction)\b"
)


# A JPG's segments between its start and its end; in a scan 0xFF is followed by 0 or counts restarts.
JPG_SEGMENT = re.compile(rb"\xff[\x01-\xd7\xda-\xfe]")
JPG_SCAN = 0xDA
JPG_MARKE = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")


class AbgelehntError(Exception):
    """The file is refused; the text is the German sentence without the file's name."""

    art = "abgelehnt"


def warm_up() -> None:
    """Import the parsers."""
    import filetype  # noqa: F401
    import pikepdf  # noqa: F401
    from PIL import Image, JpegImagePlugin, PngImagePlugin  # noqa: F401


def run(eingabe: dict[str, Any], _blobs: list[bytes]) -> tuple[list[dict[str, Any]], list[bytes]]:
    """Check each {pfad, name}; return per file {typ, groesse, sha256, seiten} or {grund}."""
    return [check(Path(datei["pfad"]), datei["name"]) for datei in eingabe["dateien"]], []


def check(pfad: Path, name: str) -> dict[str, Any]:
    """Return the facts about one file, or the reason why it is refused."""
    try:
        typ = read_endung(name)
        groesse = pfad.stat().st_size
        with pfad.open("rb") as datei:
            check_inhalt(datei.read(KOPF_BYTES), typ)
        seiten = PRUEFER[typ](pfad, typ)
        with pfad.open("rb") as datei:
            sha256 = hashlib.file_digest(datei, "sha256").hexdigest()
    except AbgelehntError as error:
        return {"grund": str(error)}
    except (MemoryError, RecursionError):
        return {"grund": "braucht zum Öffnen zu viel Speicher und wird nicht angenommen."}
    except Exception as error:  # noqa: BLE001 - whatever a parser stumbles over is the file's fault
        grund = "liess sich nicht öffnen; bitte neu speichern oder als PDF hochladen."
        return {"grund": grund, "fehler": f"{type(error).__name__}: {error}"[:500]}
    return {"typ": typ, "groesse": groesse, "sha256": sha256, "seiten": seiten}


def read_endung(name: str) -> str:
    endung = name.rpartition(".")[2].lower() if "." in name else ""
    if endung in {"docm", "xlsm", "pptm", "dotm", "xltm", "potm", "ppsm"}:
        raise AbgelehntError("enthält Makros; bitte ohne Makros als DOCX, XLSX, PPTX oder PDF speichern.")
    if endung in {"doc", "xls", "ppt", "dot", "xlt", "pps", "rtf"}:
        raise AbgelehntError("ist ein altes Office-Format; bitte als DOCX, XLSX, PPTX oder PDF speichern.")
    if endung not in ENDUNGEN:
        art = f"hat die Endung .{endung[:12]}" if endung.isalnum() else "hat keine bekannte Endung"
        raise AbgelehntError(f"{art}; angenommen werden {ERLAUBT}.")
    return ENDUNGEN[endung]


def sniff(kopf: bytes) -> str:
    """Return the kind a file's first bytes say: one of ours, zip, ole, or a word for people; "" if unknown."""
    for anfang, art in SIGNATUREN.items():
        if kopf.startswith(anfang):
            return art
    text = kopf.lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n").lower().replace(b"\x00", b"")
    if b"<svg" in text:
        return "SVG-Datei"
    if text.startswith((b"<!doctype html", b"<html", b"<script", b"<!--")) or b"<html" in text:
        return "HTML-Seite"
    import filetype

    art = filetype.guess_extension(kopf)
    return f"{art.upper()}-Datei" if art else ""


def check_inhalt(kopf: bytes, typ: str) -> None:
    """Compare what the name promises with what the first bytes say."""
    if not kopf:
        raise AbgelehntError("ist leer.")
    ist = sniff(kopf)
    if ist == "ole" and typ in PROGRAMM:
        raise AbgelehntError(
            "ist mit einem Kennwort geschützt oder ein altes Office-Format; "
            f"bitte ohne Kennwort als {typ.upper()} oder PDF speichern."
        )
    soll = "zip" if typ in PROGRAMM else typ
    if ist == soll:
        return
    if ist in {"pdf", "png", "jpg"}:
        raise AbgelehntError(
            f"heisst .{typ}, ist aber eine {ist.upper()}-Datei; bitte mit der Endung .{ist} hochladen."
        )
    if ist.endswith(("-Datei", "-Seite")):
        raise AbgelehntError(f"heisst .{typ}, ist aber eine {ist}; angenommen werden {ERLAUBT}.")
    raise AbgelehntError(f"ist beschädigt oder keine {typ.upper()}-Datei; bitte nochmals als {typ.upper()} speichern.")


# --- PDF ------------------------------------------------------------------------------------------


def check_pdf(pfad: Path, _typ: str) -> int:
    """Return the number of pages of a sound, unprotected PDF that starts nothing and carries nothing."""
    import pikepdf

    _check_pdf_ende(pfad)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            pdf = pikepdf.open(pfad, attempt_recovery=False, suppress_warnings=True)
    except pikepdf.PasswordError:
        raise AbgelehntError("ist mit einem Kennwort geschützt; bitte ohne Kennwort als PDF speichern.") from None
    except (pikepdf.PdfError, ValueError, RuntimeError):
        raise AbgelehntError(
            "ist beschädigt oder unvollständig; bitte in einem PDF-Programm öffnen und neu als PDF speichern."
        ) from None
    with pdf:
        try:
            return _check_pdf_objekte(pdf)
        except (pikepdf.PdfError, ValueError, TypeError, AttributeError, KeyError, RuntimeError):
            raise AbgelehntError(
                "ist beschädigt; bitte in einem PDF-Programm öffnen und neu als PDF speichern."
            ) from None


def _check_pdf_ende(pfad: Path) -> None:
    groesse = pfad.stat().st_size
    with pfad.open("rb") as datei:
        kopf = datei.read(1024)
        datei.seek(max(0, groesse - 2048))
        ende = datei.read()
    stelle = ende.rfind(b"%%EOF")
    if stelle < 0:
        raise AbgelehntError("ist unvollständig; bitte nochmals als PDF speichern und hochladen.")
    if ende[stelle + 5 :].strip(b"\x00 \t\r\n") or AKTIV_HTML.search(kopf) or zipfile.is_zipfile(pfad):
        raise AbgelehntError("enthält ausser dem PDF noch fremde Daten; bitte neu als PDF speichern.")


def _check_pdf_objekte(pdf: Any) -> int:
    if pdf.is_encrypted:
        raise AbgelehntError("ist verschlüsselt; bitte ohne Schutz als PDF speichern.")
    seiten = len(pdf.pages)
    if not seiten:
        raise AbgelehntError("hat keine Seiten.")
    if seiten > MAX_SEITEN or len(pdf.objects) > MAX_OBJEKTE:
        raise AbgelehntError(f"ist zu umfangreich (höchstens {MAX_SEITEN} Seiten); bitte aufteilen.")
    for objekt in pdf.objects:
        roh = objekt.stream_dict.unparse() if is_stream(objekt) else objekt.unparse(resolved=True)
        if PDF_VERDACHT.search(roh):
            _check_pdf_aktiv(objekt)
    return seiten


def is_stream(objekt: Any) -> bool:
    import pikepdf

    return isinstance(objekt, pikepdf.Stream)


def _check_pdf_aktiv(wurzel: Any) -> None:
    """Walk the direct parts of one suspicious object and refuse what would start or carry something."""
    import pikepdf

    offen = [(wurzel, 0)]
    while offen:
        objekt, tiefe = offen.pop()
        if tiefe > 50:
            raise AbgelehntError("ist zu tief verschachtelt; bitte neu als PDF speichern.")
        if isinstance(objekt, pikepdf.Array):
            offen += [(teil, tiefe + 1) for teil in objekt if isinstance(teil, pikepdf.Object)]
        elif isinstance(objekt, pikepdf.Dictionary | pikepdf.Stream):
            _check_pdf_woerterbuch(objekt)
            offen += [
                (teil, tiefe + 1)
                for teil in objekt.values()
                if isinstance(teil, pikepdf.Object) and not teil.is_indirect
            ]


def _check_pdf_woerterbuch(objekt: Any) -> None:
    import pikepdf

    art = str(objekt.get("/S", ""))
    if art in {"/JavaScript", "/Rendition"} or "/JS" in objekt or "/JavaScript" in objekt:
        raise AbgelehntError("enthält ein Programm (JavaScript); bitte über «Drucken» neu als PDF speichern.")
    if art in {"/Launch", "/ImportData", "/SubmitForm", "/GoToE"}:
        raise AbgelehntError(
            "startet beim Anklicken ein Programm oder sendet Daten; bitte über «Drucken» neu als PDF speichern."
        )
    if "/EF" in objekt or "/EmbeddedFiles" in objekt or str(objekt.get("/Type", "")) == "/EmbeddedFile":
        raise AbgelehntError(
            "enthält angehängte Dateien; bitte diese einzeln hochladen und das PDF ohne Anhang speichern."
        )
    if "/XFA" in objekt or str(objekt.get("/Subtype", "")) == "/RichMedia":
        raise AbgelehntError(
            "enthält ein bewegliches Formular oder Medien; bitte über «Drucken» neu als PDF speichern."
        )
    start = objekt.get("/OpenAction")
    # A page to open on is harmless; a program is told as such when the walk reaches it.
    is_seite = start is None or isinstance(start, pikepdf.Array)
    if not is_seite and (
        not isinstance(start, pikepdf.Dictionary) or str(start.get("/S", "")) not in {"/GoTo", "/JavaScript"}
    ):
        raise AbgelehntError("startet beim Öffnen eine Aktion; bitte über «Drucken» neu als PDF speichern.")


# --- DOCX, XLSX, PPTX, ODT ------------------------------------------------------------------------


def check_paket(pfad: Path, typ: str) -> None:
    """Accept an Office package that is whole, of its type, without macros, and small once unpacked."""
    try:
        with pfad.open("rb") as datei, zipfile.ZipFile(datei) as paket:
            eintraege = _check_verzeichnis(paket, pfad.stat().st_size)
            if typ == "odt":
                _check_odt(paket, eintraege)
            else:
                _check_ooxml(paket, eintraege, typ)
            _check_teile(paket)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, struct.error, ValueError, OSError, zipfile.LargeZipFile):
        raise AbgelehntError(
            f"ist beschädigt oder unvollständig; bitte in {PROGRAMM[typ]} öffnen und neu speichern."
        ) from None
    except RuntimeError:  # zipfile's word for a password
        raise AbgelehntError(
            f"ist mit einem Kennwort geschützt; bitte ohne Kennwort als {typ.upper()} speichern."
        ) from None


def _check_verzeichnis(paket: zipfile.ZipFile, groesse: int) -> set[str]:
    """Judge the table of contents before anything is unpacked."""
    infos = paket.infolist()
    bombe = AbgelehntError("wird entpackt viel zu gross oder enthält zu viele Teile und wird nicht angenommen.")
    if len(infos) > MAX_EINTRAEGE or sum(info.file_size for info in infos) > MAX_ENTPACKT:
        raise bombe
    if any(i.file_size > 10_000_000 and i.file_size > MAX_VERHAELTNIS * max(1, i.compress_size) for i in infos):
        raise bombe
    fremd = AbgelehntError("ist kein gewöhnliches Office-Dokument; bitte neu speichern oder als PDF hochladen.")
    if paket.comment or not infos or min(info.header_offset for info in infos) != 0:
        raise fremd
    ende = 0
    for info in sorted(infos, key=lambda info: info.header_offset):
        if info.flag_bits & 0x1:
            raise RuntimeError
        teile = info.filename.split("/")
        if (
            info.header_offset < ende  # members that share their bytes inflate without bound
            or stat.S_ISLNK(info.external_attr >> 16)
            or info.filename.startswith(("/", "\\"))
            or ".." in teile
            or "\\" in info.filename
            or info.header_offset + info.compress_size > groesse
        ):
            raise fremd
        ende = info.header_offset + info.compress_size
        endung = info.filename.rpartition(".")[2].lower()
        if endung in {"zip", "rar", "7z", "gz", "jar", "exe", "dll", "js", "vbs", "bat", "cmd", "ps1", "html", "htm"}:
            raise AbgelehntError("enthält eine eingepackte fremde Datei; bitte ohne diese oder als PDF speichern.")
    namen = {info.filename for info in infos}
    if len(namen) != len(infos):
        raise fremd
    return namen


def _check_ooxml(paket: zipfile.ZipFile, namen: set[str], typ: str) -> None:
    if "[Content_Types].xml" not in namen or "_rels/.rels" not in namen:
        raise AbgelehntError(
            f"ist keine {typ.upper()}-Datei; bitte in {PROGRAMM[typ]} öffnen und als {typ.upper()} speichern."
        )
    typen = _read_ganz(paket, "[Content_Types].xml").decode(errors="replace")
    makros = any(
        name.lower().endswith(("vbaproject.bin", "vbadata.xml")) or "/activex/" in name.lower() for name in namen
    )
    if makros or "macroEnabled" in typen or "vbaProject" in typen:
        raise AbgelehntError(f"enthält Makros; bitte ohne Makros als {typ.upper()} oder PDF speichern.")
    if OOXML[typ] not in typen:
        ist = next((art for art, name in OOXML.items() if name in typen), "")
        if ist:
            raise AbgelehntError(
                f"heisst .{typ}, ist aber eine {ist.upper()}-Datei; bitte mit der Endung .{ist} hochladen."
            )
        raise AbgelehntError(
            f"ist keine {typ.upper()}-Datei; bitte in {PROGRAMM[typ]} öffnen und als {typ.upper()} speichern."
        )
    for name in namen:
        if name.endswith(".rels") and any(map(loads_foreign, BEZIEHUNG.findall(_read_ganz(paket, name)))):
            raise AbgelehntError("lädt beim Öffnen fremde Inhalte nach; bitte als PDF speichern und hochladen.")


def loads_foreign(beziehung: bytes) -> bool:
    """Whether a relationship fetches something from the network when the document opens (a link for clicking does not)."""
    return bool(NACHLADEN.search(beziehung) and FERN.search(beziehung))


def _check_odt(paket: zipfile.ZipFile, namen: set[str]) -> None:
    if "mimetype" not in namen or "content.xml" not in namen or _read_ganz(paket, "mimetype").strip() != ODT:
        raise AbgelehntError("ist keine ODT-Datei; bitte in LibreOffice öffnen und als ODT speichern.")
    if any(name.startswith(("Basic/", "Scripts/")) for name in namen):
        raise AbgelehntError("enthält Makros; bitte ohne Makros als ODT oder PDF speichern.")
    if "META-INF/manifest.xml" in namen and b"encryption-data" in _read_ganz(paket, "META-INF/manifest.xml"):
        raise AbgelehntError("ist mit einem Kennwort geschützt; bitte ohne Kennwort als ODT speichern.")


def _read_ganz(paket: zipfile.ZipFile, name: str) -> bytes:
    if paket.getinfo(name).file_size > 5_000_000:
        raise AbgelehntError("ist kein gewöhnliches Office-Dokument; bitte neu speichern oder als PDF hochladen.")
    return paket.read(name)


def _check_teile(paket: zipfile.ZipFile) -> None:
    """Unpack every member, counting, against its checksum; parse what is XML, without document types."""
    summe = 0
    for info in paket.infolist():
        is_xml = info.filename.endswith((".xml", ".rels")) and info.file_size <= MAX_XML
        parser = make_xml_parser() if is_xml and info.file_size else None
        with paket.open(info) as teil:
            while block := teil.read(BLOCK):
                summe += len(block)
                if summe > MAX_ENTPACKT:
                    raise AbgelehntError("wird entpackt viel zu gross und wird nicht angenommen.")
                if parser:
                    parse_xml(parser, block, is_final=False)
        if parser:
            parse_xml(parser, b"", is_final=True)


def make_xml_parser() -> Any:
    parser = expat.ParserCreate()

    def refuse(*_args: object) -> None:
        raise AbgelehntError("ist kein gewöhnliches Office-Dokument; bitte neu speichern oder als PDF hochladen.")

    parser.StartDoctypeDeclHandler = refuse
    return parser


def parse_xml(parser: Any, block: bytes, *, is_final: bool) -> None:
    try:
        parser.Parse(block, is_final)
    except (expat.ExpatError, LookupError):  # LookupError: an encoding nobody knows
        raise zipfile.BadZipFile from None


# --- PNG, JPG -------------------------------------------------------------------------------------


def check_bild(pfad: Path, typ: str) -> None:
    """Accept a picture that Pillow decodes to its last row and that hides nothing behind it."""
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = None  # our own limit, read from the header, comes first
    defekt = AbgelehntError(f"ist beschädigt oder unvollständig; bitte nochmals als {typ.upper()} speichern.")
    try:
        with pfad.open("rb") as datei:
            check_verstecktes(datei, typ)
        with Image.open(pfad, formats=["PNG"] if typ == "png" else ["JPEG"]) as bild:
            breite, hoehe = bild.size
            if breite * hoehe > MAX_PIXEL:
                raise AbgelehntError(
                    f"hat {breite} × {hoehe} Bildpunkte und ist damit zu gross; bitte verkleinern (höchstens 60 Millionen)."
                )
            if typ == "jpg":
                bild.draft("RGB", (breite // 8 or 1, hoehe // 8 or 1))  # reads everything, keeps an eighth
            bild.load()
    except (OSError, SyntaxError, ValueError, struct.error, EOFError, IndexError, TypeError):
        raise defekt from None


def check_verstecktes(datei: BinaryIO, typ: str) -> None:
    """Refuse a picture that is a web page or an archive as well."""
    inhalt = datei.read()
    versteckt = AbgelehntError(f"enthält ausser dem Bild noch fremde Daten; bitte neu als {typ.upper()} speichern.")
    if typ == "png":
        ende = inhalt.rfind(b"IEND")
        if ende < 0:
            raise OSError
        if len(inhalt) - ende > 8 + 16:
            raise versteckt
    # What a browser would look at to guess a type, and every place for text. The packed pixels themselves are noise:
    # a sound photo of 25 MB holds the four letters of a tag once in twenty.
    text = inhalt[:KOPF_BYTES] + (without_pixels_png if typ == "png" else without_pixels_jpg)(inhalt)
    if AKTIV_HTML.search(text) or b"PK\x05\x06" in inhalt[-70_000:]:
        raise versteckt


def without_pixels_png(inhalt: bytes) -> bytes:
    """Return a PNG without its IDAT; what follows the first IEND, or cannot be a chunk, is kept whole."""
    teile, stelle = [], 8
    while (art := inhalt[stelle + 4 : stelle + 8]) not in {b"", b"IEND"}:
        ende = stelle + 12 + int.from_bytes(inhalt[stelle : stelle + 4], "big")
        if art != b"IDAT":
            teile.append(inhalt[stelle:ende])
        stelle = ende
    return b"".join([*teile, inhalt[stelle:]])


def without_pixels_jpg(inhalt: bytes) -> bytes:
    """Return a JPG without its scans; what follows the end of the picture, or cannot be a segment, is kept whole."""
    teile, stelle = [], 2
    while JPG_SEGMENT.match(inhalt, stelle):
        ende = stelle + 2 + int.from_bytes(inhalt[stelle + 2 : stelle + 4], "big")
        teile.append(inhalt[stelle:ende])
        if inhalt[stelle + 1] == JPG_SCAN:
            marke = JPG_MARKE.search(inhalt, ende)
            ende = marke.start() if marke else len(inhalt)
        stelle = ende
    return b"".join([*teile, inhalt[stelle:]])


PRUEFER = {
    "pdf": check_pdf,
    "docx": check_paket,
    "xlsx": check_paket,
    "pptx": check_paket,
    "odt": check_paket,
    "png": check_bild,
    "jpg": check_bild,
}
