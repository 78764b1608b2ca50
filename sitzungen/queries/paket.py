"""What a dispatch is made from: agenda, papers and letterhead of a meeting as one plain value that can be frozen.

The same value makes the preview, the dossier and, written into Versand.manifest, every letter.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Prefetch
from django.utils import timezone

from konferenz.dateien import path_of
from konferenz.einstellungen import werte
from konferenz.models import Datei, Pflichtenheft
from konferenz.rules import antwort_bis_at
from sitzungen.models import Fassung, Sitzung, Traktandum, Unterlage, Versand
from sitzungen.rules import uhr

DOSSIER_LAYOUT = 1
"""Raised when the dossier's own pages change, so that those prepared earlier are built again."""
MB = 1_000_000
"""Bytes of a megabyte, as the office reads it."""
FRIST_TAGE = 7
"""Versandfrist of a meeting that is older than every version of the Pflichtenheft with rules."""

Inhalt = dict[str, Any]
"""{"sitzung": …, "absender": …, "mail_max_bytes": int, "traktanden": […], "fassungen": […]}, JSON only (see load_inhalt)."""


def frist_tage(sitzung: Sitzung) -> int:
    """Return the Versandfrist in calendar days of the Pflichtenheft in force on the meeting's date."""
    tag = timezone.localdate(sitzung.beginn_at)
    tage = Pflichtenheft.objects.in_force(tag).values_list("versandfrist_tage", flat=True).first()
    return FRIST_TAGE if tage is None else tage


def load_inhalt(sitzung: Sitzung) -> Inhalt:
    """Return everything the letters and the dossier of a meeting say, confidential papers and the video link included.

    sitzung: {uuid, kennung, nummer, titel, beginn, ende (ISO, UTC), form, form_text, ort, video_link, bemerkung, grund,
    kalender_folge, antwort_bis}.  absender: {name, adresse, telefon, email}.
    traktanden: {uuid, position, titel, art, art_text, zusammenfassung, referent, von, bis,
    zurueckgezogen}.
    fassungen: {uuid (of the paper), nr, datei, titel, traktandum (position), name, typ, groesse, sha256, seiten, vertraulich,
    defekt}. Five queries, whatever the number of items and papers.
    """
    gesetzt = werte()
    fassungen = Fassung.objects.aktuell().select_related("datei")
    unterlagen = Unterlage.objects.aktuell().prefetch_related(Prefetch("fassungen", fassungen, to_attr="aktuelle"))
    traktanden = list(
        Traktandum.objects.with_diskussion()
        .filter(sitzung=sitzung)
        .order_by("position")
        .prefetch_related(Prefetch("unterlagen", unterlagen.order_by("position", "pk"), to_attr="papiere"))
    )
    antwort_bis = antwort_bis_at(sitzung.beginn_at, tage=int(gesetzt["antwort_bis_tage"]))
    return {
        "sitzung": {
            "uuid": str(sitzung.uuid),
            "kennung": sitzung.kennung,
            "nummer": sitzung.nummer,
            "titel": sitzung.titel,
            "beginn": sitzung.beginn_at.isoformat(),
            "ende": sitzung.ende_at.isoformat(),
            "form": sitzung.form,
            "form_text": sitzung.get_form_display(),
            "ort": sitzung.ort,
            "video_link": sitzung.video_link,
            "bemerkung": sitzung.bemerkung,
            "grund": sitzung.grund,
            "kalender_folge": sitzung.kalender_folge,
            "antwort_bis": antwort_bis.isoformat(),
        },
        "absender": {
            "name": str(gesetzt["absender_name"]),
            "adresse": str(gesetzt["absender_adresse"]),
            "telefon": str(gesetzt["absender_telefon"]),
            "email": str(gesetzt["absender_email"]),
        },
        "mail_max_bytes": int(gesetzt["mail_max_mb"]) * MB,
        "traktanden": _traktanden(sitzung.beginn_at, traktanden),
        "fassungen": [
            _fassung(traktandum, unterlage, fassung)
            for traktandum in traktanden
            for unterlage in traktandum.papiere
            for fassung in unterlage.aktuelle
        ],
    }


