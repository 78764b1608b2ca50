import io
import zipfile
from datetime import date

import pytest
from openpyxl import Workbook, load_workbook

from konferenz import tabelle
from konferenz.models import Journaleintrag, Sendung
from konferenz.tabelle import TabelleError
from mitglieder.actions import MitgliederError
from mitglieder.actions.einlesen import import_mitglieder
from mitglieder.models import Funktion, Mandat, Mitgliedschaft, Person, Sitz, Stellvertretung
from mitglieder.schritte.importzeile import SPALTEN, read_datum, read_funktion, rows_of

pytestmark = pytest.mark.django_db
KOPF = ";".join(SPALTEN)


def zeile(rolle, region="", name="Muster", vorname="Eva", email="", **rest):
    werte = {"rolle": rolle, "region": region, "vorname": vorname, "nachname": name, "email": email, **rest}
    return ";".join(werte.get(spalte, "") for spalte in SPALTEN)


def rows(*zeilen, kopf=KOPF):
    return rows_of(tabelle.read_tabelle("\n".join([kopf, *zeilen]).encode(), "x.csv"))


def run(now, *zeilen, **kwargs):
    return import_mitglieder(rows(*zeilen), actor=None, now=now, **kwargs)


def stand():
    return [model.objects.count() for model in (Mandat, Stellvertretung, Mitgliedschaft, Funktion)] + [
        Person.objects.get_queryset().count()
    ]


GANZES = (
    zeile("Präsidium", "SRO", "Olten", email="p@sro.ch", von="1.1.2026", wahlbeschluss_datum="4.12.2025"),
    zeile("praesidium", "Biberist Bucheggberg Lohn-Ammannsegg", "Biber", email="p@bbl.ch", von="2026-01-01"),
    zeile("vorsitz", "", "Vorsitz", email="v@vseg.ch", von="1.1.2026", wahlbeschluss_datum="4.12.2025"),
    zeile("Stellvertretung", "sro", "Ersatz", email="e@sro.ch", funktion="Gemeinderätin"),
    zeile("Leitgremium", "SRO", "Olten", email="p@sro.ch", funktion="Präsident"),
    zeile("leitgremium", "SRO", "Rat", email="gemeinde@sro.ch"),
    zeile("leitgremium", "SRO", "Rätin", email="gemeinde@sro.ch"),
    zeile("vorstand", "", "Vorsitz", email="v@vseg.ch"),
    zeile("geschäftsstelle", "", "Büro", email="b@vseg.ch"),
)


def test_one_table_holds_seats_substitutes_bodies_board_and_office(now):
    bericht = run(now, *GANZES)

    assert [str(f) for f in bericht.fehler] == []
    assert [(e.zeile, e.ergebnis) for e in bericht.eintraege] == [(nr, "neu") for nr in range(2, 11)]
    assert stand() == [3, 1, 3, 2, 7]  # two people with two hats each
    assert bericht.sitze_ohne_wahl == ["Präsidium Biberist Bucheggberg Lohn-Ammannsegg"]
    assert len(bericht.sitze_vakant) == 14
    assert Mandat.objects.get(sitz__sozialregion__kuerzel="BBL").funktion == "Zweckverbandspräsidium"
    assert dict(Person.objects.get_queryset().values_list("nachname", "login")) == {
        "Olten": "p@sro.ch",
        "Biber": "p@bbl.ch",
        "Vorsitz": "v@vseg.ch",
        "Ersatz": "e@sro.ch",
        "Rat": None,
        "Rätin": None,
        "Büro": "b@vseg.ch",
    }


def test_same_table_twice_changes_nothing(now):
    run(now, *GANZES)
    vorher = stand()

    bericht = run(now, *GANZES)

    assert ({e.ergebnis for e in bericht.eintraege}, stand()) == ({"unverändert"}, vorher)


