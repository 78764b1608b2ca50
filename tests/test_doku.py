"""The papers about the project agree with the project."""

import re
from pathlib import Path

from django.apps import apps

WURZEL = Path(__file__).resolve().parent.parent
APPS = ("konferenz", "mitglieder", "sitzungen", "antraege")


def glossar():
    text = (WURZEL / "docs" / "glossar.md").read_text(encoding="utf-8")
    zeilen = re.findall(r"^\| (?!Einzahl|---)([^|]+) \| ([^|]+) \| ([^|]+) \|$", text, re.MULTILINE)
    return [(wort.strip(), mehrzahl.strip(), bedeutung.strip()) for wort, mehrzahl, bedeutung in zeilen]


def test_glossary_names_each_noun_once():
    woerter = [wort for wort, _mehrzahl, _bedeutung in glossar()]

    assert sorted(woerter) == sorted(set(woerter))
    assert all(all(zeile) for zeile in glossar())


def test_glossary_holds_every_model():
    woerter = {wort for wort, _mehrzahl, _bedeutung in glossar()}
    modelle = {
        modell.__name__
        for app in APPS
        for modell in apps.get_app_config(app).get_models()
        if not modell.__name__.endswith("UserObjectPermission")  # a guardian row, no noun of the house
    }

    assert modelle - woerter == set()


def test_readme_names_targets_and_commands_that_exist():
    readme = (WURZEL / "README.md").read_text(encoding="utf-8")
    ziele = set(re.findall(r"^([a-z]+):.*## ", (WURZEL / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    befehle = {p.stem for app in APPS for p in (WURZEL / app / "management" / "commands").glob("[a-z]*.py")}
    django = {"migrate", "createcachetable", "collectstatic", "check"}

    assert set(re.findall(r"\bmake ([a-z]+)", readme)) - ziele == set()
    assert {"demo", "test"} <= set(re.findall(r"\bmake ([a-z]+)", readme))
    assert set(re.findall(r"manage\.py ([a-z_]+)", readme)) - befehle - django == set()


def test_documents_name_files_that_exist():
    fehlend = {}
    for doku in [WURZEL / "README.md", *sorted((WURZEL / "docs").glob("*.md"))]:
        text = doku.read_text(encoding="utf-8")
        pfade = re.findall(
            r"`((?:konferenz|mitglieder|sitzungen|antraege|scripts|tests|docs|templates|static)/[\w./-]*)`", text
        )
        if weg := [p for p in pfade if not (WURZEL / p).exists()]:
            fehlend[doku.name] = weg

    assert fehlend == {}
