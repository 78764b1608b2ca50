"""The list of motions: who sees which, filters, sums, and the table for Excel."""

from __future__ import annotations

import csv
import io

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from antraege.models import Antrag
from antraege.queries.liste import KOPF
from sitzungen.models import Sitzung
from tests.conftest import make_traktandum

from .werdegang import decide, hand_over, make_antrag, past_sitzung, vote_on

pytestmark = pytest.mark.django_db
LISTE = "/antraege/"
EXPORT = {"csv": "/antraege/antraege.csv", "xlsx": "/antraege/antraege.xlsx"}


@pytest.fixture(autouse=True)
def _heute(monkeypatch, now):
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)


@pytest.fixture
def antraege(geschaeftsstelle, praesidium, sitzung):
    """Six motions of 2026: submitted, on an unpublished agenda, failed with 9 of 14, with the board, answered, withdrawn."""
    kuenftige = make_traktandum(sitzung, art="entscheid")
    sitzung = past_sitzung(geschaeftsstelle)
    make_antrag(1, status="eingereicht", person=praesidium)
    make_antrag(2, status="traktandiert", person=praesidium, traktandum=kuenftige)
    for nr, ja, nein in ((3, 9, 4), (4, 10, 3), (5, 12, 2)):
        antrag = make_antrag(nr, status="eingereicht", person=praesidium, sitz="SRO", thema=6)
        vote = vote_on(antrag, sitzung, ja=ja, nein=nein, person=geschaeftsstelle)
        if nr > 3:
            bericht = hand_over(vote, person=geschaeftsstelle)
        if nr == 5:
            decide(bericht, person=geschaeftsstelle)
    make_antrag(6, status="zurueckgezogen", person=praesidium, zurueckgezogen_at=sitzung.beginn_at)
    return list(Antrag.objects.all())


def seite(client, person, url=LISTE):
    client.force_login(person)
    antwort = client.get(url)
    assert antwort.status_code == 200
    return BeautifulSoup(antwort.content, "html.parser")


def worte(knoten) -> str:
    return " ".join(knoten.get_text(" ").split())


def zeilen(soup) -> dict[str, str]:
    """The state of each motion in words, by number."""
    return {
        worte(tr.th.select_one(".zahl")): worte(tr.select_one("[data-titel=Stand]"))
        for tr in soup.select("table.tabelle tbody tr")
    }


ALLE = {
    "6/2026": "zurückgezogen",
    "5/2026": "beantwortet mit Änderungen angenommen am 3. November 2026",
    "4/2026": "beim VSEG-Vorstand seit 63 Tagen, überfällig",
    "3/2026": "nicht zustande gekommen 9 Ja, 4 Nein, 1 Enthaltung bei 14 Anwesenden; nötig 10",
    "2/2026": "traktandiert 4. ordentliche Sitzung 2026, 10. Dezember 2026",
    "1/2026": "eingereicht",
}
BEIM_VORSTAND = {nr: ALLE[nr] for nr in ("5/2026", "4/2026")}


@pytest.mark.parametrize(
    ("wer", "erwartet"),
    [
        ("geschaeftsstelle", ALLE),
        ("vorsitz", ALLE),
        ("praesidium", ALLE | {"2/2026": "eingereicht"}),  # its agenda is not out
        ("berater", ALLE | {"2/2026": "eingereicht"}),
        ("leitgremium", BEIM_VORSTAND),
        ("vorstand", BEIM_VORSTAND),
    ],
)
def test_each_role_reads_its_motions(client, antraege, cast, wer, erwartet):
    soup = seite(client, cast[wer])

    assert zeilen(soup) == erwartet
    assert ("Geschäftsstelle" in worte(soup.table)) is False
    assert bool(soup.select("[data-titel=Von]")) is (wer not in {"leitgremium", "vorstand"})
    assert bool(soup.select("#filter-region")) is (wer not in {"leitgremium", "vorstand"})


