"""A meeting as an entry of a calendar: as it stands now, and as a letter froze it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from konferenz.adressen import site_url
from sitzungen.kalender import Eintrag
from sitzungen.models import Sitzung, Versand


def eintrag_of_sitzung(sitzung: Sitzung, organisator: str = "") -> Eintrag:
    """Return the calendar entry of a meeting as it stands. organisator: mail address of the office, may be empty."""
    ort = sitzung.ort if sitzung.form != Sitzung.Form.DIGITAL else "digital"
    if sitzung.form == Sitzung.Form.HYBRID:
        ort = f"{sitzung.ort} oder digital".strip()
    return Eintrag(
        uuid=sitzung.uuid,
        folge=sitzung.kalender_folge,
        beginn_at=sitzung.beginn_at,
        ende_at=sitzung.ende_at,
        titel=f"Sozialpräsidienkonferenz: {sitzung.titel}",
        stand=sitzung.terminankuendigung_at or sitzung.created_at,
        ort=ort,
        url=site_url(f"/sitzungen/{sitzung.kennung}/"),
        organisator=organisator,
        is_abgesagt=sitzung.status == Sitzung.Status.ABGESAGT,
    )


def eintrag_of_manifest(manifest: dict[str, Any], stand: datetime) -> Eintrag:
    """Return the calendar entry of a frozen package; the video link belongs in it, for only seats and substitutes get it.

    stand: when the package was frozen.
    """
    sitzung = manifest["sitzung"]
    url = site_url(f"/sitzungen/{sitzung['kennung']}/")
    video = f"Videositzung: {sitzung['video_link']}\n" if sitzung["video_link"] else ""
    return Eintrag(
        uuid=UUID(sitzung["uuid"]),
        folge=sitzung["kalender_folge"],
        beginn_at=datetime.fromisoformat(sitzung["beginn"]),
        ende_at=datetime.fromisoformat(sitzung["ende"]),
        titel=f"Sozialpräsidienkonferenz: {sitzung['titel']}",
        stand=stand,
        ort=sitzung["ort"] or ("Videositzung" if sitzung["video_link"] else ""),
        beschreibung=f"{video}Traktanden und Unterlagen: {url}",
        url=url,
        organisator=manifest["absender"]["email"],
        is_abgesagt=manifest["art"] == Versand.Art.ABSAGE,
    )
