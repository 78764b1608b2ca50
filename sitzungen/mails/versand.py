"""The two letters of a dispatch: loaded data in, text out. No query, nothing is sent here.

Everything comes from the frozen manifest, so the first letter and the last say the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.template.loader import render_to_string

from konferenz.templatetags.schweiz import datum, uhrzeit, wochentag_datum, zeit
from sitzungen.kalender import Eintrag, make_kalender
from sitzungen.models import Versand, Zustellung
from sitzungen.queries.paket import angaben, titel_dativ

Brief = Zustellung.Brief
Art = Versand.Art

VERHINDERT = (
    "Sind Sie verhindert? Dann melden Sie uns bitte Ihre Stellvertretung. "
    "Zugelassen sind politische Funktionärinnen und Funktionäre Ihrer Sozialregion."
)
KEINE_EINLADUNG = "An der Sitzung nehmen die Mitglieder der Konferenz teil; diese Mitteilung ist keine Einladung."
IM_PORTAL, VERTRAULICH = "im Portal", "vertraulich, nur im Portal"
TYP_MIME = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "odt": "application/vnd.oasis.opendocument.text",
    "png": "image/png",
    "jpg": "image/jpeg",
}


@dataclass(frozen=True)
class Beilage:
    """One attached file, named in the manifest; its bytes are read at hand-over and checked against sha256."""

    datei: UUID
    name: str
    mime: str
    sha256: str
    groesse: int


@dataclass(frozen=True)
class Brieftext:
    """One finished letter without its attachments. kalender: the calendar file, only in what seats and substitutes get."""

    betreff: str
    text: str
    html: str
    antwort_an: str
    kalender: bytes | None
    beilagen: tuple[Beilage, ...]


def site_url(path: str) -> str:
    """Return the full address of a page; the host comes from the settings, never from a request."""
    return f"{settings.SITE_URL}{path}"


def brief_betreff(manifest: dict[str, Any], brief: str) -> str:
    """Return the subject: what it is, the number and the date of the meeting."""
    sitzung = manifest["sitzung"]
    nummer, tag = sitzung["nummer"], datum(datetime.fromisoformat(sitzung["beginn"]))
    ist_einladung = brief == Brief.EINLADUNG
    match manifest["art"]:
        case Art.NACHVERSAND:
            was = f"Nachversand zur Sitzung {nummer} vom {tag}"
        case Art.VERSCHIEBUNG:
            was = f"Sitzung {nummer} verschoben auf den {tag}"
        case Art.ABSAGE:
            was = f"Absage der Sitzung {nummer} vom {tag}"
        case _ if ist_einladung:
            was = f"Einladung zur Sitzung {nummer} vom {tag}"
        case _:
            was = f"Unterlagen der Sitzung {nummer} vom {tag} zur Kenntnis"
    return f"Sozialpräsidienkonferenz: {was}"


def make_brief(
    manifest: dict[str, Any],
    *,
    brief: str,
    empfaenger: str,
    gruppe: str,
    is_gast: bool = False,
    person: str = "",
    pruefsumme: str = "",
    stand: datetime,
) -> Brieftext:
    """Return the letter to one person.

    manifest: the frozen package.  brief: «einladung» or «kenntnis».  empfaenger: the name in the greeting.
    gruppe: why this person gets it.  is_gast: links only.  person: uuid; who never got the papers of the dispatch that
    was stopped gets them with this one.  stand: when the package was frozen (time stamp of the calendar entry).
    """
    context = brief_context(manifest, brief=brief, gruppe=gruppe, is_gast=is_gast, person=person)
    betreff = brief_betreff(manifest, brief)
    context |= {"empfaenger": empfaenger, "pruefsumme": pruefsumme[:12], "betreff": betreff}
    return Brieftext(
        betreff=betreff,
        text=_plain(render_to_string("mails/sitzung_versand.body.txt", context)),
        html=render_to_string("mails/sitzung_versand.body.html", context),
        antwort_an=manifest["absender"]["email"],
        kalender=_kalender(manifest, stand)
        if brief == Brief.EINLADUNG and manifest["art"] != Art.NACHVERSAND
        else None,
        beilagen=context["beilagen"],
    )


def brief_context(
    manifest: dict[str, Any], *, brief: str, gruppe: str, is_gast: bool, person: str = ""
) -> dict[str, Any]:
    """Return what the templates of a letter show, with each paper's way to the reader said in words.

    A Mitteilung zur Kenntnis knows nothing confidential and no video link; confidential papers are a link for the others.
    """
    art = manifest["art"]
    ist_einladung = brief == Brief.EINLADUNG
    sitzung = _sitzung(manifest["sitzung"], ist_einladung=ist_einladung)
    beilagen = _beilagen(manifest, is_gast=is_gast, person=person)
    papiere = _papiere(manifest, {str(b.datei) for b in beilagen}, ist_einladung=ist_einladung)
    mappe_url = site_url(f"/sitzungen/{sitzung['kennung']}/mappe.pdf")
    return {
        "sitzung": sitzung,
        "bezeichnung": _bezeichnung(art, ist_einladung=ist_einladung),
        "absaetze": _absaetze(manifest, sitzung, papiere, ist_einladung=ist_einladung),
        "angaben": _angaben(manifest, sitzung, ist_einladung=ist_einladung) if art != Art.ABSAGE else [],
        "traktanden": _traktanden(manifest, papiere) if art in {Art.EINLADUNG, Art.VERSCHIEBUNG} else [],
        "neue_papiere": [p for liste in papiere.values() for p in liste] if art == Art.NACHVERSAND else [],
        "beilagen": beilagen,
        "hinweis_links": _hinweis_links(manifest, beilagen, is_gast=is_gast),
        "mappe_url": mappe_url if "mappe" in manifest["links"] and not is_gast else "",
        "schlussabsaetze": [VERHINDERT] if art == Art.EINLADUNG and ist_einladung else [],
        "warum": (
            "Sie erhalten diese Mail, weil Sie als Gast dieser Sitzung zugelassen sind."
            if is_gast
            else f"Sie erhalten diese Mail, weil Sie im Verteiler stehen: {gruppe}."
        ),
        "absender": manifest["absender"],
        "url": site_url(f"/sitzungen/{sitzung['kennung']}/"),
    }


def _sitzung(roh: dict[str, Any], *, ist_einladung: bool) -> dict[str, Any]:
    sitzung = roh | {name: datetime.fromisoformat(roh[name]) for name in ("beginn", "ende", "antwort_bis")}
    sitzung["titel_dativ"] = titel_dativ(roh["titel"])
    if not ist_einladung:
        sitzung["video_link"] = ""
    return sitzung


def _papiere(manifest: dict[str, Any], angehaengt: set[str], *, ist_einladung: bool) -> dict[int, list[dict[str, Any]]]:
    """Return the papers a reader may know of, by position of their item."""
    dossier = manifest["dossier"]
    in_mappe = dossier is not None and dossier["datei"] in angehaengt
    papiere: dict[int, list[dict[str, Any]]] = {}
    for fassung in [f | {"folgt": False} for f in manifest["fassungen"]] + [
        f | {"folgt": True} for f in manifest["ausgelassen"]
    ]:
        if fassung["vertraulich"] and not ist_einladung:
            continue
        weg = _weg(fassung, angehaengt, in_mappe=in_mappe)
        papiere.setdefault(fassung["traktandum"], []).append(
            fassung
            | {
                "url": site_url(f"/unterlagen/{fassung['uuid']}/"),
                "weg": weg,
                "braucht_link": weg in {IM_PORTAL, VERTRAULICH},
                "angaben": angaben(fassung),
            }
        )
    return papiere


def _bezeichnung(art: str, *, ist_einladung: bool) -> str:
    if art != Art.EINLADUNG:
        return str(Art(art).label)
    return str(Brief.EINLADUNG.label if ist_einladung else Brief.KENNTNIS.label)


def _absaetze(
    manifest: dict[str, Any], sitzung: dict[str, Any], papiere: dict[int, list[Any]], *, ist_einladung: bool
) -> list[str]:
    """Return the first sentences, then the office's own (reason, message)."""
    wer = "der Sozialpräsidienkonferenz"
    anzahl = sum(map(len, papiere.values()))
    weitere = "eine weitere Unterlage" if anzahl == 1 else f"{anzahl} weitere Unterlagen"
    texte = {
        Art.EINLADUNG: f"Gerne laden wir Sie zur {sitzung['titel_dativ']} {wer} ein.",
        Art.NACHVERSAND: f"Zur {sitzung['titel_dativ']} {wer} erhalten Sie {weitere}.",
        Art.VERSCHIEBUNG: f"Die {sitzung['titel']} {wer} ist verschoben worden. Bitte beachten Sie die neuen Angaben.",
        Art.ABSAGE: f"Die {sitzung['titel']} {wer} vom {wochentag_datum(sitzung['beginn'])}, findet nicht statt.",
    }
    absaetze = [texte[manifest["art"]]]
    if manifest["art"] == Art.EINLADUNG and not ist_einladung:
        kenntnis = f"Zu Ihrer Kenntnis erhalten Sie die Unterlagen der {sitzung['titel_dativ']} {wer}."
        absaetze = [f"{kenntnis} {KEINE_EINLADUNG}"]
    if manifest["grund"]:
        absaetze.append(manifest["grund"])
    if manifest["art"] == Art.EINLADUNG and ist_einladung and sitzung["bemerkung"]:
        absaetze.append(sitzung["bemerkung"])
    if ist_einladung and manifest["art"] in {Art.ABSAGE, Art.VERSCHIEBUNG}:
        streicht = "streicht den Termin" if manifest["art"] == Art.ABSAGE else "ändert den Termin"
        absaetze.append(f"Der Kalendereintrag in der Beilage {streicht}, wenn Sie ihn öffnen.")
    return absaetze


