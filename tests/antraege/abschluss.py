"""Closed votes of every kind, for the tests that read their records."""

from __future__ import annotations

from datetime import timedelta

from antraege.actions import abstimmung as deeds


def close_with(vote, *, ja=0, nein=0, enthaltung=0):
    """Let so many seats vote in seat order and close; return the vote."""
    wahlen = ["ja"] * ja + ["nein"] * nein + ["enthaltung"] * enthaltung
    for stimmsitz, wahl in zip(vote.stimmsitze.select_related("person"), wahlen, strict=False):
        deeds.cast_stimme(vote.pk, wahl=wahl, actor=stimmsitz.person, now=vote.eroeffnet_at)
    return deeds.close_abstimmung(vote.pk, actor=None, now=vote.eroeffnet_at + timedelta(minutes=3))
