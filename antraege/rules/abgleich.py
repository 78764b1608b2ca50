"""Two people at one text, as pure functions: who changed which field, what can be joined, what needs a look."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Abgleich:
    """What becomes of typed fields beside the stored ones.

    werte: the fields joined: each person's own change; where both changed one, the words just typed.
    konflikte: fields both changed, differently.  uebernommen: fields only the other changed.
    """

    werte: dict[str, str]
    konflikte: tuple[str, ...]
    uebernommen: tuple[str, ...]


def fingerprint(wert: str) -> str:
    """Return a short mark of a field's content: a form carries it, to tell later who changed the field."""
    return hashlib.sha256(wert.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def fingerprints(werte: Mapping[str, str]) -> dict[str, str]:
    """Return the mark of each field."""
    return {feld: fingerprint(wert) for feld, wert in werte.items()}


def read_marken(text: str) -> dict[str, str]:
    """Return the marks a form carried, by field; a broken list is none, then every difference is shown."""
    try:
        marken = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return {}
    return {str(k): str(v) for k, v in marken.items()} if isinstance(marken, dict) else {}


def merge_werte(*, gespeichert: Mapping[str, str], eigene: Mapping[str, str], basis: Mapping[str, str]) -> Abgleich:
    """Join what is stored with what was typed, field by field; the fields are those of `eigene`.

    basis: the marks of the fields as the writer found them. Without one nobody knows who changed the field: it is a conflict
    wherever the two differ.
    """
    werte, konflikte, uebernommen = {}, [], []
    for feld, eigener in eigene.items():
        anderer = gespeichert[feld]
        werte[feld] = eigener
        if eigener == anderer or basis.get(feld) == fingerprint(anderer):
            continue  # the same, or only the writer changed it
        if basis.get(feld) == fingerprint(eigener):
            werte[feld] = anderer
            uebernommen.append(feld)
        else:
            konflikte.append(feld)
    return Abgleich(werte, tuple(konflikte), tuple(uebernommen))
