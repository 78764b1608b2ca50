"""Tables in files: reading what an office keeps in Excel, writing what Excel cannot mistake for a formula."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

MAX_BYTES = 2 * 1024 * 1024
MAX_ZEILEN = 5000
MAX_SPALTEN = 60
MAX_ENTPACKT = 40 * 1024 * 1024
# What spreadsheets take for the beginning of a formula, the wide forms of East Asian keyboards included.
_FORMEL = re.compile(r"^[\s]*[=+\-@\t\r＝＋－＠]")
_NEUTRAL = re.compile(r"^'(?=\s*[=+\-@\t\r＝＋－＠])")
_STEUERZEICHEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


class TabelleError(Exception):
    """The file is no table; the sentence is for the user."""


@dataclass(frozen=True)
class Zeile:
    """One row: its line number in the file (the head is line 1) and its cells by column name."""

    nr: int
    werte: dict[str, str]


@dataclass(frozen=True)
class Tabelle:
    """The column names as written and the rows that are not empty."""

    spalten: tuple[str, ...]
    zeilen: tuple[Zeile, ...]


def read_tabelle(inhalt: bytes, name: str) -> Tabelle:
    """Read a .csv (UTF-8 or Windows-1252; semicolon, comma or tab) or an .xlsx (its first sheet).

    Dates become ISO texts, all cells are trimmed texts. Raises TabelleError for anything else.
    """
    if not inhalt.strip():
        raise TabelleError("Die Datei ist leer.")
    if len(inhalt) > MAX_BYTES:
        raise TabelleError("Die Datei ist zu gross (höchstens 2 MB).")
    rows: Sequence[Sequence[Any]]
    if inhalt.startswith(b"PK\x03\x04"):
        rows = _rows_xlsx(inhalt)
    elif name.lower().endswith((".xlsx", ".xls", ".xlsm", ".ods", ".pdf")) or inhalt.startswith(b"\xd0\xcf\x11\xe0"):
        raise TabelleError("Diese Datei lässt sich nicht lesen. Speichern Sie die Tabelle als .xlsx oder .csv.")
    else:
        rows = _rows_csv(inhalt)
    return _tabelle(rows)


def _tabelle(rows: Iterable[Sequence[Any]]) -> Tabelle:
    spalten: tuple[str, ...] = ()
    zeilen = []
    for nr, row in enumerate(rows, start=1):
        if nr > MAX_ZEILEN:
            raise TabelleError(f"Die Tabelle ist zu lang (höchstens {MAX_ZEILEN} Zeilen).")
        werte = [_text(wert) for wert in row[:MAX_SPALTEN]]
        if not spalten:
            if any(werte):
                spalten = tuple(werte)
            continue
        if any(werte):
            werte += [""] * (len(spalten) - len(werte))
            zeilen.append(Zeile(nr, {spalte: wert for spalte, wert in zip(spalten, werte, strict=False) if spalte}))
    doppelt = {spalte for spalte in spalten if spalte and spalten.count(spalte) > 1}
    if doppelt:
        raise TabelleError(f"Die Spalte «{min(doppelt)}» steht doppelt.")
    if not spalten:
        raise TabelleError("Die Datei ist leer.")
    return Tabelle(tuple(spalte for spalte in spalten if spalte), tuple(zeilen))


def _text(wert: Any) -> str:
    if wert is None:
        return ""
    if isinstance(wert, datetime):
        return wert.date().isoformat()
    if isinstance(wert, date):
        return wert.isoformat()
    if isinstance(wert, float) and wert.is_integer():
        return str(int(wert))
    return _NEUTRAL.sub("", _STEUERZEICHEN.sub("", str(wert)).strip()).strip()[:1000]


def _rows_csv(inhalt: bytes) -> list[list[str]]:
    if b"\x00" in inhalt:
        raise TabelleError("Diese Datei ist keine Texttabelle. Speichern Sie sie als .xlsx oder .csv.")
    try:
        text = inhalt.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = inhalt.decode("cp1252", "replace")  # what Excel writes under Windows
    kopf = next((zeile for zeile in text.splitlines() if zeile.strip()), "")
    trenner = max(";,\t", key=kopf.count)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=trenner, strict=True))
    except csv.Error as error:
        raise TabelleError("Die Datei ist keine gültige CSV-Tabelle; stimmen die Anführungszeichen?") from error


def _rows_xlsx(inhalt: bytes) -> list[tuple[Any, ...]]:
    from openpyxl import load_workbook  # slow to import

    kaputt = "Die Excel-Datei lässt sich nicht lesen. Ist sie vollständig und ohne Passwort gespeichert?"
    try:
        with zipfile.ZipFile(io.BytesIO(inhalt)) as archiv:
            _check_archiv(archiv)
        buch = load_workbook(io.BytesIO(inhalt), read_only=True, data_only=True, keep_links=False)
        try:
            blatt = buch.worksheets[0]
            return list(blatt.iter_rows(values_only=True, max_row=MAX_ZEILEN + 1, max_col=MAX_SPALTEN))
        finally:
            buch.close()
    except TabelleError:
        raise
    except Exception as error:  # a hostile file may fail anywhere inside the library
        raise TabelleError(kaputt) from error


def _check_archiv(archiv: zipfile.ZipFile) -> None:
    """Raise on what unpacks to too much, or declares entities (the parser would expand them)."""
    teile = archiv.infolist()
    if len(teile) > 500 or sum(teil.file_size for teil in teile) > MAX_ENTPACKT:
        raise TabelleError("Die Excel-Datei ist zu gross.")
    for teil in teile:
        # UTF-16 and UTF-32 write the same letters with zeros between them
        if teil.filename.endswith((".xml", ".rels")) and b"<!DOCTYPE" in archiv.read(teil).replace(b"\x00", b""):
            raise TabelleError("Die Excel-Datei lässt sich nicht lesen.")


def neutral(wert: object) -> str:
    """Return a cell's text as CSV may hold it: what looks like a formula gets an apostrophe before it."""
    text = _STEUERZEICHEN.sub("", "" if wert is None else str(wert))
    return f"'{text}" if _FORMEL.match(text) else text


