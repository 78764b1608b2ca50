"""Join the style files of static/css/ into the one file that a page loads."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

WURZEL = Path(settings.BASE_DIR) / "static" / "css"
ZIEL = WURZEL / "portal.css"


def build(wurzel: Path = WURZEL) -> str:
    """Return variables, base, the components by name and print as one style sheet, in cascade layers.

    Comments, indents and the spaces after a property's name and before a brace fall away; nothing else is rewritten, so
    that a browser's inspector still reads like the source.
    """
    komponenten = sorted((wurzel / "komponenten").glob("*.css"))
    teile = [
        ("basis", [wurzel / "variables.css", wurzel / "base.css"]),
        ("komponenten", komponenten),
        ("druck", [wurzel / "druck.css"]),
    ]
    zeilen = ["@layer basis,komponenten,druck;"]
    for schicht, dateien in teile:
        zeilen.append(f"@layer {schicht}{{")
        zeilen.extend(_squeeze(datei.read_text(encoding="utf-8")) for datei in dateien)
        zeilen.append("}")
    return "\n".join(zeilen) + "\n"


def _squeeze(css: str) -> str:
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    zeilen = (re.sub(r"^([\w-]+:) (?=.*;$)| (?={$)", r"\1", zeile.strip()) for zeile in css.splitlines())
    return "\n".join(zeile for zeile in zeilen if zeile)


class Command(BaseCommand):
    help = "Fügt die Stildateien von static/css/ zu static/css/portal.css zusammen (nach jeder Änderung daran)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="nur prüfen, ob portal.css auf dem Stand ist")

    def handle(self, *args: Any, **options: Any) -> None:
        neu = build()
        if options["check"]:
            if not ZIEL.exists() or ZIEL.read_text(encoding="utf-8") != neu:
                raise CommandError("static/css/portal.css ist veraltet: «manage.py build_css» ausführen.")
            return
        ZIEL.write_text(neu, encoding="utf-8")
        self.stdout.write(f"static/css/portal.css geschrieben, {len(neu.encode())} Bytes.")