def _traktanden(beginn_at: datetime, traktanden: Sequence[Traktandum]) -> list[dict[str, Any]]:
    zeilen = []
    dauer = [0 if _is_zurueckgezogen(t) else t.minuten for t in traktanden]
    for traktandum, (von, bis) in zip(traktanden, uhr(beginn_at, dauer), strict=True):
        zeilen.append(
            {
                "uuid": str(traktandum.uuid),
                "position": traktandum.position,
                "titel": traktandum.titel,
                "art": traktandum.art,
                "art_text": traktandum.art_text,
                "zusammenfassung": traktandum.zusammenfassung,
                "referent": traktandum.referent,
                "von": von.isoformat(),
                "bis": bis.isoformat(),
                "zurueckgezogen": _is_zurueckgezogen(traktandum),
            }
        )
    return zeilen


def _is_zurueckgezogen(traktandum: Traktandum) -> bool:
    return traktandum.ausgang == Traktandum.Ausgang.ZURUECKGEZOGEN


def _fassung(traktandum: Traktandum, unterlage: Unterlage, fassung: Fassung) -> dict[str, Any]:
    return fassungszeile(
        fassung.datei,
        uuid=unterlage.uuid,
        nr=fassung.nr,
        titel=unterlage.titel,
        position=traktandum.position,
        is_vertraulich=unterlage.is_vertraulich,
    )


def fassungszeile(
    datei: Datei, *, uuid: UUID, nr: int, titel: str, position: int, is_vertraulich: bool
) -> dict[str, Any]:
    """Return one row of «fassungen» (see load_inhalt). uuid: of the paper; position: of its item."""
    return {
        "uuid": str(uuid),
        "nr": nr,
        "datei": str(datei.uuid),
        "titel": titel,
        "traktandum": position,
        "name": datei.name,
        "typ": datei.typ,
        "groesse": datei.groesse,
        "sha256": datei.sha256,
        "seiten": datei.seiten,
        "vertraulich": is_vertraulich,
        "defekt": datei.pruefung == Datei.Pruefung.DEFEKT,
    }


def titel_dativ(titel: str) -> str:
    """«4. ordentlichen Sitzung 2026», as it stands after «der» and «zur»."""
    return titel.replace("ordentliche Sitzung", "ordentlichen Sitzung")


def angaben(fassung: dict[str, Any]) -> str:
    """«PDF, 12 Seiten» or «XLSX»."""
    typ, seiten = fassung["typ"].upper(), fassung["seiten"]
    return f"{typ}, {seiten} Seite{'n' if seiten > 1 else ''}" if seiten else typ


