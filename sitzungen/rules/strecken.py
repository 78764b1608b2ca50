"""Stretches of presence as spans of time: what overlaps, which time a typed minute means, which times cannot be."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True)
class Strecke:
    """A half-open span [von, bis); bis None: it still lasts."""

    von: datetime
    bis: datetime | None = None


class Zeitmangel(StrEnum):
    """Why the times of a stretch cannot be, in words for the user."""

    ENDE_VOR_BEGINN = "Das Ende liegt vor dem Beginn."
    VOR_DER_EROEFFNUNG = "Die Anwesenheit zählt frühestens ab der Eröffnung der Sitzung."
    IN_DER_ZUKUNFT = "Diese Zeit liegt in der Zukunft."


def overlaps(eine: Strecke, andere: Strecke) -> bool:
    """Return whether two stretches share a moment. One may begin where the other ends; an empty one shares nothing."""
    if eine.von == eine.bis or andere.von == andere.bis:
        return False
    return (eine.bis is None or andere.von < eine.bis) and (andere.bis is None or eine.von < andere.bis)


def covers(strecke: Strecke, zeit: datetime) -> bool:
    """Return whether somebody was there at a moment: from the beginning on, no longer at the end."""
    return strecke.von <= zeit and (strecke.bis is None or zeit < strecke.bis)


def check_zeiten(strecke: Strecke, *, eroeffnet: datetime, jetzt: datetime) -> Zeitmangel | None:
    """Return what is wrong with the times of a stretch by themselves, or None.

    eroeffnet: when the meeting was opened; nobody is present before.  jetzt: nothing is known of later times.
    """
    if strecke.bis is not None and strecke.bis < strecke.von:
        return Zeitmangel.ENDE_VOR_BEGINN
    if strecke.von < eroeffnet:
        return Zeitmangel.VOR_DER_EROEFFNUNG
    if strecke.von > jetzt or (strecke.bis is not None and strecke.bis > jetzt):
        return Zeitmangel.IN_DER_ZUKUNFT
    return None


def snap(getippt: datetime, grenzen: Iterable[datetime]) -> datetime:
    """Return the exact moment a typed minute means: the first known limit within that minute, else the minute itself.

    People type minutes, the portal keeps seconds: «14.02» is the opening at 14.02.37, not a moment before it.
    """
    minute = getippt.replace(second=0, microsecond=0)
    if getippt != minute:
        return getippt
    return next((grenze for grenze in grenzen if grenze.replace(second=0, microsecond=0) == minute), getippt)
