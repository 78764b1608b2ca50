"""A motion as a paper: made from the motion itself, accessible, the same each time, or refused in one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings

from antraege.models import Antragsbeilage
from antraege.pdf_antrag import make_antrag_pdf
from konferenz.kindprozess import Grenzen
from konferenz.pdf import PdfError
from sitzungen.models import Thema
from tests.conftest import make_datei
from tests.sitzungen.test_pdf import pdf_text
from tests.verapdf import verapdf

from .conftest import make_antrag, make_saal

pytestmark = pytest.mark.django_db


@pytest.fixture
def fassung(db):
    """A motion with everything, submitted on 10 December 2026."""
    fassung = make_antrag(make_saal(2), nr=4)
    fassung.antrag.thema = Thema.objects.get(nr=4)
    fassung.ausgangslage = "Die Teuerung beträgt 3.2 Prozent.\n\nSeit 2024 wurde nicht angepasst."
    fassung.erwaegungen = "Die Gemeinden tragen den Fehlbetrag."
    fassung.finanzielles = "Rund 180'000 Franken im Jahr."
    return fassung


def test_the_paper_says_what_the_motion_says(fassung):
    text = pdf_text(make_antrag_pdf(fassung.antrag, fassung))

    for satz in (
        "Antrag 4/2026",
        "Teuerung der Fallpauschale",
        f"Von {fassung.antrag.sitz.bezeichnung}",
        "Eingereicht am 10. Dezember 2026",
        "Fassung 1 vom 10. Dezember 2026",
        "Ausgangslage Die Teuerung beträgt 3.2 Prozent. Seit 2024 wurde nicht angepasst.",
        "Erwägungen Die Gemeinden tragen den Fehlbetrag.",
        "Finanzielle Auswirkungen auf die Gemeinden Rund 180'000 Franken im Jahr.",
        "Antrag Der VSEG-Vorstand sei zu ersuchen, die Fallpauschale der Teuerung anzupassen.",
    ):
        assert satz in text
    assert "Beilagen" not in text


def test_empty_sections_are_left_out_and_attachments_named(fassung, now):
    fassung.erwaegungen, fassung.finanzielles, fassung.ausgangslage = "", "  ", ""
    antrag = fassung.antrag
    antrag.status = antrag.Status.EINGEREICHT
    antrag.traktandum = None
    antrag.save(update_fields=["status", "traktandum"])
    person = antrag.eingereicht_von
    for nr, (titel, entfernt) in enumerate([("Berechnung", False), ("Altes Blatt", True)], start=1):
        Antragsbeilage.objects.create(
            antrag=antrag,
            datei=make_datei(),
            titel=titel,
            position=nr,
            is_entfernt=entfernt,
            von=person,
            created_at=now,
        )

    text = pdf_text(make_antrag_pdf(antrag, fassung))

    assert "Beilagen" in text
    assert "Berechnung" in text
    assert [wort for wort in ("Ausgangslage", "Erwägungen", "Finanzielle", "Altes Blatt") if wort in text] == []


@pytest.mark.parametrize("flavour", ["3a", "ua1"])
def test_the_paper_is_accessible_and_archivable(fassung, tmp_path, flavour):
    pfad = tmp_path / "antrag.pdf"
    pfad.write_bytes(make_antrag_pdf(fassung.antrag, fassung))

    assert verapdf(pfad, flavour) == []


def test_the_same_motion_gives_the_same_bytes(fassung):
    assert make_antrag_pdf(fassung.antrag, fassung) == make_antrag_pdf(fassung.antrag, fassung)


@pytest.mark.parametrize("zeichen", ["x", "<", "ß\u0301"])
def test_a_text_of_50000_letters_without_a_space_is_printed(fassung, zeichen):
    fassung.ausgangslage = fassung.erwaegungen = fassung.finanzielles = zeichen * (50_000 // len(zeichen))
    fassung.text = zeichen * (5_000 // len(zeichen))

    inhalt = make_antrag_pdf(fassung.antrag, fassung)

    assert pdf_text(inhalt).count(zeichen[0]) >= 155_000 // len(zeichen)


def test_what_takes_too_long_is_refused_in_a_sentence_and_leaves_no_file(fassung, monkeypatch):
    """The layout runs in a child with limits."""
    fassung.ausgangslage = fassung.erwaegungen = "Wort " * 50_000
    monkeypatch.setattr("konferenz.pdf.GRENZEN", Grenzen(speicher_mb=1024, cpu_s=1, wand_s=2))

    with pytest.raises(PdfError, match="zu umfangreich und wurde nicht erstellt"):
        make_antrag_pdf(fassung.antrag, fassung)

    assert list(Path(settings.MEDIA_ROOT).iterdir()) == []
