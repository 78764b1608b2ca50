"""What a decision of the board says, and the hash by which the journal holds it; asked when it is written and when it is verified."""

from __future__ import annotations

from typing import Any

from antraege.models import Vorstandsentscheid
from konferenz.journal import canonical, hash_of


def inhalt_of(entscheid: Vorstandsentscheid) -> dict[str, Any]:
    """Return what a decision says (no query where report and file are loaded)."""
    return {
        "bericht": entscheid.bericht.uuid,
        "ergebnis": entscheid.ergebnis,
        "beschlossen_on": entscheid.beschlossen_on,
        "text": entscheid.text,
        "referenz": entscheid.referenz,
        "datei": entscheid.datei.sha256 if entscheid.datei else None,
    }


def hash_inhalt(entscheid: Vorstandsentscheid) -> str:
    """Return the SHA-256 of what a decision says; the journal holds it, and not the content."""
    return hash_of(canonical(inhalt_of(entscheid)))
