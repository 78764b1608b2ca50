"""What is accepted, what is refused, and the one sentence that says why (sicherheit.md U1-U4)."""

import io
import stat
import zipfile
import zlib
from pathlib import Path

import pikepdf
import pytest

from konferenz.dateipruefung import Befund, DateiAbgelehnt, check_datei, check_dateien, clean_dateiname
from tests.konferenz.papiere import (
    make_bild,
    make_paket,
    make_pdf,
    make_png,
    make_rauschbild,
    make_riesenbild,
    png_teil,
)

UNTERLAGEN = Path(__file__).resolve().parents[2].parent / "shared" / "unterlagen"


def ablehnung(tmp_path, name, inhalt) -> str:
    pfad = tmp_path / "datei"
    pfad.write_bytes(inhalt)
    with pytest.raises(DateiAbgelehnt) as gefangen:
        check_datei(pfad, name)
    return str(gefangen.value)


FERNVORLAGE = (
    '<Relationships><Relationship Target="https://evil.example/x.dotm" TargetMode="External" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate"/></Relationships>'
)
HAUSVORLAGE = (
    '<Relationships><Relationship Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
    'attachedTemplate" Target="file:///C:\\\\Vorlagen\\\\Brief.dotx" TargetMode="External"/><Relationship Type="http://'
    'schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink" Target="https://so.ch"/></Relationships>'
)
UNBEKANNT = '<?xml version="1.0" encoding="klingonisch"?><a/>'


# --- Accepted -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "inhalt", "typ", "seiten"),
    [
        ("Budget 2027.pdf", make_pdf(3), "pdf", 3),
        ("Brief.docx", make_paket("docx"), "docx", None),
        ("Vorlage.docx", make_paket("docx", rels=HAUSVORLAGE), "docx", None),
        ("Zahlen.XLSX", make_paket("xlsx"), "xlsx", None),
        ("Folien.pptx", make_paket("pptx", dazu={"ppt/embeddings/Diagramm1.xlsx": make_paket("xlsx")}), "pptx", None),
        ("Text.odt", make_paket("odt"), "odt", None),
        ("Plan.png", make_bild("png"), "png", None),
        ("Foto.jpeg", make_bild("jpg"), "jpg", None),
    ],
)
def test_sound_file_is_accepted(tmp_path, name, inhalt, typ, seiten):
    import hashlib

    pfad = tmp_path / "datei"
    pfad.write_bytes(inhalt)

    befund = check_datei(pfad, name)

    assert befund == Befund(typ, name, len(inhalt), hashlib.sha256(inhalt).hexdigest(), seiten)


@pytest.mark.parametrize("typ", ["png", "jpg"])
@pytest.mark.parametrize("zufall", [b"<svg", b"<SvG", b"< html", b"<?php"])
def test_pixels_that_look_like_a_tag_by_chance_are_pixels(tmp_path, typ, zufall):
    pfad = tmp_path / "datei"
    pfad.write_bytes(make_rauschbild(typ, zufall))

    assert pfad.read_bytes().index(zufall) > 2048
    assert check_datei(pfad, f"Foto.{typ}").typ == typ


def test_pdf_that_opens_on_a_page_is_accepted(tmp_path):
    def open_on_page(pdf):
        pdf.Root.OpenAction = pikepdf.Array([pdf.pages[0].obj, pikepdf.Name.Fit])

    pfad = tmp_path / "datei"
    pfad.write_bytes(make_pdf(change=open_on_page))

    assert check_datei(pfad, "a.pdf").seiten == 1


def test_the_commissions_own_papers_are_accepted():
    if not UNTERLAGEN.is_dir():
        pytest.skip("../shared/unterlagen fehlt")
    papiere = sorted(UNTERLAGEN.glob("*.pdf"))

    befunde = check_dateien([(pfad, pfad.name) for pfad in papiere])

    assert [(b.name, b.seiten) for b in befunde] == [
        ("fallfuehrung-ab-2026.pdf", 1),
        ("information-integrationsmodell-2020.pdf", 2),
        ("pflichtenheft-2026.pdf", 2),
        ("rrb-2023-659-iiz-leitfaden.pdf", 2),
        ("sozialgesetz-stand-2018.pdf", 68),
    ]


# --- Refused --------------------------------------------------------------------------------------


def _javascript(pdf):
    pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)"))


def _open_action(pdf):
    pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.URI, URI=pikepdf.String("https://evil.example"))


def _launch(pdf):
    pdf.pages[0].obj.Annots = pikepdf.Array(
        [
            pikepdf.Dictionary(
                Type=pikepdf.Name.Annot,
                Subtype=pikepdf.Name.Link,
                Rect=[0, 0, 9, 9],
                A=pikepdf.Dictionary(S=pikepdf.Name.Launch, F=pikepdf.String("calc.exe")),
            )
        ]
    )


