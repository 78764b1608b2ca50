"""What changed between two texts: inserted, deleted, replaced, umlauts, very long words, nothing; and within a bound of time."""

import itertools
import random
import time
import unicodedata

import pytest

from antraege.rules.abgleich import fingerprints, merge_werte
from antraege.rules.unterschied import Art, Stueck, diff, is_changed

SATZ = "Der VSEG-Vorstand sei zu ersuchen, die Fallpauschale der Teuerung anzupassen."


def plain(alt, neu):
    """Return a comparison as one line: [gone] {new}."""
    zeichen = {Art.GLEICH: "{}", Art.WEG: "[{}]", Art.NEU: "{{{}}}"}
    return "".join(zeichen[stueck.art].format(stueck.text) for stueck in diff(alt, neu))


def check_whole(alt, neu):
    stuecke = diff(alt, neu)
    assert "".join(s.text for s in stuecke if s.art is not Art.NEU) == unicodedata.normalize("NFC", alt)
    assert "".join(s.text for s in stuecke if s.art is not Art.WEG) == unicodedata.normalize("NFC", neu)
    assert all(stueck.text for stueck in stuecke)
    assert all(a.art is not b.art for a, b in itertools.pairwise(stuecke))


@pytest.mark.parametrize(
    ("alt", "neu", "erwartet"),
    [
        (SATZ, SATZ, SATZ),
        ("", "", ""),
        ("", "Neu.", "{Neu.}"),
        ("Alt.", "", "[Alt.]"),
        # inserted, deleted, replaced
        (
            SATZ,
            SATZ.replace("der Teuerung", "ab 1. Januar 2027 der Teuerung"),
            SATZ.replace("der Teuerung", "{ab 1. Januar 2027 }der Teuerung"),
        ),
        (SATZ, SATZ.replace("der Teuerung ", ""), SATZ.replace("der Teuerung ", "[der Teuerung ]")),
        (SATZ, SATZ.replace("Teuerung", "Lohnentwicklung"), SATZ.replace("Teuerung", "[Teuerung]{Lohnentwicklung}")),
        # a sign alone; a number is one word
        ("Kosten, die steigen", "Kosten die steigen", "Kosten[,] die steigen"),
        ("Um 1’200 Franken", "Um 1’250 Franken", "Um [1’200]{1’250} Franken"),
        # umlauts: another letter is a change, another way to store it is none
        ("In Zürich", "In Zurich", "In [Zürich]{Zurich}"),
        ("grün", "gru\u0308n", "grün"),
        # a paragraph comes in whole; two become one
        ("Eins.\n\nDrei.", "Eins.\n\nZwei.\n\nDrei.", "Eins.\n\n{Zwei.\n\n}Drei."),
        ("Eins.\n\nZwei.", "Eins. Zwei.", "Eins.[\n\n]{ }Zwei."),
        # a short word between two changes is not left standing alone
        (
            "die alte Regel der alten Ordnung",
            "die neue Norm der neuen Satzung",
            "die [alte Regel der alten Ordnung]{neue Norm der neuen Satzung}",
        ),
        # two passages that share next to nothing stand one after the other
        (
            "Die Gemeinden tragen die Kosten der Suchthilfe heute allein.",
            "Ab dem kommenden Jahr wird ein neuer Fonds eingerichtet werden müssen.",
            "[Die Gemeinden tragen die Kosten der Suchthilfe heute allein]{Ab dem kommenden Jahr wird ein neuer Fonds eingerichtet werden müssen}.",
        ),
    ],
)
def test_difference(alt, neu, erwartet):
    assert plain(alt, neu) == erwartet
    check_whole(alt, neu)
    assert is_changed(diff(alt, neu)) is (unicodedata.normalize("NFC", alt) != unicodedata.normalize("NFC", neu))


def test_a_word_of_fifty_thousand_letters_is_one_piece():
    wort = "x" * 50_000

    assert [(s.art, len(s.text)) for s in diff(wort, f"{wort}y")] == [(Art.WEG, 50_000), (Art.NEU, 50_001)]


def test_a_break_that_goes_is_said_to_be_one():
    assert [s.is_umbruch for s in diff("Eins.\n\nZwei.", "Eins. Zwei.")] == [False, True, False, False]
    assert Stueck(Art.NEU, "Wort\n").is_umbruch is False


def test_random_texts_come_back_whole():
    zufall = random.Random(5)
    woerter = ["Gemeinde", "Kosten", "der", "die", "Ägerten", ",", ".", "\n", "\n\n", " ", "1’000", "Kosten-Teiler"]
    for _ in range(300):
        alt = " ".join(zufall.choice(woerter) for _ in range(zufall.randrange(25)))
        neu = " ".join(zufall.choice(woerter) for _ in range(zufall.randrange(25)))
        check_whole(alt, neu)


@pytest.mark.parametrize(
    "paar",
    [
        ("\n" * 50_000, "\n" * 49_000 + "x"),
        ("a b " * 12_500, "b a " * 12_500),
        ("a. " * 16_000, "b. " * 16_000),
        (" ".join(f"w{i % 900}" for i in range(9000)), " ".join(f"w{(i * 7) % 900}" for i in range(9000))),
    ],
    ids=["breaks", "two words", "sentences", "mixed"],
)
def test_the_longest_texts_are_compared_in_no_time(paar):
    begonnen = time.process_time()

    diff(*paar)

    assert time.process_time() - begonnen < 2


# --- two writers --------------------------------------------------------------------------------------

BASIS = {"text": "alt", "ausgangslage": "alt"}


@pytest.mark.parametrize(
    ("gespeichert", "eigene", "werte", "konflikte", "uebernommen"),
    [
        (BASIS, BASIS, BASIS, (), ()),
        # only I, only the other, each another field
        (BASIS, {"text": "ich", "ausgangslage": "alt"}, {"text": "ich", "ausgangslage": "alt"}, (), ()),
        ({"text": "du", "ausgangslage": "alt"}, BASIS, {"text": "du", "ausgangslage": "alt"}, (), ("text",)),
        (
            {"text": "du", "ausgangslage": "alt"},
            {"text": "alt", "ausgangslage": "ich"},
            {"text": "du", "ausgangslage": "ich"},
            (),
            ("text",),
        ),
        # both the same, both differently
        (
            {"text": "wir", "ausgangslage": "alt"},
            {"text": "wir", "ausgangslage": "alt"},
            {"text": "wir", "ausgangslage": "alt"},
            (),
            (),
        ),
        (
            {"text": "du", "ausgangslage": "alt"},
            {"text": "ich", "ausgangslage": "alt"},
            {"text": "ich", "ausgangslage": "alt"},
            ("text",),
            (),
        ),
    ],
)
def test_two_writers_are_joined_field_by_field(gespeichert, eigene, werte, konflikte, uebernommen):
    abgleich = merge_werte(gespeichert=gespeichert, eigene=eigene, basis=fingerprints(BASIS))

    assert (abgleich.werte, abgleich.konflikte, abgleich.uebernommen) == (werte, konflikte, uebernommen)


def test_without_marks_every_difference_is_a_conflict():
    abgleich = merge_werte(gespeichert={"text": "du"}, eigene={"text": "alt"}, basis={})

    assert (abgleich.werte, abgleich.konflikte) == ({"text": "alt"}, ("text",))
