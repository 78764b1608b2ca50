"""Child task: one dossier out of rendered own pages (cover, contents) and any number of foreign PDFs.

The own pages are laid out once when their number is guessed right, else twice: the printed page numbers depend on it.
Foreign pages are copied as they are; the whole is not PDF/UA and does not say so.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field
from typing import Any

import rendern  # type: ignore[import-not-found]  # the folder is the program

MARKE = re.compile("\ue000([0-9]+)\ue001")  # where the number of a part's first page is printed
ZIEL = "https://mappe.invalid/"  # a link to a part until its page is known
GESCHAETZT = 2  # own pages: cover and contents
FEHLT = "folgt"
SCHRIFTGRAD = 7.0
RAND = 17.0  # points from the right and the lower edge
MAX_LESEZEICHEN = 300  # of one paper's own
MAX_TIEFE = 4


@dataclass
class Teil:
    """A part with its place: seite is its first page, counted from 0."""

    nummer: int
    titel: str
    ebene: int
    pfad: str
    stempel: str
    seiten: int = 0
    seite: int | None = None
    quelle: Any = None
    kinder: list[Any] = field(default_factory=list)

    @property
    def is_ausgelassen(self) -> bool:
        return bool(self.pfad) and self.quelle is None


def warm_up() -> None:
    """Import what each run needs."""
    rendern.warm_up()
    import pikepdf  # noqa: F401


def run(eingabe: dict[str, Any], blobs: list[bytes]) -> tuple[dict[str, Any], list[bytes]]:
    """Bind. blobs: the own pages' HTML, then per part the HTML of the page that stands in for it when it is broken."""
    weasyprint = rendern.load_weasyprint()
    import pikepdf

    teile = [Teil(nummer, **teil) for nummer, teil in enumerate(eingabe["teile"])]
    for teil in teile:
        open_teil(pikepdf, teil)
    verweigert: list[str] = []
    fetcher = rendern.make_fetcher(eingabe["assets"], verweigert)
    fertig, seiten = b"", 0
    while not seiten:
        html = insert_platzhalter(blobs[0].decode(), teile, blobs[1:])
        eigene, inhalt = render_eigene(weasyprint, html, teile, fetcher)
        try:
            fertig, seiten = bind(weasyprint, teile, eigene, inhalt, eingabe["schrift"])
        except (pikepdf.PdfError, ValueError, TypeError, AttributeError, KeyError, IndexError, RuntimeError):
            if not drop_defekte(pikepdf, teile):
                raise
    ausgelassen = [teil.nummer for teil in teile if teil.is_ausgelassen]
    erste = [teil.seite + 1 if teil.seite is not None else None for teil in teile]
    return {"seiten": seiten, "ausgelassen": ausgelassen, "erste": erste, "verweigert": verweigert}, [fertig]


