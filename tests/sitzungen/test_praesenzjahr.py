"""Attendance over a year: what counts, how long, who may see it, what leaves the portal as a file."""

import csv
import io
from datetime import UTC, date, datetime, timedelta

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from mitglieder.models import Mandat, Sitz
from sitzungen.models import Anwesenheit, Teilnahme
from sitzungen.queries.praesenzjahr import load_praesenzjahr
from sitzungen.rules.dauer import dauer_text, minutes_present
from tests.conftest import make_antwort, make_mandat, make_person, make_sitzung, make_vertretung

BEGINN = datetime(2026, 2, 12, 13, 0, tzinfo=UTC)
"""14 Uhr in Zürich."""


def at(minuten):
    return BEGINN + timedelta(minutes=minuten)


# --- The rule -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("strecken", "minuten"),
    [
        ([], 0),
        ([(0, 0)], 0),
        ([(0, 60)], 60),
        ([(0, 30), (40, 60)], 50),  # out and in again
        ([(40, 60), (0, 30)], 50),  # in any order
        ([(0, 45), (45, 120)], 120),  # changed hands: no minute lost, none twice
        ([(0, 60), (30, 90)], 90),  # overlapping ones count once
        ([(0, 90), (10, 20)], 90),  # one inside the other
        ([(0, 0.4)], 0),
        ([(0, 0.5)], 1),
    ],
)
def test_minutes_are_those_of_the_union(strecken, minuten):
    assert minutes_present([(at(von), at(bis)) for von, bis in strecken]) == minuten


def test_a_stretch_never_ends_before_it_begins():
    with pytest.raises(ValueError, match="endet nicht vor"):
        minutes_present([(at(10), at(5))])


@pytest.mark.parametrize(
    ("minuten", "text"),
    [(0, ""), (45, "45 Min."), (60, "1 Std."), (125, "2 Std. 5 Min.")],
)
def test_duration_in_words(minuten, text):
    assert dauer_text(minuten).replace("\u00a0", " ") == text


# --- The year -----------------------------------------------------------------------------------------


@pytest.fixture
def mol(db):
    """Members of three regions and of one advisory seat."""
    return {
        kuerzel: make_mandat(make_person(kuerzel), Sitz.objects.get(sozialregion__kuerzel=kuerzel))
        for kuerzel in ("SOL", "SRTG", "DOR")
    } | {"amt": make_mandat(make_person("Amt"), Sitz.objects.get(art="amt"))}


def be_there(sitzung, mandat, von=0, bis=120, *, person=None, form="vor_ort"):
    teilnahme, _ = Teilnahme.objects.get_or_create(sitzung=sitzung, sitz=mandat.sitz)
    return Anwesenheit.objects.create(
        sitzung=sitzung,
        teilnahme=teilnahme,
        person=person or mandat.person,
        als="vertretung" if person else "inhaber",
        von_at=sitzung.beginn_at + timedelta(minutes=von),
        bis_at=sitzung.beginn_at + timedelta(minutes=bis),
        form=form,
        weg="leitung",
        erfasst_von=mandat.person,
        erfasst_at=sitzung.beginn_at,
    )


@pytest.fixture
def jahr(mol):
    """Three meetings closed, the third without presence; one dispatched that does not count."""
    erste = make_sitzung(1, beginn_at=BEGINN, status="geschlossen")
    zweite = make_sitzung(2, beginn_at=BEGINN + timedelta(days=90), status="geschlossen")
    make_sitzung(3, beginn_at=BEGINN + timedelta(days=180), status="geschlossen")
    make_sitzung(4, beginn_at=BEGINN + timedelta(days=270), status="versandt")
    be_there(erste, mol["SOL"])
    be_there(erste, mol["SRTG"], 25)
    be_there(erste, mol["amt"], form="online")
    make_antwort(erste, mol["DOR"].sitz, "entschuldigt", antwort_kanal="mail")
    ersatz = make_person("=Ersatz")
    make_vertretung(zweite, mol["SOL"].sitz, ersatz)
    be_there(zweite, mol["SOL"], person=ersatz)
    gemischt = make_person("Springer")
    make_vertretung(zweite, mol["SRTG"].sitz, gemischt)
    be_there(zweite, mol["SRTG"], 0, 45, person=gemischt)
    be_there(zweite, mol["SRTG"], 45, 120)
    return {"erste": erste, "zweite": zweite, "ersatz": ersatz}


