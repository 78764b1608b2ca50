"""The changes noted for a dispatched meeting, and the package of the Nachversand that tells them.

What a Nachversand would say is worked out on the plain value of queries.paket, so the preview writes nothing; the deed
makes the same changes in the database and freezes what it then reads there.
"""

from __future__ import annotations

import copy
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from konferenz.models import Datei
from sitzungen.models import Aenderung, Sitzung, Traktandum, Versand, Zustellung
from sitzungen.rules import Termin, uhr, umgestellt

from .paket import Inhalt, fassungszeile, load_inhalt, make_manifest, unlesbare
from .versand import Empfaenger, empfaengerkreis, haben_unterlagen

Art = Aenderung.Art
SCHLUSS = {Traktandum.Standard.PENDENZEN, Traktandum.Standard.VERSCHIEDENES}
"""The standing items that close an agenda: a new item stands before them."""
NEU_NUMMERIERT = "neu_nummeriert"
"""In a frozen package: an item whose number changed because another came or moved."""


def offene(sitzung: Sitzung) -> list[Aenderung]:
    """Return the changes noted for a meeting and not yet made, in the order they were noted (one query)."""
    rows = sitzung.aenderungen.offen().select_related("traktandum", "unterlage__traktandum", "datei", "zu")
    return list(rows.order_by("pk"))


def reihe_danach(sitzung: Sitzung, aenderungen: Iterable[Aenderung]) -> list[str]:
    """Return the uuids of a meeting's items in the order they have once the changes are made (one query)."""
    zeilen = list(sitzung.traktanden.order_by("position").values_list("uuid", "standard"))
    schluss = 0
    while schluss < len(zeilen) and zeilen[-1 - schluss][1] in SCHLUSS:
        schluss += 1
    return umgestellt([str(uuid) for uuid, _ in zeilen], _wuensche(aenderungen), schluss=schluss)


def _wuensche(aenderungen: Iterable[Aenderung]) -> list[tuple[str, int | None]]:
    wuensche: list[tuple[str, int | None]] = []
    for a in aenderungen:
        if a.art == Art.TRAKTANDUM_NEU:
            wuensche.append((str(a.uuid), a.position))
        elif a.art == Art.TRAKTANDUM_VERSCHOBEN and a.traktandum is not None:
            wuensche.append((str(a.traktandum.uuid), a.position))
    return wuensche


def inhalt_danach(sitzung: Sitzung, inhalt: Inhalt, aenderungen: Sequence[Aenderung]) -> Inhalt:
    """Return what load_inhalt will return of a meeting once these changes are made (one query, nothing is written)."""
    traktanden = {t["uuid"]: dict(t) for t in inhalt["traktanden"]}
    dauer = {u: _minuten(t) for u, t in traktanden.items()}
    papiere: dict[str, list[dict[str, Any]]] = {u: [] for u in traktanden}
    je_position = {t["position"]: u for u, t in traktanden.items()}
    for fassung in inhalt["fassungen"]:
        papiere[je_position[fassung["traktandum"]]].append(dict(fassung))
    for a in aenderungen:
        match a.art:
            case Art.TRAKTANDUM_NEU:
                traktanden[str(a.uuid)], dauer[str(a.uuid)] = _neue_zeile(a), int(a.angaben["minuten"])
                papiere[str(a.uuid)] = []
            case Art.TRAKTANDUM_ZURUECK if a.traktandum is not None:
                uuid = str(a.traktandum.uuid)
                traktanden[uuid]["zurueckgezogen"], dauer[uuid] = True, 0
            case Art.PAPIER_NEU:
                papiere[_ziel(a)].append(_neues_papier(a))
            case Art.PAPIER_ERSETZT | Art.PAPIER_ZURUECK if a.unterlage is not None:
                _ersetze(papiere[str(a.unterlage.traktandum.uuid)], a)
    folge = reihe_danach(sitzung, aenderungen)
    zeiten = uhr(datetime.fromisoformat(inhalt["sitzung"]["beginn"]), [dauer[u] for u in folge])
    for position, (uuid, (von, bis)) in enumerate(zip(folge, zeiten, strict=True), start=1):
        traktanden[uuid] |= {"position": position, "von": von.isoformat(), "bis": bis.isoformat()}
        for fassung in papiere[uuid]:
            fassung["traktandum"] = position
    return inhalt | {
        "traktanden": [traktanden[u] for u in folge],
        "fassungen": [fassung for u in folge for fassung in papiere[u]],
    }


def _minuten(zeile: dict[str, Any]) -> int:
    return (datetime.fromisoformat(zeile["bis"]) - datetime.fromisoformat(zeile["von"])) // timedelta(minutes=1)


def _neue_zeile(a: Aenderung) -> dict[str, Any]:
    art = Traktandum.Art(a.angaben["art"])
    return {
        "uuid": str(a.uuid),
        "titel": a.titel,
        "art": art.value,
        "art_text": str(art.label),
        "zusammenfassung": a.angaben["zusammenfassung"],
        "referent": a.angaben["referent"],
        "zurueckgezogen": False,
    }