def test_dry_run_shows_the_same_and_keeps_nothing(now):
    probe = run(now, *GANZES, dry_run=True)
    assert (stand(), Journaleintrag.objects.count(), Sendung.objects.count()) == ([0] * 5, 0, 0)

    echt = run(now, *GANZES, erwartet=probe.digest)

    assert echt.eintraege == probe.eintraege
    with pytest.raises(MitgliederError, match="Seit der Vorschau"):
        run(now, *GANZES, erwartet=probe.digest)


def test_second_table_changes_addresses_elects_and_ends(now):
    run(now, *GANZES)

    bericht = run(
        now,
        zeile("praesidium", "SRO", "Olten", email="neu@sro.ch"),
        zeile("praesidium", "BBL", "Biber", email="p@bbl.ch", wahlbeschluss_datum="1.11.2026"),
        zeile("praesidium", "SRTG", "Neu", email="n@srtg.ch", von="1.1.2027"),
        zeile("stellvertretung", "SRO", "Ersatz", email="e@sro.ch", bis="1.12.2026", funktion="Gemeinderat"),
        zeile("leitgremium", "SRO", "Rat", telefon="032 000 00 00"),
    )

    assert [str(f) for f in bericht.fehler] == []
    assert [e.ergebnis for e in bericht.eintraege] == ["geändert", "geändert", "neu", "geändert", "geändert"]
    assert Person.objects.get(nachname="Olten").login == "neu@sro.ch"
    assert Mandat.objects.get(person__nachname="Biber").status == "gewaehlt"
    assert Stellvertretung.objects.get().bis == date(2026, 12, 1)
    assert (Person.objects.get(nachname="Rat").telefon, Person.objects.get(nachname="Rat").email) == (
        "032 000 00 00",
        "gemeinde@sro.ch",
    )
    assert sorted(Sendung.objects.values_list("an_adresse", flat=True)) == ["neu@sro.ch", "p@sro.ch"]


def test_seat_changes_hands_in_one_table_whatever_the_order(now):
    run(now, zeile("praesidium", "SRO", "Alt", email="alt@sro.ch", von="1.1.2026"))

    bericht = run(
        now,
        zeile("praesidium", "SRO", "Neu", email="neu@sro.ch", von="1.1.2027"),
        zeile("praesidium", "SRO", "Alt", email="alt@sro.ch", bis="1.1.2027"),
    )

    assert [str(f) for f in bericht.fehler] == []
    assert list(Mandat.objects.order_by("von").values_list("person__nachname", "bis")) == [
        ("Alt", date(2027, 1, 1)),
        ("Neu", None),
    ]


FEHLER = [
    (zeile("König", "SRO"), "Zeile 2, Spalte «rolle»: Die Rolle «König» ist unbekannt."),
    (zeile("", "SRO"), "Zeile 2, Spalte «rolle»: Die Rolle fehlt."),
    (zeile("praesidium", "XXX"), "Zeile 2, Spalte «region»: Die Region «XXX» ist unbekannt."),
    (zeile("praesidium", ""), "Zeile 2, Spalte «region»: Die Region fehlt."),
    (zeile("praesidium", "SRO", ""), "Zeile 2, Spalte «nachname»: Bitte geben Sie den Nachnamen an."),
    (zeile("praesidium", "SRO", email="a@x.ch, b@x.ch"), "Zeile 2, Spalte «email»: Das ist keine gültige"),
    (zeile("praesidium", "SRO", von="31.2.2026"), "Zeile 2, Spalte «von»: «31.2.2026» ist kein Datum."),
    (zeile("praesidium", "SRO", von="bald"), "Zeile 2, Spalte «von»: «bald» ist kein Datum."),
    (
        zeile("praesidium", "SRO", von="1.1.2026", bis="1.1.2026"),
        "Zeile 2, Spalte «bis»: Das Ende muss nach dem Beginn liegen.",
    ),
    (
        zeile("praesidium", "SRO", wahlbeschluss_datum="1.1.2030"),
        "Zeile 2, Spalte «wahlbeschluss_datum»: Der Wahlbeschluss liegt in der Zukunft.",
    ),
    (
        zeile("praesidium", "BBL", funktion="Leitgemeinde-Präsidium"),
        "Zeile 2, Spalte «funktion»: Die Sozialregion Biberist Bucheggberg Lohn-Ammannsegg wird gemäss Pflichtenheft",
    ),
    (
        zeile("stellvertretung", "SRO", funktion="Mitarbeiterin Sozialdienst"),
        "Zeile 2, Spalte «funktion»: Zugelassen sind politische Funktionärinnen",
    ),
]


