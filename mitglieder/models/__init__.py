"""People, their seats and offices, the regions and their strategic bodies: the nouns, one module each.

Offices and seats follow from rows and their dates: nobody is given a role by hand.
"""

from .basis import Allgemein, SichtbarQuerySet, ZeitraumQuerySet
from .leitgremium import Leitgremium, Mitgliedschaft, Verteilermeldung
from .person import Funktion, Person, PersonManager, PersonQuerySet
from .region import Einwohnerzahl, Gemeinde, GemeindeZugehoerigkeit, Sozialregion
from .sitz import Mandat, Sitz, SitzQuerySet, Stellvertretung
from .verteiler import Verteilervorschlag
from .zugang import Zugangslink, ZugangslinkQuerySet, hash_token

__all__ = [
    "Allgemein",
    "Einwohnerzahl",
    "Funktion",
    "Gemeinde",
    "GemeindeZugehoerigkeit",
    "Leitgremium",
    "Mandat",
    "Mitgliedschaft",
    "Person",
    "PersonManager",
    "PersonQuerySet",
    "SichtbarQuerySet",
    "Sitz",
    "SitzQuerySet",
    "Sozialregion",
    "Stellvertretung",
    "Verteilermeldung",
    "Verteilervorschlag",
    "ZeitraumQuerySet",
    "Zugangslink",
    "ZugangslinkQuerySet",
    "hash_token",
]
