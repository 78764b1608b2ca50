"""The nouns of motions and votes, one module each."""

from .abstimmung import Abstimmung, Stimme, Stimmsitz
from .antrag import Antrag, Antragsfassung

__all__ = ["Abstimmung", "Antrag", "Antragsfassung", "Stimme", "Stimmsitz"]
