"""Official PDFs: conforming, closed to the outside, bounded, the same twice."""

import http.server
import io
import json
import os
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
import pytest
from django.template import engines

from konferenz import pdf as pdf_modul
from konferenz.checks import can_load, check_pango
from konferenz.kindprozess import KINDER, Grenzen, KindFehler, run_kind
from konferenz.pdf import Anhang, PdfError, PdfNichtVerfuegbar, make_pdf_error, print_assets, render_pdf
from tests.verapdf import verapdf

STAND = datetime(2026, 12, 3, 7, 0, tzinfo=UTC)
WENIG = Grenzen(speicher_mb=1024, cpu_s=10, wand_s=20)
pytestmark = pytest.mark.django_db


def muster(**dazu):
    return {
        "stand": STAND,
        "titel": "Traktandenliste der Sitzung 4/2026",
        "kontext": "Sozialpräsidienkonferenz",
        "lead": "Donnerstag, 10. Dezember 2026",
        "angaben": [("Ort", "Landhaus Solothurn")],
        "punkte": [
            {"nummer": 1, "titel": "Begrüssung", "art": "Formelles", "angaben": "14.00 Uhr", "text": ""},
            {"nummer": 2, "titel": "Lastenausgleich", "art": "Entscheid", "angaben": "14.05 Uhr", "text": "≥ ½ → «Ja»"},
        ],
        "zeilen": [("Thal-Gäu", "Zweckverband", 31_415), ("Olten", "Leitgemeinde", 27_182)],
        **dazu,
    }


@pytest.fixture(scope="module")
def official(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        return render_pdf(
            "pdf/muster.html", muster(), anhaenge=[Anhang("Stimmen.json", b'{"ja": 10}', "Die Stimmen", STAND)]
        )


def read_text(inhalt: bytes, tmp_path: Path) -> str:
    (tmp_path / "text.pdf").write_bytes(inhalt)
    return subprocess.run(
        ["pdftotext", "-layout", tmp_path / "text.pdf", "-"], capture_output=True, text=True, check=True
    ).stdout


@pytest.mark.parametrize("flavour", ["ua1", "3a"])
def test_document_passes_verapdf(official, tmp_path, flavour):
    pfad = tmp_path / "muster.pdf"
    pfad.write_bytes(official)

    assert verapdf(pfad, flavour) == []


def test_document_passes_with_the_only_font_that_is_always_there(tmp_path, monkeypatch):
    dejavu = Path("/usr/share/fonts/truetype/dejavu")
    if not dejavu.is_dir():
        pytest.skip("fonts-dejavu-core fehlt")
    (tmp_path / "fonts.conf").write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
        f"<dir>{dejavu}</dir><cachedir>{tmp_path}</cachedir></fontconfig>"
    )
    monkeypatch.setenv("FONTCONFIG_FILE", str(tmp_path / "fonts.conf"))
    pfad = tmp_path / "muster.pdf"

    pfad.write_bytes(render_pdf("pdf/muster.html", muster()))

    with pikepdf.open(pfad) as pdf:
        namen = {str(font.BaseFont).partition("+")[2] for font in pdf.pages[0].Resources.Font.values()}
    assert namen == {"DejaVu-Sans", "DejaVu-Sans-Bold"}
    assert (verapdf(pfad, "ua1"), verapdf(pfad, "3a")) == ([], [])


def test_document_says_what_it_is(official):
    with pikepdf.open(io.BytesIO(official)) as pdf:
        info = {name: str(pdf.docinfo[name]) for name in ("/Title", "/Author", "/CreationDate", "/ModDate")}
        anhaenge = {name: bytes(teil.get_file().read_bytes()) for name, teil in pdf.attachments.items()}
        sprache = str(pdf.Root.Lang)
        scopes = sorted(
            str(o.A.get("/Scope")) for o in pdf.objects if isinstance(o, pikepdf.Dictionary) and o.get("/S") == "/TH"
        )

    assert info == {
        "/Title": "Traktandenliste der Sitzung 4/2026",
        "/Author": "Verband Solothurner Einwohnergemeinden",
        "/CreationDate": "D:20261203080000+01'00",
        "/ModDate": "D:20261203080000+01'00",
    }
    assert anhaenge == {"Stimmen.json": b'{"ja": 10}'}
    assert sprache == "de-CH"
    assert scopes == ["/Column"] * 3 + ["/Row"] * 3


def test_same_data_gives_the_same_bytes(official):
    nochmals = render_pdf(
        "pdf/muster.html", muster(), anhaenge=[Anhang("Stimmen.json", b'{"ja": 10}', "Die Stimmen", STAND)]
    )

    assert nochmals == official


def test_letterhead_is_what_the_office_set(now, tmp_path):
    from konferenz.models import Einstellung

    Einstellung.objects.create(schluessel="absender_adresse", wert="Bielstrasse 1\n4500 Solothurn", geaendert_at=now)

    text = read_text(render_pdf("pdf/muster.html", muster()), tmp_path)

    assert "Bielstrasse 1" in text
    assert "Seite 1 von 1" in text


