"""What a closed vote came to, as the pages show it: the frozen row and its record, nothing counted anew."""

from __future__ import annotations

import json
from dataclasses import dataclass

from django.utils import timezone

from antraege.models import Abstimmung, Stimme, Stimmsitz
from antraege.rules import ausgang_wort, ausgang_zeile, ergebnis_satz, weg_satz, zahlen_satz
from konferenz.rules import Auszaehlung, Mehrheit
from mitglieder.permissions import Recht, Umfang, has_recht
from sitzungen.models import Sitzung

OHNE = "ohne Stimme"


@dataclass(frozen=True)
class Sitzstimme:
    """One seat of the base in the full record. wahl: ja, nein, enthaltung or ohne; wort, als, weg: the same in words."""

    sitz: str
    name: str
    als: str
    wahl: str
    wort: str
    weg: str


@dataclass(frozen=True)
class Zeile:
    """One row of the table beside the drawing. wahl: the sign it explains, empty for a sum."""

    wahl: str
    wort: str
    anzahl: int


@dataclass(frozen=True)
class Ergebnis:
    """A closed vote as a page shows it. sitze: the seats' choices in seat order, empty for who may not see them.

    darf_voll: the full record is open to the person.  darf_oeffentlich: the public one is.
    """

    abstimmung: Abstimmung
    zahlen: Auszaehlung
    sitze: tuple[Sitzstimme, ...]
    darf_voll: bool
    darf_oeffentlich: bool

    @property
    def mehrheit(self) -> Mehrheit:
        return Mehrheit(self.abstimmung.mehrheit)

    @property
    def is_verbindlich(self) -> bool:
        return self.mehrheit is not Mehrheit.KONSULTATIV

    @property
    def wort(self) -> str:
        """«Angenommen», «Nicht zustande gekommen», «Abgelehnt», «Unverbindliche Meinung»."""
        return ausgang_wort(self.mehrheit, self.zahlen)

    @property
    def kopf(self) -> str:
        """The word with what it was on: «Antrag 4/2026 angenommen»."""
        fassung = self.abstimmung.antragsfassung
        if fassung is None:
            return self.wort
        return f"Antrag {fassung.antrag.nummer} {self.wort[0].lower()}{self.wort[1:]}"

    @property
    def art(self) -> str:
        """How the word is coloured; the word says it."""
        return {True: "gut", False: "fehler", None: "information"}[self.abstimmung.angenommen]

    @property
    def satz(self) -> str:
        """The whole in one sentence."""
        return ergebnis_satz(self.mehrheit, self.zahlen)

    @property
    def ausgang_zeile(self) -> str:
        """What it left written on its item; empty for a consultative vote, which decides nothing."""
        return ausgang_zeile(self.abstimmung.frage, self.mehrheit, self.zahlen) if self.is_verbindlich else ""

    @property
    def zahlen_satz(self) -> str:
        return zahlen_satz(self.mehrheit, self.zahlen)

    @property
    def noetig(self) -> int | None:
        """Yes votes an Antrag needed; None where no fixed number decides."""
        return self.abstimmung.noetig if self.mehrheit is Mehrheit.ZWEIDRITTEL else None

    @property
    def zeilen(self) -> tuple[Zeile, ...]:
        """What stands in the table beside the drawing, in the order of the fields."""
        basis = "Anwesend stimmberechtigt" if self.is_verbindlich else "Stimmberechtigt"
        zeilen = [Zeile("ja", "Ja", self.zahlen.ja), Zeile("enthaltung", "Enthaltung", self.zahlen.enthaltung)]
        if self.zahlen.ohne_stimme:
            zeilen.append(Zeile("ohne", OHNE, self.zahlen.ohne_stimme))
        zeilen += [Zeile("nein", "Nein", self.zahlen.nein), Zeile("", basis, self.zahlen.anwesend)]
        if self.noetig is not None:
            zeilen.append(Zeile("noetig", "Nötige Ja", self.noetig))
        return tuple(zeilen)

    @property
    def vermerk(self) -> str:
        """What to know of how it was held; empty for an ordinary vote in the room."""
        teile = ["unter Namensaufruf"] if self.abstimmung.is_namentlich else []
        if self.abstimmung.nacherfasst_at:
            tag = timezone.localdate(self.abstimmung.nacherfasst_at)
            teile.append(f"nacherfasst am {tag.day}.{tag.month}.{tag.year}")
        return ", ".join(teile)


def make_ergebnis(abstimmung: Abstimmung, umfang: Umfang) -> Ergebnis:
    """Return a closed vote as the person may see it, from the row as loaded with its meeting and motion (no query).

    The choices by seat are read from the frozen record. Raises ValueError for a vote that is not closed.
    """
    zahlen = abstimmung.auszaehlung
    if zahlen is None:
        raise ValueError("Ein Ergebnis hat nur eine geschlossene Abstimmung.")
    darf_voll = has_recht(umfang, Recht.STIMMPROTOKOLL_SEHEN, abstimmung)
    return Ergebnis(
        abstimmung=abstimmung,
        zahlen=zahlen,
        sitze=read_sitze(abstimmung.protokoll) if darf_voll else (),
        darf_voll=darf_voll,
        darf_oeffentlich=has_recht(umfang, Recht.ABSTIMMUNG_SEHEN, abstimmung),
    )


def read_sitze(protokoll: str) -> tuple[Sitzstimme, ...]:
    """Return the seats' choices from a full record, in seat order."""
    return tuple(
        Sitzstimme(
            sitz=zeile["sitz"],
            name=zeile["name"],
            als=Stimmsitz.Als(zeile["als"]).label,
            wahl=zeile["wahl"] or "ohne",
            wort=Stimme.Wahl(zeile["wahl"]).label if zeile["wahl"] else OHNE,
            weg=weg_satz(als=zeile["als"], weg=zeile["weg"] or ""),
        )
        for zeile in json.loads(protokoll)["stimmen"]
    )


def load_ergebnisse(sitzung: Sitzung, umfang: Umfang) -> dict[int | None, list[Ergebnis]]:
    """Return the closed votes of a meeting by pk of their item, in order; None: those on no item (one query).

    Empty for who may not see the votes of the meeting.
    """
    if not has_recht(umfang, Recht.ABSTIMMUNG_SEHEN, sitzung):
        return {}
    rows = (
        Abstimmung.objects.filter(sitzung=sitzung, status=Abstimmung.Status.GESCHLOSSEN)
        .select_related("antragsfassung__antrag")
        .order_by("nr")
    )
    ergebnisse: dict[int | None, list[Ergebnis]] = {}
    for abstimmung in rows:
        abstimmung.sitzung = sitzung
        ergebnisse.setdefault(abstimmung.traktandum_id, []).append(make_ergebnis(abstimmung, umfang))
    return ergebnisse


def list_offene_meinungen(sitzung: Sitzung, umfang: Umfang) -> list[Abstimmung]:
    """Return the open consultative votes of a meeting as far as the person may see them (one query)."""
    rows = Abstimmung.objects.filter(sitzung=sitzung, status=Abstimmung.Status.OFFEN, mehrheit=Mehrheit.KONSULTATIV)
    gefunden = list(rows.order_by("nr"))
    for abstimmung in gefunden:
        abstimmung.sitzung = sitzung
    return [a for a in gefunden if has_recht(umfang, Recht.ABSTIMMUNG_SEHEN, a)]
