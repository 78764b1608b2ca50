"""`make bench` (or `python -m tests.bench [seiten …]`): prints each figure beside its floor; exit 1 if one is over its limit."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

from .messung import zeile

TEILE = ("seiten", "erfassen", "versand", "mappe")


def main(gewollt: list[str]) -> int:
    """Run the parts asked for (all without a name) and return the exit code."""
    haelt = True
    for teil in gewollt or TEILE:
        if not (Path(__file__).parent / f"{teil}.py").exists():
            print(f"{teil}: gibt es nicht", file=sys.stderr)
            return 2
        print(f"\n{teil}")
        for zahl in importlib.import_module(f"tests.bench.{teil}").messen():
            haelt &= zahl.haelt
            print("  " + zeile(zahl), flush=True)
    return 0 if haelt else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
