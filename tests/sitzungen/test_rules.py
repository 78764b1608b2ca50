"""The rules of preparing as truth tables."""

from datetime import UTC, date, datetime, timedelta

import pytest

from sitzungen import rules
from sitzungen.rules import Mangel, Stand, Termin, Trakt

BEGINN = datetime(2027, 3, 4, 13, tzinfo=UTC)


def termin(**felder):
    return Termin(**{"beginn_at": BEGINN, "ende_at": BEGINN + timedelta(hours=2), **felder})


@pytest.mark.parametrize(
    ("felder", "hybrid", "erwartet"),
    [
        ({}, True, ()),
        ({"ende_at": BEGINN}, True, ("ende",)),
        ({"form": "digital"}, True, ("form_entscheid_on",)),
        ({"form": "digital", "form_entscheid_on": date(2027, 1, 5)}, False, ()),
        ({"form": "hybrid", "form_entscheid_on": date(2027, 1, 5)}, True, ()),
        ({"form": "hybrid", "form_entscheid_on": date(2027, 1, 5)}, False, ("form",)),
        ({"form": "hybrid", "ende_at": BEGINN - timedelta(hours=1)}, False, ("ende", "form_entscheid_on", "form")),
    ],
)
def test_a_digital_meeting_needs_the_chairs_decision(felder, hybrid, erwartet):
    maengel = rules.check_termin(termin(**felder), hybrid_erlaubt=hybrid)

    assert tuple(mangel.feld for mangel in maengel) == erwartet


@pytest.mark.parametrize(
    ("art", "hat_thema", "zeichen", "erwartet"),
    [
        ("information", True, 600, ()),
        ("information", True, 601, ("zusammenfassung",)),
        ("information", False, 601, ("thema", "zusammenfassung")),
        ("entscheid", True, 5000, ()),
        ("entscheid", False, 0, ("thema",)),
        ("formelles", False, 5000, ()),
    ],
)
def test_what_an_item_needs(art, hat_thema, zeichen, erwartet):
    maengel = rules.check_traktandum(art=art, hat_thema=hat_thema, zusammenfassung="x" * zeichen)

    assert tuple(mangel.feld for mangel in maengel) == erwartet


def test_the_sentence_names_how_much_is_too_much():
    assert rules.check_traktandum(art="information", hat_thema=True, zusammenfassung="x" * 642) == (
        Mangel("zusammenfassung", "Informationen werden kurz zusammengefasst: höchstens 600 Zeichen, 42 zu viel."),
    )


@pytest.mark.parametrize(("vergeben", "erwartet"), [([], 1), ([1], 2), ([3, 1], 4)])
def test_next_number(vergeben, erwartet):
    assert rules.next_nr(vergeben) == erwartet


@pytest.mark.parametrize(
    ("element", "ziel", "erwartet"),
    [
        (1, 0, [1, 2, 3]),
        (1, 1, [2, 1, 3]),
        (1, 99, [2, 3, 1]),
        (3, -5, [3, 1, 2]),
        (2, 2, [1, 3, 2]),
    ],
)
def test_reordered(element, ziel, erwartet):
    assert rules.reordered([1, 2, 3], element, ziel) == erwartet


def test_reordered_refuses_a_stranger():
    with pytest.raises(ValueError):
        rules.reordered([1, 2], 3, 0)


@pytest.mark.parametrize("minuten", [[], [5], [5, 10, 0, 30]])
def test_clock_runs_without_gaps(minuten):
    zeiten = rules.uhr(BEGINN, minuten)

    assert [bis - von for von, bis in zeiten] == [timedelta(minutes=m) for m in minuten]
    assert [von for von, _ in zeiten] == [BEGINN, *(bis for _, bis in zeiten)][: len(minuten)]


@pytest.mark.parametrize(
    ("geplant", "erwartet"),
    [
        (0, ("Geplant sind 0 von 4 ordentlichen Sitzungen, die das Pflichtenheft vorsieht.",)),
        (1, ("Geplant ist 1 von 4 ordentlichen Sitzungen, die das Pflichtenheft vorsieht.",)),
        (3, ("Geplant sind 3 von 4 ordentlichen Sitzungen, die das Pflichtenheft vorsieht.",)),
        (4, ()),
        (5, ()),
    ],
)
def test_too_few_meetings_are_said(geplant, erwartet):
    assert rules.jahresplan_warnungen([], geplant=geplant, verlangt=4) == erwartet


