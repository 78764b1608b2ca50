"""What is read while a motion is written: its fields, its files, what two writers did to it, one of its versions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from antraege.models import Antrag, Antragsbeilage, Antragsfassung
from antraege.rules.abgleich import Abgleich, fingerprints, merge_werte
from antraege.rules.unterschied import Stueck, diff
from mitglieder.models import Person
from mitglieder.permissions import Recht, Umfang, has_recht
from sitzungen.models import Thema

NAMEN: dict[str, str] = {
    "titel": "Titel",
    "thema": "Thema",
    "text": "Antrag",
    "ausgangslage": "Ausgangslage",
    "erwaegungen": "Erwägungen",
    "finanzielles": "Finanzielle Auswirkungen auf die Gemeinden",
}
"""The fields of a motion in the order of its form, as people read them."""


@dataclass(frozen=True)
class Eingabe:
    """What somebody typed. werte: the fields.  stand: the motion's counter he saw.  basis: the marks of the fields he found."""

    werte: Mapping[str, str]
    stand: int
    basis: Mapping[str, str]


@dataclass(frozen=True)
class Feldvergleich:
    """One field that two people changed. stuecke: from the stored words to one's own.  is_konflikt: both changed it."""

    feld: str
    name: str
    gespeichert: str
    eigener: str
    stuecke: tuple[Stueck, ...]
    is_konflikt: bool


@dataclass(frozen=True)
class Konflikt:
    """What is stored beside what was typed. werte: both joined, for the form.  stand, basis: of what is stored now."""

    antrag: Antrag
    felder: tuple[Feldvergleich, ...]
    werte: dict[str, str]
    stand: int
    basis: dict[str, str]


@dataclass(frozen=True)
class Textteil:
    """One of the four texts of a version. stuecke: what changed since the version before; None in the first."""

    name: str
    text: str
    stuecke: tuple[Stueck, ...] | None
    is_geaendert: bool


@dataclass(frozen=True)
class Fassungsseite:
    """One version with its differences to the one before. davor, danach: their numbers, 0 where there is none."""

    fassung: Antragsfassung
    teile: tuple[Textteil, ...]
    davor: int
    danach: int

    @property
    def geaendert(self) -> list[str]:
        """What changed, by name."""
        return [teil.name for teil in self.teile if teil.is_geaendert]


def latest_fassung(antrag: Antrag) -> Antragsfassung:
    """Return the version that holds now (one query)."""
    return antrag.fassungen.order_by("-nr")[0]


def werte_of(antrag: Antrag, fassung: Antragsfassung) -> dict[str, str]:
    """Return the fields of a motion as its form has them; the topic by its pk (no query)."""
    texte = {feld: getattr(fassung, feld) for feld in Antragsfassung.TEXTE}
    return {"titel": antrag.titel, "thema": str(antrag.thema_id or ""), **texte}


def eingabe_of(antrag: Antrag, fassung: Antragsfassung, *felder: str) -> Eingabe:
    """Return the state a form starts from; felder: which fields (default: all)."""
    alle = werte_of(antrag, fassung)
    werte = {feld: alle[feld] for feld in felder} if felder else alle
    return Eingabe(werte, antrag.stand, fingerprints(werte))


def merge_eingabe(antrag: Antrag, fassung: Antragsfassung, eingabe: Eingabe) -> Abgleich:
    """Return what was typed, joined with what others stored meanwhile."""
    if eingabe.stand == antrag.stand:
        return Abgleich(dict(eingabe.werte), (), ())
    return merge_werte(gespeichert=werte_of(antrag, fassung), eigene=eingabe.werte, basis=eingabe.basis)


def load_konflikt(antrag: Antrag, eingabe: Eingabe) -> Konflikt:
    """Return both texts with their differences (two queries)."""
    fassung = latest_fassung(antrag)
    gespeichert = werte_of(antrag, fassung)
    abgleich = merge_eingabe(antrag, fassung, eingabe)
    themen = {str(thema.pk): str(thema) for thema in Thema.objects.all()} if "thema" in eingabe.werte else {}
    felder = []
    for feld, eigener in eingabe.werte.items():
        anderer = gespeichert[feld]
        if eigener == anderer:
            continue
        links, rechts = (themen.get(w, "") if feld == "thema" else w for w in (anderer, eigener))
        is_konflikt = feld not in abgleich.uebernommen
        felder.append(Feldvergleich(feld, NAMEN[feld], links, rechts, diff(links, rechts), is_konflikt))
    basis = fingerprints({feld: gespeichert[feld] for feld in eingabe.werte})
    return Konflikt(antrag, tuple(felder), abgleich.werte, antrag.stand, basis)


def list_beilagen(antrag: Antrag) -> list[Antragsbeilage]:
    """Return the files of a motion in order, with their data (one query)."""
    return list(antrag.beilagen.filter(is_entfernt=False).select_related("datei").order_by("position", "pk"))


def list_eigene_entwuerfe(person: Person) -> Sequence[Antrag]:
    """Return a person's own drafts, the last touched first (one query)."""
    rows = Antrag.objects.filter(status=Antrag.Status.ENTWURF, eingereicht_von=person).select_related("sitz")
    return list(rows.order_by("-geaendert_at", "-pk"))


def load_fassungsseite(antrag: Antrag, nr: int) -> Fassungsseite | None:
    """Return one version of a motion with its differences, None where it does not exist (two queries)."""
    nummern = list(antrag.fassungen.order_by("nr").values_list("nr", flat=True))
    if nr not in nummern:
        return None
    fassungen = {f.nr: f for f in antrag.fassungen.filter(nr__in=[nr - 1, nr]).select_related("von")}
    fassung, frueher = fassungen[nr], fassungen.get(nr - 1)
    teile = []
    for feld in Antragsfassung.TEXTE:
        text = getattr(fassung, feld)
        alt = getattr(frueher, feld) if frueher else text
        if text or alt:
            stuecke = diff(alt, text) if frueher and alt != text else None
            teile.append(Textteil(NAMEN[feld], text, stuecke, alt != text))
    return Fassungsseite(fassung, tuple(teile), nr - 1, nr + 1 if nr + 1 in nummern else 0)


def may_revise(antrag: Antrag, umfang: Umfang) -> bool:
    """Return whether a person may reword a submitted motion: author, office, chair; who presides at the desk, too (no query)."""
    am_pult = antrag.traktandum is not None and has_recht(umfang, Recht.ABSTIMMUNG_LEITEN, antrag)
    return has_recht(umfang, Recht.ANTRAG_SCHREIBEN, antrag) or am_pult