# --- Closed to the outside (P1) -------------------------------------------------------------------


@pytest.fixture
def listener():
    gehoert = []

    class Ohr(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            gehoert.append(self.path)
            self.send_response(200)
            self.end_headers()

        do_POST = do_HEAD = do_GET  # noqa: N815 - http.server calls them so

        def log_message(self, *args):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Ohr)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", gehoert
    server.shutdown()
    server.server_close()


def angriffe(adresse: str) -> str:
    return f"""
    <img src="{adresse}/img"><img src="file:///etc/passwd" alt="x"><object data="{adresse}/object"></object>
    <link rel="attachment" href="file:///etc/passwd"><link rel="attachment" href="{adresse}/anhang">
    <a rel="attachment" href="file:///etc/hostname">a</a><embed src="{adresse}/embed">
    <link rel="stylesheet" href="{adresse}/css"><link rel="stylesheet" href="asset:../../etc/passwd">
    <style>@import url({adresse}/import); @font-face {{ font-family: B; src: url({adresse}/font) }}
    p {{ background: url(file:///etc/passwd); font-family: B }} li {{ list-style-image: url({adresse}/li) }}
    body {{ content: url({adresse}/content) }}</style><ul><li>x</li></ul>
    <svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">
    <image xlink:href="{adresse}/svg" width="9" height="9"/><use xlink:href="{adresse}/use#a"/></svg>
    <img alt="" src="data:text/html,hallo"><img alt="" src="asset:/etc/passwd"><iframe src="{adresse}/f"></iframe>
    """


def foreign_bytes(inhalt: bytes) -> bool:
    with pikepdf.open(io.BytesIO(inhalt)) as pdf:
        stroeme = [bytes(o.read_bytes()) for o in pdf.objects if isinstance(o, pikepdf.Stream)]
        return bool(dict(pdf.attachments)) or any(b"root:" in strom for strom in stroeme)


def test_text_of_people_is_only_text(listener, tmp_path):
    adresse, gehoert = listener
    boese = angriffe(adresse)

    inhalt = render_pdf("pdf/muster.html", muster(titel=boese, kontext=boese, lead=boese, angaben=[(boese, boese)]))

    assert gehoert == []
    assert not foreign_bytes(inhalt)
    assert "file:///etc/passwd" in read_text(inhalt, tmp_path)


def test_markup_of_people_fetches_nothing(listener):
    """Even if a template forgot to escape."""
    adresse, gehoert = listener
    html = engines["django"].from_string("<!doctype html><html lang=de><title>x</title><h1>x</h1>{{ b|safe }}")

    ergebnis, [inhalt] = run_kind(
        "rendern",
        {"assets": print_assets(), "anhaenge": []},
        [html.render({"b": angriffe(adresse)}).encode()],
        grenzen=WENIG,
    )

    assert gehoert == []
    assert not foreign_bytes(inhalt)
    assert "file:///etc/passwd" in ergebnis["verweigert"]


def test_child_opens_no_connection_and_starts_no_program(tmp_path):
    (tmp_path / "__main__.py").write_text(
        f"import sys; sys.path.insert(0, {str(KINDER)!r})\n"
        "from __main__ import *\nimport importlib.util as u, socket, subprocess, json\n"
        f"s = u.spec_from_file_location('kind', {str(KINDER / '__main__.py')!r}); k = u.module_from_spec(s)\n"
        "s.loader.exec_module(k); sys.addaudithook(k.forbid_network); out = []\n"
        "for f in (lambda: socket.create_connection(('127.0.0.1', 9)), lambda: subprocess.run(['true'])):\n"
        "    try: f()\n"
        "    except PermissionError as e: out.append(str(e).split(': ')[1])\n"
        "print(json.dumps(out))\n"
    )

    lauf = subprocess.run([sys.executable, "-I", tmp_path], capture_output=True, text=True, check=True)

    assert json.loads(lauf.stdout) == ["socket.getaddrinfo", "subprocess.Popen"]


def test_child_started_anew_sees_no_secret(monkeypatch, settings):
    settings.KINDPROZESS_STAMM = False
    monkeypatch.setenv("SECRET_KEY", "geheim")
    gesehen = []
    popen = subprocess.Popen

    class Merker(popen):
        def __init__(self, *args, **kwargs):
            gesehen.append(kwargs["env"])
            super().__init__(*args, **kwargs)

    monkeypatch.setattr(subprocess, "Popen", Merker)
    render_pdf("pdf/muster.html", muster())

    assert len(gesehen) == 1
    assert not {"SECRET_KEY", "DATABASE_URL", "DJANGO_SETTINGS_MODULE"} & set(gesehen[0])


