"""The lock files: hashes for everything, no address anywhere, one version of each package."""

import re
from pathlib import Path

import pytest

WURZEL = Path(__file__).resolve().parent.parent
SPERREN = ["requirements.txt", "requirements-dev.txt", "requirements-uv.txt"]


def lies(name):
    """Return the pins of a lock file as a set of (package, version, marker)."""
    zeilen = (WURZEL / name).read_text(encoding="utf-8")
    return {
        (m["name"].lower(), m["version"], (m["marker"] or "").strip())
        for m in re.finditer(
            r"^(?P<name>[\w.-]+(?:\[[\w,-]+\])?)==(?P<version>\S+)(?P<marker> ;[^\\]*)?", zeilen, re.MULTILINE
        )
    }


@pytest.mark.parametrize("name", SPERREN)
def test_lock_names_no_address(name):
    assert re.findall(r"\w+://\S+|--(?:extra-)?index|--find-links", (WURZEL / name).read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("name", SPERREN)
def test_lock_has_a_hash_for_each_pin(name):
    bloecke = re.split(
        r"^(?=[\w.-]+(?:\[[\w,-]+\])?==)", (WURZEL / name).read_text(encoding="utf-8"), flags=re.MULTILINE
    )[1:]

    assert len(bloecke) == len(lies(name)) > 0
    assert [b.split("\n")[0] for b in bloecke if "--hash=sha256:" not in b] == []


def test_both_locks_agree():
    assert lies("requirements.txt") - lies("requirements-dev.txt") == set()


def test_each_wanted_package_is_locked():
    gesperrt = {re.sub(r"\[.*", "", name) for name, _version, _marker in lies("requirements-dev.txt")}
    gewollt = {
        re.split(r"[\s<>=\[#;]", zeile)[0].lower()
        for datei in ("requirements.in", "requirements-dev.in")
        for zeile in (WURZEL / datei).read_text(encoding="utf-8").splitlines()
        if zeile and not zeile.startswith(("#", "-"))
    }

    assert gewollt - gesperrt == set()
