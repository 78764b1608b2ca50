"""What nobody can see is nothing typed: in the rule, in each form of the house, in the name of a file."""

from __future__ import annotations

from pathlib import Path

import pytest
from django import forms

from antraege.forms.konsultativ import KonsultativForm
from antraege.forms.pult import AbbruchForm
from antraege.rules.antrag import check_einreichen
from antraege.rules.bericht import FELDER, check_freigabe
from konferenz.forms import Satzfeld, Textfeld
from konferenz.rules import is_leer
from sitzungen.schritte.traktanden import titel_aus_name

NULLBREIT = "\u200b\u2060\ufeff"
LEER = [
    "",
    " \t\r\n",
    "\u00a0\u2003\u3000",
    NULLBREIT,
    "\u200d\u200c\u00ad",
    "\u202e\u2066",
    "\u3164\u115f\u1160\uffa0",
    "\u2800",
    "\u034f\ufe0f",
    "\U000e0041",
    "\u0000",
    "\u2028\u2029",
]


@pytest.mark.parametrize("text", LEER)
def test_what_shows_nothing_is_empty(text):
    assert is_leer(text)
    assert Textfeld(required=False, strip=False).to_python(text) == ""
    with pytest.raises(forms.ValidationError) as fehlt:
        Textfeld().clean(text)
    assert fehlt.value.code in {"required", "null_characters_not_allowed"}


@pytest.mark.parametrize("text", ["a", f"{NULLBREIT}a", "1", "–", "❤️", "é", "👩\u200d👧", "的", ".", "§ 1"])
def test_one_visible_sign_is_a_text(text):
    assert not is_leer(text)
    assert Textfeld().clean(text) == text.strip()


def test_each_form_of_the_house_takes_it_so():
    """Only a password may be made of what nobody sees."""
    frei = [
        str(pfad)
        for app in ("konferenz", "mitglieder", "sitzungen", "antraege")
        for pfad in Path(app).rglob("*.py")
        if "forms.CharField(" in pfad.read_text(encoding="utf-8")
    ]

    assert frei == [str(Path("mitglieder", "forms", "konto.py"))]


def test_title_text_question_reason_and_signature_are_asked_for():
    assert [m.feld for m in check_einreichen(titel=NULLBREIT, text=NULLBREIT, hat_thema=True)] == ["titel", "text"]
    assert [m.feld for m in check_freigabe(dict.fromkeys(FELDER, NULLBREIT))] == [
        "verteiler",
        "unterschrift_vorsitz",
        "unterschrift_geschaeftsfuehrung",
    ]
    assert "grund" in AbbruchForm({"grund": NULLBREIT}).errors
    assert "frage" in KonsultativForm({"frage": NULLBREIT}, traktanden=[]).errors


def test_a_file_without_a_visible_name_is_called_by_its_ending():
    assert titel_aus_name(f"{NULLBREIT}.pdf").endswith(".pdf")
    assert titel_aus_name("Budget_2027.pdf") == "Budget 2027"


def test_one_sentence_typed_over_several_lines_is_one_line():
    feld = Satzfeld(max_length=40)

    assert feld.clean("Wird der Antrag\r\n zuhanden\tverabschiedet? ") == "Wird der Antrag zuhanden verabschiedet?"
    assert feld.widget.attrs["rows"] == 2
    with pytest.raises(forms.ValidationError):
        feld.clean(" \n\u200b ")
