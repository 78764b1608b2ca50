"""What is asked of a vote: its base, how far it is, who may vote and why not."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from antraege.models import Abstimmung, Stimmsitz
from antraege.rules import Eroeffnung, Grund, check_status
from konferenz.rules import Mehrheit
from mitglieder.models import Mandat, Person
from sitzungen.models import Sitzung
from sitzungen.queries.praesenz import Lage, Sitzzeile, load_lage


@dataclass(frozen=True)
class Basissitz:
    """One seat that would stand in the base, and who exercises it: als inhaber or vertretung."""

    zeile: Sitzzeile
    person: Person
    als: str


def load_basis(abstimmung: Abstimmung, lage: Lage | None = None) -> tuple[Basissitz, ...]:
    """Return the seats that would stand in the base if the vote opened now (the five queries of load_lage).

    In the room: the voting seats present, those in Ausstand left out. A consultative vote between meetings asks every
    voting seat with an elected holder.
    """
    sitzung = abstimmung.sitzung
    lage = lage or load_lage(sitzung)
    if sitzung.status == Sitzung.Status.LAUFEND:
        return tuple(
            Basissitz(zeile, zeile.anwesenheit.person, zeile.anwesenheit.als)
            for zeile in lage
            if zeile.ausuebung.is_stimme and zeile.anwesenheit is not None
        )
    if abstimmung.mehrheit != Mehrheit.KONSULTATIV:
        return ()
    basis: dict[int, Basissitz] = {}
    for zeile in lage:
        if zeile.sitz.stimmberechtigt and zeile.mandat is not None and zeile.mandat.status == Mandat.Status.GEWAEHLT:
            # one person, one vote: who holds two seats answers for the first
            basis.setdefault(zeile.mandat.person_id, Basissitz(zeile, zeile.mandat.person, Stimmsitz.Als.INHABER))
    return tuple(basis.values())


def make_eroeffnung(
    abstimmung: Abstimmung, basis: tuple[Basissitz, ...], *, andere_offen: bool | None = None
) -> Eroeffnung:
    """Return what the rule asks before a vote opens (one query, none where andere_offen is known)."""
    sitzung, traktandum = abstimmung.sitzung, abstimmung.traktandum
    if andere_offen is None:
        andere = Abstimmung.objects.filter(sitzung=sitzung, status=Abstimmung.Status.OFFEN).exclude(pk=abstimmung.pk)
        andere_offen = andere.exclude(mehrheit=Mehrheit.KONSULTATIV).exists()
    return Eroeffnung(
        status=abstimmung.status,
        mehrheit=Mehrheit(abstimmung.mehrheit),
        sitzung_laeuft=sitzung.status == Sitzung.Status.LAUFEND,
        anwesend=len(basis),
        is_aktuell=traktandum is not None and sitzung.aktuell_id == traktandum.pk,
        art=traktandum.art if traktandum else "",
        angekuendigt=traktandum is not None and traktandum.angekuendigt_at is not None,
        andere_offen=andere_offen,
    )


@dataclass(frozen=True)
class Stand:
    """How far an open vote is: nothing of it tells a tendency.

    fehlende: the seats still without a ballot, in words.  ausstehende: who exercises them (pks).
    """

    abgegeben: int
    stimmsitze: int
    fehlende: tuple[str, ...]
    ausstehende: frozenset[int]

    def lacks(self, person: Person | None) -> bool:
        """Return whether a person's own ballot is still missing."""
        return person is not None and person.pk in self.ausstehende


def load_stand(abstimmung: Abstimmung) -> Stand:
    """Return how many of the base have voted and which seats are missing (one query)."""
    return load_staende([abstimmung])[abstimmung.pk]


def load_staende(abstimmungen: Collection[Abstimmung]) -> dict[int, Stand]:
    """Return the same for several votes, by pk (one query, whatever their number; none for none)."""
    je_abstimmung: dict[int, list[Stimmsitz]] = {abstimmung.pk: [] for abstimmung in abstimmungen}
    if not je_abstimmung:
        return {}
    sitze = Stimmsitz.objects.filter(abstimmung__in=list(je_abstimmung)).select_related("stimme")
    for sitz in sitze.order_by("sitz__reihenfolge"):
        je_abstimmung[sitz.abstimmung_id].append(sitz)
    staende = {}
    for pk, zeilen in je_abstimmung.items():
        ohne = [s for s in zeilen if not hat_gestimmt(s)]
        staende[pk] = Stand(
            abgegeben=len(zeilen) - len(ohne),
            stimmsitze=len(zeilen),
            fehlende=tuple(s.bezeichnung for s in ohne),
            ausstehende=frozenset(s.person_id for s in ohne),
        )
    return staende


def hat_gestimmt(stimmsitz: Stimmsitz) -> bool:
    """Return whether a seat has a ballot."""
    return getattr(stimmsitz, "stimme", None) is not None


def find_stimmsitz(abstimmung: Abstimmung, person: Person) -> Stimmsitz | None:
    """Return the seat a person exercises in this vote, with its ballot if there is one (one query)."""
    return abstimmung.stimmsitze.filter(person=person).select_related("stimme").first()


def why_not(abstimmung: Abstimmung, person: Person, lage: Lage) -> str:
    """Return in words why a person cannot vote in this vote; empty where the person can.

    lage: the seats of the meeting as they stand now.
    """
    if satz := check_status(abstimmung.status):
        return satz
    stimmsitze = list(abstimmung.stimmsitze.select_related("sitz"))
    if any(s.person_id == person.pk for s in stimmsitze):
        return ""
    je_sitz = {s.sitz_id: s for s in stimmsitze}
    eigene = [z for z in lage if person in (z.inhaber, z.vertretung)]
    for zeile in eigene:
        if anderer := je_sitz.get(zeile.sitz.pk):
            rolle = "die Stellvertretung" if anderer.als == Stimmsitz.Als.VERTRETUNG else "das Mitglied"
            return f"Für den Sitz «{anderer.bezeichnung}» stimmt {anderer.name}, {rolle}."
    for zeile in eigene:
        if not zeile.sitz.stimmberechtigt:
            return Grund.BERATEND
        if zeile.is_ausstand and abstimmung.traktandum is not None:
            return Grund.AUSSTAND
        if zeile.mandat is not None and zeile.mandat.status != Mandat.Status.GEWAEHLT:
            return Grund.DESIGNIERT
    return Grund.NICHT_ANWESEND if eigene else Grund.KEIN_SITZ