def _page_script(pdf):
    pdf.pages[0].obj.AA = pikepdf.Dictionary(
        O=pdf.make_indirect(pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pdf.make_stream(b"app.alert(1)")))
    )


def _attachment(pdf):
    pdf.attachments["x.exe"] = b"MZ"


def _xfa(pdf):
    pdf.Root.AcroForm = pikepdf.Dictionary(XFA=pdf.make_stream(b"<xdp/>"), Fields=[])


GUT = make_pdf(3)
VERSCHLUESSELT = make_pdf(encryption=pikepdf.Encryption(owner="o", user="u"))
NUR_BESITZER = make_pdf(encryption=pikepdf.Encryption(owner="o", user=""))
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 4096
HTML = b"<!DOCTYPE html><html><script>alert(1)</script></html>"
ZEILE = zlib.compress(b"\0" * 4)
LEER = b"." * 4000  # behind what a browser looks at to guess a type
MIT_TEXT = make_png(1, 1, pixel=ZEILE, dazu=png_teil(b"tEXt", b"Comment\0" + LEER + HTML))
ZWEIMAL_ZU_ENDE = make_png(1, 1, pixel=ZEILE, dazu=png_teil(b"IEND", b"") + png_teil(b"IDAT", LEER + HTML))
HTML_VORN = make_png(1, 1, pixel=ZEILE + HTML)


def make_kommentar(text: bytes) -> bytes:
    """Return a JPG with a comment in the middle of its head."""
    text = LEER + text
    return b"\xff\xd8\xff\xfe" + (len(text) + 2).to_bytes(2, "big") + text + make_bild("jpg")[2:]


MAKRO = '<Types><Override ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/></Types>'
VERSCHLUESSELTES_ODT = "<manifest><encryption-data/></manifest>"


