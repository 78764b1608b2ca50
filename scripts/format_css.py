"""Puts our CSS into one form; with --check it only says which files are not.

Run by `make fmt` and `make check`. The bundle is made by `manage.py build_css` and left alone.
"""

import re
import sys
from pathlib import Path

import cssbeautifier

ORDNER = Path(__file__).resolve().parent.parent / "static" / "css"
ERZEUGT = {"portal.css"}


def formatiere(quelle: str) -> str:
    """Return the stylesheet in our form: two spaces, one declaration a line, comments where they stood."""
    form = cssbeautifier.default_options()
    form.indent_size = 2
    form.end_with_newline = True
    form.space_around_combinator = True
    # The beautifier moves a comment behind a declaration to the next line: it waits inside the declaration.
    neben: list[str] = []

    def merke(treffer: re.Match[str]) -> str:
        neben.append(treffer[1])
        return f" KOMMENTAR{len(neben) - 1};"

    wartend = re.sub(r";[ \t]*(/\*[^\n]*?\*/)(?=[ \t]*\n)", merke, quelle)
    fertig = cssbeautifier.beautify(wartend, form)
    fertig = re.sub(r" KOMMENTAR(\d+);", lambda treffer: f"; {neben[int(treffer[1])]}", fertig)
    fertig = re.sub(r"\{\n\n+", "{\n", fertig)
    return re.sub(r" ([<>]=?)(?=\d)", r" \1 ", fertig)  # «(width >=60rem)»


def main() -> int:
    """Format every stylesheet or report; returns the exit code."""
    nur_pruefen = "--check" in sys.argv
    schief = 0
    for pfad in sorted(ORDNER.rglob("*.css")):
        vorher = pfad.read_text(encoding="utf-8")
        if pfad.name in ERZEUGT or (nachher := formatiere(vorher)) == vorher:
            continue
        schief += 1
        print(f"{'nicht in Form' if nur_pruefen else 'geformt'}: {pfad.relative_to(ORDNER.parent.parent)}")
        if not nur_pruefen:
            pfad.write_text(nachher, encoding="utf-8")
    return 1 if schief and nur_pruefen else 0


if __name__ == "__main__":
    sys.exit(main())
