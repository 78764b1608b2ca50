"""The sheets for a meeting on paper: to sign, to count."""

import json
from datetime import UTC, datetime
from io import BytesIO

import pikepdf
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mitglieder.models import Sitz
from sitzungen import pdf
from sitzungen.models import Sitzung
from sitzungen.queries import druck
from tests.conftest import make_antwort, make_mandat, make_person, make_traktandum
from tests.sitzungen.test_pdf import pdf_text
from tests.verapdf import verapdf

pytestmark = pytest.mark.django_db
STAND = datetime(2026, 12, 9, 7, 0, tzinfo=UTC)


@pytest.fixture
def voll(versandte, vorsitz, praesidium, stellvertretung, berater):
    """Chair, a region represented by a substitute, an adviser, a designated president; two decisions."""
    make_mandat(make_person("Designiert"), Sitz.objects.get(sozialregion__kuerzel="SON"), gewaehlt=False)
    make_antwort(versandte, Sitz.objects.get(art="vorsitz"), "entschuldigt", antwort_at=STAND)
    make_traktandum(versandte, "Kredit Fallführung", art="entscheid")
    make_traktandum(versandte, "Kostenverteiler 2027", art="entscheid")
    return versandte


def liste(sitzung):
    return pdf.make_praesenzliste(druck.load_kopf(sitzung), druck.list_sitze(sitzung), stand=STAND)


def blaetter(sitzung):
    mehr = druck.make_mehrtabelle(14)
    return pdf.make_zaehlblatt(druck.load_kopf(sitzung), druck.list_entscheide(sitzung), mehr, stand=STAND)


def test_two_thirds_from_fourteen_to_one():
    assert druck.make_mehrtabelle(14) == [
        (14, 10),
        (13, 9),
        (12, 8),
        (11, 8),
        (10, 7),
        (9, 6),
        (8, 6),
        (7, 5),
        (6, 4),
        (5, 4),
        (4, 3),
        (3, 2),
        (2, 2),
        (1, 1),
    ]


def test_every_seat_has_its_row(voll, praesidium, stellvertretung):
    zeilen = druck.list_sitze(voll)

    assert [zeile.nr for zeile in zeilen] == list(range(1, 18))
    assert sum(zeile.is_stimmberechtigt for zeile in zeilen) == 14
    vertreten = next(zeile for zeile in zeilen if zeile.mitglied == praesidium.name)
    assert vertreten.vertretung == stellvertretung.name
    assert {zeile.zusatz for zeile in zeilen} == {"", "designiert, ohne Stimme"}
    assert {zeile.stand for zeile in zeilen} == {"", "entschuldigt"}


def test_the_sheet_to_sign_says_so(voll, praesidium, stellvertretung):
    text = pdf_text(liste(voll))

    for wort in ("Präsenzliste", "Unterschrift", "vakant", "beratend", praesidium.nachname, stellvertretung.nachname):
        assert wort in text


def test_all_seats_stand_on_the_first_page(voll):
    inhalt = BytesIO()
    with pikepdf.open(BytesIO(liste(voll))) as dokument:
        del dokument.pages[1:]
        dokument.save(inhalt)

    assert "17 Amt für Gesundheit" in pdf_text(inhalt.getvalue())


def test_one_sheet_per_decision(voll):
    inhalt = blaetter(voll)

    text = pdf_text(inhalt)
    with pikepdf.open(BytesIO(inhalt)) as dokument:
        assert len(dokument.pages) == 2
    assert "Kredit Fallführung" in text
    assert "Kostenverteiler 2027" in text
    assert "14 13 12 11 10 9 8 7 6 5 4 3 2 1" in text
    assert "10 9 8 8 7 6 6 5 4 4 3 2 2 1" in text


def test_without_a_decision_one_empty_sheet(versandte):
    with pikepdf.open(BytesIO(blaetter(versandte))) as dokument:
        assert len(dokument.pages) == 1


@pytest.mark.parametrize("make", [liste, blaetter])
@pytest.mark.parametrize("flavour", ["3a", "ua1"])
def test_the_sheets_are_accessible_and_archivable(voll, make, flavour, tmp_path):
    datei = tmp_path / "blatt.pdf"
    datei.write_bytes(make(voll))

    assert verapdf(datei, flavour) == []


def test_no_video_link_on_paper(voll):
    Sitzung.objects.update(form="hybrid", form_entscheid_on="2026-11-01", video_link="https://video.example/geheim")
    voll.refresh_from_db()

    assert "video.example" not in json.dumps(druck.load_kopf(voll), default=str)
    assert "video.example" not in pdf_text(liste(voll))


ROLLEN = {
    "geschaeftsstelle": 200,
    "vorsitz": 200,
    "praesidium": 403,
    "berater": 403,
    "stellvertretung": 403,
    "leitgremium": 403,
    "gast": 404,
    "vorstand": 404,
    "fremde": 404,
}


@pytest.mark.parametrize("datei", ["praesenzliste.pdf", "zaehlblatt.pdf"])
def test_the_sheets_are_the_office_s_and_the_chair_s(client, cast, versandte, datei, monkeypatch):
    for name in ("make_praesenzliste", "make_zaehlblatt"):
        monkeypatch.setattr(pdf, name, lambda *args, **kwargs: b"%PDF-1.7")

    ist = {}
    for name in ROLLEN:
        client.force_login(cast[name])
        ist[name] = client.get(f"/sitzungen/{versandte.kennung}/{datei}").status_code

    assert ist == ROLLEN


@pytest.mark.parametrize("anzahl", [1, 3])
def test_the_queries_are_the_same_for_one_and_three_decisions(voll, anzahl):
    for nr in range(anzahl):
        make_traktandum(voll, f"Entscheid {nr}", art="entscheid")

    with CaptureQueriesContext(connection) as fragen:
        druck.list_sitze(voll)
        druck.list_entscheide(voll)

    assert len(fragen) <= 6