def bind(weasyprint: Any, teile: list[Teil], eigene: int, inhalt: bytes, schrift: str) -> tuple[bytes, int]:
    """Return the bound file and its pages."""
    import pikepdf

    with pikepdf.open(io.BytesIO(inhalt)) as mappe:
        append_teile(pikepdf, mappe, teile, eigene)
        link_verzeichnis(pikepdf, mappe, teile, eigene)
        add_lesezeichen(pikepdf, mappe, teile)
        add_stempel(pikepdf, weasyprint, mappe, make_stempel(teile, len(mappe.pages)), schrift)
        ziel = io.BytesIO()
        mappe.save(ziel, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
        return ziel.getvalue(), len(mappe.pages)


def drop_defekte(pikepdf: Any, teile: list[Teil]) -> bool:
    """Copy each paper alone; leave out those that fail, so that one paper does not hold up all others."""
    gefunden = False
    for teil in teile:
        if teil.quelle is None:
            continue
        try:
            with pikepdf.new() as probe:
                append_teile(pikepdf, probe, [teil], 0)
                read_alle_lagen(probe)
                probe.save(io.BytesIO())
        except (pikepdf.PdfError, ValueError, TypeError, AttributeError, KeyError, IndexError, RuntimeError):
            teil.quelle, teil.seiten, gefunden = None, 1, True
    return gefunden


def read_alle_lagen(mappe: Any) -> None:
    for seite in mappe.pages:
        read_lage(seite.obj)


# --- Own pages ------------------------------------------------------------------------------------


def open_teil(pikepdf: Any, teil: Teil) -> None:
    """Open a part's file; one that cannot be opened or has no page keeps quelle None and gets one page in its place."""
    if not teil.pfad:
        return
    try:
        quelle = pikepdf.open(teil.pfad, suppress_warnings=True)
        teil.seiten = len(quelle.pages)
        teil.quelle = quelle if teil.seiten else None
    except (pikepdf.PdfError, pikepdf.PasswordError, OSError, ValueError, TypeError, RuntimeError):
        teil.quelle = None
    if teil.quelle is None:
        teil.seiten = 1


def insert_platzhalter(html: str, teile: list[Teil], vorlagen: list[bytes]) -> str:
    """Put the pages that stand in for broken parts behind the own ones; they are moved to their place later."""
    seiten = "".join(vorlagen[teil.nummer].decode() for teil in teile if teil.is_ausgelassen)
    vorne, ende, hinten = html.rpartition("</main>")
    return f"{vorne}{seiten}{ende}{hinten}" if ende else html + seiten


def render_eigene(weasyprint: Any, html: str, teile: list[Teil], fetcher: Any) -> tuple[int, bytes]:
    """Return (own pages without stand-ins, their PDF). The parts learn their page."""
    platzhalter = sum(teil.is_ausgelassen for teil in teile)
    eigene, gezaehlt, dokument = 0, GESCHAETZT, None
    for _ in range(3):
        if gezaehlt == eigene:
            break
        eigene = gezaehlt
        place_teile(teile, eigene)
        fertig = MARKE.sub(lambda marke: read_seite(teile, int(marke[1])), html)
        dokument = weasyprint.HTML(string=fertig, base_url="asset:/", url_fetcher=fetcher).render(pdf_tags=True)
        gezaehlt = len(dokument.pages) - platzhalter
    place_teile(teile, gezaehlt)
    return gezaehlt, dokument.write_pdf(pdf_tags=True, finisher=rendern.set_scopes)  # type: ignore[union-attr]


def place_teile(teile: list[Teil], eigene: int) -> None:
    """Give each part its first page; a heading gets that of the first part beneath it."""
    stelle = eigene
    for teil in teile:
        teil.seite = None
        if teil.pfad:
            teil.seite = stelle
            stelle += teil.seiten
    for nummer, teil in enumerate(teile):
        if teil.pfad:
            continue
        for darunter in teile[nummer + 1 :]:
            if darunter.ebene <= teil.ebene:
                break
            if darunter.seite is not None:
                teil.seite = darunter.seite
                break


def read_seite(teile: list[Teil], nummer: int) -> str:
    if nummer >= len(teile) or (teil := teile[nummer]).seite is None:
        return ""
    return FEHLT if teil.is_ausgelassen else str(teil.seite + 1)


# --- Binding --------------------------------------------------------------------------------------


def append_teile(pikepdf: Any, mappe: Any, teile: list[Teil], eigene: int) -> None:
    """Append every part's pages in order; stand-ins move from behind the own pages to their place."""
    for teil in teile:
        if teil.is_ausgelassen:
            seite = mappe.pages[eigene]
            del mappe.pages[eigene]
            mappe.pages.append(seite)
        elif teil.quelle is not None:
            anfang = len(mappe.pages)
            mappe.add_pages_from(teil.quelle)
            for nummer in range(anfang, len(mappe.pages)):
                forget_struktur(pikepdf, mappe.pages[nummer].obj)


def forget_struktur(pikepdf: Any, seite: Any) -> None:
    """Take away numbers that point into the paper's structure tree, which stays behind, and would point into ours."""
    for schluessel in ("/StructParents", "/AA", "/Tabs"):
        if schluessel in seite:
            del seite[schluessel]
    anmerkungen = seite.get("/Annots")
    if isinstance(anmerkungen, pikepdf.Array):
        for anmerkung in anmerkungen:
            if isinstance(anmerkung, pikepdf.Dictionary) and "/StructParent" in anmerkung:
                del anmerkung["/StructParent"]


def link_verzeichnis(pikepdf: Any, mappe: Any, teile: list[Teil], eigene: int) -> None:
    """Turn the links of the contents into jumps inside the file; a link on two lines is two annotations."""
    for nummer in range(eigene):
        for anmerkung in mappe.pages[nummer].obj.get("/Annots", []):
            adresse = str(anmerkung.A.get("/URI", "")) if "/A" in anmerkung else ""
            if not adresse.startswith(ZIEL):
                continue
            teil = teile[int(adresse[len(ZIEL) :])]
            del anmerkung["/A"]
            if teil.seite is not None:
                anmerkung.Dest = make_ziel(pikepdf, mappe, teil.seite)
                anmerkung.Contents = pikepdf.String(f"{teil.titel}, Seite {teil.seite + 1}")


def make_ziel(pikepdf: Any, mappe: Any, seite: int) -> Any:
    return pikepdf.Array([mappe.pages[seite].obj, pikepdf.Name.Fit])


# --- Bookmarks ------------------------------------------------------------------------------------


def add_lesezeichen(pikepdf: Any, mappe: Any, teile: list[Teil]) -> None:
    """Append the parts to the own pages' bookmarks, nested by their level, each paper's own bookmarks beneath it."""
    with mappe.open_outline(max_depth=10) as gliederung:
        offen: list[tuple[int, Any]] = []
        for teil in teile:
            if teil.seite is None:
                continue
            punkt = pikepdf.OutlineItem(teil.titel, teil.seite)
            while offen and offen[-1][0] >= teil.ebene:
                offen.pop()
            (offen[-1][1].children if offen else gliederung.root).append(punkt)
            offen.append((teil.ebene, punkt))
            if teil.quelle is not None:
                punkt.children.extend(read_lesezeichen(pikepdf, teil))
                punkt.is_closed = bool(punkt.children)


def read_lesezeichen(pikepdf: Any, teil: Teil) -> list[Any]:
    """Return a paper's own bookmarks with pages counted in the dossier; one alone says what the part's title says."""
    anfang = teil.seite or 0
    rest = MAX_LESEZEICHEN

    def take(punkte: list[Any], tiefe: int) -> list[Any]:
        nonlocal rest
        genommen = []
        for punkt in punkte:
            seite = read_zielseite(pikepdf, punkt, seiten)
            if seite is None or rest <= 0 or tiefe > MAX_TIEFE:
                continue
            rest -= 1
            neu = pikepdf.OutlineItem(str(punkt.title)[:200], anfang + seite)
            neu.children.extend(take(punkt.children, tiefe + 1))
            neu.is_closed = True
            genommen.append(neu)
        return genommen

    try:
        if "/Outlines" not in teil.quelle.Root:
            return []
        seiten = {seite.obj.objgen: nummer for nummer, seite in enumerate(teil.quelle.pages)}
        with teil.quelle.open_outline(max_depth=MAX_TIEFE) as gliederung:
            punkte = take(list(gliederung.root), 1)
    except (pikepdf.PdfError, ValueError, TypeError, AttributeError, KeyError, IndexError, RuntimeError):
        return []  # broken bookmarks of a sound paper are left behind
    if len(punkte) == 1 and not punkte[0].children:
        return []
    return punkte


def read_zielseite(pikepdf: Any, punkt: Any, seiten: dict[tuple[int, int], int]) -> int | None:
    """Return the page (from 0) a bookmark leads to, or None where it leads elsewhere or by name."""
    ziel = punkt.destination
    if ziel is None and punkt.action is not None and str(punkt.action.get("/S", "")) == "/GoTo":
        ziel = punkt.action.get("/D")
    if isinstance(ziel, pikepdf.Array) and len(ziel) and isinstance(ziel[0], pikepdf.Dictionary):
        return seiten.get(ziel[0].objgen)
    return None


# --- Stamps ---------------------------------------------------------------------------------------


def make_stempel(teile: list[Teil], seiten: int) -> list[str]:
    """Return the line printed on each page: «Mappe S. 12 · Trakt. 4»."""
    zusatz = [""] * seiten
    for teil in teile:
        if teil.pfad and teil.seite is not None and teil.stempel:
            for seite in range(teil.seite, min(teil.seite + teil.seiten, seiten)):
                zusatz[seite] = f" · {teil.stempel}"
    return [f"Mappe S. {nummer}{text}" for nummer, text in enumerate(zusatz, 1)]


@dataclass
class Zeichensatz:
    """An embedded font of the stamps: character -> (glyph, width in thousandths)."""

    name: str
    objekt: Any
    zeichen: dict[str, tuple[str, float]]


def add_stempel(pikepdf: Any, weasyprint: Any, mappe: Any, zeilen: list[str], schrift: str) -> None:
    """Print each page's line at its lower right edge as seen, as an artifact in an embedded font."""
    saetze = make_zeichensaetze(pikepdf, weasyprint, mappe, "".join(sorted(set("".join(zeilen)))), schrift)
    vorher = mappe.make_stream(b"q\n")
    for nummer, zeile in enumerate(zeilen):
        seite = mappe.pages[nummer]
        benutzt, breite, text = set_zeile(saetze, zeile)
        lage, rechts = read_lage(seite.obj)
        for satz in benutzt:
            seite.add_resource(satz.objekt, pikepdf.Name.Font, pikepdf.Name(satz.name), replace_existing=True)
        strom = (
            f"\nQ\n/Artifact <</Type /Pagination>> BDC q {lage} cm BT 0.34 0.36 0.41 rg "
            f"1 0 0 1 {rechts - RAND - breite:.2f} {RAND:.2f} Tm {text} ET Q EMC\n"
        )
        seite.contents_add(vorher, prepend=True)
        seite.contents_add(mappe.make_stream(strom.encode()))


def make_zeichensaetze(pikepdf: Any, weasyprint: Any, mappe: Any, zeichen: str, schrift: str) -> list[Zeichensatz]:
    """Let the layout engine embed the characters on a page that is thrown away; keep its fonts."""
    html = (
        "<!doctype html><style>@page { size: 900pt 90pt; margin: 0 } body { margin: 0; white-space: pre; font: 7pt/1.2 "
        f"{schrift}; font-kerning: none; font-feature-settings: 'calt' 0, 'liga' 0 }}</style><p>"
        + "".join(f"&#{ord(teil)};" for teil in zeichen)
    )
    with pikepdf.open(io.BytesIO(weasyprint.HTML(string=html).write_pdf())) as muster:
        for nummer, objekt in enumerate(muster.pages[0].Resources.Font.values()):
            rename_schrift(pikepdf, objekt, f"/MAPPE{chr(ord('A') + nummer % 26)}+")
        return [
            Zeichensatz(f"/Mappe{nummer}", mappe.copy_foreign(objekt), read_zeichen(objekt))
            for nummer, objekt in enumerate(muster.pages[0].Resources.Font.values())
        ]


def rename_schrift(pikepdf: Any, schrift: Any, kennung: str) -> None:
    """Give the subset a name of its own: viewers keep fonts by name, and the own pages have another part of it."""
    nachkomme = schrift.DescendantFonts[0]
    for objekt, schluessel in (
        (schrift, "/BaseFont"),
        (nachkomme, "/BaseFont"),
        (nachkomme.FontDescriptor, "/FontName"),
    ):
        objekt[schluessel] = pikepdf.Name(kennung + str(objekt[schluessel]).partition("+")[2])


def read_zeichen(schrift: Any) -> dict[str, tuple[str, float]]:
    breiten: dict[int, float] = {}
    angaben = list(schrift.DescendantFonts[0].W)
    for erste, reihe in zip(angaben[::2], angaben[1::2], strict=True):
        breiten.update({int(erste) + stelle: float(breite) for stelle, breite in enumerate(reihe)})
    paare = re.findall(r"<([0-9a-f]{4})> <([0-9a-f]{4})>", schrift.ToUnicode.read_bytes().decode().lower())
    return {chr(int(u, 16)): (g, breiten.get(int(g, 16), 600.0)) for g, u in paare if (g, u) != ("0000", "ffff")}


def set_zeile(saetze: list[Zeichensatz], zeile: str) -> tuple[list[Zeichensatz], float, str]:
    """Return (fonts used, width in points, text operators); characters no font has are left out."""
    laeufe: list[tuple[Zeichensatz, list[str]]] = []
    breite = 0.0
    for zeichen in zeile:
        satz = next((satz for satz in saetze if zeichen in satz.zeichen), None)
        if satz is None:
            continue
        glyphe, weite = satz.zeichen[zeichen]
        breite += weite * SCHRIFTGRAD / 1000
        if laeufe and laeufe[-1][0] is satz:
            laeufe[-1][1].append(glyphe)
        else:
            laeufe.append((satz, [glyphe]))
    text = " ".join(f"{satz.name} {SCHRIFTGRAD} Tf <{''.join(glyphen)}> Tj" for satz, glyphen in laeufe)
    return [satz for satz, _ in laeufe], breite, text


def read_lage(seite: Any) -> tuple[str, float]:
    """Return the matrix from what is seen (origin lower left, points) to the page's own space, and the seen width."""
    kasten = [float(zahl) for zahl in seite.get("/CropBox", seite.get("/MediaBox", [0, 0, 595, 842]))]
    links, unten = min(kasten[0], kasten[2]), min(kasten[1], kasten[3])
    breit, hoch = abs(kasten[2] - kasten[0]), abs(kasten[3] - kasten[1])
    mass = float(seite.get("/UserUnit", 1)) or 1.0
    eins = 1 / mass
    drehung = int(seite.get("/Rotate", 0)) % 360
    matrizen = {
        0: (eins, 0, 0, eins, links, unten),
        90: (0, eins, -eins, 0, links + breit, unten),
        180: (-eins, 0, 0, -eins, links + breit, unten + hoch),
        270: (0, -eins, eins, 0, links, unten + hoch),
    }
    matrix = matrizen.get(drehung, matrizen[0])
    return " ".join(f"{zahl:.4f}" for zahl in matrix), (hoch if drehung in {90, 270} else breit) * mass