def test_an_extraordinary_meeting_has_the_name_people_use(client, antraege, cast):
    vierte = Sitzung.objects.filter(nr=4)
    vierte.update(art="ausserordentlich", nr=1, einberufen_on=vierte.get().beginn_at.date(), grund="Dringend")

    soup = seite(client, cast["geschaeftsstelle"])

    assert zeilen(soup)["2/2026"] == "traktandiert 1. ausserordentliche Sitzung 2026, 10. Dezember 2026"


@pytest.mark.parametrize("wer", ["gast", "fremde"])
@pytest.mark.parametrize("url", [LISTE, *EXPORT.values()])
def test_strangers_find_nothing(client, cast, wer, url):
    client.force_login(cast[wer])

    assert client.get(url).status_code == 404


@pytest.mark.parametrize(
    ("wer", "davor", "stufen"),
    [
        ("praesidium", "6 eingereicht, 2 von der Konferenz verabschiedet, ", 5),
        ("vorstand", "", 3),  # what was never handed over does not count as if it did not exist
    ],
)
def test_sums_in_words(client, antraege, cast, wer, davor, stufen):
    soup = seite(client, cast[wer])

    assert worte(soup.select_one("[aria-labelledby=zahlen] p")) == (
        f"{davor}2 dem Vorstand überwiesen, 1 beantwortet, davon 1 angenommen. "
        "Von der Einreichung bis zur Antwort vergingen 94 Tage, davon beim Vorstand 42 Tage."
    )
    assert len(soup.select(".stufen li")) == stufen


@pytest.mark.parametrize(
    ("abfrage", "erwartet"),
    [
        ("stand=nicht_zustande_gekommen", {"3/2026"}),
        ("stand=eingereicht", {"1/2026", "2/2026"}),
        ("stand=traktandiert", set(ALLE)),  # nobody offers it to a member: the agenda is not out
        ("thema=6", {"3/2026", "4/2026", "5/2026"}),
        ("region=sro&stand=beantwortet", {"5/2026"}),
        ("jahr=2026", set(ALLE)),
        ("jahr=1999&thema=quatsch", set(ALLE)),
    ],
)
def test_filters_hold_for_page_and_export(client, antraege, praesidium, abfrage, erwartet):
    assert set(zeilen(seite(client, praesidium, f"{LISTE}?{abfrage}"))) == erwartet
    assert {zeile["Nummer"] for zeile in read_csv(client, f"?{abfrage}")} == erwartet


def test_a_selection_without_rows_says_what_to_do(client, antraege, praesidium):
    soup = seite(client, praesidium, f"{LISTE}?thema=6&stand=eingereicht")

    assert worte(soup.select_one(".leer__titel")) == "Kein Antrag passt zu dieser Auswahl."
    assert soup.select_one(".leer a")["href"] == LISTE


@pytest.mark.parametrize(
    ("wer", "titel"),
    [("praesidium", "Noch kein Antrag eingereicht."), ("vorstand", "Noch kein Antrag beim VSEG-Vorstand.")],
)
def test_empty_list_says_what_to_do(client, cast, wer, titel):
    assert worte(seite(client, cast[wer]).select_one(".leer__titel")) == titel


def test_drafts_stand_on_top_for_their_author_and_the_office_only(client, antraege, cast, praesidium):
    sitz = antraege[0].sitz
    Antrag.objects.create(sitz=sitz, eingereicht_von=praesidium, titel="Noch geheim", created_at=antraege[0].created_at)

    gesehen = {
        wer
        for wer in ("praesidium", "geschaeftsstelle", "vorsitz", "berater")
        if "Noch geheim" in worte(seite(client, cast[wer]))
    }

    assert gesehen == {"praesidium", "geschaeftsstelle"}
    client.force_login(cast["geschaeftsstelle"])
    assert "Noch geheim" not in client.get(EXPORT["csv"]).content.decode("utf-8-sig")


# --- Export ----------------------------------------------------------------------------------------


