"""Debian's Chromium for the browser tests and the measuring."""

import shutil


def find_chromium() -> str | None:
    """Return the path of what is installed: the shell without windows (a third less work), else the whole browser."""
    return shutil.which("chromium-headless-shell") or shutil.which("chromium")
