"""Majorities and the rules of voting: whole tables, a second implementation, and hypothesis."""

from __future__ import annotations

import hashlib
import itertools
import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antraege import rules
from antraege.rules import Eroeffnung, check_oeffnen
from konferenz.rules import Auszaehlung, Mehrheit, is_angenommen, noetige_ja, regel_satz

Z, E, K = Mehrheit.ZWEIDRITTEL, Mehrheit.EINFACH, Mehrheit.KONSULTATIV


def alle(n):
    """Yield every (ja, nein, enthaltung) of n present, those who say nothing included."""
    for ja, nein in itertools.product(range(n + 1), repeat=2):
        for enthaltung in range(n - ja - nein + 1):
            yield ja, nein, enthaltung


def second(mehrheit, ja, nein, anwesend):
    """The rule written a second time, with fractions instead of whole numbers."""
    if mehrheit is Z:
        return Fraction(ja, anwesend) >= Fraction(2, 3)
    return {E: ja - nein >= 1, K: None}[mehrheit]


@pytest.mark.parametrize("n", range(1, 15))
def test_every_vote_of_fourteen_seats(n):
    for ja, nein, enthaltung in alle(n):
        stimmen = Auszaehlung(anwesend=n, ja=ja, nein=nein, enthaltung=enthaltung)
        for mehrheit in Mehrheit:
            assert is_angenommen(mehrheit, stimmen) == second(mehrheit, ja, nein, n)
        assert is_angenommen(Z, stimmen) is (ja >= noetige_ja(n))
        assert stimmen.ohne_stimme == n - ja - nein - enthaltung


@given(st.data())
def test_up_to_four_hundred_seats(data):
    n = data.draw(st.integers(1, 400))
    ja = data.draw(st.integers(0, n))
    nein = data.draw(st.integers(0, n - ja))
    stimmen = Auszaehlung(anwesend=n, ja=ja, nein=nein)

    assert is_angenommen(Z, stimmen) == second(Z, ja, nein, n)
    assert is_angenommen(E, stimmen) == second(E, ja, nein, n)
    assert noetige_ja(n) == math.ceil(Fraction(2 * n, 3))


def test_abstaining_and_silence_help_no_motion():
    assert is_angenommen(Z, Auszaehlung(anwesend=14, ja=9, nein=0, enthaltung=5)) is False
    assert is_angenommen(Z, Auszaehlung(anwesend=14, ja=9, nein=0)) is False
    assert is_angenommen(Z, Auszaehlung(anwesend=14, ja=10, nein=4)) is True


def test_nobody_voting_carries_nothing():
    assert is_angenommen(E, Auszaehlung(anwesend=5, ja=0, nein=0)) is False
    assert is_angenommen(Z, Auszaehlung(anwesend=5, ja=0, nein=0)) is False


@pytest.mark.parametrize(
    ("anwesend", "ja", "nein", "enthaltung"), [(0, 0, 0, 0), (-1, 0, 0, 0), (3, -1, 0, 0), (3, 2, 2, 0), (3, 0, 0, 4)]
)
def test_counts_that_cannot_be_are_refused(anwesend, ja, nein, enthaltung):
    with pytest.raises(ValueError, match="Stimm"):
        Auszaehlung(anwesend=anwesend, ja=ja, nein=nein, enthaltung=enthaltung)


def test_rule_stands_in_words_before_the_vote():
    assert regel_satz(Z, 12) == "Anwesend stimmberechtigt 12 – nötig 8 Ja – Enthaltungen zählen wie Nein"
    assert regel_satz(E, 12).endswith("bei Gleichstand abgelehnt")
    assert (
        regel_satz(K, 12) == "Stimmberechtigt 12 – Konsultativabstimmung, unverbindlich"
    )  # between meetings nobody is present
    for mehrheit in (Z, E):
        with pytest.raises(ValueError, match="Ohne anwesende"):
            regel_satz(mehrheit, 0)


GUT = {"status": "vorbereitet", "mehrheit": Z, "sitzung_laeuft": True, "anwesend": 14}


@pytest.mark.parametrize(
    ("anders", "satz"),
    [
        ({}, ""),
        ({"mehrheit": E, "angekuendigt": False, "art": "information"}, ""),
        ({"status": "offen"}, "schon offen"),
        ({"status": "geschlossen"}, "als neue Abstimmung"),
        ({"status": "abgebrochen"}, "abgebrochen"),
        ({"sitzung_laeuft": False}, "laufenden Sitzung"),
        ({"is_aktuell": False}, "Rufen Sie zuerst das Traktandum auf"),
        ({"andere_offen": True}, "schon eine Abstimmung offen"),
        ({"art": "information"}, "der Art Entscheid"),
        ({"angekuendigt": False}, "angekündigtes Traktandum"),
        ({"anwesend": 0}, "kein stimmberechtigter Sitz"),
        ({"anwesend": 1}, ""),
        ({"mehrheit": K, "is_aktuell": False, "andere_offen": True}, ""),
        ({"mehrheit": K, "sitzung_laeuft": False}, "auf der Seite der Sitzung"),
        ({"mehrheit": K, "anwesend": 0}, "kein stimmberechtigter Sitz"),
    ],
)
def test_a_vote_opens_or_says_why_not(anders, satz):
    ist = check_oeffnen(Eroeffnung(**(GUT | anders)))

    assert (satz in ist) if satz else ist == ""


