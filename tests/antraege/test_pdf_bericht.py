"""The report as a PDF: what stands in it, what is inside it, that it is archivable and accessible."""

from __future__ import annotations

import os
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest

from antraege.actions import bericht as deeds
from antraege.models import Antragsbeilage, Bericht
from antraege.rules.bericht import FELDER
from antraege.views.protokoll import make_oeffentliche_huelle
from konferenz import triggers
from konferenz.kindprozess import Grenzen
from konferenz.pdf import PdfError
from tests.conftest import make_datei
from tests.sitzungen.test_pdf import pdf_text
from tests.verapdf import verapdf

from .test_nachzaehlen import recount
from .test_protokoll import attachment
from .ueberweisung_helfer import decide, prepare, render

pytestmark = pytest.mark.django_db

LANG = {
    "ausgangslage": "Seit 2019 gilt die Fallpauschale unverändert.\n\nDie Teuerung beträgt 7.1 Prozent.",
    "erwaegungen": "Die Regionen tragen die Differenz.",
    "finanzielles": "Rund Fr. 1’200’000.00 pro Jahr für alle Gemeinden.",
    "minderheit": "Zwei Regionen möchten zuerst die Vollkostenrechnung sehen.",
}


def keep(inhalt: bytes, name: str) -> None:
    """Keep a PDF to look at where PDF_ANSEHEN names a folder."""
    if ordner := os.environ.get("PDF_ANSEHEN"):
        Path(ordner, name).write_bytes(inhalt)


@pytest.fixture
def bericht(saal, offene, geschaeftsstelle, now) -> Bericht:
    antrag = decide(offene(saal))
    with triggers.without_triggers():
        Antragsbeilage.objects.create(
            antrag=antrag,
            datei=make_datei("Vollkosten.xlsx", b"PK", typ="xlsx"),
            titel="Vollkostenrechnung",
            position=1,
            von=geschaeftsstelle,
            created_at=now,
        )
    return prepare(antrag, actor=geschaeftsstelle, now=now, **LANG)


@pytest.fixture
def gescheitert(saal, offene, geschaeftsstelle, now) -> Bericht:
    return prepare(decide(offene(saal), ja=9, nein=4), actor=geschaeftsstelle, now=now)


def test_the_report_has_its_sections_in_order(bericht, now):
    inhalt = render(bericht, now=now)
    keep(inhalt, "antrag.pdf")
    text = pdf_text(inhalt)

    folge = [
        "An den VSEG-Vorstand",
        "26. November 2026",
        "Bericht und Antrag an den VSEG-Vorstand",
        "Antrag 1/2026: Teuerung der Fallpauschale",
        "Sehr geehrte Damen und Herren",
        "unterbreitet Ihnen folgenden Bericht und Antrag:",
        "1 Ausgangslage",
        "Seit 2019 gilt",
        "2 Erwägungen",
        "3 Finanzielle Auswirkungen auf die Gemeinden",
        "Fr. 1’200’000.00",
        "4 Abstimmungsergebnis",
        "Angenommen mit 10 Ja, 3 Nein, 1 Enthaltung bei 14 Anwesenden; nötig 10.",
        "Position der Minderheit",
        "Zwei Regionen",
        "5 Antrag",
        "Der VSEG-Vorstand sei zu ersuchen, die Fallpauschale der Teuerung anzupassen.",
        "Fassung 1, über die abgestimmt wurde",
        "Freundliche Grüsse",
        "Vera Vorsitz, Präsidentin",
        "Gero Führung, Geschäftsführer",
        "Beilagen",
        "Abstimmungsprotokoll",
        "Vollkostenrechnung (XLSX)",
        "Verteiler",
        "VSEG-Vorstand",
        "zur Kenntnis: Mitglieder der Sozialpräsidienkonferenz",
    ]
    stelle = 0
    for wort in folge:
        stelle = text.find(wort, stelle)
        assert stelle >= 0, wort
    assert "Entwurf" not in text
    assert "zur Information" not in text


def test_a_section_without_text_is_left_out_or_says_so(bericht, geschaeftsstelle, now):
    leer = dict.fromkeys(LANG, "")
    felder = {f: getattr(bericht, f) for f in ("verteiler", "unterschrift_vorsitz", "unterschrift_geschaeftsfuehrung")}
    bericht = deeds.save_bericht(bericht.pk, felder | leer, stand=bericht.stand, actor=geschaeftsstelle, now=now)

    text = pdf_text(render(bericht, now=now))

    assert "Ausgangslage" not in text
    assert "Erwägungen" not in text
    assert "Minderheit" not in text
    assert "1 Finanzielle Auswirkungen auf die Gemeinden Der Antrag enthält dazu keine Angaben." in text
    assert "2 Abstimmungsergebnis" in text