def read_csv(client, abfrage=""):
    text = client.get(EXPORT["csv"] + abfrage).content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";"))


def test_export_says_the_numbers(client, antraege, praesidium):
    client.force_login(praesidium)
    nach_nummer = {zeile["Nummer"]: zeile for zeile in read_csv(client)}

    assert tuple(nach_nummer["3/2026"]) == KOPF
    assert list(nach_nummer["3/2026"].values()) == [
        "3/2026", "Begehren 3", "Lastenausgleichsentwicklungen", "Präsidium Olten", "3.8.2026", "nicht zustande gekommen",
        "9", "4", "1", "14", "10", "nicht zustande gekommen", "", "", "", "", "", "", "",
    ]  # fmt: skip
    assert list(nach_nummer["5/2026"].values())[11:] == [
        "angenommen", "24.9.2026", "Bericht und Antrag", "mit Änderungen angenommen", "3.11.2026", "5.11.2026", "94", "42",
    ]  # fmt: skip
    assert nach_nummer["2/2026"]["Stand"] == "eingereicht"
    assert nach_nummer["4/2026"]["Tage beim Vorstand"] == "63"


def test_export_gives_outsiders_what_the_board_received(client, antraege, leitgremium):
    client.force_login(leitgremium)

    assert {(zeile["Nummer"], zeile["Von"]) for zeile in read_csv(client)} == {("4/2026", ""), ("5/2026", "")}


FORMELN = ["=1+1", "+41", "-x", "@SUM(A1)", "\t=1", "＝1", " =1"]


def test_no_exported_cell_is_a_formula(client, geschaeftsstelle):
    for nr, titel in enumerate(FORMELN, start=1):
        make_antrag(nr, status="eingereicht", person=geschaeftsstelle, titel=titel)
    client.force_login(geschaeftsstelle)

    roh = [zeile["Titel"] for zeile in read_csv(client)]
    antwort = client.get(EXPORT["xlsx"])
    blatt = load_workbook(io.BytesIO(antwort.content)).worksheets[0]

    assert [zelle for zelle in roh if zelle.strip()[:1] in set("=+-@＝")] == []
    assert {zelle.data_type for zeile in blatt.iter_rows() for zelle in zeile} <= {"s", "inlineStr"}  # never «f»
    assert [zeile[1].value for zeile in blatt.iter_rows(min_row=2)] == FORMELN[::-1]
    assert antwort["Content-Disposition"].startswith("attachment;")
    assert antwort["Content-Security-Policy"].startswith("sandbox")


# --- Queries ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("wer", ["geschaeftsstelle", "praesidium", "vorstand", "leitgremium"])
@pytest.mark.parametrize("url", [LISTE, EXPORT["csv"]])
def test_query_count_is_constant(client, cast, wer, url):
    geschaeftsstelle, praesidium = cast["geschaeftsstelle"], cast["praesidium"]
    sitzung = past_sitzung(geschaeftsstelle)

    def grow(nr):
        make_antrag(10 + nr, status="eingereicht", person=praesidium)
        Antrag.objects.create(
            sitz=sitzung_sitz(praesidium), eingereicht_von=praesidium, titel="Entwurf", created_at=sitzung.beginn_at
        )
        vote = vote_on(
            make_antrag(nr, status="eingereicht", person=praesidium), sitzung, ja=12, nein=2, person=geschaeftsstelle
        )
        decide(hand_over(vote, person=geschaeftsstelle), person=geschaeftsstelle)

    def count():
        client.force_login(cast[wer])
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        return len(queries)

    grow(1)
    eine = count()
    grow(2)
    grow(3)

    assert count() == eine


def sitzung_sitz(person):
    return person.mandate.get().sitz


def test_addresses():
    assert reverse("antraege:antrag-list") == LISTE
    assert [reverse(f"antraege:antrag-export-{typ}") for typ in EXPORT] == list(EXPORT.values())
