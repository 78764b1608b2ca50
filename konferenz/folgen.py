"""What follows elsewhere from what happens to an item of an agenda: named as strings in settings, so nothing below knows it.

TRAKTANDUM_FOLGEN lists functions `(ereignis) -> None`. The deeds on meetings tell each event inside their transaction,
before their own journal entry (the journal is last in the lock order); what a function writes stands or falls with the deed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from .schritte import require_transaction


class Was(StrEnum):
    """What happened.

    AUSGANG: an outcome was noted by hand; a function may refuse it with an error of sitzungen.schritte.saal.SaalError.
    ART: an item became a decision or is none any more, in preparation or in the running meeting; refused with a SaalError.
    ENTFERNT: an item is about to be deleted from an agenda in preparation; refused with a VorbereitungError.
    UEBERNOMMEN: an item was taken over to a later agenda (nachfolger, unterlagen).
    ZURUECKGEZOGEN: a Nachversand withdrew an announced item.  ABGESAGT: the meeting (no item) was called off.
    PRAESENZ: who was there is recorded anew for a meeting held on paper (strecken: what that replaces); refused with a SaalError.
    SCHLUSS: the meeting is about to be closed; refused with a SaalError.  VORBEI: its outcomes stand from now on.
    """

    AUSGANG = "ausgang"
    ART = "art"
    ENTFERNT = "entfernt"
    UEBERNOMMEN = "uebernommen"
    ZURUECKGEZOGEN = "zurueckgezogen"
    ABGESAGT = "abgesagt"
    PRAESENZ = "praesenz"
    SCHLUSS = "schluss"
    VORBEI = "vorbei"


@dataclass(frozen=True)
class Ereignis:
    """One event. sitzung: the meeting, locked by the deed.  traktandum: the item, locked; None: the meeting as a whole.

    nachfolger: the new item of one taken over.  unterlagen: by pk of the old paper its copy there.  strecken: the stretches
    of presence (sitzungen.models.Anwesenheit, deleted) that others have replaced.
    """

    was: Was
    sitzung: Any
    actor: Any
    now: datetime
    traktandum: Any = None
    nachfolger: Any = None
    unterlagen: Mapping[int, Any] = field(default_factory=dict)
    strecken: Sequence[Any] = ()


@lru_cache
def _functions(names: tuple[str, ...]) -> tuple[Callable[[Ereignis], None], ...]:
    return tuple(import_string(name) for name in names)


def tell(ereignis: Ereignis) -> None:
    """Call every function of settings.TRAKTANDUM_FOLGEN with the event, in their order. Raises RuntimeError outside a transaction."""
    require_transaction("tell")
    for function in _functions(tuple(settings.TRAKTANDUM_FOLGEN)):
        function(ereignis)
