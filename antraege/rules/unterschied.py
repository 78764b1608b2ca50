"""Differences between two texts, word by word, as pure functions: what stays, what went, what is new."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

_ABSAETZE = re.compile(r"[^\n]*\n+|[^\n]+\Z")
_SAETZE = re.compile(r".+?[.!?;:](?=\s)\s*|.+\Z", re.DOTALL)
# a word with what joins it («1’000», «Kosten-Teiler», «z.B»), blanks, or one sign
_WOERTER = re.compile(r"\w+(?:[-.,:/’']\w+)*|\s+|[^\w\s]")
_STUFEN = (_ABSAETZE, _SAETZE, _WOERTER)
# what is compared at once: beyond it the next finer level is not worth its seconds (1000 x 1000 words)
GRENZE = 1_000_000
# below this share of common words two passages are two passages: mixing them word by word reads like noise
ANTEIL_PROZENT = 30


class Art(StrEnum):
    """What became of a piece of text."""

    GLEICH = "gleich"
    WEG = "weg"
    NEU = "neu"


@dataclass(frozen=True)
class Stueck:
    """A piece of text in a comparison. The pieces without the new ones are the old text, without the gone ones the new text."""

    art: Art
    text: str

    @property
    def is_umbruch(self) -> bool:
        """Whether it is nothing but blanks with a line break in it: a mark must stand for it."""
        return not self.text.strip() and "\n" in self.text


def diff(alt: str, neu: str) -> tuple[Stueck, ...]:
    """Return the pieces of two texts in reading order: what went stands before what came.

    Texts are compared as people see them (NFC): a differently stored umlaut is no difference. Paragraphs first, then
    sentences, then words, so that a long text costs little more than its changed parts. Equal texts: one piece; both
    empty: none.
    """
    alt, neu = unicodedata.normalize("NFC", alt), unicodedata.normalize("NFC", neu)
    return tuple(_tidy(_join(_compare(alt, neu, 0))))


def is_changed(stuecke: Sequence[Stueck]) -> bool:
    """Return whether a comparison found any difference."""
    return any(stueck.art is not Art.GLEICH for stueck in stuecke)


def _compare(alt: str, neu: str, stufe: int) -> Iterator[Stueck]:
    if alt == neu or not alt or not neu or stufe == len(_STUFEN):
        yield from _whole(alt, neu)
        return
    a, b = _STUFEN[stufe].findall(alt), _STUFEN[stufe].findall(neu)
    anfang = _common(a, b)
    ende = _common(a[anfang:][::-1], b[anfang:][::-1])
    yield from _whole("".join(a[:anfang]), "".join(b[:anfang]))
    yield from _middle(a[anfang : len(a) - ende], b[anfang : len(b) - ende], stufe)
    yield from _whole("".join(a[len(a) - ende :]), "".join(b[len(b) - ende :]))


def _middle(a: list[str], b: list[str], stufe: int) -> Iterator[Stueck]:
    """Compare what is left between a common start and a common end."""
    feinste = stufe == len(_STUFEN) - 1
    if len(a) * len(b) > GRENZE:
        yield from _whole("".join(a), "".join(b)) if feinste else _compare("".join(a), "".join(b), stufe + 1)
        return
    folge = SequenceMatcher(str.isspace if feinste else None, a, b)
    if feinste and not _is_akin(folge, a, b):
        yield from _whole("".join(a), "".join(b))
        return
    for art, von_a, bis_a, von_b, bis_b in folge.get_opcodes():
        links, rechts = "".join(a[von_a:bis_a]), "".join(b[von_b:bis_b])
        yield from _compare(links, rechts, stufe + 1) if art == "replace" else _whole(links, rechts)


def _is_akin(folge: SequenceMatcher[str], a: list[str], b: list[str]) -> bool:
    """Return whether two passages share enough words to be shown as one that was changed."""
    gemeinsam = sum(1 for m in folge.get_matching_blocks() for wort in a[m.a : m.a + m.size] if not wort.isspace())
    groesser = max(sum(1 for wort in seite if not wort.isspace()) for seite in (a, b))
    return groesser < 8 or 100 * gemeinsam >= ANTEIL_PROZENT * groesser


def _common(a: Sequence[str], b: Sequence[str]) -> int:
    """Return how many parts two sequences share at their start."""
    zahl = 0
    for links, rechts in zip(a, b, strict=False):
        if links != rechts:
            break
        zahl += 1
    return zahl


def _whole(alt: str, neu: str) -> Iterator[Stueck]:
    if alt == neu:
        yield Stueck(Art.GLEICH, alt)
    else:
        yield Stueck(Art.WEG, alt)
        yield Stueck(Art.NEU, neu)


def _join(stuecke: Iterator[Stueck]) -> list[Stueck]:
    """Put neighbours together: one piece each of gone and new between two equal ones; no empty pieces."""
    fertig: list[Stueck] = []
    weg = neu = ""
    for stueck in [*stuecke, Stueck(Art.GLEICH, "")]:
        if not stueck.text and stueck.art is not Art.GLEICH:
            continue
        if stueck.art is Art.WEG:
            weg += stueck.text
        elif stueck.art is Art.NEU:
            neu += stueck.text
        elif stueck.text:
            fertig += _pair(weg, neu)
            weg = neu = ""
            if fertig and fertig[-1].art is Art.GLEICH:
                fertig[-1] = Stueck(Art.GLEICH, fertig[-1].text + stueck.text)
            else:
                fertig.append(stueck)
    return fertig + _pair(weg, neu)


def _pair(weg: str, neu: str) -> list[Stueck]:
    return [stueck for stueck in (Stueck(Art.WEG, weg), Stueck(Art.NEU, neu)) if stueck.text]


def _tidy(stuecke: list[Stueck]) -> list[Stueck]:
    """Take islands away: a blank, a sign or a short word kept between two longer changes only breaks the reading."""
    lose: list[Stueck] = []
    for nr, stueck in enumerate(stuecke):
        if 0 < nr < len(stuecke) - 1 and stueck.art is Art.GLEICH and _is_island(stuecke, nr):
            lose += [Stueck(Art.WEG, stueck.text), Stueck(Art.NEU, stueck.text)]
        else:
            lose.append(stueck)
    return _join(iter(lose))


def _is_island(stuecke: list[Stueck], nr: int) -> bool:
    text = stuecke[nr].text
    if "\n" in text:
        return False
    woerter = text.split()
    davor = {stueck.art for stueck in stuecke[max(0, nr - 2) : nr]} - {Art.GLEICH}
    danach = {stueck.art for stueck in stuecke[nr + 1 : nr + 3]} - {Art.GLEICH}
    ersetzt = davor == danach == {Art.WEG, Art.NEU}
    return (not woerter and davor == danach) or (ersetzt and len(woerter) <= 1 and len(text.strip()) <= 4)
