"""The two letters of a dispatch: loaded data in, text out. No query, nothing is sent here.

Everything comes from the frozen manifest, so the first letter and the last say the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.template.loader import render_to_string

from konferenz.templatetags.schweiz import datum, uhrzeit, wochentag_datum, zeit
from sitzungen.kalender import Eintrag, make_kalender
from sitzungen.mails import aenderung
from sitzungen.models import Versand, Zustellung
from sitzungen.queries.aenderung import lesbare
from sitzungen.queries.antwort import Antwortweg
from sitzungen.queries.paket import angaben, titel_dativ

Brief = Zustellung.Brief
Art = Versand.Art

VERHINDERT = (
    "Sind Sie verhindert? Dann melden Sie es bitte ebenfalls und benennen Sie gleich Ihre Stellvertretung. "
    "Zugelassen sind politische Funktionärinnen und Funktionäre Ihrer Sozialregion."
)
KEINE_EINLADUNG = "An der Sitzung nehmen die Mitglieder der Konferenz teil; diese Mitteilung ist keine Einladung."
ANTWORT_NEU = (
    "Bitte antworten Sie nochmals, auch wenn Sie schon geantwortet haben: Ihre Antwort galt für den bisherigen Termin."
)
ANTWORT_GILT = "Ihre Antwort gilt weiter. Können Sie am neuen Termin nicht teilnehmen, ändern Sie sie bitte."
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


def bekommt_alles(manifest: dict[str, Any], person: str) -> bool:
    """Return whether a letter holds the whole meeting: an Einladung, or to who has not got the papers as they were.

    person: uuid; empty: a reader who has the papers (preview).
    """
    if manifest["art"] == Art.ABSAGE:
        return False
    haben = manifest.get("haben_unterlagen")
    return haben is None or bool(person and person not in haben)


def brief_betreff(manifest: dict[str, Any], brief: str, *, person: str = "") -> str:
    """Return the subject: what it is, the number and the date of the meeting. person: as in make_brief."""
    sitzung = manifest["sitzung"]
    nummer, tag = sitzung["nummer"], datum(datetime.fromisoformat(sitzung["beginn"]))
    ist_einladung = brief == Brief.EINLADUNG
    match manifest["art"]:
        case Art.NACHVERSAND if not bekommt_alles(manifest, person):
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
    antworten: Sequence[Antwortweg] | None = None,
) -> Brieftext:
    """Return the letter to one person.

    manifest: the frozen package.  brief: «einladung» or «kenntnis».  empfaenger: the name in the greeting.
    gruppe: why this person gets it.  is_gast: links only.  person: uuid; who has not got the papers as they were gets
    the whole meeting with this letter (bekommt_alles).  stand: when the package was frozen (time stamp of the calendar entry).
    antworten: where this person answers for which seat; None: nobody's letter (a preview).
    """
    context = brief_context(manifest, brief=brief, gruppe=gruppe, is_gast=is_gast, person=person)
    context["antwortwege"] = _antwortwege(manifest, antworten, brief=brief, person=person)
    betreff = brief_betreff(manifest, brief, person=person)
    context |= {"empfaenger": empfaenger, "pruefsumme": pruefsumme[:12], "betreff": betreff}
    return Brieftext(
        betreff=betreff,
        text=_plain(render_to_string("mails/sitzung_versand.body.txt", context)),
        html=render_to_string("mails/sitzung_versand.body.html", context),
        antwort_an=manifest["absender"]["email"],
        kalender=_kalender(manifest, stand)
        if brief == Brief.EINLADUNG and (manifest["art"] != Art.NACHVERSAND or bekommt_alles(manifest, person))
        else None,
        beilagen=context["beilagen"],
    )


def brief_context(
    manifest: dict[str, Any], *, brief: str, gruppe: str, is_gast: bool, person: str = ""
) -> dict[str, Any]:
    """Return what the templates of a letter show, with each paper's way to the reader said in words.

    A Mitteilung zur Kenntnis knows nothing confidential and no video link; confidential papers are a link for the others.
    """
    ist_einladung = brief == Brief.EINLADUNG
    is_ganz = bekommt_alles(manifest, person)
    if is_ganz:
        manifest = manifest | manifest.get("alle", {})
    art = manifest["art"]
    sitzung = _sitzung(manifest["sitzung"], ist_einladung=ist_einladung)
    beilagen = () if is_gast or (art == Art.VERSCHIEBUNG and not is_ganz) else _beilagen(manifest)
    papiere = _papiere(manifest, {str(b.datei) for b in beilagen}, ist_einladung=ist_einladung)
    traktanden = _traktanden(manifest, papiere)
    aenderungen = [] if is_ganz else lesbare(manifest, ist_einladung=ist_einladung)
    mappe_url = site_url(f"/sitzungen/{sitzung['kennung']}/mappe.pdf")
    return {
        "sitzung": sitzung,
        "bezeichnung": _bezeichnung(art, is_ganz=is_ganz, ist_einladung=ist_einladung),
        "absaetze": _absaetze(manifest, sitzung, aenderungen, is_ganz=is_ganz, ist_einladung=ist_einladung),
        "angaben": _angaben(manifest, sitzung, is_ganz=is_ganz, ist_einladung=ist_einladung)
        if art != Art.ABSAGE
        else [],
        "traktanden": traktanden if is_ganz else [],
        **aenderung.abschnitte(aenderungen, papiere, traktanden),
        "beilagen": beilagen,
        "hinweis_links": _hinweis_links(manifest, beilagen, is_gast=is_gast) if is_ganz or aenderungen else "",
        "mappe_url": mappe_url if "mappe" in manifest["links"] and not is_gast and is_ganz else "",
        "schlussabsaetze": [VERHINDERT]
        if is_ganz and art != Art.VERSCHIEBUNG and ist_einladung and not gruppe.startswith("Stellvertretung ")
        else [],
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


def _bezeichnung(art: str, *, is_ganz: bool, ist_einladung: bool) -> str:
    if art == Art.EINLADUNG or (art == Art.NACHVERSAND and is_ganz):
        return str(Brief.EINLADUNG.label if ist_einladung else Brief.KENNTNIS.label)
    return str(Art(art).label)


def _absaetze(
    manifest: dict[str, Any],
    sitzung: dict[str, Any],
    aenderungen: list[dict[str, Any]],
    *,
    is_ganz: bool,
    ist_einladung: bool,
) -> list[str]:
    """Return the first sentences, then the office's own (reason, message)."""
    wer = "der Sozialpräsidienkonferenz"
    art = manifest["art"]
    if art == Art.VERSCHIEBUNG:
        absaetze = [f"Die {sitzung['titel']} {wer} ist verschoben worden. Bitte beachten Sie die neuen Angaben."]
    elif art == Art.ABSAGE:
        absaetze = [
            f"Die {sitzung['titel']} {wer} vom {wochentag_datum(sitzung['beginn'])}, findet nicht statt.",
        ]
    elif not is_ganz:
        absaetze = [aenderung.einleitung(aenderungen, wozu=f"{sitzung['titel_dativ']} {wer}")]
    elif ist_einladung:
        absaetze = [f"Gerne laden wir Sie zur {sitzung['titel_dativ']} {wer} ein."]
    else:
        kenntnis = f"Zu Ihrer Kenntnis erhalten Sie die Unterlagen der {sitzung['titel_dativ']} {wer}."
        absaetze = [f"{kenntnis} {KEINE_EINLADUNG}"]
    if manifest["grund"] and not (art == Art.NACHVERSAND and is_ganz):
        absaetze.append(manifest["grund"])
    if art in {Art.EINLADUNG, Art.NACHVERSAND} and is_ganz and ist_einladung and sitzung["bemerkung"]:
        absaetze.append(sitzung["bemerkung"])
    if ist_einladung and art == Art.VERSCHIEBUNG and "antworten_neu" in manifest:
        absaetze.append(ANTWORT_NEU if manifest["antworten_neu"] else ANTWORT_GILT)
    if ist_einladung and art in {Art.ABSAGE, Art.VERSCHIEBUNG}:
        streicht = "streicht den Termin" if art == Art.ABSAGE else "ändert den Termin"
        absaetze.append(f"Der Kalendereintrag in der Beilage {streicht}, wenn Sie ihn öffnen.")
    return absaetze


