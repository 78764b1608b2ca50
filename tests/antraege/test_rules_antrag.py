"""The rules of motions and of the board as truth tables."""

from __future__ import annotations

from datetime import date

import pytest

from antraege.models import Antrag, Vorstandsentscheid
from antraege.rules import antrag as rules
from antraege.rules import vorstand

STATUS = [str(s) for s in Antrag.Status]
TEXTE = {"ausgangslage": "", "erwaegungen": "", "finanzielles": ""}


@pytest.mark.parametrize(
    ("titel", "text", "thema", "felder"),
    [
        ("Titel", "Text", True, []),
        ("  ", "Text", True, ["titel"]),
        ("Titel", " \n", True, ["text"]),
        ("Titel", "Text", False, ["thema"]),
        ("", "", False, ["titel", "text", "thema"]),
    ],
)
def test_what_a_draft_lacks(titel, text, thema, felder):
    assert [m.feld for m in rules.check_einreichen(titel=titel, text=text, hat_thema=thema)] == felder


@pytest.mark.parametrize(("laenge", "felder"), [(5000, []), (5001, ["text"])])
def test_a_motion_fits_on_a_ballot(laenge, felder):
    assert [m.feld for m in rules.check_laenge(titel="T", text="x" * laenge, **TEXTE)] == felder


def test_each_paragraph_has_its_limit():
    zu_lang = dict.fromkeys(TEXTE, "x" * 50_001)
    assert [m.feld for m in rules.check_laenge(titel="x" * 201, text="", **zu_lang)] == ["titel", *TEXTE]
    assert rules.check_laenge(titel="x" * 200, text="", **dict.fromkeys(TEXTE, "x" * 50_000)) == []


@pytest.mark.parametrize("begonnen", [False, True])
@pytest.mark.parametrize("status", STATUS)
def test_a_motion_is_reworded_until_its_vote_opens(status, begonnen):
    darf = status in {"eingereicht", "traktandiert"} and not begonnen
    assert (rules.check_fassen(status=status, begonnen=begonnen) == "") is darf


@pytest.mark.parametrize("abgestimmt", [False, True])
@pytest.mark.parametrize("offen", [False, True])
@pytest.mark.parametrize("status", STATUS)
def test_a_motion_is_withdrawn_until_its_vote(status, offen, abgestimmt):
    darf = status in {"entwurf", "eingereicht", "traktandiert"} and not offen and not abgestimmt
    assert (rules.check_zurueckziehen(status=status, offen=offen, abgestimmt=abgestimmt) == "") is darf


@pytest.mark.parametrize("bearbeitbar", [False, True])
@pytest.mark.parametrize("status", STATUS)
def test_a_submitted_motion_is_put_on_an_agenda_that_is_open(status, bearbeitbar):
    darf = status == "eingereicht" and bearbeitbar
    assert (rules.check_traktandieren(status=status, sitzung_bearbeitbar=bearbeitbar) == "") is darf


@pytest.mark.parametrize(
    ("angenommen", "ist_antrag", "erlaubt"),
    [
        (True, True, {"beschlossen"}),
        (True, False, {"beschlossen", "zurueckgewiesen", "verschoben"}),
        (False, True, {"abgelehnt", "zurueckgewiesen", "verschoben"}),
        (False, False, {"abgelehnt", "zurueckgewiesen", "verschoben"}),
    ],
)
def test_what_a_vote_decided_stays(angenommen, ist_antrag, erlaubt):
    alle = [
        "offen",
        "zur_kenntnis",
        "beraten",
        "beschlossen",
        "abgelehnt",
        "zurueckgewiesen",
        "verschoben",
        "zurueckgezogen",
    ]
    moeglich = {a for a in alle if not rules.check_ausgang(angenommen=angenommen, ist_antrag=ist_antrag, ausgang=a)}
    assert moeglich == erlaubt


GUT = {"status": "freigegeben", "is_abgestimmt": True, "sitzung_geschlossen": True}


@pytest.mark.parametrize(
    ("anders", "teil"),
    [
        ({}, ""),
        ({"status": "ueberwiesen"}, "schon überwiesen"),
        ({"status": "entwurf"}, "nicht freigegeben"),
        ({"is_abgestimmt": False}, "neu"),
        ({"sitzung_geschlossen": False}, "läuft noch"),
        ({"is_nacherfasst": True}, "nicht bestätigt"),
        ({"is_nacherfasst": True, "is_bestaetigt": True}, ""),
        ({"widerspruch": "Es fehlt eine Stimme."}, "Es fehlt eine Stimme."),
    ],
)
def test_when_a_report_goes_to_the_board(anders, teil):
    satz = vorstand.check_ueberweisung(vorstand.Ueberweisung(**{**GUT, **anders}))
    assert teil in satz
    assert bool(satz) is bool(teil)


