"""Swiss High German everywhere: «ss», « », the commission's own words; in the source and on every rendered page."""

import ast
import re
from pathlib import Path

WURZEL = Path(__file__).resolve().parent.parent
APPS = ("konferenz", "mitglieder", "sitzungen", "antraege")
SCHARFES_S = chr(0xDF)
VERBOTEN = {
    "the sharp s": re.compile(f"[{SCHARFES_S}{chr(0x1E9E)}]"),
    "a word of other countries": re.compile(r"\b(?:Tagesordnung|Niederschrift|Umlaufbeschluss|Sitzungsgeld-Antrag)"),
    "«TOP» for Traktandum": re.compile(r"\bTOPs?\b(?! ?[=:(])"),
}
ANFUEHRUNG = re.compile(r"[\"„“”‚‘]|(?<=\w)'(?=\w)")
VORLAGEN = sorted((WURZEL / "templates").rglob("*.*"))
QUELLEN = [p for app in APPS for p in sorted((WURZEL / app).rglob("*.py")) if "migrations" not in p.parts]


def verstoesse(text):
    return [
        f"{was}: …{text[max(0, m.start() - 30) : m.end() + 30]}…"
        for was, muster in VERBOTEN.items()
        for m in muster.finditer(text)
    ]


def test_templates_speak_swiss():
    gefunden = {str(p.relative_to(WURZEL)): verstoesse(p.read_text(encoding="utf-8")) for p in VORLAGEN}

    assert {name: saetze for name, saetze in gefunden.items() if saetze} == {}


def test_strings_speak_swiss():
    gefunden = {}
    for pfad in QUELLEN:
        for knoten in ast.walk(ast.parse(pfad.read_text(encoding="utf-8"))):
            if isinstance(knoten, ast.Constant) and isinstance(knoten.value, str) and verstoesse(knoten.value):
                gefunden[f"{pfad.relative_to(WURZEL)}:{knoten.lineno}"] = verstoesse(knoten.value)

    assert gefunden == {}


def test_templates_quote_with_guillemets():
    """Text between tags has « », never straight or German quotes; attributes and tags of the template are left out."""
    gefunden = {}
    for pfad in VORLAGEN:
        if pfad.suffix not in {".html", ".txt"}:
            continue
        text = pfad.read_text(encoding="utf-8")
        text = re.sub(r"{%\s*comment.*?endcomment\s*%}|{#.*?#}|{%.*?%}|{{.*?}}|<!--.*?-->", "", text, flags=re.DOTALL)
        text = re.sub(r"<(style|script)\b.*?</\1>", "", text, flags=re.DOTALL)
        text = re.sub(r"<[^>]*>", "", text)
        if treffer := [text[max(0, m.start() - 30) : m.end() + 30].strip() for m in ANFUEHRUNG.finditer(text)]:
            gefunden[str(pfad.relative_to(WURZEL))] = treffer

    assert gefunden == {}


def test_the_check_bites():
    assert len(verstoesse(f"Gru{SCHARFES_S}, Tagesordnung, TOP 3")) == 3
    assert verstoesse("Gruss, Traktandenliste, Traktandum 3, Topf") == []
