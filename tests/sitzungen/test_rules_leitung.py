"""Truth tables of running a meeting: when it opens, what may come of an item, what goes unannounced."""

from datetime import date, timedelta

import pytest

from sitzungen.models import Sitzung, Traktandum
from sitzungen.rules import leitung as regeln

TAG = date(2026, 12, 10)
JA, NEIN = "", "nein"  # what the tables say; a refusal is any sentence


def kurz(satz):
    return NEIN if satz else JA


@pytest.mark.parametrize("status", Sitzung.Status.values)
@pytest.mark.parametrize("tage", [-1, 0, 1])
def test_a_meeting_opens_on_its_day_once_its_papers_are_out(status, tage):
    satz = regeln.check_beginn(status, sitzungstag=TAG, heute=TAG + timedelta(days=tage))

    assert (satz == "") == (status == "versandt" and tage == 0)


def test_each_refusal_to_open_says_what_to_do():
    def satz(status, tage=0):
        return regeln.check_beginn(status, sitzungstag=TAG, heute=TAG + timedelta(days=tage))

    assert satz("laufend") == "Die Sitzung läuft bereits."
    assert satz("versandt", 1).endswith("Die Geschäftsstelle führt die Sitzung nach.")
    assert satz("versandt", -1) == "Die Sitzung lässt sich frühestens an ihrem Sitzungstag eröffnen."
    assert "Freigabe" in satz("entwurf")
    assert "Freigabe" in satz("freigegeben")


@pytest.mark.parametrize("diskussion", [False, True])
@pytest.mark.parametrize("art", Traktandum.Art.values)
def test_outcome_by_art(art, diskussion):
    erlaubt = {
        "information": {"offen", "zur_kenntnis", "verschoben", "zurueckgezogen"}
        | ({"beraten"} if diskussion else set()),
        "entscheid": set(Traktandum.Ausgang.values) - {"zur_kenntnis"},
        "formelles": set(Traktandum.Ausgang.values) - {"abgelehnt"},
    }[art]

    ist = {
        ausgang
        for ausgang in Traktandum.Ausgang.values
        if not regeln.check_ausgang(
            art=art,
            ausgang=ausgang,
            text="Der Kredit ist gesprochen.",
            diskussion_verlangt=diskussion,
            angekuendigt=True,
            zugelassen=False,
        )
    }

    assert ist == erlaubt


@pytest.mark.parametrize("ausgang", Traktandum.Ausgang.values)
@pytest.mark.parametrize(("angekuendigt", "zugelassen"), [(False, False), (False, True), (True, False), (True, True)])
def test_an_unannounced_item_is_decided_only_with_everybody_s_word(ausgang, angekuendigt, zugelassen):
    satz = regeln.check_ausgang(
        art="entscheid",
        ausgang=ausgang,
        text="Text",
        diskussion_verlangt=False,
        angekuendigt=angekuendigt,
        zugelassen=zugelassen,
    )

    entscheidet = ausgang in {"beschlossen", "abgelehnt"}
    unmoeglich = ausgang == "zur_kenntnis"
    assert (satz == "") == (not unmoeglich and (angekuendigt or zugelassen or not entscheidet))


@pytest.mark.parametrize(("text", "soll"), [("", NEIN), ("  \n", NEIN), ("Der Kredit ist gesprochen.", JA)])
def test_a_decision_is_written_down(text, soll):
    satz = regeln.check_ausgang(
        art="entscheid",
        ausgang="beschlossen",
        text=text,
        diskussion_verlangt=False,
        angekuendigt=True,
        zugelassen=False,
    )

    assert kurz(satz) == soll


@pytest.mark.parametrize(
    ("art", "braucht", "einverstanden", "anwesende", "soll"),
    [
        ("information", True, False, 0, JA),
        ("information", True, False, 12, JA),
        ("information", False, False, 0, JA),
        ("entscheid", True, False, 12, NEIN),
        ("entscheid", True, True, 12, JA),
        ("entscheid", True, True, 0, NEIN),
        ("entscheid", True, True, 1, JA),
        ("entscheid", False, False, 12, JA),
        ("entscheid", False, False, 0, NEIN),
        ("formelles", True, True, 12, NEIN),
        ("formelles", False, False, 12, NEIN),
    ],
)
def test_what_is_added_in_the_meeting(art, braucht, einverstanden, anwesende, soll):
    satz = regeln.check_nachtrag(
        art=art, braucht_einverstaendnis=braucht, einverstanden=einverstanden, anwesende=anwesende
    )

    assert kurz(satz) == soll


