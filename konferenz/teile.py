"""What the apps above add to the pages of a meeting, item by item: named as strings in settings, so nothing below knows them.

TRAKTANDUM_TEILE lists functions `(request, sitzung, ort) -> Teile`. A page calls load_teile once, whatever its number of items.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.module_loading import import_string


class Ort(StrEnum):
    """The page that asks; its value is what a function of TRAKTANDUM_TEILE compares with."""

    SITZUNG = "sitzung"
    LEITUNG = "leitung"
    SAAL = "saal"
    RAUM = "raum"
    TRAKTANDEN = "traktandum_list"
    NACHFUEHREN = "nachfuehren"


@dataclass(frozen=True)
class Teil:
    """One part of a page: a template and what it shows (as `kontext`).

    zeilen: the lines of its item's outcome (Traktandum.ausgang_text) that it shows itself, so that the page does not repeat them.
    """

    vorlage: str
    kontext: Mapping[str, Any] = field(default_factory=dict)
    zeilen: tuple[str, ...] = ()


Teile = dict[int | None, list[Teil]]
"""By pk of the item a part belongs to; None: the meeting as a whole."""


@lru_cache
def _functions(names: tuple[str, ...]) -> tuple[Callable[[HttpRequest, Any, str], Teile], ...]:
    return tuple(import_string(name) for name in names)


def load_teile(request: HttpRequest, sitzung: Any, ort: Ort) -> Teile:
    """Return the parts of a meeting's page, in the order of settings.TRAKTANDUM_TEILE (constant queries)."""
    alle: Teile = {}
    for function in _functions(tuple(settings.TRAKTANDUM_TEILE)):
        for pk, teile in function(request, sitzung, ort).items():
            alle.setdefault(pk, []).extend(teile)
    return alle


def list_zeilen(teile: Teile) -> dict[int | None, list[str]]:
    """Return by pk of an item the lines of its outcome that the parts of a page show."""
    return {pk: [zeile for teil in liste for zeile in teil.zeilen] for pk, liste in teile.items()}
