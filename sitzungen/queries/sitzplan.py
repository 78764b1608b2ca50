"""The plan of seats: every seat of a meeting with its state in words, who comes or came, and what is missing."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from konferenz.einstellungen import wert
from konferenz.rules import antwort_bis_at
from mitglieder.models import Mandat, Sitz
from mitglieder.permissions import Recht, Rolle, Umfang, has_recht
from sitzungen.models import Anwesenheit, Sitzung, Teilnahme
from sitzungen.rules.praesenz import SATZ_ANDERSWO, Wer

from .antwort import herkunft
from .praesenz import Lage, Sitzzeile, load_lage

KUERZEL = {
    Sitz.Art.VORSITZ: "Vorsitz",
    Sitz.Art.GESCHAEFTSFUEHRUNG: "GF",
    Sitz.Art.SOZIALKONFERENZ: "SSK",
    Sitz.Art.AMT: "Amt",
}
GRUPPE = {Sitz.Art.VORSITZ: "kopf", Sitz.Art.REGION: "aussen"}
ABGELEHNT = "Stellvertretung hat abgelehnt"
NOTIZ_UNION = "{name} hat auch den Sitz «{sitz}»: Für einen der beiden braucht es eine Stellvertretung."


@dataclass(frozen=True)
class Plansitz:
    """One seat as the plan draws it and the table says it.

    zustand: da, vertreten, entschuldigt, abgelehnt, offen or vakant (how it is drawn).  wort: its state in words.
    notizen: what else is to know.  vermerke: what only the office, the chair and the seat's own member need to know.
    """

    zeile: Sitzzeile
    zustand: str
    wort: str
    notizen: tuple[str, ...] = ()
    vermerke: tuple[str, ...] = ()

    @property
    def kuerzel(self) -> str:
        """What stands in the drawing."""
        region = self.zeile.sitz.sozialregion
        return region.kuerzel if region else KUERZEL[Sitz.Art(self.zeile.sitz.art)]

    @property
    def name(self) -> str:
        return sitzname(self.zeile.sitz)

    @property
    def mitglied(self) -> str:
        """Whose seat it is."""
        return str(self.zeile.inhaber or "niemand")

    @property
    def gruppe(self) -> str:
        return GRUPPE.get(Sitz.Art(self.zeile.sitz.art), "innen")

    @property
    def satz(self) -> str:
        """«Thal-Gäu: vertreten durch Carla Amselruf»."""
        return f"{self.name}: {self.wort}"


@dataclass(frozen=True)
class Vertretung:
    """Who comes, is there or was there: all seats of a meeting and the sentences counted from them.

    phase: vorher, laufend or nachher.  satz: what that means for an Antrag (empty: nothing to say).
    bis_at: until when an answer is asked, only before the meeting.  gaeste: guests who are or were there.
    """

    lage: Lage
    phase: str
    plaetze: tuple[Plansitz, ...]
    titel: str
    satz: str
    bis_at: datetime | None
    gaeste: tuple[str, ...] = ()

    @property
    def regionen(self) -> tuple[Plansitz, ...]:
        return tuple(platz for platz in self.plaetze if platz.gruppe == "aussen")

    @property
    def andere(self) -> tuple[Plansitz, ...]:
        return tuple(platz for platz in self.plaetze if platz.gruppe != "aussen")

    @property
    def legende(self) -> list[tuple[str, str, int]]:
        """What the drawing means, counted: (zustand, word, number of seats), only what occurs."""
        zahl = Counter(platz.zustand for platz in self.plaetze)
        return [(zustand, wort, zahl[zustand]) for zustand, wort in LEGENDE[self.phase].items() if zahl[zustand]]

    @property
    def beschreibung(self) -> str:
        """The drawing in one sentence."""
        return f"{self.titel}. " + ", ".join(f"{wort}: {zahl}" for _, wort, zahl in self.legende) + "."


LEGENDE = {
    "vorher": {
        "da": "zugesagt",
        "vertreten": "vertreten",
        "entschuldigt": "entschuldigt",
        "offen": "keine Antwort",
        "abgelehnt": ABGELEHNT,
        "vakant": "vakant",
    },
    "laufend": {
        "da": "anwesend",
        "vertreten": "vertreten",
        "entschuldigt": "entschuldigt",
        "offen": "nicht da",
        "vakant": "vakant",
    },
    "nachher": {
        "da": "anwesend",
        "vertreten": "vertreten",
        "entschuldigt": "entschuldigt",
        "offen": "abwesend",
        "vakant": "vakant",
    },
}


def sitzname(sitz: Sitz) -> str:
    """Return how a seat is called in a table: the region's name or the seat's own."""
    return sitz.sozialregion.name if sitz.sozialregion else sitz.bezeichnung


def load_vertretung(sitzung: Sitzung) -> Vertretung:
    """Return who comes to, sits in or came to a meeting (seven queries)."""
    lage = load_lage(sitzung)
    if sitzung.status == Sitzung.Status.GESCHLOSSEN:
        return _after(sitzung, lage)
    if sitzung.status == Sitzung.Status.LAUFEND:
        return _during(sitzung, lage)
    bis_at = antwort_bis_at(sitzung.beginn_at, tage=wert("antwort_bis_tage"))
    return Vertretung(
        lage=lage,
        phase="vorher",
        plaetze=tuple(_plan_before(lage)),
        titel=_titel_before(lage),
        satz=_satz_before(lage),
        bis_at=None if sitzung.status == Sitzung.Status.ABGESAGT else bis_at,
    )


def load_stand(sitzung: Sitzung, umfang: Umfang) -> tuple[Vertretung | None, bool]:
    """Return the representation as the meeting page tells it to a person, and whether the plan is open to that person.

    Members and the office see the plan; a substitute only how many regions are represented; nobody else anything.
    """
    if has_recht(umfang, Recht.TEILNAHMEN_SEHEN, sitzung):
        return load_vertretung(sitzung), True
    if Rolle.STELLVERTRETUNG in sitzung.rollen(umfang, Recht.SITZUNG_SEHEN):
        return load_vertretung(sitzung), False
    return None, False


# --- Before the meeting -----------------------------------------------------------------------------


def _titel_before(lage: Lage) -> str:
    titel = f"{lage.regionen_angesagt} von {lage.regionen} Regionen vertreten"
    if lage.regionen_unbestaetigt:
        titel += f", davon {lage.regionen_unbestaetigt} noch nicht bestätigt"
    return f"Nach den bisherigen Antworten {titel}" if lage.neu_erbeten else titel


def _satz_before(lage: Lage) -> str:
    if lage.noetig_erwartet is None:
        satz = "Noch niemand mit Stimme hat zugesagt."
    elif lage.neu_erbeten:
        satz = f"Nach den bisherigen Antworten bräuchte ein Antrag {lage.noetig_erwartet} Ja."
    else:
        satz = f"Ein Antrag bräuchte {lage.noetig_erwartet} Ja, wenn alle kommen, die zugesagt haben."
    if zahl := len(lage.neu_erbeten):
        satz += f" Seit der Verschiebung {'ist 1 Antwort' if zahl == 1 else f'sind {zahl} Antworten'} neu erbeten."
    return satz


def _plan_before(lage: Lage) -> Iterator[Plansitz]:
    mehrfach = _personal_union(lage)
    for zeile in lage:
        teilnahme, schluessel = zeile.teilnahme, zeile.schluessel
        notizen = [mehrfach[zeile.sitz.pk]] if zeile.sitz.pk in mehrfach else []
        if zeile.mandat is not None and zeile.mandat.status == Mandat.Status.DESIGNIERT and zeile.sitz.stimmberechtigt:
            notizen.append("designiert, noch ohne Stimme")
        vermerke = tuple(_vermerke(teilnahme)) if teilnahme is not None else ()
        if schluessel == "vertreten" or (schluessel == "vakant" and zeile.vertretung is not None):
            wort = f"vertreten durch {zeile.vertretung}"
        else:
            wort = "keine Antwort" if schluessel == "offen" else schluessel
        zustand = {"zugesagt": "da"}.get(schluessel, schluessel)
        if schluessel == "offen" and zeile.is_vertretung_abgelehnt:
            zustand, wort = "abgelehnt", ABGELEHNT
        yield Plansitz(zeile, zustand, wort, tuple(notizen), vermerke)


def _vermerke(teilnahme: Teilnahme) -> Iterator[str]:
    if teilnahme.vertretung_stand == Teilnahme.Vertretung.BENANNT:
        yield "die Stellvertretung hat noch nicht zugesagt"
    if teilnahme.vertretung_stand == Teilnahme.Vertretung.ABGELEHNT:
        yield f"{teilnahme.vertretung} hat die Stellvertretung abgelehnt"
    if teilnahme.neu_erbeten_at is not None:
        yield "Antwort nach der Verschiebung neu erbeten"
    if weg := herkunft(teilnahme):
        yield weg


def _personal_union(lage: Lage) -> dict[int, str]:
    """Return a note for each seat whose holder has another one too, as long as none of them has a substitute."""
    je_person: dict[int, list[Sitzzeile]] = defaultdict(list)
    for zeile in lage:
        if zeile.mandat is not None:
            je_person[zeile.mandat.person_id].append(zeile)
    notizen = {}
    for zeilen in je_person.values():
        ohne = [zeile for zeile in zeilen if zeile.vertretung is None]
        if len(zeilen) < 2 or len(ohne) < 2:
            continue
        for zeile in ohne:
            andere = next(z for z in ohne if z is not zeile)
            notizen[zeile.sitz.pk] = NOTIZ_UNION.format(name=zeile.inhaber, sitz=sitzname(andere.sitz))
    return notizen


# --- During and after the meeting -----------------------------------------------------------------------


def _during(sitzung: Sitzung, lage: Lage) -> Vertretung:
    strecken, gaeste = _strecken(sitzung)
    base, noetig = lage.anwesend_stimmberechtigt, lage.noetig
    satz = f"Anwesend stimmberechtigt: {base} von {lage.stimmsitze}."
    return Vertretung(
        lage=lage,
        phase="laufend",
        plaetze=tuple(_platz_during(zeile, strecken.get(zeile.sitz.pk, ())) for zeile in lage),
        titel=f"{lage.regionen_anwesend} von {lage.regionen} Regionen vertreten",
        satz=f"{satz} Ein Antrag braucht jetzt {noetig} Ja." if noetig else satz,
        bis_at=None,
        gaeste=gaeste,
    )


def _strecken(sitzung: Sitzung) -> tuple[dict[int, list[Anwesenheit]], tuple[str, ...]]:
    """Return all stretches of presence by pk of the seat, in the order of time, and the guests' names (one query)."""
    found: dict[int, list[Anwesenheit]] = defaultdict(list)
    gaeste: dict[str, None] = {}
    rows = Anwesenheit.objects.filter(sitzung=sitzung).select_related("person", "teilnahme")
    for anwesenheit in rows.order_by("von_at", "pk"):
        if anwesenheit.teilnahme is None:
            gaeste[str(anwesenheit.person)] = None
        else:
            found[anwesenheit.teilnahme.sitz_id].append(anwesenheit)
    return found, tuple(gaeste)


