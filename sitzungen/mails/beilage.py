"""How the papers of a dispatch reach the reader of a letter: attached, in the meeting's binder, or as a link."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from konferenz.adressen import site_url
from konferenz.dateien import INHALTSTYPEN
from sitzungen.queries.paket import angaben

IM_PORTAL, VERTRAULICH = "im Portal", "vertraulich, nur im Portal"


@dataclass(frozen=True)
class Beilage:
    """One attached file, named in the manifest; its bytes are read at hand-over and checked against sha256."""

    datei: UUID
    name: str
    mime: str
    sha256: str
    groesse: int


def list_beilagen(manifest: dict[str, Any]) -> tuple[Beilage, ...]:
    """Return what is attached to a letter: what the frozen plan says."""
    return tuple(
        Beilage(
            datei=UUID(b["datei"]),
            name=b["name"],
            mime=INHALTSTYPEN[b["typ"]],
            sha256=b["sha256"],
            groesse=b["groesse"],
        )
        for b in manifest["beilagen"]
    )


def list_papiere(
    manifest: dict[str, Any], angehaengt: set[str], *, ist_einladung: bool
) -> dict[int, list[dict[str, Any]]]:
    """Return the papers a reader may know of, by position of their item."""
    dossier = manifest["dossier"]
    in_mappe = dossier is not None and dossier["datei"] in angehaengt
    papiere: dict[int, list[dict[str, Any]]] = {}
    for fassung in [f | {"folgt": False} for f in manifest["fassungen"]] + [
        f | {"folgt": True} for f in manifest["ausgelassen"]
    ]:
        if fassung["vertraulich"] and not ist_einladung:
            continue
        weg = _weg(fassung, angehaengt, in_mappe=in_mappe)
        papiere.setdefault(fassung["traktandum"], []).append(
            fassung
            | {
                "url": site_url(f"/unterlagen/{fassung['uuid']}/"),
                "weg": weg,
                "braucht_link": weg in {IM_PORTAL, VERTRAULICH},
                "angaben": angaben(fassung),
            }
        )
    return papiere


def _weg(fassung: dict[str, Any], angehaengt: set[str], *, in_mappe: bool) -> str:
    """Return how a paper reaches the reader, in words."""
    if fassung.get("folgt"):
        return "folgt"
    if fassung["vertraulich"]:
        return VERTRAULICH
    if fassung["datei"] in angehaengt:
        return "beigelegt"
    if fassung["typ"] == "pdf" and in_mappe:
        return "in der Sitzungsmappe"
    return IM_PORTAL


def hinweis_links(manifest: dict[str, Any], beilagen: Sequence[Beilage], *, is_gast: bool) -> str:
    """Return the sentence on papers that are not attached, empty where everything is."""
    if is_gast:
        return "Die Unterlagen, die für Sie freigegeben sind, lesen Sie im Portal."
    if not manifest["links"]:
        return ""
    if beilagen:
        return "Nicht alle Unterlagen haben in dieser Mail Platz. Was nicht beiliegt, öffnen Sie über die Links."
    return "Die Unterlagen sind für eine Mail zu gross. Sie öffnen sie über die Links."
