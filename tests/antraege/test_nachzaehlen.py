"""The recount script: alone, from outside, and with a single changed byte."""

from __future__ import annotations

import ast
import json
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

from antraege.queries.protokoll import load_abschluss
from antraege.schritte.protokoll import make_huelle, oeffentlicher_text
from konferenz.rules import Mehrheit

from .abschluss import close_with
from .conftest import make_saal

pytestmark = pytest.mark.django_db

SKRIPT = Path(__file__).resolve().parents[2] / "docs" / "nachzaehlen.py"


def recount(pfad, *mehr):
    """Run the script as anybody would: another process, nothing of the project on its path."""
    return subprocess.run(
        [sys.executable, "-I", str(SKRIPT), str(pfad), *mehr], capture_output=True, text=True, check=False, cwd="/"
    )


def full(vote):
    return make_huelle(vote.protokoll, load_abschluss(vote))


def public(vote):
    return make_huelle(oeffentlicher_text(vote))


@pytest.fixture
def votes(offene):
    """Return six closed votes of every kind, with and without a result, small and large."""
    saal = make_saal(14)
    return [
        close_with(offene(saal), ja=10, nein=3, enthaltung=1),
        close_with(offene(saal, antrag=False), ja=9, nein=3),
        close_with(offene(saal, antrag=False, mehrheit=Mehrheit.EINFACH), ja=5, nein=4, enthaltung=2),
        close_with(offene(saal, antrag=False, mehrheit=Mehrheit.EINFACH, namentlich=True), ja=4, nein=4),
        close_with(offene(saal, antrag=False, mehrheit=Mehrheit.KONSULTATIV), ja=2, nein=9),
        close_with(offene(saal, antrag=False)),
    ]


def test_the_script_confirms_every_record_full_and_public(votes, tmp_path):
    worte = [
        "angenommen:",
        "nicht angenommen:",
        "angenommen:",
        "nicht angenommen:",
        "unverbindlich:",
        "nicht angenommen:",
    ]
    for vote, wort in zip(votes, worte, strict=True):
        for inhalt in (full(vote), public(vote), vote.protokoll, oeffentlicher_text(vote)):
            pfad = tmp_path / "protokoll.json"
            pfad.write_text(inhalt, encoding="utf-8", newline="")

            ergebnis = recount(pfad)

            assert (ergebnis.returncode, ergebnis.stderr) == (0, "")
            zeilen = ergebnis.stdout.splitlines()
            assert zeilen[1].startswith(f"{wort} {vote.ja} Ja, {vote.nein} Nein")
            assert f"Volles Protokoll: {vote.protokoll_sha256}" in zeilen


def test_the_full_record_names_the_journals_head_at_the_close(votes, tmp_path):
    for vote in votes:
        pfad = tmp_path / "protokoll.json"
        pfad.write_text(full(vote), encoding="utf-8", newline="")
        abschluss = load_abschluss(vote)

        assert recount(pfad).stdout.splitlines()[-1] == f"Journal: Eintrag {abschluss['seq']}, {abschluss['hash']}"


def test_a_single_changed_byte_is_refused_wherever_it_is(votes, capsys):
    nachzaehlen = runpy.run_path(str(SKRIPT))["nachzaehlen"]
    angenommen = votes[0]
    for inhalt in (full(angenommen).encode(), public(angenommen).encode()):
        nachzaehlen(inhalt.decode())
        durchgelassen = []
        for stelle in range(len(inhalt)):
            for anders in {inhalt[stelle] ^ 1, inhalt[stelle] ^ 0x20, ord("0"), ord(" ")} - {inhalt[stelle]}:
                try:
                    nachzaehlen((inhalt[:stelle] + bytes([anders]) + inhalt[stelle + 1 :]).decode())
                except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError):
                    continue
                durchgelassen.append((stelle, chr(anders)))
        assert durchgelassen == []
    capsys.readouterr()


def test_the_script_ends_with_the_reason(votes, tmp_path):
    inhalt = full(votes[0])
    pfad = tmp_path / "protokoll.json"
    faelle = {
        inhalt.replace("Wird der Antrag", "Wird ein Antrag"): "SHA-256 des Protokolls",
        inhalt.replace('\\"ja\\":10', '\\"ja\\":11', 1): "Journal verändert",
        votes[0].protokoll.replace('"wahl":"nein"', '"wahl":"ja"', 1): "Quittung",
        votes[0].protokoll.replace('"ja":10', '"ja":11'): "Gezählt: 10, 3, 1",
        votes[0].protokoll.replace('"angenommen":true', '"angenommen":false'): "folgt nicht aus der Regel",
        votes[0].protokoll.replace('"anwesend":14', '"anwesend":15'): "Anwesende",
        votes[0].protokoll + " ": "Form",
        "": "",
        "[1]": "Form",
    }
    for text, grund in faelle.items():
        pfad.write_text(text, encoding="utf-8", newline="")
        ergebnis = recount(pfad)
        assert (ergebnis.returncode, ergebnis.stdout) == (1, ""), grund
        assert ergebnis.stderr.startswith("NICHT IN ORDNUNG: ")
        assert grund in ergebnis.stderr
    assert recount(tmp_path / "fehlt.json").returncode == 1


def test_bare_words_are_vouched_for_by_a_hash_from_elsewhere(votes, tmp_path):
    pfad = tmp_path / "protokoll.json"
    pfad.write_text(votes[1].protokoll.replace("Wird der Antrag", "Wird ein Antrag"), encoding="utf-8", newline="")

    assert recount(pfad).returncode == 0  # it counts the same …
    assert recount(pfad, votes[1].protokoll_sha256).returncode == 1  # … and is another record
    pfad.write_text(votes[1].protokoll, encoding="utf-8", newline="")
    assert recount(pfad, votes[1].protokoll_sha256).returncode == 0


def test_a_ballot_put_in_twice_is_refused(votes, tmp_path):
    protokoll = json.loads(oeffentlicher_text(votes[0]))
    doppelt = next(s for s in protokoll["stimmen"] if s["wahl"] == "ja")
    protokoll |= {"stimmen": [*protokoll["stimmen"], doppelt], "ja": 11, "anwesend": 15}
    pfad = tmp_path / "protokoll.json"
    pfad.write_text(json.dumps(protokoll, sort_keys=True, separators=(",", ":"), ensure_ascii=False), encoding="utf-8")

    assert "zweimal" in recount(pfad).stderr


def test_the_script_imports_nothing_but_the_standard_library_and_stays_short():
    quelle = SKRIPT.read_text(encoding="utf-8")
    importe = [k for k in ast.walk(ast.parse(quelle)) if isinstance(k, ast.Import | ast.ImportFrom)]
    namen = {k.module if isinstance(k, ast.ImportFrom) else k.names[0].name for k in importe}

    assert namen == {"hashlib", "json", "sys"}
    assert len(quelle.splitlines()) <= 64