def canonical(wert: Any) -> str:
    """Return the one JSON text of a value: sorted keys, no spaces."""
    return json.dumps(wert, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def sha256_of(wert: Any) -> str:
    """Return the SHA-256 (64 hex digits) of the canonical JSON of a value."""
    return hashlib.sha256(canonical(wert).encode()).hexdigest()


def dossier_inhalt(inhalt: Inhalt, ausgelassen: Iterable[str]) -> Inhalt:
    """Return what the dossier is made from: the same for every reader, so nothing confidential and no video link.

    ausgelassen: uuids of the papers that cannot be opened; they are named as «folgt».
    """
    fehlend = set(ausgelassen)
    sitzung = {
        k: inhalt["sitzung"][k]
        for k in ("uuid", "kennung", "nummer", "titel", "beginn", "ende", "form", "form_text", "ort")
    }
    fassungen = [f for f in inhalt["fassungen"] if not f["vertraulich"]]
    return {
        "layout": DOSSIER_LAYOUT,
        "sitzung": sitzung,
        "absender": inhalt["absender"],
        "traktanden": inhalt["traktanden"],
        "fassungen": [f for f in fassungen if f["uuid"] not in fehlend],
        "ausgelassen": [f for f in fassungen if f["uuid"] in fehlend],
    }


def dossier_stand(inhalt: Inhalt, ausgelassen: Iterable[str]) -> str:
    """Return the fingerprint a dossier carries: it may be used as long as this stays the same."""
    return sha256_of(dossier_inhalt(inhalt, ausgelassen))


def open_dateien(fassungen: Iterable[dict[str, Any]]) -> dict[str, Datei]:
    """Return the files of frozen versions by uuid (one query)."""
    uuids = {f["datei"] for f in fassungen}
    return {str(datei.uuid): datei for datei in Datei.objects.filter(uuid__in=uuids)}


# --- The frozen package ---------------------------------------------------------------------------


def encoded_size(groesse: int) -> int:
    """Return how many bytes a file of so many bytes takes in a mail: base64, lines of 76, part header."""
    return -(-groesse // 57) * 78 + 500


def make_manifest(
    inhalt: Inhalt,
    *,
    art: str,
    dossier: Datei | None,
    ausgelassen: Iterable[str] = (),
    nur: Iterable[str] | None = None,
    grund: str = "",
) -> dict[str, Any]:
    """Return what every letter of a dispatch is made from; it is written once and never changed.

    inhalt and its keys, and: art, grund; dossier {datei, name, typ, groesse, sha256, seiten} or null; ausgelassen: papers that
    could not be opened («folgt»); beilagen: what is attached, in order; links: papers that are only linked.
    nur: uuids of the papers this dispatch is about (Nachversand); None: all.
    """
    fehlend = set(ausgelassen)
    auswahl = [f for f in inhalt["fassungen"] if nur is None or f["uuid"] in set(nur)]
    fassungen = [f for f in auswahl if f["uuid"] not in fehlend]
    mappe = _dossier(dossier, inhalt["sitzung"]["kennung"])
    beilagen, links = plan_beilagen(inhalt, mappe, fassungen)
    return inhalt | {
        "version": 1,
        "art": art,
        "grund": grund,
        "fassungen": fassungen,
        "ausgelassen": [f for f in auswahl if f["uuid"] in fehlend],
        "dossier": mappe,
        "beilagen": beilagen,
        "links": links,
    }


def _dossier(dossier: Datei | None, kennung: str) -> dict[str, Any] | None:
    if dossier is None:
        return None
    return {
        "datei": str(dossier.uuid),
        "name": f"Sitzungsmappe-{kennung}.pdf",
        "typ": dossier.typ,
        "groesse": dossier.groesse,
        "sha256": dossier.sha256,
        "seiten": dossier.seiten,
    }


def unlesbare(inhalt: Inhalt) -> tuple[str, ...]:
    """Return the uuids of the papers that are known to be broken or whose file is gone."""
    return tuple(f["uuid"] for f in inhalt["fassungen"] if f["defekt"] or not path_of(UUID(f["datei"])).is_file())


def load_vorschau(sitzung: Sitzung) -> dict[str, Any]:
    """Return the package an Einladung would be frozen to now; with the dossier as far as it is up to date."""
    inhalt = load_inhalt(sitzung)
    ausgelassen = unlesbare(inhalt)
    is_aktuell = sitzung.dossier_stand == dossier_stand(inhalt, ausgelassen)
    return make_manifest(
        inhalt,
        art=Versand.Art.EINLADUNG,
        dossier=sitzung.dossier if is_aktuell else None,
        ausgelassen=ausgelassen,
    )


def plan_beilagen(
    inhalt: Inhalt, dossier: dict[str, Any] | None, fassungen: Iterable[dict[str, Any]]
) -> tuple[list[dict[str, Any]], list[str]]:
    """Return what is attached to each letter, and the uuids (of papers, «mappe» for the dossier) that did not fit.

    The dossier first, then every other file as it is, in the order of the agenda, as long as the encoded mail stays
    below mail_max_bytes. Confidential papers are never attached. A PDF in the dossier is not attached a second time.
    """
    offen = inhalt["mail_max_bytes"] - _text_reserve(inhalt)
    beilagen: list[dict[str, Any]] = []
    links: list[str] = []
    kandidaten = [("mappe", dossier)] if dossier else []
    kandidaten += [
        (f["uuid"], f) for f in fassungen if not f["vertraulich"] and not (dossier and f["typ"] == Datei.Typ.PDF)
    ]
    namen: set[str] = set()
    for schluessel, datei in kandidaten:
        braucht = encoded_size(datei["groesse"])
        if braucht > offen:
            links.append(schluessel)
            continue
        offen -= braucht
        beilagen.append(
            {name: datei[name] for name in ("datei", "typ", "groesse", "sha256")}
            | {"name": _frei(datei["name"], namen)}
        )
    return beilagen, links


def _frei(name: str, vergeben: set[str]) -> str:
    """Return a file name no other attachment of the mail has: «Bericht.pdf», «Bericht (2).pdf»."""
    stamm, punkt, endung = name.rpartition(".")
    stamm, punkt, endung = (stamm, punkt, endung) if punkt else (name, "", "")
    neu, n = name, 1
    while neu.lower() in vergeben:
        n += 1
        neu = f"{stamm} ({n}){punkt}{endung}"
    vergeben.add(neu.lower())
    return neu


def _text_reserve(inhalt: Inhalt) -> int:
    """Return a safe upper bound in bytes for everything of a mail but its files (text and HTML, quoted-printable)."""
    return 30_000 + 6 * len(canonical(inhalt["traktanden"])) + 1_500 * len(inhalt["fassungen"])
