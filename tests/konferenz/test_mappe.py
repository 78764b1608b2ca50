"""The dossier: everything in it, in order, found by bookmark, by jump and by the number printed on the page."""

import io
import re
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
import pytest

from konferenz.mappe import Mappe, Teil, build_mappe
from konferenz.pdf import PdfError
from tests.konferenz.papiere import make_pdf

UNTERLAGEN = Path(__file__).resolve().parents[2].parent / "shared" / "unterlagen"
KONTEXT = {
    "stand": datetime(2026, 12, 3, 7, 0, tzinfo=UTC),
    "briefkopf": {"name": "Verband", "adresse": "", "telefon": "", "email": ""},
    "titel": "Sitzung 4/2026",
    "kontext": "Sozialpräsidienkonferenz",
    "lead": "Donnerstag, 10. Dezember 2026",
    "angaben": [("Ort", "Landhaus Solothurn")],
}


def binde(*teile: Teil, **dazu) -> Mappe:
    return build_mappe("pdf/mappe.html", {**KONTEXT, **dazu}, teile)


def lege(tmp_path, name: str, inhalt: bytes) -> Path:
    pfad = tmp_path / name
    pfad.write_bytes(inhalt)
    return pfad


def texte(mappe: Mappe, tmp_path) -> list[str]:
    """Return the text of each page in one line."""
    pfad = lege(tmp_path, "text.pdf", mappe.inhalt)
    aus = subprocess.run(["pdftotext", "-layout", pfad, "-"], capture_output=True, text=True, check=True).stdout
    return [" ".join(seite.split()) for seite in aus.split("\f")[:-1]]


def seite_von(pdf, ziel) -> int:
    return pikepdf.Page(ziel[0]).index + 1


def lesezeichen(pdf) -> list[tuple[str, int, list]]:
    def lies(punkte):
        return [(p.title, seite_von(pdf, p.destination or p.action.D), lies(p.children)) for p in punkte]

    with pdf.open_outline() as gliederung:
        return lies(gliederung.root)


def spruenge(pdf) -> list[int]:
    """Return where the links of the contents lead, in order and once each."""
    ziele = []
    for seite in pdf.pages:
        for anmerkung in seite.obj.get("/Annots", []):
            ziel = seite_von(pdf, anmerkung.Dest) if "/Dest" in anmerkung else None
            if ziel and (not ziele or ziele[-1] != ziel):
                ziele.append(ziel)
    return ziele


def qpdf_check(inhalt: bytes, tmp_path) -> str:
    if not shutil.which("qpdf"):
        return "kein qpdf"
    lauf = subprocess.run(
        ["qpdf", "--check", lege(tmp_path, "q.pdf", inhalt)], capture_output=True, text=True, check=False
    )
    return "" if lauf.returncode == 0 else lauf.stdout + lauf.stderr


def test_papers_stand_in_order_and_are_found_three_ways(tmp_path):
    drei = lege(tmp_path, "drei.pdf", make_pdf(3, text="Drei"))
    eins = lege(tmp_path, "eins.pdf", make_pdf(1, text="Eins"))

    mappe = binde(
        Teil("1 Begrüssung"),
        Teil("2 Budget"),
        Teil("Zahlen", 2, drei, "Trakt. 2"),
        Teil("Brief", 2, eins, "Trakt. 2"),
        Teil("3 Leitfaden"),
        Teil("Entwurf", 2, drei, "Trakt. 3"),
    )

    seiten = texte(mappe, tmp_path)
    assert (mappe.seiten, mappe.ausgelassen, mappe.erste) == (9, (), (None, 3, 3, 6, 7, 7))
    assert [re.sub(r" Mappe.*", "", seite) for seite in seiten[2:]] == [
        "Drei 1",
        "Drei 2",
        "Drei 3",
        "Eins 1",
        "Drei 1",
        "Drei 2",
        "Drei 3",
    ]
    assert [re.search(r"Mappe S\..*$", seite)[0] for seite in seiten] == [
        "Mappe S. 1",
        "Mappe S. 2",
        "Mappe S. 3 · Trakt. 2",
        "Mappe S. 4 · Trakt. 2",
        "Mappe S. 5 · Trakt. 2",
        "Mappe S. 6 · Trakt. 2",
        "Mappe S. 7 · Trakt. 3",
        "Mappe S. 8 · Trakt. 3",
        "Mappe S. 9 · Trakt. 3",
    ]
    assert [re.search(rf"{titel}[ .]+(\d+)", seiten[1])[1] for titel in ("Zahlen", "Brief", "Entwurf")] == [
        "3",
        "6",
        "7",
    ]
    with pikepdf.open(io.BytesIO(mappe.inhalt)) as pdf:
        assert lesezeichen(pdf) == [
            ("Sitzung 4/2026", 1, [("Inhalt der Mappe", 2, [])]),
            ("2 Budget", 3, [("Zahlen", 3, []), ("Brief", 6, [])]),
            ("3 Leitfaden", 7, [("Entwurf", 7, [])]),
        ]
        assert spruenge(pdf) == [3, 6, 7]
        assert b"mappe.invalid" not in b"".join(
            o.unparse(resolved=True) for o in pdf.objects if not isinstance(o, pikepdf.Stream)
        )
    assert qpdf_check(mappe.inhalt, tmp_path) in {"", "kein qpdf"}


