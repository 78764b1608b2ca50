"""What the chair's desk, the room screen and the deeds of running a meeting read."""

from __future__ import annotations

from dataclasses import dataclass

from mitglieder.models import Person, Sitz
from sitzungen.models import Anwesenheit, Sitzung, Teilnahme, Traktandum
from sitzungen.rules import leitung as regeln

from .praesenz import Lage, load_lage

_OHNE_ERGEBNIS = (Traktandum.Standard.BEGRUESSUNG, Traktandum.Standard.VERSCHIEDENES)  # nothing comes of these


@dataclass(frozen=True)
class Leitungswahl:
    """Who chairs. vorschlag: the chair seat's holder or the substitute named to preside; None: must be chosen.

    personen: everybody who may be chosen, who is in the room first, in seat order.
    """

    vorschlag: Person | None
    personen: tuple[Person, ...]


def wer_leitet(sitzung: Sitzung, lage: Lage | None = None) -> Leitungswahl:
    """Return who chairs a meeting, and who could (the five queries of load_lage unless lage is given).

    An excused holder of the chair proposes nobody, unless the substitute is named to preside.
    """
    lage = lage or load_lage(sitzung)
    vorschlag = None
    personen: dict[int, Person] = {}
    for zeile in sorted(lage, key=lambda zeile: zeile.anwesenheit is None):
        anwesend = [zeile.anwesenheit.person] if zeile.anwesenheit else []
        for person in (*anwesend, zeile.inhaber, zeile.vertretung):
            if person is not None:
                personen.setdefault(person.pk, person)
        if zeile.sitz.art != Sitz.Art.VORSITZ:
            continue
        if (
            zeile.vertretung is not None
            and zeile.teilnahme is not None
            and zeile.antwort == Teilnahme.Antwort.VERTRETEN
        ):
            vorschlag = zeile.vertretung if zeile.teilnahme.vertretung_leitet else None
        elif zeile.antwort not in {Teilnahme.Antwort.ENTSCHULDIGT, Teilnahme.Antwort.VERTRETEN}:
            vorschlag = zeile.inhaber
    return Leitungswahl(vorschlag, tuple(personen.values()))


def schlussmaengel(sitzung: Sitzung) -> tuple[regeln.Schlussmangel, ...]:
    """Return what is missing before a running meeting is closed (four queries)."""
    offen = sitzung.traktanden.filter(ausgang=Traktandum.Ausgang.OFFEN).exclude(standard__in=_OHNE_ERGEBNIS)
    anwesende = Anwesenheit.objects.filter(sitzung=sitzung, teilnahme__isnull=False)
    return regeln.check_schluss(
        ohne_ergebnis=offen.order_by("position").values_list("position", "titel"),
        hatte_anwesende=anwesende.exists(),
        noch_angemeldet=anwesende.filter(bis_at__isnull=True).count(),
        abstimmung_offen=Teilnahme.objects.filter(sitzung=sitzung, gesperrt_durch__isnull=False).exists(),
    )