def worte(praesenz):
    return {
        z.sitz.sozialregion.kuerzel if z.sitz.sozialregion else z.sitz.art: [zelle.wort for zelle in z.zellen]
        for z in praesenz.zeilen
    }


def test_each_seat_says_how_it_was_represented(jahr):
    praesenz = load_praesenzjahr(2026)

    gefunden = worte(praesenz)
    assert gefunden["SOL"] == ["anwesend", "vertreten", "nicht erfasst"]
    assert gefunden["SRTG"] == ["anwesend", "anwesend", "nicht erfasst"]
    assert gefunden["DOR"] == ["entschuldigt", "abwesend", "nicht erfasst"]
    assert gefunden["MUL"] == ["vakant", "vakant", "nicht erfasst"]
    assert len(gefunden) == 17
    srtg = next(z for z in praesenz.zeilen if z.name == "Thal-Gäu")
    assert (srtg.vertreten, srtg.gezaehlt, srtg.minuten) == (2, 2, 95 + 120)
    assert srtg.zellen[1].wer == "Andrea Springer, Andrea SRTG"
    assert srtg.zellen[0].wer == ""
    assert [zahl for _, zahl in praesenz.je_sitzung] == [2, 2, None]
    assert praesenz.satz == "An keiner der 2 Sitzungen waren alle 13 Regionen vertreten."


def test_a_seat_counts_as_it_was_filled_on_the_day(jahr, mol):
    Mandat.objects.filter(pk=mol["DOR"].pk).update(bis=date(2026, 3, 1))

    assert worte(load_praesenzjahr(2026))["DOR"] == ["entschuldigt", "vakant", "nicht erfasst"]


@pytest.mark.parametrize(
    ("voll", "satz"),
    [
        (0, "An keiner der 2 Sitzungen waren alle 13 Regionen vertreten."),
        (1, "An 1 von 2 Sitzungen waren alle 13 Regionen vertreten."),
        (2, "An 2 von 2 Sitzungen waren alle 13 Regionen vertreten."),
    ],
)
def test_the_sentence_counts_meetings_with_every_region(db, voll, satz):
    mandate = [make_mandat(make_person(s.bezeichnung), s) for s in Sitz.objects.filter(art="region")]
    for nr in (1, 2):
        sitzung = make_sitzung(nr, beginn_at=BEGINN + timedelta(days=nr), status="geschlossen")
        for mandat in mandate[: 13 if nr <= voll else 12]:
            be_there(sitzung, mandat)

    assert load_praesenzjahr(2026).satz == satz


# --- Page and files -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wer", "status"),
    [
        ("geschaeftsstelle", 200),
        ("vorsitz", 200),
        ("praesidium", 200),
        ("berater", 200),
        ("stellvertretung", 404),
        ("leitgremium", 404),
        ("vorstand", 404),
        ("gast", 404),
        ("fremde", 404),
    ],
)
def test_who_sees_attendance(client, cast, wer, status):
    sitzung = make_sitzung(1, beginn_at=BEGINN, status="geschlossen")
    be_there(sitzung, cast["praesidium"].mandate.get())
    client.force_login(cast[wer])

    for name in ("", "tabelle.csv", "tabelle.xlsx"):
        assert client.get(f"/sitzungen/praesenz/2026/{name}").status_code == status, name
    assert client.get("/sitzungen/praesenz/").status_code == (302 if status == 200 else 404)