def test_same_data_gives_the_same_bytes(tmp_path):
    papier = lege(tmp_path, "a.pdf", make_pdf(2))

    assert binde(Teil("A", 1, papier)) == binde(Teil("A", 1, papier))


def test_numbers_are_right_when_the_contents_are_long(tmp_path):
    """More own pages than guessed: everything is laid out again."""
    papier = lege(tmp_path, "a.pdf", make_pdf(1))

    mappe = binde(*[Teil(f"Papier {nummer}", 1, papier) for nummer in range(1, 91)])

    eigene = mappe.erste[0] - 1
    assert eigene > 2
    assert mappe.erste == tuple(range(eigene + 1, eigene + 91))
    inhalt = " ".join(texte(mappe, tmp_path)[:eigene])
    gedruckt = {int(n): int(s) for n, s in re.findall(r"Papier (\d+)[ .]+(\d+)", inhalt)}
    assert gedruckt == {nummer: eigene + nummer for nummer in range(1, 91)}


def test_broken_and_encrypted_papers_are_left_out_and_reported(tmp_path):
    gut = lege(tmp_path, "gut.pdf", make_pdf(2, text="Gut"))
    kaputt = lege(tmp_path, "kaputt.pdf", b"%PDF-1.7\nnichts")
    geheim = lege(tmp_path, "geheim.pdf", make_pdf(encryption=pikepdf.Encryption(owner="o", user="u")))
    leer = lege(tmp_path, "leer.pdf", make_pdf(0))
    teile = (
        Teil("Kaputt", 1, kaputt, "Trakt. 1"),
        Teil("Gut", 1, gut, "Trakt. 2"),
        Teil("Geheim", 1, geheim),
        Teil("Weg", 1, tmp_path / "fehlt.pdf"),
        Teil("Leer", 1, leer),
    )

    mappe = binde(*teile)

    seiten = texte(mappe, tmp_path)
    assert mappe.ausgelassen == (teile[0], teile[2], teile[3], teile[4])
    assert (mappe.seiten, mappe.erste) == (8, (3, 4, 6, 7, 8))
    assert seiten[2].startswith("Verband Kaputt Diese Unterlage folgt.")
    assert seiten[2].endswith("Mappe S. 3 · Trakt. 1")
    assert seiten[3].startswith("Gut 1")
    assert [("Diese Unterlage folgt." in seite) for seite in seiten] == [0, 0, 1, 0, 0, 1, 1, 1]
    assert len(re.findall("folgt", seiten[1])) == 4
    assert qpdf_check(mappe.inhalt, tmp_path) in {"", "kein qpdf"}