def _angaben(manifest: dict[str, Any], sitzung: dict[str, Any], *, ist_einladung: bool) -> list[dict[str, str]]:
    """Return when, where, the video link and until when to answer, as far as this reader is concerned."""
    zeilen = [
        ("Wann", f"{wochentag_datum(sitzung['beginn'])}, {zeit(sitzung['beginn'])}–{uhrzeit(sitzung['ende'])}", ""),
        ("Wo", sitzung["ort"] or ("" if sitzung["video_link"] else sitzung["form_text"]), ""),
        ("Video", sitzung["video_link"], sitzung["video_link"]),
    ]
    if vorher := manifest.get("vorher"):
        beginn = datetime.fromisoformat(vorher["beginn"])
        wo = f", {vorher['ort']}" if vorher["ort"] else ""
        zeilen.append(("Bisher", f"{wochentag_datum(beginn)}, {uhrzeit(beginn)}{wo}", ""))
    if ist_einladung and manifest["art"] in {Art.EINLADUNG, Art.VERSCHIEBUNG}:
        zeilen.append(("Antwort", f"bitte bis {datum(sitzung['antwort_bis'])}, als Antwort auf diese Mail", ""))
    return [{"begriff": begriff, "wert": wert, "url": url} for begriff, wert, url in zeilen if wert]