def _platz_during(zeile: Sitzzeile, strecken: Sequence[Anwesenheit]) -> Plansitz:
    jetzt = zeile.anwesenheit
    if jetzt is not None:
        ist_vertretung = zeile.ausuebung.wer is Wer.VERTRETUNG
        wort = f"vertreten durch {jetzt.person}" if ist_vertretung else "anwesend"
        notizen = [f"{jetzt.get_form_display()}, seit {_uhr(jetzt.von_at)} Uhr"]
        if zeile.ausuebung.satz and zeile.sitz.stimmberechtigt:
            notizen.append(zeile.ausuebung.satz)
        return Plansitz(zeile, "vertreten" if ist_vertretung else "da", wort, tuple(notizen))
    if strecken and (bis_at := strecken[-1].bis_at) is not None:
        return Plansitz(zeile, "offen", f"gegangen um {_uhr(bis_at)} Uhr")
    if zeile.mandat is None and zeile.vertretung is None:
        return Plansitz(zeile, "vakant", "vakant")
    if zeile.antwort == Teilnahme.Antwort.ENTSCHULDIGT:
        return Plansitz(zeile, "entschuldigt", "entschuldigt")
    if zeile.vertretung is not None:
        return Plansitz(zeile, "offen", "noch nicht da", (f"erwartet wird {zeile.vertretung}",))
    anderswo = (SATZ_ANDERSWO,) if zeile.ausuebung.satz == SATZ_ANDERSWO else ()
    return Plansitz(zeile, "offen", "noch nicht da", anderswo)