def test_paper_that_opens_but_cannot_be_copied_holds_up_no_other(tmp_path):
    def spoil(pdf):
        pdf.pages[0].obj.CropBox = pikepdf.Array([pikepdf.String("kein"), pikepdf.String("Mass")])

    gut = lege(tmp_path, "gut.pdf", make_pdf(1, text="Gut"))
    krank = lege(tmp_path, "krank.pdf", make_pdf(2, change=spoil))
    teile = (Teil("Krank", 1, krank), Teil("Gut", 1, gut))

    mappe = binde(*teile)

    seiten = texte(mappe, tmp_path)
    assert (mappe.ausgelassen, mappe.seiten, mappe.erste) == ((teile[0],), 4, (3, 4))
    assert "Diese Unterlage folgt." in seiten[2]
    assert seiten[3].startswith("Gut 1")


@pytest.mark.parametrize("drehung", [0, 90, 180, 270, -90])
def test_stamp_stands_upright_at_the_lower_right(tmp_path, drehung):
    """On turned, cropped and shifted pages too."""

    def turn(pdf):
        seite = pdf.pages[0].obj
        seite.MediaBox = pikepdf.Array([100, 200, 700, 1000])
        seite.CropBox = pikepdf.Array([120, 220, 680, 980])
        seite.Rotate = drehung

    mappe = binde(Teil("Plan", 1, lege(tmp_path, "a.pdf", make_pdf(change=turn)), "Trakt. 1"))

    pfad = lege(tmp_path, "m.pdf", mappe.inhalt)
    xml = subprocess.run(
        ["pdftotext", "-bbox", "-cropbox", "-f", "3", "-l", "3", pfad, "-"], capture_output=True, text=True, check=True
    ).stdout
    breit, hoch = (560, 760) if drehung % 180 == 0 else (760, 560)
    stellen = {
        wort: tuple(map(float, (x0, y0, x1, y1)))
        for x0, y0, x1, y1, wort in re.findall(
            r'xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">([^<]+)<', xml
        )
    }
    (x0, y0, x1, y1), erstes = stellen["1"], stellen["Mappe"]
    assert erstes[2] < x0  # reads from left to right
    assert breit - 19 < x1 < breit - 15
    assert hoch - 25 < y0 < y1 < hoch - 12