@pytest.mark.parametrize(("schlecht", "satz"), FEHLER)
def test_one_bad_row_is_named_and_stops_everything(now, schlecht, satz):
    bericht = run(now, schlecht, zeile("leitgremium", "SRO", "Gut", email="gut@sro.ch"))

    assert len(bericht.fehler) == 1
    assert str(bericht.fehler[0]).startswith(satz)
    assert (stand(), Journaleintrag.objects.count()) == ([0] * 5, 0)


def test_two_people_for_one_seat_are_refused_at_their_line(now):
    bericht = run(
        now,
        zeile("praesidium", "SRO", "Eins", von="1.1.2026"),
        zeile("praesidium", "SRO", "Zwei", von="1.6.2026"),
    )

    assert [f.zeile for f in bericht.fehler] == [3]
    assert "Eva Eins" in str(bericht.fehler[0])


def test_namesakes_are_told_apart_by_address_and_doubt_is_said(now):
    bericht = run(
        now,
        zeile("leitgremium", "SRO", "Gleich", email="a@x.ch"),
        zeile("leitgremium", "SRTG", "Gleich", email="b@x.ch"),
        zeile("leitgremium", "SRU", "Gleich"),
    )

    assert [str(f) for f in bericht.fehler] == [
        "Zeile 4, Spalte «email»: Es gibt mehrere Personen namens Eva Gleich. Bitte geben Sie die Adresse an."
    ]
    assert len(bericht.warnungen) == 1


@pytest.mark.parametrize("kodierung", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("trenner", [";", ",", "\t"])
def test_csv_of_either_encoding_and_delimiter(kodierung, trenner):
    inhalt = trenner.join(["Rolle", "Region", "Vorname", "Name", "E-Mail", "Funktion", "von"]) + "\r\n"
    inhalt += trenner.join(["leitgremium", "SRO", "Jürg", '"Müller"', "j@x.ch", "Rätin", ""]) + "\r\n\r\n"

    (zeile_,) = rows_of(tabelle.read_tabelle(inhalt.encode(kodierung), "liste.csv"))

    assert zeile_.nr == 2
    assert (zeile_.werte["vorname"], zeile_.werte["nachname"], zeile_.werte["funktion"]) == ("Jürg", "Müller", "Rätin")


def xlsx(*zeilen):
    buch = Workbook()
    for zeile_ in zeilen:
        buch.active.append(zeile_)
    stream = io.BytesIO()
    buch.save(stream)
    return stream.getvalue()


def test_xlsx_with_real_dates(now):
    inhalt = xlsx(list(SPALTEN), ["vorsitz", None, None, "Eva", "Muster", "e@x.ch", 320000000, None, date(2026, 1, 1)])

    (zeile_,) = rows_of(tabelle.read_tabelle(inhalt, "liste.xlsx"))

    assert (zeile_.werte["von"], zeile_.werte["telefon"], zeile_.werte["region"]) == ("2026-01-01", "320000000", "")


def test_missing_columns_are_named():
    with pytest.raises(MitgliederError, match="fehlt die Spalte «email»"):
        rows(kopf="rolle;region;vorname;nachname;funktion;von")
    with pytest.raises(MitgliederError, match="fehlen die Spalten «region», «email»"):
        rows(kopf="rolle;vorname;nachname;funktion;von")


def zip_with(name, inhalt):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archiv:
        archiv.writestr(name, inhalt)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("inhalt", "name", "satz"),
    [
        (b"", "x.csv", "leer"),
        (b"  \n \n", "x.csv", "leer"),
        (b"a" * (2 * 1024 * 1024 + 1), "x.csv", "zu gross"),
        (b"rolle;\x00\x01", "x.csv", "keine Texttabelle"),
        (b"%PDF-1.7", "x.pdf", "xlsx oder"),
        (b"\xd0\xcf\x11\xe0rest", "x.xls", "xlsx oder"),
        (b"PK\x03\x04kaputt", "x.xlsx", "nicht lesen"),
        (b'rolle;region\n"offen;x', "x.csv", "keine g"),
        (b"rolle;rolle\na;b", "x.csv", "doppelt"),
        (b"rolle\n" + b"x\n" * 5001, "x.csv", "zu lang"),
    ],
)
def test_hostile_files_get_a_sentence(inhalt, name, satz):
    with pytest.raises(TabelleError, match=satz):
        tabelle.read_tabelle(inhalt, name)