@pytest.mark.parametrize(
    ("art", "angekuendigt", "soll"),
    [
        ("information", False, False),
        ("information", True, False),
        ("formelles", False, False),
        ("formelles", True, False),
        ("entscheid", False, False),
        ("entscheid", True, True),
    ],
)
def test_an_antrag_needs_an_announced_decision(art, angekuendigt, soll):
    assert regeln.darf_antrag(art=art, angekuendigt=angekuendigt) is soll
    assert (regeln.check_antrag(art=art, angekuendigt=angekuendigt) == "") is soll


@pytest.mark.parametrize("status", Sitzung.Status.values)
@pytest.mark.parametrize("art", Traktandum.Art.values)
@pytest.mark.parametrize("ausgang", ["offen", "zur_kenntnis", "beraten"])
def test_who_may_ask_to_discuss_when(status, art, ausgang):
    satz = regeln.check_diskussion(status=status, art=art, ausgang=ausgang)

    assert (satz == "") == (art == "information" and status in {"versandt", "laufend"} and ausgang == "offen")


@pytest.mark.parametrize(
    ("art", "verlangt", "soll"),
    [
        ("information", False, "Information"),
        ("information", True, "Information (Diskussion verlangt)"),
        ("entscheid", False, "Entscheid"),
        ("entscheid", True, "Entscheid"),
        ("formelles", False, "Formelles"),
        ("formelles", True, "Formelles"),
    ],
)
def test_the_label(art, verlangt, soll):
    assert regeln.art_in_worten(art, diskussion_verlangt=verlangt) == soll


A, B = "Annehmen? Angenommen mit 10 Ja.", "Vertagen? Abgelehnt mit 9 Nein."


@pytest.mark.parametrize(
    ("ausgang", "text", "gezeigt", "soll"),
    [
        ("offen", "", (), ""),
        ("offen", "", (A,), ""),
        ("zur_kenntnis", "", (), "zur Kenntnis genommen"),
        ("beschlossen", "Bewilligt.", (), "beschlossen – Bewilligt."),
        ("beschlossen", A, (A,), ""),
        ("abgelehnt", f"{A}\n{B}", (A, B), ""),
        ("abgelehnt", f"{A}\n{B}\nDer Vorsitz dankt.", (A, B), "Der Vorsitz dankt."),
        ("verschoben", f"{B}\nAuf Mai.", (B,), "verschoben – Auf Mai."),
        ("zurueckgewiesen", B, (B,), "zurückgewiesen"),
    ],
)
def test_what_came_of_an_item_repeats_no_result_that_stands_beside_it(ausgang, text, gezeigt, soll):
    wort = Traktandum.Ausgang(ausgang).label

    assert regeln.ergebnis_zeile(ausgang=ausgang, wort=wort, text=text, gezeigt=gezeigt) == soll


def test_only_an_open_vote_forbids_the_close():
    leer = regeln.check_schluss(ohne_ergebnis=[], hatte_anwesende=True, noch_angemeldet=0, abstimmung_offen=False)
    alles = regeln.check_schluss(
        ohne_ergebnis=[(2, "Budget")], hatte_anwesende=False, noch_angemeldet=1, abstimmung_offen=True
    )

    assert leer == ()
    assert [(mangel.satz, mangel.is_sperrend) for mangel in alles] == [
        ("Eine Abstimmung ist noch offen. Bitte schliessen Sie sie zuerst.", True),
        ("Traktandum 2 «Budget» hat noch kein Ergebnis.", False),
        ("Niemand ist angemeldet: Die Präsenzliste dieser Sitzung bliebe leer.", False),
        ("1 Sitz ist noch angemeldet und wird mit dem Schluss abgemeldet.", False),
    ]


def test_the_rules_words_are_the_model_s():
    assert {wort for reihe in regeln.AUSGAENGE.values() for wort in reihe} | {"offen"} == set(Traktandum.Ausgang.values)
    assert set(regeln.AUSGAENGE) == set(Traktandum.Art.values)
    assert {art: regeln.art_in_worten(art, diskussion_verlangt=False) for art in Traktandum.Art.values} == dict(
        Traktandum.Art.choices
    )
