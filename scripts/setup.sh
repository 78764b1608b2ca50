#!/bin/sh
# Sets up .venv from the lock files. Called by `make`, which calls it only when something changed.
#   scripts/setup.sh laufzeit       what running the portal needs
#   scripts/setup.sh entwicklung    and what testing and checking need
#   scripts/setup.sh browser        what the tests look with, where it may be installed: Chromium, a font, Poppler
set -eu

VENV=.venv
PANGO="libpango-1.0-0 libpangoft2-1.0-0"

sage() { printf '%s\n' "$*"; }
darf_apt() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; }

# apt_hole PACKAGE...: installs quietly; «apt-get update» only when the first try finds nothing.
apt_hole() {
    sage "Installiere $* …"
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null 2>&1 && return 0
    apt-get update -qq >/dev/null 2>&1 || true
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null 2>&1
}

# Prints the first Python from 3.11 to 3.13; a newer one if there is no other.
finde_python() {
    for grenze in 13 99; do
        for kandidat in ${PYTHON:-} python3 python3.13 python3.12 python3.11 python; do
            if "$kandidat" -c "import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, $grenze))" 2>/dev/null; then
                command -v "$kandidat"
                return 0
            fi
        done
    done
    return 1
}

baue_venv() {
    "$VENV/bin/python" -c "import pip" >/dev/null 2>&1 && return 0
    python=$(finde_python) || {
        sage "Python 3.11 oder neuer fehlt. Bitte einmal ausführen:  sudo apt-get install -y python3 python3-venv" >&2
        exit 1
    }
    if ! "$python" -c "import ensurepip, venv" 2>/dev/null; then
        paket=$("$python" -c "import sys; print(f'python3.{sys.version_info[1]}-venv')")
        if ! darf_apt || ! { apt_hole python3-venv && "$python" -c "import ensurepip" || apt_hole "$paket"; }; then
            sage "Das Modul venv fehlt. Bitte einmal ausführen:  sudo apt-get install -y python3-venv" >&2
            exit 1
        fi
    fi
    rm -rf "$VENV"
    "$python" -m venv "$VENV"
}

# WeasyPrint loads Pango when the first PDF is made; without it everything but PDF works.
hole_pango() {
    "$VENV/bin/python" - <<'PY' 2>/dev/null && return 0
import ctypes, ctypes.util
for name in ("pango-1.0", "pangoft2-1.0"):
    ctypes.CDLL(ctypes.util.find_library(name) or f"lib{name}.so.0")
PY
    # shellcheck disable=SC2086 — two package names
    if darf_apt && apt_hole $PANGO; then return 0; fi
    sage "Pango fehlt: es geht weiter, aber ohne PDF. Einmal ausführen:  sudo apt-get install -y $PANGO"
}

# The shell without windows: the tests take a third less of the processor with it. Where the whole browser is there already, one
# quick try; where Debian's package does not exist, the whole one.
hole_chromium() {
    command -v chromium-headless-shell >/dev/null 2>&1 && return 0
    if command -v chromium >/dev/null 2>&1; then
        ! darf_apt || DEBIAN_FRONTEND=noninteractive apt-get -o Acquire::Retries=0 -o Acquire::http::Timeout=10 \
            install -y -qq --no-install-recommends chromium-headless-shell >/dev/null 2>&1 || true
        return 0
    fi
    darf_apt && { apt_hole chromium-headless-shell || apt_hole chromium; }
}

# hole_pakete LOCKFILE: uv when it can be had (seconds), plain pip otherwise; both insist on the hashes.
hole_pakete() {
    pip="$VENV/bin/python -m pip --disable-pip-version-check"
    if { [ -x "$VENV/bin/uv" ] || $pip install -qq --require-hashes -r requirements-uv.txt; } &&
        "$VENV/bin/uv" pip sync -q --python "$VENV/bin/python" --require-hashes "$1"; then
        return 0
    fi
    sage "uv ging nicht, nehme pip (dauert länger) …"
    $pip install -qq --require-hashes -r "$1"
}

case "${1:-}" in
laufzeit)
    baue_venv
    hole_pango
    # What is already there for testing stays: the larger lock holds the smaller.
    if [ -e "$VENV/.entwicklung" ]; then hole_pakete requirements-dev.txt; else hole_pakete requirements.txt; fi
    touch "$VENV/.laufzeit"
    ;;
entwicklung)
    baue_venv
    hole_pango
    hole_pakete requirements-dev.txt
    touch "$VENV/.laufzeit" "$VENV/.entwicklung"
    ;;
browser)
    # Poppler reads the PDFs the tests made; the tests that need it skip or fail without it.
    command -v pdftotext >/dev/null 2>&1 || { darf_apt && apt_hole poppler-utils; } ||
        sage "Poppler fehlt: Tests, die PDF lesen, werden übersprungen. Einmal ausführen:  sudo apt-get install -y poppler-utils"
    # A font as wide as those people have: without it Chromium takes DejaVu, which breaks lines where nobody else does.
    fc-list 2>/dev/null | grep -qi liberation || { darf_apt && apt_hole fonts-liberation; } ||
        sage "Die Schrift Liberation fehlt: Browser-Tests messen Breiten, die niemand sieht. Einmal ausführen:  sudo apt-get install -y fonts-liberation"
    hole_chromium ||
        sage "Chromium fehlt: die Browser-Tests werden übersprungen. Einmal ausführen:  sudo apt-get install -y chromium-headless-shell"
    ;;
*)
    sage "Aufruf: scripts/setup.sh laufzeit|entwicklung|browser" >&2
    exit 2
    ;;
esac