def _ziel(a: Aenderung) -> str:
    """Return the uuid of the item a new paper belongs to: one that exists or one that is noted."""
    if a.zu is not None:
        return str(a.zu.uuid)
    return str(a.traktandum.uuid) if a.traktandum is not None else ""


def _neues_papier(a: Aenderung) -> dict[str, Any]:
    return fassungszeile(
        _datei(a), uuid=a.uuid, nr=1, titel=a.titel, position=0, is_vertraulich=bool(a.vertraulich_grund)
    )


def _datei(a: Aenderung) -> Datei:
    if a.datei is None:
        raise ValueError("Eine neue Fassung ohne Datei")
    return a.datei


def _ersetze(papiere: list[dict[str, Any]], a: Aenderung) -> None:
    """Put the new version of a paper in the place of the old one, or take a withdrawn paper out."""
    if a.unterlage is None:
        return
    stelle = next((n for n, f in enumerate(papiere) if f["uuid"] == str(a.unterlage.uuid)), None)
    if stelle is None:
        return
    alt = papiere.pop(stelle)
    if a.art == Art.PAPIER_ERSETZT:
        is_vertraulich = alt["vertraulich"] or bool(a.vertraulich_grund)
        neu = fassungszeile(
            _datei(a),
            uuid=a.unterlage.uuid,
            nr=alt["nr"] + 1,
            titel=alt["titel"],
            position=0,
            is_vertraulich=is_vertraulich,
        )
        papiere.insert(stelle, neu)


# --- What the letters say -------------------------------------------------------------------------


def beschreibe(vorher: Inhalt, nachher: Inhalt, aenderungen: Iterable[Aenderung]) -> list[dict[str, Any]]:
    """Return the changes between two contents as the letters name them, each with {art, uuid, titel, vertraulich}.

    Papers: traktandum (position), nr, ersetzt (number of the version before, 0: none), zu_neuem (of a new item).
    Items: von, nach (number before and after, 0: none).  At the end, with art «neu_nummeriert», the items whose number
    changed only because of the others.
    """
    zeilen = {t["uuid"]: t for t in nachher["traktanden"]}
    alte = {t["uuid"]: t["position"] for t in vorher["traktanden"]}
    fassungen = {f["uuid"]: f for f in [*vorher["fassungen"], *nachher["fassungen"]]}  # withdrawn: as it was
    gefunden = []
    genannte = set()
    for a in aenderungen:
        if a.art in {Art.PAPIER_NEU, Art.PAPIER_ERSETZT, Art.PAPIER_ZURUECK}:
            uuid = str(a.uuid if a.unterlage is None or a.art == Art.PAPIER_NEU else a.unterlage.uuid)
            gefunden.append(_papier(a, fassungen[uuid], zeilen))
            continue
        uuid = str(a.uuid if a.art == Art.TRAKTANDUM_NEU or a.traktandum is None else a.traktandum.uuid)
        genannte.add(uuid)
        gefunden.append(_punkt(a.art, zeilen[uuid], alte.get(uuid, 0)))
    gefunden += [
        _punkt(NEU_NUMMERIERT, zeilen[uuid], von)
        for uuid, von in alte.items()
        if uuid not in genannte and zeilen[uuid]["position"] != von
    ]
    return gefunden


def _papier(a: Aenderung, fassung: dict[str, Any], zeilen: dict[str, dict[str, Any]]) -> dict[str, Any]:
    position = fassung["traktandum"]
    if a.art == Art.PAPIER_ZURUECK and a.unterlage is not None:
        position = zeilen[str(a.unterlage.traktandum.uuid)]["position"]
    return {
        "art": str(a.art),
        "uuid": fassung["uuid"],
        "titel": fassung["titel"],
        "vertraulich": fassung["vertraulich"],
        "traktandum": position,
        "nr": fassung["nr"],
        "ersetzt": fassung["nr"] - 1 if a.art == Art.PAPIER_ERSETZT else 0,
        "zu_neuem": a.zu_id is not None,
    }


def _punkt(art: str, zeile: dict[str, Any], von: int) -> dict[str, Any]:
    return {
        "art": str(art),
        "uuid": zeile["uuid"],
        "titel": zeile["titel"],
        "vertraulich": False,
        "von": von,
        "nach": zeile["position"],
    }


def nachversand_manifest(
    vorher: Inhalt, nachher: Inhalt, aenderungen: Sequence[Aenderung], *, grund: str, haben: Collection[str]
) -> dict[str, Any]:
    """Return the package of a Nachversand: the changes, and beside them everything for those who have nothing yet.

    haben: uuids of the people who have the papers as they were; everybody else gets the whole meeting («alle»).
    """
    neue = [
        b["uuid"] for b in beschreibe(vorher, nachher, aenderungen) if b.get("nr") and b["art"] != Art.PAPIER_ZURUECK
    ]
    fehlend = unlesbare(nachher)
    art = Versand.Art.NACHVERSAND
    teil = make_manifest(nachher, art=art, dossier=None, ausgelassen=fehlend, nur=neue, grund=grund)
    ganz = make_manifest(nachher, art=art, dossier=None, ausgelassen=fehlend)
    return teil | {
        "aenderungen": beschreibe(vorher, nachher, aenderungen),
        "haben_unterlagen": sorted(haben),
        "alle": {name: ganz[name] for name in ("fassungen", "ausgelassen", "beilagen", "links")},
    }


