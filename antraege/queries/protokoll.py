"""What the journal says of a vote's close, as the record's proof."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from antraege.models import Abstimmung
from konferenz.models import Journaleintrag


def load_abschluss(abstimmung: Abstimmung) -> Mapping[str, Any]:
    """Return the journal's entry of a vote's close as exported: seq, text, prev, hash (one query).

    Its hash was the journal's head at the close. Raises DoesNotExist for a vote that is not closed.
    """
    rows = Journaleintrag.objects.filter(art="abstimmung.geschlossen", objekt=abstimmung.uuid)
    return rows.values("seq", "text", "prev", "hash").get()
