""".env.example and konferenz/settings.py name the same variables; unsafe values are refused."""

import ast
import itertools
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

WURZEL = Path(__file__).resolve().parent.parent.parent
BETRIEB = {"WEB_CONCURRENCY", "WEB_THREADS", "WORKER_CONCURRENCY"}  # read by scripts/
SICHER = {"SECRET_KEY": "x" * 50, "SITE_URL": "https://portal.example", "ALLOWED_HOSTS": "portal.example"}


def gelesene_variablen():
    baum = ast.parse((WURZEL / "konferenz" / "settings.py").read_text(encoding="utf-8"))
    return {
        knoten.args[0].value
        for knoten in ast.walk(baum)
        if isinstance(knoten, ast.Call)
        and isinstance(knoten.func, ast.Attribute)
        and isinstance(knoten.func.value, ast.Name)
        and knoten.func.value.id == "env"
        and knoten.args
        and isinstance(knoten.args[0], ast.Constant)
    }


def test_env_example_documents_each_variable_once():
    zeilen = (WURZEL / ".env.example").read_text(encoding="utf-8").splitlines()
    namen = [m[1] for zeile in zeilen if (m := re.match(r"(?:# )?([A-Z][A-Z_]+)=", zeile))]

    assert sorted(namen) == sorted(gelesene_variablen() | BETRIEB)


def test_env_example_explains_each_variable():
    zeilen = (WURZEL / ".env.example").read_text(encoding="utf-8").splitlines()
    ohne = [
        zeile
        for davor, zeile in itertools.pairwise(zeilen)
        if re.match(r"(?:# )?[A-Z][A-Z_]+=", zeile) and not davor.strip()
    ]

    assert ohne == []


def lade_einstellungen(**umgebung):
    """Import the settings in a process of their own, without any .env, and return (exit code, last line of stderr)."""
    umgebung = {"PATH": os.environ["PATH"], "PYTHONPATH": str(WURZEL), **umgebung}
    befehl = "import environ; environ.FileAwareEnv.read_env = lambda *a, **k: None; import konferenz.settings"
    lauf = subprocess.run(
        [sys.executable, "-c", befehl], capture_output=True, text=True, env=umgebung, check=False, timeout=60
    )
    return lauf.returncode, (lauf.stderr.strip().splitlines() or [""])[-1]


@pytest.mark.parametrize(
    ("aenderung", "satz"),
    [
        ({}, ""),
        ({"SECRET_KEY": ""}, "SECRET_KEY (oder SECRET_KEY_FILE) fehlt"),
        ({"SECRET_KEY": "kurz"}, "SECRET_KEY ist zu kurz"),
        ({"DEBUG": "1"}, "unter https:// nicht erlaubt"),
        ({"ALLOW_UNSAFE_KEY": "1"}, "unter https:// nicht erlaubt"),
        ({"DEMO_MODE": "1"}, "unter https:// nicht erlaubt"),
    ],
)
def test_production_refuses_unsafe_settings(aenderung, satz):
    code, meldung = lade_einstellungen(**{**SICHER, **aenderung})

    assert (code == 0) == (satz == "")
    assert satz in meldung


def test_secret_is_read_from_a_file(tmp_path):
    datei = tmp_path / "secret_key"
    datei.write_text("y" * 60)
    ohne_schluessel = {k: v for k, v in SICHER.items() if k != "SECRET_KEY"}

    assert lade_einstellungen(**ohne_schluessel, SECRET_KEY_FILE=str(datei)) == (0, "")
