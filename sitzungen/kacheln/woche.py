"""The points of the week before a meeting, as a person may know them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from konferenz.einstellungen import wert
from konferenz.models import Pflichtenheft
from konferenz.rules import antwort_bis_at, mahnungen_at
from mitglieder.permissions import Recht, Umfang, has_recht
from sitzungen.models import Sitzung


@dataclass(frozen=True)
class Wochenpunkt:
    """A point of the line before a meeting. zustand: erledigt, jetzt or offen."""

    name: str
    zeit: date | datetime
    zustand: str
    hinweis: str = ""


def wochenpunkte(sitzung: Sitzung, scope: Umfang) -> list[Wochenpunkt]:
    """Return the points of the week before a meeting as this person may know them (at most two queries).

    The release is the office's and the chair's until the papers are out; «Antwort bis» is the seats'.
    """
    now = scope.now
    punkte: list[tuple[str, datetime, bool]] = []
    if sitzung.freigegeben_at and (sitzung.is_veroeffentlicht or has_recht(scope, Recht.SITZUNG_VORBEREITEN, sitzung)):
        punkte.append(("Freigabe", sitzung.freigegeben_at, True))
    elif has_recht(scope, Recht.SITZUNG_VORBEREITEN, sitzung):
        heft = Pflichtenheft.objects.in_force(timezone.localdate(sitzung.beginn_at)).first()
        if heft is not None and heft.versandfrist_tage is not None:
            punkte.append(
                ("Freigabe bis", mahnungen_at(sitzung.beginn_at, frist_tage=heft.versandfrist_tage)["t8"], False)
            )
    punkte.append(("Versand", sitzung.versandt_at or sitzung.versand_due_at, sitzung.versandt_at is not None))
    if has_recht(scope, Recht.ANTWORTEN) or has_recht(scope, Recht.SITZUNG_VORBEREITEN, sitzung):
        bis = antwort_bis_at(sitzung.beginn_at, tage=wert("antwort_bis_tage"))
        punkte.append(("Antwort bis", bis, bis < now))
    punkte.append(("Sitzung", sitzung.beginn_at, sitzung.ende_at < now))
    punkte.sort(key=lambda punkt: punkt[1])
    return _with_zustand(punkte, now)


def _with_zustand(punkte: list[tuple[str, datetime, bool]], now: datetime) -> list[Wochenpunkt]:
    """The first point not done is the one that counts now."""
    found = []
    seen_next = False
    for name, zeit, done in punkte:
        zustand = "erledigt" if done else "offen"
        if not done and not seen_next:
            zustand, seen_next = "jetzt", True
        tage = (timezone.localdate(zeit) - timezone.localdate(now)).days
        hinweis = "" if done else {0: "heute", 1: "morgen"}.get(tage, f"in {tage} Tagen" if tage > 0 else "überfällig")
        # «Antwort bis» means the whole day: its 23.59 is for comparing only. The release is a matter of days too.
        gezeigt = timezone.localdate(zeit) if name.startswith(("Antwort", "Freigabe")) else zeit
        found.append(Wochenpunkt(name, gezeigt, zustand, hinweis if zustand == "jetzt" else ""))
    return found
