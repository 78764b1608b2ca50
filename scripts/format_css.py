"""Puts our CSS into one form; with --check it only says which files are not.

Run by `make fmt` and `make check`. Generated bundles are not touched.
"""

import sys
from pathlib import Path

import cssbeautifier

ORDNER = Path(__file__).resolve().parent.parent / "static" / "css"
ERZEUGT = {"portal.css"}


def main() -> int:
    """Format every stylesheet or report; returns the exit code."""
    form = cssbeautifier.default_options()
    form.indent_size = 2
    form.end_with_newline = True
    form.newline_between_rules = False
    schief = []
    for pfad in sorted(ORDNER.rglob("*.css")):
        if pfad.name in ERZEUGT:
            continue
        vorher = pfad.read_text(encoding="utf-8")
        nachher = cssbeautifier.beautify(vorher, form)
        if nachher != vorher:
            schief.append(pfad)
            if "--check" not in sys.argv:
                pfad.write_text(nachher, encoding="utf-8")
    for pfad in schief:
        print(
            ("nicht in Form: " if "--check" in sys.argv else "geformt: ") + str(pfad.relative_to(ORDNER.parent.parent))
        )
    return 1 if schief and "--check" in sys.argv else 0


if __name__ == "__main__":
    sys.exit(main())
