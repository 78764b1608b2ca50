"""The nouns of the meetings, one module each."""

from .aenderung import Aenderung
from .kalenderabo import Kalenderabo
from .sitzung import Sitzung, SitzungUserObjectPermission
from .teilnahme import Anwesenheit, Ausstand, Diskussionswunsch, Teilnahme
from .thema import Thema, Traktandenwunsch
from .traktandum import Fassung, Lesung, Traktandum, TraktandumUserObjectPermission, Unterlage
from .versand import Versand, Zustellung
from .vormerkung import Vormerkung

__all__ = [
    "Aenderung",
    "Anwesenheit",
    "Ausstand",
    "Diskussionswunsch",
    "Fassung",
    "Kalenderabo",
    "Lesung",
    "Sitzung",
    "SitzungUserObjectPermission",
    "Teilnahme",
    "Thema",
    "Traktandenwunsch",
    "Traktandum",
    "TraktandumUserObjectPermission",
    "Unterlage",
    "Versand",
    "Vormerkung",
    "Zustellung",
]
