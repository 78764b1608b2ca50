"""What every HTML mail keeps to, so that Outlook's Word engine lays it out and nothing is fetched from anywhere."""

import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.template.loader import render_to_string

WURZEL = Path(settings.BASE_DIR) / "templates"
TEILE = sorted([*(WURZEL / "mails").glob("*.html"), *(WURZEL / "account" / "email").glob("*.html")])
# What Word does not know, or what would load something.
UNMOEGLICH = re.compile(
    r"display:\s*(?:flex|grid)|position:\s*(?:absolute|fixed|sticky)|\d(?:rem|vw|vh)\b|var\(--|@import|<(?:img|link|script|form|svg)\b"
    r"|background(?:-image)?:\s*url|float:"
)


@pytest.mark.parametrize("datei", TEILE, ids=lambda datei: datei.name)
def test_mail_uses_only_what_word_can_lay_out(datei):
    assert UNMOEGLICH.findall(datei.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("datei", TEILE, ids=lambda datei: datei.name)
def test_tables_that_lay_out_are_no_tables_to_a_screen_reader(datei):
    tabellen = re.findall(r"<table[^>]*>", datei.read_text(encoding="utf-8"))

    assert [tabelle for tabelle in tabellen if 'role="presentation"' not in tabelle] == []


@pytest.mark.parametrize(
    "datei", [p for p in TEILE if p.parent.name == "mails" and not p.name.startswith("_")], ids=lambda p: p.name
)
def test_mail_stands_in_the_one_frame(datei):
    assert datei.name == "base.body.html" or datei.read_text(encoding="utf-8").startswith(
        '{% extends "mails/base.body.html" %}'
    )


def test_frame_names_the_office_or_its_association():
    ohne = BeautifulSoup(render_to_string("mails/base.body.html"), "html.parser")
    mit = render_to_string(
        "mails/base.body.html",
        {
            "absender": {
                "name": "VSEG & Co.",
                "adresse": "Weg 1\n4500 Solothurn",
                "telefon": "032 1",
                "email": "b@portal.test",
            }
        },
    )

    assert ohne.html["lang"] == "de-CH"
    assert "Verband Solothurner Einwohnergemeinden" in ohne.get_text()
    assert "VSEG &amp; Co." in mit
    assert "Weg 1<br>4500 Solothurn" in mit
    assert 'href="mailto:b@portal.test"' in mit


def test_button_has_its_colour_where_word_reads_it():
    knopf = BeautifulSoup(
        render_to_string("mails/_knopf.html", {"text": "Öffnen", "url": "https://portal.test/?a=1&b=2"}), "html.parser"
    )

    assert knopf.find("td", class_="knopf")["bgcolor"] == "#b3122a"
    assert (knopf.a.get_text(strip=True), knopf.a["href"]) == ("Öffnen", "https://portal.test/?a=1&b=2")