def test_what_did_not_carry_is_marked_as_information_and_asks_for_nothing(gescheitert, now):
    inhalt = render(gescheitert, now=now)
    keep(inhalt, "information.pdf")
    text = pdf_text(inhalt)

    assert "Bericht an den VSEG-Vorstand, nur zur Information" in text
    assert "Nur zur Information: Der Antrag ist nicht zustande gekommen" in text
    assert "Nicht zustande gekommen mit 9 Ja, 4 Nein, 1 Enthaltung bei 14 Anwesenden; nötig 10." in text
    assert "Wortlaut des Antrags, nicht zustande gekommen" in text
    assert "Bericht und Antrag" not in text
    assert "stellt dem VSEG-Vorstand den Antrag" not in text
    with pikepdf.open(BytesIO(inhalt)) as pdf:
        assert "nur zur Information" in str(pdf.docinfo["/Title"])


def test_a_preview_says_on_each_page_that_it_is_none(bericht, geschaeftsstelle, now):
    lang = "Ein Absatz, der eine Zeile füllt und etwas mehr, damit es Seiten werden.\n\n" * 60
    felder = {feld: getattr(bericht, feld) for feld in ("finanzielles", "minderheit", "verteiler")}
    felder |= {f"unterschrift_{wer}": wer for wer in ("vorsitz", "geschaeftsfuehrung")}
    bericht = deeds.save_bericht(
        bericht.pk,
        felder | {"ausgangslage": lang, "erwaegungen": ""},
        stand=bericht.stand,
        actor=geschaeftsstelle,
        now=now,
    )

    inhalt = render(bericht, now=now, is_entwurf=True)

    keep(inhalt, "entwurf.pdf")
    with pikepdf.open(BytesIO(inhalt)) as pdf:
        seiten = len(pdf.pages)
    text = pdf_text(inhalt)
    assert seiten > 1
    assert text.count("ENTWURF") == seiten
    assert "Entwurf, nicht überwiesen" in text


@pytest.mark.parametrize("namentlich", [False, True])
def test_the_record_inside_can_be_recounted_and_one_changed_byte_is_refused(
    saal, offene, geschaeftsstelle, now, tmp_path, namentlich
):
    bericht = prepare(decide(offene(saal, namentlich=namentlich)), actor=geschaeftsstelle, now=now)
    vote = bericht.abstimmung

    name, inhalt = attachment(render(bericht, now=now))

    assert inhalt.decode() == make_oeffentliche_huelle(vote)
    pfad = tmp_path / name
    pfad.write_bytes(inhalt)
    ergebnis = recount(pfad)
    assert (ergebnis.returncode, ergebnis.stderr) == (0, "")
    assert "angenommen: 10 Ja, 3 Nein" in ergebnis.stdout
    namen = list(vote.stimmsitze.values_list("name", flat=True))
    assert any(n in inhalt.decode() for n in namen) is namentlich
    stelle = inhalt.index(b"Wird der Antrag") + 3
    pfad.write_bytes(inhalt[:stelle] + bytes([inhalt[stelle] ^ 1]) + inhalt[stelle + 1 :])
    assert recount(pfad).returncode == 1


@pytest.mark.parametrize("flavour", ["3a", "ua1"])
@pytest.mark.parametrize("welcher", ["bericht", "gescheitert", "entwurf"])
def test_reports_are_accessible_and_archivable(request, tmp_path, now, flavour, welcher):
    row = request.getfixturevalue("gescheitert" if welcher == "gescheitert" else "bericht")
    pfad = tmp_path / "bericht.pdf"
    pfad.write_bytes(render(row, now=now, is_entwurf=welcher == "entwurf"))

    assert verapdf(pfad, flavour) == []


def test_the_same_report_gives_the_same_bytes(bericht, now):
    assert render(bericht, now=now) == render(bericht, now=now)


BOESE = {
    "ausgangslage": "x" * 50_000,
    "erwaegungen": "<script>alert(1)</script> & «Zitat» \u202e" + "ä" * 40_000,
}


@pytest.mark.parametrize("feld", BOESE)
def test_fifty_thousand_letters_without_a_space_are_laid_out(bericht, geschaeftsstelle, now, feld):
    texte = {f: getattr(bericht, f) for f in FELDER} | {feld: BOESE[feld]}
    bericht = deeds.save_bericht(bericht.pk, texte, stand=bericht.stand, actor=geschaeftsstelle, now=now)

    inhalt = render(bericht, now=now)

    with pikepdf.open(BytesIO(inhalt)) as pdf:
        assert len(pdf.pages) > 10


def test_what_no_child_can_lay_out_is_refused_cleanly(bericht, geschaeftsstelle, now, monkeypatch):
    texte = {f: getattr(bericht, f) for f in FELDER} | {"minderheit": "\n".join(["Zeile"] * 8_000)}
    bericht = deeds.save_bericht(bericht.pk, texte, stand=bericht.stand, actor=geschaeftsstelle, now=now)
    monkeypatch.setattr("konferenz.pdf.GRENZEN", Grenzen(speicher_mb=1024, cpu_s=2, wand_s=3))

    with pytest.raises(PdfError, match="zu umfangreich"):
        render(bericht, now=now)
