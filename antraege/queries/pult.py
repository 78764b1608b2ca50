"""What the desk and the room screen show of votes, and the page that opens one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from antraege.models import Abstimmung, Antragsfassung
from antraege.rules import check_oeffnen
from konferenz.rules import Mehrheit, regel_satz
from mitglieder.permissions import Umfang
from sitzungen.models import Sitzung, Traktandum
from sitzungen.queries.praesenz import Lage, Sitzzeile, load_lage
from sitzungen.rules.leitung import check_antrag

from .abstimmung import Basissitz, Stand, load_basis, load_staende, make_eroeffnung
from .ergebnis import Ergebnis, make_ergebnis


@dataclass(frozen=True)
class Pultabstimmung:
    """One vote at the desk or on the room screen.

    regel: the rule in words, with the needed number once it is open.  hindernis: why it cannot be opened now.
    stand: while it is open.  ergebnis: once it is closed.  meine_fehlt: whoever looks has not voted yet.
    """

    abstimmung: Abstimmung
    regel: str
    hindernis: str
    stand: Stand | None
    ergebnis: Ergebnis | None
    meine_fehlt: bool = False

    @property
    def fassung(self) -> Antragsfassung | None:
        return self.abstimmung.antragsfassung

    @property
    def is_durchgefallen(self) -> bool:
        """Whether the item should be offered its way back: tied, rejected or failed."""
        return self.abstimmung.angenommen is False


@dataclass(frozen=True)
class Pultpunkt:
    """The votes of one item. antrag_satz: why no motion can be put on it, and what to do instead."""

    zeilen: tuple[Pultabstimmung, ...]
    antrag_satz: str

    @property
    def is_gehalten(self) -> bool:
        """Whether an open vote holds the item: nothing else is prepared on it meanwhile. A consultative one holds nothing."""
        return any(z.abstimmung.is_offen and z.abstimmung.mehrheit != Mehrheit.KONSULTATIV for z in self.zeilen)


def list_abstimmungen(sitzung: Sitzung, umfang: Umfang) -> list[Abstimmung]:
    """Return the votes of a meeting that the person may see, in their order, with what they are about (one query)."""
    sichtbar = Abstimmung.objects.visible_to(umfang).filter(sitzung=sitzung)
    zeilen = list(sichtbar.select_related("traktandum", "antragsfassung__antrag__sitz", "vorgaenger"))
    for abstimmung in zeilen:
        abstimmung.sitzung = sitzung
    return sorted(zeilen, key=lambda a: a.nr)


def make_zeilen(abstimmungen: Iterable[Abstimmung], sitzung: Sitzung, umfang: Umfang) -> list[Pultabstimmung]:
    """Return votes of one meeting with what the desk says of them.

    One query while one is open, the five of load_lage while one is prepared in a running meeting; whatever their number.
    """
    alle = list(abstimmungen)
    status = Abstimmung.Status
    offene = [a for a in alle if a.is_offen]
    staende = load_staende(offene)
    bindend_offen = any(a.mehrheit != Mehrheit.KONSULTATIV for a in offene)
    wartet = sitzung.status == Sitzung.Status.LAUFEND and any(a.status == status.VORBEREITET for a in alle)
    lage = load_lage(sitzung) if wartet else None
    return [_zeile(a, umfang, staende.get(a.pk), lage, andere_offen=bindend_offen) for a in alle]


def _zeile(
    abstimmung: Abstimmung, umfang: Umfang, stand: Stand | None, lage: Lage | None, *, andere_offen: bool
) -> Pultabstimmung:
    mehrheit, anwesend = Mehrheit(abstimmung.mehrheit), abstimmung.anwesend
    hindernis = ""
    if abstimmung.status == Abstimmung.Status.VORBEREITET and lage is not None:
        basis = load_basis(abstimmung, lage)
        hindernis = check_oeffnen(make_eroeffnung(abstimmung, basis, andere_offen=andere_offen))
    return Pultabstimmung(
        abstimmung=abstimmung,
        regel=regel_satz(mehrheit, anwesend) if anwesend else "",
        hindernis=hindernis,
        stand=stand,
        ergebnis=make_ergebnis(abstimmung, umfang) if abstimmung.is_geschlossen else None,
        meine_fehlt=stand is not None and stand.lacks(umfang.person),
    )


def load_pultpunkte(sitzung: Sitzung, umfang: Umfang, aktuell: Traktandum | None) -> dict[int | None, Pultpunkt]:
    """Return the votes of a meeting by pk of their item; the current item is there even without one.

    The open votes of other items (consultative ones) stand under None.
    """
    je_punkt: dict[int | None, list[Pultabstimmung]] = {aktuell.pk: []} if aktuell else {}
    for zeile in make_zeilen(list_abstimmungen(sitzung, umfang), sitzung, umfang):
        punkt = zeile.abstimmung.traktandum_id
        if zeile.abstimmung.is_offen and (aktuell is None or punkt != aktuell.pk):
            punkt = None
        je_punkt.setdefault(punkt, []).append(zeile)
    satz = ""
    if aktuell is not None:
        satz = check_antrag(art=aktuell.art, angekuendigt=aktuell.angekuendigt_at is not None)
    return {pk: Pultpunkt(tuple(zeilen), satz) for pk, zeilen in je_punkt.items()}


@dataclass(frozen=True)
class Eroeffnungsseite:
    """«Stimmt die Präsenz?»: who would stand in the base, who would not and why (Sitzzeile.ausuebung.satz).

    satz: why the vote cannot be opened, empty where it can.  regel: the rule with the needed number.
    """

    basis: tuple[Basissitz, ...]
    uebrige: tuple[Sitzzeile, ...]
    regel: str
    satz: str

    @property
    def sitz_pks(self) -> str:
        """The seats as the form brings them back."""
        return ",".join(str(b.zeile.sitz.pk) for b in self.basis)


def load_eroeffnung(abstimmung: Abstimmung) -> Eroeffnungsseite:
    """Return the page that opens a vote (six queries)."""
    lage = load_lage(abstimmung.sitzung)
    basis = load_basis(abstimmung, lage)
    drin = {b.zeile.sitz.pk for b in basis}
    return Eroeffnungsseite(
        basis=basis,
        uebrige=tuple(z for z in lage if z.sitz.stimmberechtigt and z.sitz.pk not in drin),
        regel=regel_satz(Mehrheit(abstimmung.mehrheit), len(basis)) if basis else "",
        satz=check_oeffnen(make_eroeffnung(abstimmung, basis)),
    )