def test_paper_with_an_open_graphics_state_does_not_move_the_stamp(tmp_path):
    def leave_open(pdf):
        pdf.pages[0].obj.Contents = pdf.make_stream(b"q 5 0 0 5 300 300 cm 1 0 0 RG 0 0 10 10 re S")

    mappe = binde(Teil("A", 1, lege(tmp_path, "a.pdf", make_pdf(change=leave_open))))

    xml = subprocess.run(
        ["pdftotext", "-bbox", "-f", "3", "-l", "3", lege(tmp_path, "m.pdf", mappe.inhalt), "-"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert 570 < float(re.search(r'xMax="([\d.]+)" yMax="[\d.]+">3<', xml)[1]) < 580


def test_stamps_are_embedded_artifacts(tmp_path):
    mappe = binde(Teil("A", 1, lege(tmp_path, "a.pdf", make_pdf()), "Trakt. ☃ 1"))

    with pikepdf.open(io.BytesIO(mappe.inhalt)) as pdf:
        seite = pdf.pages[2]
        schriften = {name: font for name, font in seite.obj.Resources.Font.items() if name.startswith("/Mappe")}
        inhalt = b"\n".join(teil.read_bytes() for teil in seite.obj.Contents)
        eingebettet = [
            any(schluessel in font.DescendantFonts[0].FontDescriptor for schluessel in ("/FontFile2", "/FontFile3"))
            for font in schriften.values()
        ]
        strukturen = ["/StructParents" in seite.obj for seite in pdf.pages]

    assert eingebettet == [True] * len(eingebettet)
    assert len(eingebettet) >= 1
    assert inhalt.count(b"/Artifact <</Type /Pagination>> BDC") == 1
    assert strukturen == [True, True, False]
    assert "Mappe S. 3 · Trakt. ☃ 1" in texte(mappe, tmp_path)[2]


def test_whole_does_not_call_itself_accessible(tmp_path):
    mappe = binde(Teil("A", 1, lege(tmp_path, "a.pdf", make_pdf())))

    assert b"pdfuaid" not in mappe.inhalt
    with pikepdf.open(io.BytesIO(mappe.inhalt)) as pdf:
        assert "/Metadata" not in pdf.Root
        assert str(pdf.Root.Lang) == "de-CH"
        assert pdf.Root.MarkInfo.Marked is True
        assert str(pdf.docinfo["/Title"]) == "Sitzung 4/2026"


def test_links_and_bookmarks_of_a_paper_still_lead_to_their_pages(tmp_path):
    def furnish(pdf):
        pdf.Root.Names = pikepdf.Dictionary(
            Dests=pikepdf.Dictionary(
                Names=pikepdf.Array([pikepdf.String("ende"), pikepdf.Array([pdf.pages[2].obj, pikepdf.Name.Fit])])
            )
        )
        pdf.pages[0].obj.Annots = pikepdf.Array(
            [
                pdf.make_indirect(
                    pikepdf.Dictionary(
                        Type=pikepdf.Name.Annot,
                        Subtype=pikepdf.Name.Link,
                        Rect=[0, 0, 9, 9],
                        Dest=pikepdf.String("ende"),
                        StructParent=0,
                    )
                )
            ]
        )
        with pdf.open_outline() as gliederung:
            kapitel = pikepdf.OutlineItem("Kapitel 1", 0)
            kapitel.children.append(pikepdf.OutlineItem("Abschnitt 1.1", 1))
            gliederung.root.extend([kapitel, pikepdf.OutlineItem("Kapitel 2", 2)])

    papier = lege(tmp_path, "a.pdf", make_pdf(3, change=furnish))

    mappe = binde(Teil("Eins", 1, papier), Teil("Zwei", 1, papier))

    with pikepdf.open(io.BytesIO(mappe.inhalt)) as pdf:
        namen = pikepdf.NameTree(pdf.Root.Names.Dests)
        ziele = []
        for nummer in (2, 5):
            anmerkung = pdf.pages[nummer].obj.Annots[0]
            assert "/StructParent" not in anmerkung
            ziele.append(seite_von(pdf, namen[str(anmerkung.Dest)].D))
        assert ziele == [5, 8]
        assert lesezeichen(pdf)[1:] == [
            ("Eins", 3, [("Kapitel 1", 3, [("Abschnitt 1.1", 4, [])]), ("Kapitel 2", 5, [])]),
            ("Zwei", 6, [("Kapitel 1", 6, [("Abschnitt 1.1", 7, [])]), ("Kapitel 2", 8, [])]),
        ]


def test_the_commissions_own_papers_make_a_sound_dossier(tmp_path):
    if not UNTERLAGEN.is_dir():
        pytest.skip("../shared/unterlagen fehlt")
    papiere = sorted(UNTERLAGEN.glob("*.pdf"))
    anzahl = []
    for papier in papiere:
        with pikepdf.open(papier) as pdf:
            anzahl.append(len(pdf.pages))

    mappe = binde(*[Teil(papier.stem, 1, papier, f"Trakt. {nr}") for nr, papier in enumerate(papiere, 1)])

    assert (mappe.seiten, mappe.ausgelassen) == (2 + sum(anzahl), ())
    erste = [3 + sum(anzahl[:nummer]) for nummer in range(len(papiere))]
    with pikepdf.open(io.BytesIO(mappe.inhalt)) as pdf:
        assert [(titel, seite) for titel, seite, _ in lesezeichen(pdf)[1:]] == [
            (papier.stem, seite) for papier, seite in zip(papiere, erste, strict=True)
        ]
        assert spruenge(pdf) == erste
    assert "Sozialgesetz (SG)" in texte(mappe, tmp_path)[erste[4] - 1]
    assert qpdf_check(mappe.inhalt, tmp_path) in {"", "kein qpdf"}


def test_endless_dossier_is_refused_in_one_sentence(tmp_path, monkeypatch):
    from konferenz import mappe as modul
    from konferenz.kindprozess import Grenzen

    monkeypatch.setattr(modul, "GRENZEN", Grenzen(speicher_mb=1024, cpu_s=20, wand_s=0.01))

    with pytest.raises(PdfError, match="Das PDF ist zu umfangreich und wurde nicht erstellt"):
        binde(Teil("A", 1, lege(tmp_path, "a.pdf", make_pdf())))