def _after(sitzung: Sitzung, lage: Lage) -> Vertretung:
    strecken, gaeste = _strecken(sitzung)
    plaetze = tuple(_platz_after(zeile, strecken.get(zeile.sitz.pk, ())) for zeile in lage)
    da = sum(platz.gruppe == "aussen" and platz.zustand in {"da", "vertreten"} for platz in plaetze)
    stimmen = sum(platz.zustand in {"da", "vertreten"} and platz.zeile.sitz.stimmberechtigt for platz in plaetze)
    titel = f"{da} von {lage.regionen} Regionen waren vertreten"
    satz = f"Von {lage.stimmsitze} Sitzen mit Stimme waren {stimmen} besetzt."
    if not strecken:
        titel, satz = "Präsenz nicht erfasst", "Zu dieser Sitzung steht nicht fest, wer anwesend war."
    return Vertretung(lage, "nachher", plaetze, titel, satz, bis_at=None, gaeste=gaeste)


def _platz_after(zeile: Sitzzeile, strecken: Sequence[Anwesenheit]) -> Plansitz:
    if strecken:
        vertreter = [a for a in strecken if a.als == Anwesenheit.Als.VERTRETUNG]
        einzeln = len({a.person_id for a in strecken}) == 1
        notizen = tuple(
            f"{_uhr(a.von_at)}–{_uhr(a.bis_at) if a.bis_at else ''} Uhr" + ("" if einzeln else f", {a.person}")
            for a in strecken
        )
        durch = f"vertreten durch {', '.join(dict.fromkeys(str(a.person) for a in vertreter))}"
        if len(vertreter) == len(strecken):
            return Plansitz(zeile, "vertreten", durch, notizen)
        wort = f"anwesend, zeitweise {durch}" if vertreter else "anwesend"
        return Plansitz(zeile, "da", wort, notizen)
    if zeile.mandat is None:
        return Plansitz(zeile, "vakant", "vakant")
    if zeile.antwort == Teilnahme.Antwort.ENTSCHULDIGT:
        return Plansitz(zeile, "entschuldigt", "entschuldigt")
    return Plansitz(zeile, "offen", "abwesend")


def _uhr(moment: datetime) -> str:
    lokal = timezone.localtime(moment)
    return f"{lokal.hour}.{lokal.minute:02}"