@pytest.mark.parametrize(
    ("name", "inhalt", "satz"),
    [
        ("a.pdf", b"", "«a.pdf» ist leer."),
        ("a.svg", b"<svg/>", "«a.svg» hat die Endung .svg; angenommen werden PDF, DOCX, XLSX, PPTX, ODT, PNG und JPG."),
        ("report.pdf.html", HTML, "«report.pdf.html» hat die Endung .html; angenommen"),
        ("ohne", GUT, "«ohne» hat keine bekannte Endung"),
        ("a.pdf", HTML, "«a.pdf» heisst .pdf, ist aber eine HTML-Seite"),
        ("a.png", b'<svg xmlns="http://www.w3.org/2000/svg"/>', "«a.png» heisst .png, ist aber eine SVG-Datei"),
        ("a.png", b"GIF89a" + HTML, "«a.png» heisst .png, ist aber eine"),
        ("a.docx", GUT, "«a.docx» heisst .docx, ist aber eine PDF-Datei; bitte mit der Endung .pdf hochladen."),
        ("a.pdf", b"MZ" + b"\0" * 600, "«a.pdf» heisst .pdf, ist aber eine EXE-Datei"),
        ("a.pdf", b"irgendein Text", "«a.pdf» ist beschädigt oder keine PDF-Datei"),
        ("a.doc", OLE, "«a.doc» ist ein altes Office-Format"),
        ("a.docm", make_paket(), "«a.docm» enthält Makros"),
        # PDF
        ("a.pdf", GUT[: len(GUT) // 2], "«a.pdf» ist unvollständig"),
        ("a.pdf", GUT[:-60] + b"%%EOF\n", "«a.pdf» ist beschädigt oder unvollständig"),
        ("a.pdf", b"%PDF-1.7\n" + b"x" * 5000 + b"\nstartxref\n9\n%%EOF\n", "«a.pdf» ist beschädigt"),
        ("a.pdf", GUT + HTML, "«a.pdf» enthält ausser dem PDF noch fremde Daten"),
        ("a.pdf", b"%PDF-1.4\n<html><script>1</script>" + GUT[9:], "«a.pdf» enthält ausser dem PDF noch fremde Daten"),
        ("a.pdf", GUT + make_paket(), "«a.pdf» enthält ausser dem PDF noch fremde Daten"),
        ("a.pdf", b"\n" + GUT, "«a.pdf» ist beschädigt oder keine PDF-Datei"),
        ("a.pdf", VERSCHLUESSELT, "«a.pdf» ist mit einem Kennwort geschützt; bitte ohne Kennwort als PDF speichern."),
        ("a.pdf", NUR_BESITZER, "«a.pdf» ist verschlüsselt; bitte ohne Schutz als PDF speichern."),
        ("a.pdf", make_pdf(0), "«a.pdf» hat keine Seiten."),
        ("a.pdf", make_pdf(change=_javascript), "«a.pdf» enthält ein Programm (JavaScript)"),
        ("a.pdf", make_pdf(change=_page_script), "«a.pdf» enthält ein Programm (JavaScript)"),
        ("a.pdf", make_pdf(change=_open_action), "«a.pdf» startet beim Öffnen eine Aktion"),
        ("a.pdf", make_pdf(change=_launch), "«a.pdf» startet beim Anklicken ein Programm"),
        ("a.pdf", make_pdf(change=_attachment), "«a.pdf» enthält angehängte Dateien"),
        ("a.pdf", make_pdf(change=_xfa), "«a.pdf» enthält ein bewegliches Formular"),
        # Office
        ("a.docx", OLE, "«a.docx» ist mit einem Kennwort geschützt oder ein altes Office-Format"),
        ("a.docx", make_paket()[:-40], "«a.docx» ist beschädigt oder unvollständig"),
        ("a.docx", make_paket("xlsx"), "«a.docx» heisst .docx, ist aber eine XLSX-Datei"),
        ("a.docx", make_paket("odt"), "«a.docx» ist keine DOCX-Datei"),
        ("a.odt", make_paket(), "«a.odt» ist keine ODT-Datei"),
        ("a.docx", make_paket(hauptteil="<a><b></a>"), "«a.docx» ist beschädigt"),
        ("a.docx", make_paket(hauptteil='<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'), "«a.docx» ist kein gewöhnliches"),
        ("a.docx", make_paket(hauptteil=UNBEKANNT), "«a.docx» ist beschädigt"),
        ("a.docx", make_paket(dazu={"word/vbaProject.bin": b"x"}), "«a.docx» enthält Makros"),
        ("a.docx", make_paket(typen=MAKRO), "«a.docx» enthält Makros"),
        ("a.odt", make_paket("odt", dazu={"Basic/Standard/M.xml": b"<a/>"}), "«a.odt» enthält Makros"),
        ("a.odt", make_paket("odt", rels=VERSCHLUESSELTES_ODT), "«a.odt» ist mit einem Kennwort geschützt"),
        ("a.docx", make_paket(rels=FERNVORLAGE), "«a.docx» lädt beim Öffnen fremde Inhalte nach"),
        ("a.docx", make_paket(dazu={"innen.zip": make_paket()}), "«a.docx» enthält eine eingepackte fremde Datei"),
        ("a.docx", make_paket(dazu={"../x": b"x"}), "«a.docx» ist kein gewöhnliches Office-Dokument"),
        ("a.docx", b"PK\x03\x04" + make_paket(), "«a.docx» ist kein gewöhnliches Office-Dokument"),
        # Pictures
        ("a.png", make_bild("jpg"), "«a.png» heisst .png, ist aber eine JPG-Datei"),
        ("a.png", make_bild("png")[:-20], "«a.png» ist beschädigt oder unvollständig"),
        ("a.jpg", make_bild("jpg", (600, 600))[:2000], "«a.jpg» ist beschädigt oder unvollständig"),
        ("a.png", make_bild("png") + HTML, "«a.png» enthält ausser dem Bild noch fremde Daten"),
        ("a.png", MIT_TEXT, "«a.png» enthält ausser dem Bild noch fremde Daten"),
        ("a.png", ZWEIMAL_ZU_ENDE, "«a.png» enthält ausser dem Bild noch fremde Daten"),
        ("a.png", HTML_VORN, "«a.png» enthält ausser dem Bild noch fremde Daten"),
        ("a.jpg", make_kommentar(HTML), "«a.jpg» enthält ausser dem Bild noch fremde Daten"),
        ("a.jpg", make_kommentar(b"\xff\xda" + HTML), "«a.jpg» enthält ausser dem Bild noch fremde Daten"),
        ("a.jpg", make_bild("jpg") + HTML, "«a.jpg» enthält ausser dem Bild noch fremde Daten"),
        ("a.jpg", make_bild("jpg") + make_paket(), "«a.jpg» enthält ausser dem Bild noch fremde Daten"),
    ],
)
def test_bad_file_is_refused_in_one_sentence(tmp_path, name, inhalt, satz):
    gesagt = ablehnung(tmp_path, name, inhalt)

    assert gesagt.startswith(satz)
    assert gesagt.endswith(".")
    assert "\n" not in gesagt


def _symlink() -> bytes:
    info = zipfile.ZipInfo("word/link.xml")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return make_paket(dazu={info: b"/etc/passwd"})


def _luegt_ueber_groesse() -> bytes:
    """A member that says it is 1 kB long and inflates to 400 MB."""
    paket = bytearray(make_paket(dazu={"word/media/gross.bin": b"\0" * 400_000_000}))
    for marke, stelle in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        ort = paket.rfind(marke)
        paket[ort + stelle : ort + stelle + 4] = (1000).to_bytes(4, "little")
    return bytes(paket)


def _viele_eintraege() -> bytes:
    ziel = io.BytesIO(make_paket())
    with zipfile.ZipFile(ziel, "a") as paket:
        for nummer in range(50_000):
            paket.writestr(f"word/{nummer}.xml", b"")
    return ziel.getvalue()


BOMBEN = {
    "inflates to 400 MB": ("a.docx", lambda: make_paket(dazu={"word/media/gross.bin": b"\0" * 400_000_000})),
    "lies about its size": ("a.docx", _luegt_ueber_groesse),
    "50 000 entries": ("a.xlsx", _viele_eintraege),
    "symbolic link": ("a.docx", _symlink),
    "30 000 x 30 000 pixels": ("a.png", make_riesenbild),
    "billion laughs": (
        "a.docx",
        lambda: make_paket(
            hauptteil='<!DOCTYPE a [<!ENTITY a "ha">'
            + "".join(f'<!ENTITY a{i} "{f"&a{i - 1 if i else str()};" * 10}">' for i in range(10))
            + "]><a>&a9;</a>"
        ),
    ),
}


@pytest.mark.parametrize("bombe", BOMBEN)
def test_bomb_is_refused_quickly_and_without_memory(tmp_path, bombe):
    import resource

    name, make = BOMBEN[bombe]
    inhalt = make()
    vorher = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    kinder = resource.getrusage(resource.RUSAGE_CHILDREN)

    satz = ablehnung(tmp_path, name, inhalt)

    nachher = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert satz.startswith(f"«{name}» ")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - vorher < 100_000
    # Processor time, since a loaded machine tells nothing about the wall's (sicherheit.md U4: under 2 s).
    assert nachher.ru_utime + nachher.ru_stime - kinder.ru_utime - kinder.ru_stime < 2


def test_endless_object_stream_ends_at_the_limit(tmp_path):
    """A cross-reference stream that inflates without end costs the child, not us."""
    strom = zlib.compress(b"\0" * 900_000_000, 9)
    pdf = b"%PDF-1.5\n"
    ort = len(pdf)
    pdf += (
        b"1 0 obj\n<< /Type /XRef /Size 300000000 /W [1 1 1] /Root 2 0 R /Filter /FlateDecode /Length %d >>\nstream\n"
        % len(strom)
    )
    pdf += strom + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % ort

    assert ablehnung(tmp_path, "a.pdf", pdf).startswith("«a.pdf» ")


def test_one_hostile_file_does_not_refuse_its_neighbours(tmp_path, monkeypatch):
    gut, schlecht = tmp_path / "gut", tmp_path / "schlecht"
    gut.write_bytes(GUT)
    schlecht.write_bytes(HTML)

    ergebnis = check_dateien([(gut, "gut.pdf"), (schlecht, "schlecht.pdf"), (gut, "nochmals.pdf")])

    assert [type(e) for e in ergebnis] == [Befund, DateiAbgelehnt, Befund]
    assert check_dateien([]) == []


# --- Names ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "sauber"),
    [
        ("Budget 2027.pdf", "Budget 2027.pdf"),
        ("Übersicht – Entwurf (2).docx", "Übersicht – Entwurf (2).docx"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("..\\..\\boot.pdf", "boot.pdf"),
        ("a\r\nSet-Cookie: x=1.pdf", "aSet-Cookie_ x=1.pdf"),
        ("x\u202efdp.exe", "xfdp.exe"),
        ("a\0b.pdf", "ab.pdf"),
        ("u\u0308.pdf", "ü.pdf"),
        ("CON.pdf", "_CON.pdf"),
        ("lpt1.a.pdf", "_lpt1.a.pdf"),
        ('er sagt "nein"; ja.pdf', "er sagt _nein__ ja.pdf"),
        ("a\u2028b\u00a0c.pdf", "a b c.pdf"),
        ("\udcff.pdf", "_.pdf"),
        ("", "Datei"),
        ("..", "Datei"),
        (".pdf", "Datei.pdf"),
        ("é" * 300 + ".pdf", "é" * 125 + ".pdf"),
        ("a" * 300 + ".pdf", "a" * 196 + ".pdf"),
    ],
)
def test_name_is_cleaned(name, sauber):
    assert clean_dateiname(name) == sauber
