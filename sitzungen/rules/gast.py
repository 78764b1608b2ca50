"""Until when a guest is admitted, and what he is still invited to: pure functions."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from .vorbereitung import tag

GAST_ZUGANG = timedelta(days=30)
"""How long after the meeting a guest still reads what he was admitted to: as long as a substitute."""


def zugang_bis(ende_at: datetime) -> date:
    """Return the last Zurich day on which a guest of a meeting that ends then still reads anything."""
    return tag(ende_at + GAST_ZUGANG)


def sieht_videolink(*, form: str, per_video: bool, heute: date, sitzungstag: date) -> bool:
    """Return whether a guest of a single item reads the video link: only who comes by video, only on the meeting's day.

    form: vor_ort, digital or hybrid.  per_video: said so at the admission; in a digital meeting everybody does.
    The link opens the whole meeting, and he is there for one item of it.
    """
    return heute == sitzungstag and (form == "digital" or (form == "hybrid" and per_video))


def gast_hinweis(*, now: datetime, ende_at: datetime, is_abgesagt: bool, is_zurueckgezogen: bool, bis: str) -> str:
    """Return what the office should know about an admission, empty where all is well.

    is_zurueckgezogen: the one item the guest was admitted to was withdrawn.  bis: zugang_bis in words.
    """
    if is_abgesagt:
        return "Die Sitzung ist abgesagt: Diese Person ist zu nichts mehr eingeladen."
    if now > ende_at + GAST_ZUGANG:
        return f"Die Zulassung ist abgelaufen, sie galt bis {bis}."
    if now > ende_at:
        return f"Die Sitzung ist vorbei; die Zulassung endet am {bis}."
    if is_zurueckgezogen:
        return "Das Traktandum ist zurückgezogen: Diese Person ist zu nichts mehr eingeladen."
    return ""