@pytest.mark.parametrize(
    ("stunden", "erwartet"),
    [
        (0, ("A und B überschneiden sich.",)),
        (1, ("A und B überschneiden sich.",)),
        (2, ("A und B finden am gleichen Tag statt.",)),
        (9, ("A und B finden am gleichen Tag statt.",)),
        (10, ()),  # 23.00 UTC is the next day in Zurich
        (24, ()),
    ],
)
def test_two_meetings_that_collide_are_said(stunden, erwartet):
    spaeter = BEGINN + timedelta(hours=stunden)
    zwei = [("A", termin()), ("B", Termin(spaeter, spaeter + timedelta(hours=1)))]

    assert rules.jahresplan_warnungen(zwei, geplant=4, verlangt=4) == erwartet


def stand(*traktanden, **felder):
    return Stand(
        **{
            "traktanden": traktanden,
            "form": "vor_ort",
            "ort": "Solothurn",
            "video_link": "",
            "minuten_geplant": 90,
            "minuten_dauer": 120,
            "defekte": (),
            "empfaenger": 147,
            "ohne_adresse": 0,
            "regionen_ohne_leitgremium": (),
            **felder,
        }
    )


FORMELL = Trakt(1, "Begrüssung", "formelles", is_standard=True, hat_zusammenfassung=False, unterlagen=0)
INFO = Trakt(2, "Stand", "information", is_standard=False, hat_zusammenfassung=True, unterlagen=0)
ENTSCHEID = Trakt(3, "Budget", "entscheid", is_standard=False, hat_zusammenfassung=False, unterlagen=2)


def test_a_complete_meeting_has_nothing_missing():
    punkte = rules.pruefpunkte(stand(FORMELL, INFO, ENTSCHEID))

    assert [(p.text, p.is_erfuellt) for p in punkte] == [
        ("3 Traktanden", True),
        ("Ort: Solothurn", True),
        ("Die Zeit reicht für alle Traktanden.", True),
        ("2 Unterlagen, alle geprüft", True),
        ("147 Empfängerinnen und Empfänger, alle mit Adresse", True),
    ]
    assert rules.is_bereit(punkte)


@pytest.mark.parametrize(
    ("was", "satz", "bereit"),
    [
        (stand(), "Die Traktandenliste ist leer.", False),
        (stand(FORMELL), "Die Traktandenliste enthält nur die ständigen Traktanden.", True),
        (stand(INFO, ort=""), "Der Sitzungsort fehlt.", True),
        (stand(INFO, form="digital", ort=""), "Der Videolink fehlt.", True),
        (stand(INFO, form="hybrid", ort="", video_link="https://x"), "Der Sitzungsort fehlt.", True),
        (stand(INFO, minuten_geplant=135), "Die Traktanden dauern 15 Minuten länger als die Sitzung.", True),
        (
            stand(INFO, defekte=((3, "Budget"),)),
            "Die Unterlage «Budget» lässt sich nicht öffnen. Bitte ersetzen oder entfernen Sie sie.",
            False,
        ),
        (
            stand(Trakt(3, "Budget", "entscheid", is_standard=False, hat_zusammenfassung=True, unterlagen=0)),
            "Zum Entscheid «Budget» (Traktandum 3) fehlt eine Unterlage.",
            True,
        ),
        (
            stand(Trakt(2, "Stand", "information", is_standard=False, hat_zusammenfassung=False, unterlagen=1)),
            "Die Information «Stand» (Traktandum 2) ist noch nicht kurz zusammengefasst.",
            True,
        ),
        (stand(INFO, ohne_adresse=1), "1 Person hat keine gültige E-Mail-Adresse und erhält nichts.", True),
        (stand(INFO, ohne_adresse=2), "2 Personen haben keine gültige E-Mail-Adresse und erhalten nichts.", True),
        (stand(INFO, regionen_ohne_leitgremium=("BBL", "SRO")), "Ohne Leitgremium im Verteiler: BBL, SRO.", True),
    ],
)
def test_what_is_missing_is_said_and_only_two_things_forbid(was, satz, bereit):
    punkte = rules.pruefpunkte(was)

    assert [p.text for p in punkte if not p.is_erfuellt] == [satz]
    assert rules.is_bereit(punkte) is bereit
