"""Agenda and dossier as PDF, and the Pflichtenheft's sentences on paper and in both letters."""

import shutil
import subprocess
from datetime import UTC, datetime
from io import BytesIO

import pikepdf
import pytest
from django.db import connection

from sitzungen import pdf
from sitzungen.mails.versand import make_brief
from sitzungen.queries.paket import load_inhalt, make_manifest
from tests.conftest import make_datei, make_traktandum, make_unterlage, pdf_bytes
from tests.verapdf import verapdf

pytestmark = pytest.mark.django_db
STAND = datetime(2026, 12, 3, 7, 0, tzinfo=UTC)


@pytest.fixture
def inhalt(freigegebene, geschaeftsstelle):
    """Three items of each Art, two papers, one of them confidential."""
    entscheid = freigegebene.traktanden.get(position=3)
    make_unterlage(entscheid, "Personelles", person=geschaeftsstelle, vertraulich=True)
    return load_inhalt(freigegebene)


def pdf_text(daten):
    """Return the text of a PDF in one line; skips where poppler-utils is missing."""
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext fehlt (apt install poppler-utils)")
    aus = subprocess.run(["pdftotext", "-layout", "-", "-"], input=daten, capture_output=True, check=True).stdout
    return " ".join(aus.decode().split())


@pytest.fixture
def papiere(inhalt):
    """What the two audiences read: both letters as text and HTML, and the agenda on paper."""
    manifest = make_manifest(inhalt, art="einladung", dossier=None)
    briefe = {
        brief: make_brief(manifest, brief=brief, empfaenger="Anna Muster", gruppe="Probe", stand=STAND)
        for brief in ("einladung", "kenntnis")
    }
    return {
        "pdf": pdf_text(pdf.make_traktandenliste(inhalt, stand=STAND)),
        **{f"{name} text": " ".join(brief.text.split()) for name, brief in briefe.items()},
        **{f"{name} html": " ".join(brief.html.split()) for name, brief in briefe.items()},
    }


def test_pflichtenheft_on_paper_and_in_both_letters(papiere):
    """One row per requirement: what must stand where (R16 the office writes, R32 short summary, R33 the Art in words)."""
    alle = set(papiere)
    briefe = alle - {"pdf"}
    tabelle = [
        ("R33 Information in Worten", "Information", alle),
        ("R33 Entscheid in Worten", "Entscheid", alle),
        ("R33 Formelles in Worten", "Formelles", alle),
        ("R32 kurze Zusammenfassung", "Zwei Regionen im Pilot.", alle),
        ("R32 durch Geschäftsstelle oder Berater", "Geschäftsstelle", alle),
        ("R16 die Geschäftsstelle lädt ein", "Geschäftsstelle der Sozialpräsidienkonferenz", briefe),
        ("R17 zur Kenntnis, keine Einladung", "keine Einladung", {"kenntnis text", "kenntnis html"}),
        ("R14 Stellvertretung", "politische Funktionärinnen", {"einladung text", "einladung html"}),
        ("R42 vertraulich nur den Mitgliedern", "Personelles", {"einladung text", "einladung html"}),
    ]

    gefunden = {regel: {wo for wo, text in papiere.items() if wort in text} for regel, wort, _ in tabelle}

    assert gefunden == {regel: wo for regel, _, wo in tabelle}


def test_each_item_names_its_art_beside_its_time(papiere):
    for wo in ("pdf", "einladung text", "kenntnis text"):
        assert "Information · 14.05" in papiere[wo] or "Information 14.05" in papiere[wo], wo
        assert "Entscheid · 14.15" in papiere[wo] or "Entscheid 14.15" in papiere[wo], wo


@pytest.mark.parametrize("flavour", ["3a", "ua1"])
def test_agenda_is_accessible_and_archivable(flavour, inhalt, tmp_path):
    datei = tmp_path / "traktandenliste.pdf"
    datei.write_bytes(pdf.make_traktandenliste(inhalt, stand=STAND))

    assert verapdf(datei, flavour) == []


def test_dossier_binds_internal_papers_only_with_bookmarks_and_stamps(freigegebene, geschaeftsstelle):
    information, entscheid = freigegebene.traktanden.filter(position__gt=1)
    make_unterlage(
        information, "Lagebild", person=geschaeftsstelle, datei=make_datei("Lagebild.pdf", pdf_bytes(3), seiten=3)
    )
    make_unterlage(entscheid, "Personelles", person=geschaeftsstelle, vertraulich=True)

    mappe = pdf.make_dossier(load_inhalt(freigegebene), (), stand=STAND)

    with pikepdf.open(BytesIO(mappe.inhalt)) as dokument, dokument.open_outline() as gliederung:
        titel = [(punkt.title, [kind.title for kind in punkt.children]) for punkt in gliederung.root]
        seiten = len(dokument.pages)
    text = pdf_text(mappe.inhalt)
    assert mappe.defekte == {}
    assert mappe.seiten == seiten
    assert titel[-2:] == [
        ("2 Einheitliche Fallführung: Stand der Einführung", ["Lagebild"]),
        ("3 Budgetwerte Sozialkosten 2027", ["Bericht und Antrag"]),
    ]
    assert "Personelles" not in text
    assert text.count("Traktandum 2") == 3  # the stamp on each page of the paper
    assert "4. ordentliche Sitzung 2026" in text


def test_dossier_names_what_it_cannot_open(freigegebene, geschaeftsstelle):
    kaputt = make_datei("Kaputt.pdf", b"%PDF-1.4 kaputt")
    make_unterlage(freigegebene.traktanden.get(position=2), "Kaputt", person=geschaeftsstelle, datei=kaputt)

    mappe = pdf.make_dossier(load_inhalt(freigegebene), (), stand=STAND)

    assert mappe.defekte == {str(kaputt.pk): "«Kaputt» lässt sich nicht öffnen; bitte nochmals hochladen."}


def test_same_content_gives_the_same_dossier(inhalt):
    eins, zwei = (pdf.make_dossier(inhalt, (), stand=STAND).inhalt for _ in range(2))

    assert eins == zwei


def test_hostile_texts_stay_texts(freigegebene):
    nul = "\x00" if connection.vendor == "sqlite" else "\x01"  # PostgreSQL keeps no NUL at all
    make_traktandum(
        freigegebene,
        f"<img src=http://127.0.0.1:9/x>{nul}\u202e",
        zusammenfassung="<link rel=attachment href=file:///etc/passwd> {{ 7|add:7 }}\x07",
    )
    inhalt = load_inhalt(freigegebene)

    daten = pdf.make_traktandenliste(inhalt, stand=STAND)
    brief = make_brief(
        make_manifest(inhalt, art="einladung", dossier=None),
        brief="einladung",
        empfaenger='"><script>x</script>',
        gruppe="Probe",
        stand=STAND,
    )

    with pikepdf.open(BytesIO(daten)) as dokument:
        assert list(dokument.attachments) == []
    assert "<img" in pdf_text(daten)
    assert "<script" not in brief.html
    assert "<img" not in brief.html
    assert "{{ 7|add:7 }}" in brief.text