def write_csv(kopf: Sequence[str], zeilen: Iterable[Sequence[object]]) -> bytes:
    """Return a CSV as Excel opens it here: semicolons, UTF-8 with its mark, no live formula."""
    stream = io.StringIO(newline="")
    schreiber = csv.writer(stream, delimiter=";", lineterminator="\r\n")
    schreiber.writerow([neutral(wert) for wert in kopf])
    schreiber.writerows([neutral(wert) for wert in zeile] for zeile in zeilen)
    return stream.getvalue().encode("utf-8-sig")


def write_xlsx(
    kopf: Sequence[str], zeilen: Iterable[Sequence[object]], *, titel: str, hinweise: Sequence[str] = ()
) -> bytes:
    """Return a workbook whose cells are all texts (no formula); hinweise fill a second sheet «Hinweise»."""
    from openpyxl import Workbook
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    buch = Workbook()
    blatt = buch.worksheets[0]
    blatt.title = titel[:31]
    alle: list[list[object]] = [list(kopf), *[list(zeile) for zeile in zeilen]]
    for nr, zeile in enumerate(alle, start=1):
        for spalte, wert in enumerate(zeile, start=1):
            _text_cell(blatt.cell(nr, spalte), wert)
    for spalte in range(1, len(kopf) + 1):
        blatt.cell(1, spalte).font = Font(bold=True)
        breite = max((len(str(zeile[spalte - 1])) for zeile in alle[:200] if len(zeile) >= spalte), default=8)
        blatt.column_dimensions[get_column_letter(spalte)].width = min(44, max(10, breite + 2))
    blatt.freeze_panes = "A2"
    if hinweise:
        zweites = buch.create_sheet("Hinweise")
        zweites.column_dimensions["A"].width = 110
        for nr, hinweis in enumerate(hinweise, start=1):
            _text_cell(zweites.cell(nr, 1), hinweis)
    stream = io.BytesIO()
    buch.save(stream)
    return stream.getvalue()


def _text_cell(zelle: Any, wert: object) -> None:
    zelle.number_format = "@"
    zelle.value = _STEUERZEICHEN.sub("", "" if wert is None else str(wert))
    zelle.data_type = "s"  # after the value: openpyxl takes «=…» for a formula