def test_the_page_shows_the_year(client, jahr, geschaeftsstelle):
    client.force_login(geschaeftsstelle)
    assert client.get("/sitzungen/praesenz/").headers["Location"] == "/sitzungen/praesenz/2026/"

    seite = BeautifulSoup(client.get("/sitzungen/praesenz/2026/").content, "html.parser")

    zeile = next(tr for tr in seite.select("tbody tr") if "Thal-Gäu" in tr.th.get_text())
    assert zeile.th.a.get_text() == "Nachweis Thal-Gäu\u00a0(PDF)"
    zellen = [" ".join(td.get_text(" ", strip=True).split()) for td in zeile.select("td")]
    assert zellen == [
        "anwesend 1 Std. 35 Min.",
        "anwesend 2 Std. Andrea Springer, Andrea SRTG",
        "nicht erfasst",
        "an 2 von 2 Sitzungen 3 Std. 35 Min.",
    ]
    assert [td.get_text() for td in seite.select("tfoot td")] == ["2 von 13", "2 von 13", "nicht erfasst", ""]
    assert client.get("/sitzungen/praesenz/2019/").status_code == 404


def test_a_year_without_meetings_says_what_will_stand_there(client, geschaeftsstelle):
    client.force_login(geschaeftsstelle)
    ziel = client.get("/sitzungen/praesenz/").headers["Location"]

    assert "Noch keine Sitzung abgeschlossen" in client.get(ziel).text


def test_files_hold_each_stretch_and_no_formula(client, jahr, geschaeftsstelle):
    client.force_login(geschaeftsstelle)
    antwort = client.get("/sitzungen/praesenz/2026/tabelle.csv")

    zeilen = list(csv.DictReader(io.StringIO(antwort.content.decode("utf-8-sig")), delimiter=";"))
    assert antwort.headers["Content-Disposition"].startswith("attachment")
    solothurn = [zeile for zeile in zeilen if zeile["Kürzel"] == "SOL"]
    assert [(z["Sitzung"], z["Stand"], z["Minuten"]) for z in solothurn] == [
        ("1/2026", "anwesend", "120"),
        ("2/2026", "vertreten", "120"),
        ("3/2026", "nicht erfasst", ""),
    ]
    assert solothurn[1]["als"] == "Stellvertretung, Mitglied des Gemeinderats"
    assert solothurn[0]["von"] == "14.00"
    assert len([z for z in zeilen if z["Kürzel"] == "SRTG" and z["Sitzung"] == "2/2026"]) == 2
    jahr["ersatz"].vorname, jahr["ersatz"].nachname = "", "=1+1"
    jahr["ersatz"].save()
    csv_neu = client.get("/sitzungen/praesenz/2026/tabelle.csv").content.decode("utf-8-sig")
    assert ";'=1+1;" in csv_neu
    xlsx = client.get("/sitzungen/praesenz/2026/tabelle.xlsx")
    blatt = load_workbook(io.BytesIO(xlsx.content)).worksheets[0]
    arten = {zelle.data_type for reihe in blatt.iter_rows() for zelle in reihe if zelle.value is not None}
    assert arten == {"s"}


def test_evidence_of_a_region_as_pdf(client, jahr, praesidium_von_solothurn):
    from tests.sitzungen.test_pdf import pdf_text

    client.force_login(praesidium_von_solothurn)
    antwort = client.get("/sitzungen/praesenz/2026/sol.pdf")

    assert antwort.headers["Content-Type"] == "application/pdf"
    text = " ".join(pdf_text(antwort.content).split())
    assert "Präsenznachweis 2026" in text
    assert "an 2 von 2 Sitzungen, zusammen 4 Std." in text.replace("\u00a0", " ")
    assert {"Stellvertretung,", "Gemeinderats", "=Ersatz"} <= set(text.split())
    assert "Fr." not in text
    assert client.get("/sitzungen/praesenz/2026/xyz.pdf").status_code == 404
    assert client.get("/sitzungen/praesenz/2020/sol.pdf").status_code == 404


@pytest.fixture
def praesidium_von_solothurn(mol):
    return mol["SOL"].person


def test_query_count_is_constant(client, mol, geschaeftsstelle):
    client.force_login(geschaeftsstelle)

    def count():
        with CaptureQueriesContext(connection) as queries:
            client.get("/sitzungen/praesenz/2026/")
        return len(queries)

    be_there(make_sitzung(1, beginn_at=BEGINN, status="geschlossen"), mol["SOL"])
    one = count()
    for nr in (2, 3):
        sitzung = make_sitzung(nr, beginn_at=BEGINN + timedelta(days=nr), status="geschlossen")
        for mandat in mol.values():
            be_there(sitzung, mandat)

    assert count() == one
