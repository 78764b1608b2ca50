"""The nouns of motions and votes, one module each."""

from .abstimmung import Abstimmung, Stimme, Stimmsitz
from .antrag import Antrag, Antragsfassung
from .beilage import Antragsbeilage
from .vorstand import Bericht, Vorstandsentscheid

__all__ = [
    "Abstimmung",
    "Antrag",
    "Antragsbeilage",
    "Antragsfassung",
    "Bericht",
    "Stimme",
    "Stimmsitz",
    "Vorstandsentscheid",
]