@pytest.mark.parametrize(
    "inhalt",
    [
        zip_with("xl/worksheets/sheet1.xml", b"0" * (45 * 1024 * 1024)),
        zip_with("xl/workbook.xml", b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'),
        zip_with(
            "xl/workbook.xml", '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'.encode("utf-16")
        ),
        zip_with("xl/sheet.xml", '<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'.encode("utf-16-be")),
        zip_with("irgendwas.txt", b"hallo"),
    ],
    ids=["bombe", "entities", "entities-utf16", "entities-utf16-be", "kein-xlsx"],
)
def test_hostile_workbooks_get_a_sentence(inhalt):
    with pytest.raises(TabelleError):
        tabelle.read_tabelle(inhalt, "x.xlsx")


BOESE = ["=1+1", "+41 32 675 23 02", "-x", "@x", "\t=1", "＝1", " =1", "normal", "'=schon"]


def test_exported_cells_are_texts_and_come_back_unchanged():
    roh = tabelle.write_csv(["a"], [[wert] for wert in BOESE]).decode("utf-8-sig").split("\r\n")[1:-1]
    buch = load_workbook(io.BytesIO(tabelle.write_xlsx(["a"], [[wert] for wert in BOESE], titel="x")))

    assert not any(zelle.strip().strip('"')[:1] in set("=+-@＝") for zelle in roh)
    assert {zelle.data_type for (zelle,) in buch.worksheets[0].iter_rows()} == {"s"}
    assert [zelle.value for (zelle,) in buch.worksheets[0].iter_rows(min_row=2)] == BOESE
    gelesen = tabelle.read_tabelle(tabelle.write_csv(["a"], [[wert] for wert in BOESE]), "x.csv")
    assert [z.werte["a"] for z in gelesen.zeilen] == [wert.strip().removeprefix("'") for wert in BOESE]


@pytest.mark.parametrize(
    ("text", "tag"),
    [("", None), ("1.1.2026", date(2026, 1, 1)), ("01. 12.2026", date(2026, 12, 1)), ("2026-03-04", date(2026, 3, 4))],
)
def test_read_datum(text, tag):
    assert read_datum(text) == tag


@pytest.mark.parametrize(
    ("text", "wert"),
    [
        ("Gemeinderätin", "gemeinderat"),
        ("Mitglied des Gemeinderats", "gemeinderat"),
        ("Stadtpräsident", "gemeindepraesidium"),
        ("Vizepräsidentin", "vizepraesidium"),
        ("Mitglied der Sozialkommission", "sozialkommission"),
        ("Vorstand Zweckverband", "vorstand_zweckverband"),
        ("sozialkommission", "sozialkommission"),
        ("Kantonsrätin", "andere"),
        ("Mitarbeiter", ""),
        ("", ""),
    ],
)
def test_read_funktion(text, wert):
    assert read_funktion(text) == wert


def test_seats_are_all_there():
    assert Sitz.objects.count() == 17