def _traktanden(manifest: dict[str, Any], papiere: dict[int, list[dict[str, Any]]]) -> list[dict[str, Any]]:
    return [
        t
        | {
            "von": datetime.fromisoformat(t["von"]),
            "bis": datetime.fromisoformat(t["bis"]),
            "zusammenfassung_einzug": "\n   ".join(t["zusammenfassung"].splitlines()),
            "papiere": papiere.get(t["position"], []),
        }
        for t in manifest["traktanden"]
    ]


def _hinweis_links(manifest: dict[str, Any], beilagen: tuple[Beilage, ...], *, is_gast: bool) -> str:
    """Return the sentence on papers that are not attached, empty where everything is."""
    if is_gast:
        return "Die Unterlagen, die für Sie freigegeben sind, lesen Sie im Portal."
    if not manifest["links"]:
        return ""
    if beilagen:
        return "Nicht alle Unterlagen haben in dieser Mail Platz. Was nicht beiliegt, öffnen Sie über die Links."
    return "Die Unterlagen sind für eine Mail zu gross. Sie öffnen sie über die Links."


def _weg(fassung: dict[str, Any], angehaengt: set[str], *, in_mappe: bool) -> str:
    """Return how a paper reaches the reader, in words."""
    if fassung.get("folgt"):
        return "folgt"
    if fassung["vertraulich"]:
        return VERTRAULICH
    if fassung["datei"] in angehaengt:
        return "beigelegt"
    if fassung["typ"] == "pdf" and in_mappe:
        return "in der Sitzungsmappe"
    return IM_PORTAL


def _beilagen(manifest: dict[str, Any], *, is_gast: bool, person: str) -> tuple[Beilage, ...]:
    """Return what is attached to a letter: what the frozen plan says; nothing for a guest."""
    if is_gast:
        return ()
    nachgereicht = manifest.get("beilagen_nur_fuer")
    if nachgereicht is not None and person not in nachgereicht:
        return ()
    return tuple(
        Beilage(
            datei=UUID(b["datei"]),
            name=b["name"],
            mime=TYP_MIME[b["typ"]],
            sha256=b["sha256"],
            groesse=b["groesse"],
        )
        for b in manifest["beilagen"]
    )


def _kalender(manifest: dict[str, Any], stand: datetime) -> bytes:
    """Return the calendar entry of the meeting; the video link belongs in it, for only seats and substitutes get it."""
    sitzung = manifest["sitzung"]
    url = site_url(f"/sitzungen/{sitzung['kennung']}/")
    video = f"Videositzung: {sitzung['video_link']}\n" if sitzung["video_link"] else ""
    return make_kalender(
        [
            Eintrag(
                uuid=UUID(sitzung["uuid"]),
                folge=sitzung["kalender_folge"],
                beginn_at=datetime.fromisoformat(sitzung["beginn"]),
                ende_at=datetime.fromisoformat(sitzung["ende"]),
                titel=f"Sozialpräsidienkonferenz: {sitzung['titel']}",
                stand=stand,
                ort=sitzung["ort"] or ("Videositzung" if sitzung["video_link"] else ""),
                beschreibung=f"{video}Traktanden und Unterlagen: {url}",
                url=url,
                organisator=manifest["absender"]["email"],
                is_abgesagt=manifest["art"] == Art.ABSAGE,
            )
        ]
    )


def _plain(text: str) -> str:
    """Return a rendered text with at most one empty line in a row and no blanks at the ends of lines."""
    zeilen: list[str] = []
    for zeile in (z.rstrip() for z in text.strip().splitlines()):
        if zeile or (zeilen and zeilen[-1]):
            zeilen.append(zeile)
    return "\n".join(zeilen) + "\n"
