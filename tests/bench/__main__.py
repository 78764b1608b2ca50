"""`make bench` (or `python -m tests.bench [TEIL …]`): each figure beside its floor; exit 1 if one is over its limit."""

from __future__ import annotations

import importlib
import subprocess
import sys

from .messung import zeile

TEILE = ("seiten", "gedrosselt", "erfassen", "versand", "mappe", "abstimmen")


def main(gewollt: list[str]) -> int:
    """Run the parts asked for (all without a name), each in a process of its own; return the exit code."""
    if unbekannt := set(gewollt) - set(TEILE):
        print(f"Unbekannt: {', '.join(sorted(unbekannt))}. Es gibt: {', '.join(TEILE)}", file=sys.stderr)
        return 2
    if len(gewollt) != 1:
        laeufe = [subprocess.run([sys.executable, "-m", "tests.bench", teil], check=False) for teil in gewollt or TEILE]
        return max(lauf.returncode for lauf in laeufe)
    haelt = True
    print(f"\n{gewollt[0]}", flush=True)
    for zahl in importlib.import_module(f"tests.bench.{gewollt[0]}").messen():
        haelt &= zahl.haelt
        print("  " + zeile(zahl), flush=True)
    return 0 if haelt else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