def test_receipt_is_the_hash_of_nonce_and_choice():
    assert rules.quittung(nonce="ab", wahl="ja") == hashlib.sha256(b"abja").hexdigest()
    with pytest.raises(ValueError, match="Ja, Nein oder Enthaltung"):
        rules.quittung(nonce="ab", wahl="vielleicht")


@pytest.mark.parametrize(
    ("mehrheit", "zahlen", "satz"),
    [
        (Z, (14, 10, 3, 1), "Angenommen mit 10 Ja, 3 Nein, 1 Enthaltung bei 14 Anwesenden; nötig 10."),
        (
            Z,
            (14, 9, 3, 0),
            "Nicht zustande gekommen mit 9 Ja, 3 Nein, 0 Enthaltungen, 2 ohne Stimme bei 14 Anwesenden; nötig 10.",
        ),
        (E, (12, 6, 6, 0), "Abgelehnt mit 6 Ja, 6 Nein, 0 Enthaltungen bei 12 Anwesenden (einfaches Mehr)."),
        (K, (3, 2, 1, 0), "Unverbindliche Meinung: 2 Ja, 1 Nein, 0 Enthaltungen von 3 Stimmsitzen."),
    ],
)
def test_result_in_words(mehrheit, zahlen, satz):
    anwesend, ja, nein, enthaltung = zahlen
    stimmen = Auszaehlung(anwesend=anwesend, ja=ja, nein=nein, enthaltung=enthaltung)

    assert rules.ergebnis_satz(mehrheit, stimmen) == satz


@pytest.mark.parametrize(
    ("als", "weg", "satz"),
    [
        ("inhaber", "selbst", "selbst"),
        ("inhaber", "geschaeftsstelle", "durch die Geschäftsstelle erfasst"),
        ("inhaber", "nacherfasst", "nacherfasst"),
        ("inhaber", "", ""),
        ("vertretung", "selbst", "Stellvertretung"),
        ("vertretung", "geschaeftsstelle", "Stellvertretung, durch die Geschäftsstelle erfasst"),
        ("vertretung", "nacherfasst", "Stellvertretung, nacherfasst"),
        ("vertretung", "", "Stellvertretung"),
    ],
)
def test_the_way_of_a_ballot_stands_in_words(als, weg, satz):
    assert rules.weg_satz(als=als, weg=weg) == satz


JA, NEIN = True, False


@pytest.mark.parametrize(
    ("votes", "stelle"),
    [
        ([(1, JA)], 0),
        ([(None, NEIN)], 0),
        ([(None, JA), (None, NEIN)], 1),  # no motion: the last
        ([(1, JA), (None, NEIN)], 0),  # «Rückkommen?» leaves what was said of the motion
        ([(1, NEIN), (None, JA)], 0),
        ([(None, JA), (1, NEIN)], 1),
        ([(1, JA), (1, NEIN)], 1),  # voted on again
        ([(1, NEIN), (1, JA)], 1),
        ([(1, NEIN), (2, NEIN)], 1),
        ([(1, JA), (2, NEIN)], 0),  # carried is carried, whatever failed after it
        ([(1, NEIN), (2, JA)], 1),
        ([(1, JA), (2, JA)], 1),
        ([(1, JA), (2, NEIN), (1, NEIN)], 2),
        ([(2, JA), (1, JA), (2, NEIN), (None, NEIN)], 1),
        ([(None, NEIN), (1, NEIN), (None, JA), (None, JA)], 1),
    ],
)
def test_a_motion_that_was_carried_leads_else_the_last_one(votes, stelle):
    assert rules.leitende(votes) == stelle


@pytest.mark.parametrize(
    ("zeilen", "bisher", "text"),
    [
        (["A? Ja."], "", "A? Ja."),
        (["A? Ja."], "A? Ja.", "A? Ja."),
        (["A? Ja.", "B? Nein."], "B? Nein.", "A? Ja.\nB? Nein."),  # recorded afterwards, held before
        (["A? Ja.", "B? Nein."], "B? Nein.\nA? Ja.\nIm Mai.", "A? Ja.\nB? Nein.\nIm Mai."),
        (["A? Ja."], "Im  Mai. A?\nJa. Oder später.", "A? Ja.\nIm Mai. Oder später."),  # lines are noted in one
        (["A? Ja.", "Und A? Ja."], "Und A? Ja.\nA? Ja.", "A? Ja.\nUnd A? Ja."),  # one question ends like the other
        ([], "Im Mai.", "Im Mai."),
        ([], "", ""),
    ],
)
def test_the_votes_lines_stand_in_their_order_above_what_was_written(zeilen, bisher, text):
    assert rules.ausgang_text(zeilen, bisher) == text


@pytest.mark.parametrize(
    ("ist_antrag", "wartet", "entscheidet"),
    [(True, True, True), (True, False, True), (False, False, True), (False, True, False)],
)
def test_a_vote_on_how_to_go_on_waits_for_the_motion(ist_antrag, wartet, entscheidet):
    assert rules.entscheidet(ist_antrag=ist_antrag, wartet=wartet) is entscheidet