def haben_bisheriges(sitzung: Sitzung, now: datetime) -> set[str]:
    """Return the uuids of the people to whom a Nachversand tells only what changes.

    Before the meeting those whose last letter has left; once it has begun everybody: nobody is invited to it any more.
    """
    if sitzung.beginn_at > now:
        return haben_unterlagen(sitzung)
    return {str(e.person.uuid) for e in empfaengerkreis(sitzung, now).empfaenger}


def load_nachversand(sitzung: Sitzung, *, grund: str, now: datetime) -> dict[str, Any]:
    """Return the package the Nachversand of a meeting would be frozen to now; nothing is written."""
    vorher, aenderungen = load_inhalt(sitzung), offene(sitzung)
    nachher = inhalt_danach(sitzung, vorher, aenderungen)
    return nachversand_manifest(vorher, nachher, aenderungen, grund=grund, haben=haben_bisheriges(sitzung, now))


def load_verschiebung(sitzung: Sitzung, termin: Termin, *, grund: str, antworten_neu: bool) -> dict[str, Any]:
    """Return the package a Verschiebung to this date would be frozen to now; nothing is written."""
    danach = copy.copy(sitzung)
    for feld in ("beginn_at", "ende_at", "form", "ort", "video_link"):
        setattr(danach, feld, getattr(termin, feld))
    danach.kalender_folge += 1
    return verschiebung_manifest(sitzung, load_inhalt(danach), grund=grund, antworten_neu=antworten_neu)


def verschiebung_manifest(bisher: Sitzung, inhalt: Inhalt, *, grund: str, antworten_neu: bool) -> dict[str, Any]:
    """Return the package of a Verschiebung. bisher: the meeting as it was; inhalt: as it is with the new date.

    The dossier goes to who has nothing yet, unless a Nachversand has changed the papers since it was made.
    """
    versande = bisher.versande.filter(art__in=[Versand.Art.EINLADUNG, Versand.Art.NACHVERSAND])
    arten = {v.art: v for v in versande.select_related("dossier")}
    einladung = arten.get(Versand.Art.EINLADUNG)
    is_unveraendert = einladung is not None and Versand.Art.NACHVERSAND not in arten
    manifest = make_manifest(
        inhalt,
        art=Versand.Art.VERSCHIEBUNG,
        dossier=einladung.dossier if einladung is not None and is_unveraendert else None,
        ausgelassen=[f["uuid"] for f in einladung.manifest["ausgelassen"]]
        if einladung is not None and is_unveraendert
        else unlesbare(inhalt),
        grund=grund,
    )
    return manifest | {
        "vorher": {"beginn": bisher.beginn_at.isoformat(), "ort": bisher.ort},
        "haben_unterlagen": sorted(haben_unterlagen(bisher)),
        "antworten_neu": antworten_neu,
    }


def load_absage(sitzung: Sitzung, *, grund: str) -> dict[str, Any]:
    """Return the package of an Absage: that the meeting does not take place, and why."""
    return make_manifest(load_inhalt(sitzung), art=Versand.Art.ABSAGE, dossier=None, nur=[], grund=grund)


def lesbare(manifest: dict[str, Any], *, ist_einladung: bool) -> list[dict[str, Any]]:
    """Return the changes of a package that a reader of this letter may know of: the wide circle nothing confidential."""
    return [a for a in manifest.get("aenderungen", []) if ist_einladung or not a["vertraulich"]]


def nachversand_kreis(sitzung: Sitzung, manifest: dict[str, Any], now: datetime) -> list[Empfaenger]:
    """Return who gets a Nachversand: whom a change concerns, and who has not got the papers yet."""
    haben = set(manifest["haben_unterlagen"])
    betrifft = {
        brief: bool(lesbare(manifest, ist_einladung=brief == Zustellung.Brief.EINLADUNG))
        for brief in Zustellung.Brief.values
    }
    kreis = empfaengerkreis(sitzung, now).empfaenger
    return [e for e in kreis if betrifft[e.brief] or str(e.person.uuid) not in haben]


def absage_kreis(sitzung: Sitzung, now: datetime) -> list[Empfaenger]:
    """Return who is told that a meeting does not take place: who got the papers, or whom the date was announced to."""
    kreis = empfaengerkreis(sitzung, now).empfaenger
    if sitzung.is_veroeffentlicht:
        return list(kreis)
    if sitzung.terminankuendigung_at is None:
        return []
    return [e for e in kreis if e.brief == Zustellung.Brief.EINLADUNG]