# --- Bounded (P2) ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "x" * 50_000,
        "😀🇨🇭👩‍👧" * 50,
        "مرحبا بالعالم שלום " * 50,
        "".join(map(chr, range(32))) + "\x7f\x85\u2028\u202e\ufffe ende",
        "\ud800 halbes Zeichen",
    ],
    ids=["no spaces", "emoji", "right to left", "control characters", "lone surrogate"],
)
def test_strange_text_prints(text):
    punkt = {"nummer": 1, "titel": "T", "art": "Information", "angaben": "", "text": text}

    inhalt = render_pdf("pdf/muster.html", muster(punkte=[punkt]))

    with pikepdf.open(io.BytesIO(inhalt)) as pdf:
        assert len(pdf.pages) >= 1


def test_endless_document_ends_at_the_limit(monkeypatch):
    monkeypatch.setattr(pdf_modul, "GRENZEN", Grenzen(speicher_mb=1024, cpu_s=2, wand_s=20))

    with pytest.raises(PdfError) as gefangen:
        render_pdf("pdf/muster.html", muster(zeilen=[("Region", "Form", 1)] * 5000))

    assert str(gefangen.value) == "Das PDF ist zu umfangreich und wurde nicht erstellt. Bitte kürzen Sie den Inhalt."


@pytest.mark.parametrize(
    ("grenzen", "html", "art"),
    [
        (Grenzen(speicher_mb=1024, cpu_s=60, wand_s=0.5), "<p>x" * 5000, "zeit"),
        (Grenzen(speicher_mb=1024, cpu_s=1, wand_s=120), "<p>x" * 5000, "zeit"),
        (Grenzen(speicher_mb=350, cpu_s=90, wand_s=120), "<p>x" * 20_000, "speicher"),
        (Grenzen(speicher_mb=1024, cpu_s=90, wand_s=120), "<ul><li>x" * 1000, "speicher"),
    ],
    ids=["wall time", "processor time", "memory", "nesting"],
)
def test_each_limit_ends_the_child(grenzen, html, art):
    with pytest.raises(KindFehler) as gefangen:
        run_kind("rendern", {"assets": {}, "anhaenge": []}, [html.encode()], grenzen=grenzen)

    assert gefangen.value.art == art


@pytest.mark.parametrize("an", ["1", "0"], ids=["forked", "started anew"])
def test_children_die_with_their_parent(tmp_path, an):
    eltern = subprocess.Popen(
        [
            sys.executable,
            "-c",
            (
                "import sys; sys.path.insert(0, '.')\n"
                "from konferenz.kindprozess import *\n"
                "run_kind('rendern', {'assets': {}, 'anhaenge': []}, [b'<p>x' * 30000], "
                "grenzen=Grenzen(speicher_mb=2048, cpu_s=60, wand_s=60))"
            ),
        ],
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "KINDPROZESS_STAMM": an,
            "TMPDIR": str(tmp_path),
        },
        stderr=subprocess.DEVNULL,
    )
    kind = wait_for(lambda: children(eltern.pid))
    if an == "1":
        kind += wait_for(lambda: children(kind[0]))
    time.sleep(1)

    eltern.send_signal(signal.SIGKILL)
    eltern.wait()

    assert wait_for(lambda: all(not Path(f"/proc/{pid}/cmdline").exists() for pid in kind))


def children(pid: int) -> list[int]:
    ordner = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(teil) for teil in ordner.read_text().split()] if ordner.exists() else []


def wait_for(bedingung, sekunden: float = 15):
    ende = time.monotonic() + sekunden
    while time.monotonic() < ende:
        if ergebnis := bedingung():
            return ergebnis
        time.sleep(0.05)
    return bedingung()


# --- Missing library ------------------------------------------------------------------------------


def test_child_tells_a_missing_library(monkeypatch):
    """WeasyPrint says OSError, not ImportError, where Pango is missing."""
    import importlib.abc

    from konferenz.kinder import rendern

    class OhnePango(importlib.abc.MetaPathFinder):
        def find_spec(self, name, *args):
            if name == "weasyprint":
                raise OSError("cannot load library 'libpango-1.0-0'")

    monkeypatch.delitem(sys.modules, "weasyprint", raising=False)
    monkeypatch.setattr(sys, "meta_path", [OhnePango(), *sys.meta_path])

    with pytest.raises(rendern.NichtVerfuegbarError) as gefangen:
        rendern.load_weasyprint()

    assert gefangen.value.art == "nicht_verfuegbar"


def test_missing_pango_is_said_in_one_sentence():
    fehler = make_pdf_error(KindFehler("nicht_verfuegbar", "cannot load library"))

    assert type(fehler) is PdfNichtVerfuegbar
    assert str(fehler) == (
        "PDF sind auf diesem Server nicht verfügbar: die Bibliothek Pango fehlt "
        "(apt install libpango-1.0-0 libpangoft2-1.0-0)."
    )


def test_check_warns_about_a_missing_pango(monkeypatch):
    assert check_pango() == []
    assert not can_load("libgibtesnicht.so.0", "gibtesnicht")
    monkeypatch.setattr("konferenz.checks.PANGO", {"libgibtesnicht.so.0": "gibtesnicht"})

    assert [(w.id, w.level) for w in check_pango()] == [("konferenz.W001", 30)]