@pytest.mark.parametrize("status", STATUS)
def test_only_a_decided_motion_has_a_report(status):
    erwartet = {"verabschiedet": "antrag", "nicht_zustande_gekommen": "information"}.get(status, "")
    assert vorstand.bericht_art(status) == erwartet


HEUTE, UEBERWIESEN = date(2026, 11, 22), date(2026, 9, 20)


@pytest.mark.parametrize("art", ["antrag", "information"])
@pytest.mark.parametrize("text", ["", "Weil."])
@pytest.mark.parametrize("ergebnis", Vorstandsentscheid.Ergebnis.values)
def test_what_a_decision_says(ergebnis, text, art):
    feld = vorstand.check_entscheid(
        art=art, ergebnis=ergebnis, text=text, beschlossen_on=HEUTE, ueberwiesen_on=UEBERWIESEN, today=HEUTE
    )[1]
    if art == "information" and ergebnis != "zur_kenntnis":
        assert feld == "ergebnis"
    else:
        assert feld == ("text" if ergebnis in {"geaendert", "abgelehnt", "zurueckgewiesen"} and not text else "")


@pytest.mark.parametrize(
    ("tag", "geht"),
    [
        (date(2026, 9, 19), False),
        (date(2026, 9, 20), True),
        (date(2026, 11, 22), True),
        (date(2026, 11, 23), False),
    ],
)
def test_a_decision_lies_between_the_report_and_today(tag, geht):
    satz, feld = vorstand.check_entscheid(
        art="antrag", ergebnis="angenommen", text="", beschlossen_on=tag, ueberwiesen_on=UEBERWIESEN, today=HEUTE
    )
    assert (satz == "") is geht
    assert feld == ("" if geht else "beschlossen_on")


@pytest.mark.parametrize(
    ("seit", "satz"),
    [(HEUTE, "seit heute"), (date(2026, 11, 21), "seit 1 Tag"), (UEBERWIESEN, "seit 63 Tagen")],
)
def test_how_long_the_board_has_had_it(seit, satz):
    assert vorstand.seit_satz(seit, HEUTE) == satz


@pytest.mark.parametrize(("tage", "faellig"), [(62, True), (63, False), (0, False)])
def test_overdue_after_the_days_of_the_setting(tage, faellig):
    assert vorstand.is_ueberfaellig(UEBERWIESEN, HEUTE, tage=tage) is faellig


@pytest.mark.parametrize("ergebnis", Vorstandsentscheid.Ergebnis.values)
@pytest.mark.parametrize("status", STATUS)
def test_only_what_was_sent_back_is_taken_up_again(status, ergebnis):
    geht = status == "beantwortet" and ergebnis == "zurueckgewiesen"
    assert vorstand.zurueck_moeglich(antrag_status=status, ergebnis=ergebnis) is geht


@pytest.mark.parametrize(
    ("einreichende", "uebrige", "ohne", "satz"),
    [
        ([], 0, 0, "an niemanden: Zurzeit ist in der Konferenz kein Sitz besetzt."),
        ([], 1, 0, "an 1 Person: an das einzige Mitglied der Konferenz."),
        ([], 2, 0, "an 2 Personen: an die 2 Mitglieder der Konferenz."),
        (["A"], 0, 1, "an 1 Person: an die Antragstellenden (A). 1 davon hat …"),
        (["A"], 1, 0, "an 2 Personen: an die Antragstellenden (A) und an das übrige Mitglied der Konferenz."),
        (
            ["A", "B"],
            9,
            2,
            "an 11 Personen: an die Antragstellenden (A, B) und an die 9 übrigen Mitglieder der Konferenz. 2 davon haben …",
        ),
    ],
)
def test_who_is_told_of_the_decision(einreichende, uebrige, ohne, satz):
    gesagt = vorstand.empfaenger_satz(einreichende=einreichende, uebrige=uebrige, ohne_adresse=ohne)

    assert gesagt.replace("keine E-Mail-Adresse.", "…") == f"Die Mail geht {satz}"
