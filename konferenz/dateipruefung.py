"""Uploaded files are opened before they are stored: by content, with the parser of their type, in a child process.

Source: sicherheit.md U1-U4. A refusal is one sentence that says what is wrong and how to mend it.
"""

from __future__ import annotations

import logging
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .kindprozess import Grenzen, KindFehler, run_kind

MAX_NAME = 200  # characters
MAX_NAME_BYTES = 255
# Endless files end here; a sound paper of 25 MB takes well under a second.
SPEICHER_MB = 768
CPU_S = 4
WAND_S = 12.0
RESERVIERT = frozenset(
    {"con", "prn", "aux", "nul", *(f"com{i}" for i in range(1, 10)), *(f"lpt{i}" for i in range(1, 10))}
)

log = logging.getLogger(__name__)


class DateiAbgelehnt(Exception):
    """The file is not accepted; the text is one German sentence that names it."""


class DateiUngeprueft(DateiAbgelehnt):
    """No verdict: the check ran out of time or room. A new file is not accepted, a stored one keeps its verdict."""


@dataclass(frozen=True)
class Befund:
    """What a sound file is: typ one of Datei.Typ, groesse in bytes, sha256 in hex, seiten for PDF only."""

    typ: str
    name: str
    groesse: int
    sha256: str
    seiten: int | None


def clean_dateiname(name: str) -> str:
    """Return a name that can stand in a header, a mail, a ZIP and on any disk.

    NFC; no path, control, format (bidi) or private characters; at most 200 characters and 255 bytes with its ending
    kept; a reserved name gets an underscore. Never empty: «Datei» stands in for a name of nothing.
    """
    name = unicodedata.normalize("NFC", name.encode("utf-8", "replace").decode("utf-8"))
    name = re.split(r"[/\\]", name)[-1]
    name = "".join(" " if unicodedata.category(zeichen) in {"Zs", "Zl", "Zp"} else zeichen for zeichen in name)
    name = "".join(zeichen for zeichen in name if unicodedata.category(zeichen) not in {"Cc", "Cf", "Cs", "Co", "Cn"})
    name = re.sub(r'[<>:"|?*;]', "_", name)
    name = re.sub(r"\s+", " ", name).strip().rstrip(" .")
    stamm, punkt, endung = name.rpartition(".")
    if not punkt or len(endung) > 10:
        stamm, punkt, endung = name, "", ""
    stamm = stamm.strip(" .") or "Datei"
    if stamm.split(".")[0].strip().lower() in RESERVIERT:
        stamm = f"_{stamm}"
    while len(stamm) + len(punkt + endung) > MAX_NAME or len((stamm + punkt + endung).encode()) > MAX_NAME_BYTES:
        stamm = stamm[:-1]
    return f"{stamm.rstrip()}{punkt}{endung}"


def check_dateien(dateien: Sequence[tuple[Path, str]]) -> list[Befund | DateiAbgelehnt]:
    """Return a Befund or the refusal for each (path, name), in order, opened in one child.

    When a file brings the child down, the files are opened one by one, so that only that file is refused.
    """
    if not dateien:
        return []
    paare = [(Path(pfad), clean_dateiname(name)) for pfad, name in dateien]
    try:
        return _check(paare)
    except KindFehler as error:
        if len(paare) > 1:
            return [ergebnis for paar in paare for ergebnis in check_dateien([paar])]
        log.warning("Datei %s nicht geprüft: %s", paare[0][0].name, error.art)
        if error.art == "besetzt":
            grund = "konnte gerade nicht geprüft werden, weil zu viele Dateien gleichzeitig eintreffen; bitte nochmals hochladen."
        else:
            grund = (
                "liess sich nicht in der erlaubten Zeit öffnen und wird nicht angenommen; bitte neu als PDF speichern."
            )
        return [DateiUngeprueft(f"«{paare[0][1]}» {grund}")]


def check_datei(pfad: Path, name: str) -> Befund:
    """Return what the file is. name: as the person called it. Raises DateiAbgelehnt."""
    [ergebnis] = check_dateien([(pfad, name)])
    if isinstance(ergebnis, DateiAbgelehnt):
        raise ergebnis
    return ergebnis


def make_ablehnung(name: str, grund: str) -> DateiAbgelehnt:
    """Return the refusal as one sentence: «Budget.pdf» ist …"""
    return DateiAbgelehnt(f"«{name}» {grund}")


def _check(paare: list[tuple[Path, str]]) -> list[Befund | DateiAbgelehnt]:
    anzahl = len(paare)
    antworten, _ = run_kind(
        "pruefen",
        {"dateien": [{"pfad": str(pfad.resolve()), "name": name} for pfad, name in paare]},
        grenzen=Grenzen(speicher_mb=SPEICHER_MB, cpu_s=CPU_S + anzahl, wand_s=WAND_S + anzahl),
    )
    for (pfad, _), antwort in zip(paare, antworten, strict=True):
        if "fehler" in antwort:
            log.warning("Datei %s nicht lesbar: %s", pfad.name, antwort["fehler"])
    return [
        make_ablehnung(name, antwort["grund"]) if "grund" in antwort else Befund(name=name, **antwort)
        for (_, name), antwort in zip(paare, antworten, strict=True)
    ]