def _angaben(
    manifest: dict[str, Any], sitzung: dict[str, Any], *, is_ganz: bool, ist_einladung: bool
) -> list[dict[str, str]]:
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
    if ist_einladung and (is_ganz or manifest.get("antworten_neu")):
        zeilen.append(("Antwort", f"bitte bis {datum(sitzung['antwort_bis'])}", ""))
    return [{"begriff": begriff, "wert": wert, "url": url} for begriff, wert, url in zeilen if wert]


def _antwortwege(
    manifest: dict[str, Any], antworten: Sequence[Antwortweg] | None, *, brief: str, person: str
) -> list[dict[str, str]]:
    """Return the buttons with which the reader answers: in an Einladung and in what moves it, in nothing else."""
    fragt = bekommt_alles(manifest, person) or manifest["art"] == Art.VERSCHIEBUNG
    if brief != Brief.EINLADUNG or not fragt:
        return []
    if antworten is None:
        pfad = f"/sitzungen/{manifest['sitzung']['kennung']}/antwort/"
        return [{"text": "Teilnahme melden", "url": site_url(pfad)}]
    return [{"text": weg.text, "url": site_url(weg.path)} for weg in antworten]


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


def _beilagen(manifest: dict[str, Any]) -> tuple[Beilage, ...]:
    """Return what is attached to a letter: what the frozen plan says."""
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
