"""The journal: an append-only, hash-chained record of every deed (architektur.md, section 2).

An entry's hash is the SHA-256 of its text, and its text holds the hash of the entry before it. Whoever changes,
deletes, swaps or renumbers an entry past the application breaks the chain; whoever cuts off its end is found by
a head hash that was printed or mailed earlier.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import chain
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.backends.utils import CursorWrapper

from .befehle import prepared_cursor
from .models import Journaleintrag, JournalKopf

ANFANG = "0" * 64  # what the first entry names as its predecessor


class JournalError(Exception):
    """The journal cannot take an entry; the deed that wanted it must not happen."""


@dataclass(frozen=True)
class Befund:
    """The first entry that does not hold: its number (the place in the chain) and a German sentence."""

    seq: int
    satz: str


def canonical(wert: Mapping[str, Any]) -> str:
    """Return the one JSON text of a mapping that is hashed: sorted keys, no spaces, no floats, times in UTC.

    Allowed: str, int, bool, None, UUID, date, aware datetime, lists, tuples and mappings of these.
    Raises TypeError on anything else, ValueError on a naive datetime or a text that is no valid Unicode.
    """
    return _dump(_plain(wert))


def _dump(wert: Any) -> str:
    text = json.dumps(wert, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    text.encode()  # a lone surrogate has no bytes, thus no hash
    return text


_TEXT = frozenset({str})
_EINFACH = frozenset({str, int, bool, type(None)})


def _plain(wert: Any) -> Any:
    if type(wert) in _EINFACH or _is_flach(wert) or _is_tafel(wert):
        return wert
    if isinstance(wert, Mapping):
        if not all(isinstance(key, str) for key in wert):
            raise TypeError("Journal: Schlüssel müssen Texte sein.")
        return {str(key): value if type(value) in _EINFACH else _plain(value) for key, value in wert.items()}
    if isinstance(wert, (list, tuple)):
        return [value if type(value) in _EINFACH else _plain(value) for value in wert]
    if isinstance(wert, UUID):
        return str(wert)
    if isinstance(wert, datetime):
        return zeit_text(wert)
    if isinstance(wert, date):
        return wert.isoformat()
    if isinstance(wert, str):
        return str.__str__(wert)  # of an enum: its value, not its name
    if isinstance(wert, int):
        return int(wert)
    raise TypeError(f"Journal: {type(wert).__name__} ist nicht erlaubt.")


def _is_flach(wert: Any) -> bool:
    """Return whether a value is a mapping of texts to plain values: the record of an assembly has hundreds of them.

    Asked without a step of Python for each of its values.
    """
    return type(wert) is dict and _TEXT.issuperset(map(type, wert)) and _EINFACH.issuperset(map(type, wert.values()))


def _is_tafel(wert: Any) -> bool:
    """Return the same of a list of them: an assembly's ballots are asked at once."""
    if type(wert) is not list or not {dict}.issuperset(map(type, wert)):
        return False
    werte = chain.from_iterable(map(dict.values, wert))
    return _TEXT.issuperset(map(type, chain.from_iterable(wert))) and _EINFACH.issuperset(map(type, werte))


def zeit_text(zeit: datetime) -> str:
    """Return a time as it is hashed: in UTC, with microseconds, «2026-11-20T08:00:00.123456Z». Raises ValueError on a naive one."""
    if zeit.tzinfo is None:
        raise ValueError("Journal: Zeit ohne Zeitzone.")
    if zeit.tzinfo is not UTC:
        zeit = zeit.astimezone(UTC)
    return zeit.isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


def hash_of(text: str) -> str:
    """Return the hash of an entry's text: SHA-256 of its UTF-8 bytes, 64 hex digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def append(
    *, art: str, akteur: UUID | None, objekt: UUID | None, nutzlast: Mapping[str, Any], now: datetime
) -> Journaleintrag:
    """Append one entry within the running transaction of its deed and return it.

    art: what was done, dotted («sitzung.freigegeben»).  akteur: uuid of the person, None for the machine.
    objekt: uuid of what it was done to; it enters the text as nutzlast["objekt"], so that it is hashed too.
    nutzlast: see canonical(); persons and objects as uuid only, never names.
    Locks the one JournalKopf row until the commit (last in the lock order).
    Raises RuntimeError outside a transaction, JournalError where the head row is missing.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("journal.append braucht eine Transaktion.")
    inhalt = dict(nutzlast)
    if objekt is not None:
        if str(inhalt.setdefault("objekt", objekt)) != str(objekt):
            raise ValueError("nutzlast['objekt'] widerspricht objekt.")
    elif "objekt" in inhalt:
        raise ValueError("nutzlast['objekt'] ohne objekt.")
    # before the lock: whoever waits for it waits for the shortest possible time
    plain = _plain({"zeit": now, "akteur": akteur, "art": art, "nutzlast": inhalt})
    with prepared_cursor() as cursor:
        last, prev = _lock_kopf(cursor)
        seq = last + 1
        text = _dump(plain | {"seq": seq, "prev": prev})
        eintrag = Journaleintrag(
            seq=seq, zeit=now, art=art, akteur=akteur, objekt=objekt, text=text, prev=prev, hash=hash_of(text)
        )
        _write(cursor, eintrag)
    return eintrag


# --- The two statements of an entry -----------------------------------------------------------------
#
# By hand, because every deed pays for them and all deeds stand in line at the one locked row from the first of them until
# the commit: fourteen ballots in the same second wait for each other here.

_FELDER = Journaleintrag._meta.concrete_fields
_EINTRAG = (
    f"INSERT INTO konferenz_journaleintrag ({', '.join(str(feld.column) for feld in _FELDER)})"  # noqa: S608  # names of columns
    f" VALUES ({', '.join('%s' for _ in _FELDER)})"
)
_KOPF = "SELECT seq, hash FROM konferenz_journalkopf WHERE id = 1"
_NEUER_KOPF = "UPDATE konferenz_journalkopf SET seq = %s, hash = %s WHERE id = 1"


def _lock_kopf(cursor: CursorWrapper) -> tuple[int, str]:
    """Return number and hash of the last entry, its row locked. Whoever waited for the lock reads what was written meanwhile."""
    # SQLite needs no lock: the IMMEDIATE transaction holds the one write lock already.
    cursor.execute(f"{_KOPF} FOR UPDATE" if connection.features.has_select_for_update else _KOPF)
    kopf = cursor.fetchone()
    if kopf is None:
        raise JournalError("Der Kopf des Journals fehlt; «manage.py migrate» legt ihn an.")
    return int(kopf[0]), str(kopf[1])


def _write(cursor: CursorWrapper, eintrag: Journaleintrag) -> None:
    """Insert an entry and make it the head: one statement on PostgreSQL, two on SQLite, where nothing travels."""
    werte: list[Any] = [feld.get_db_prep_save(getattr(eintrag, feld.attname), connection) for feld in _FELDER]
    kopf: list[Any] = [eintrag.seq, eintrag.hash]
    if connection.vendor == "postgresql":
        cursor.execute(f"WITH eintrag AS ({_EINTRAG}) {_NEUER_KOPF}", werte + kopf)
    else:
        cursor.execute(_EINTRAG, werte)
        cursor.execute(_NEUER_KOPF, kopf)


def verify(head_hash: str | None = None) -> Befund | None:
    """Walk the whole chain and return the first bad entry, or None where everything holds.

    head_hash: a hash noted earlier (minutes, report, mail); it must be the hash of some entry, or the chain was
    cut or rewritten since. Needs no lock: entries that are appended meanwhile do not disturb it.
    """
    before = _kopf()
    if before is None:
        return Befund(0, "Der Kopf des Journals fehlt.")
    prev, last, seen = ANFANG, 0, head_hash is None or head_hash == ANFANG
    for eintrag in Journaleintrag.objects.order_by("seq").iterator(chunk_size=500):
        if satz := _check(eintrag, last + 1, prev):
            return Befund(min(eintrag.seq, last + 1), satz)
        last, prev = eintrag.seq, eintrag.hash
        seen = seen or prev == head_hash
        if last == before[0] and prev != before[1]:
            return Befund(last, f"Eintrag {last} trägt nicht den Hash, den der Kopf des Journals nennt.")
    after = _kopf()
    if last < before[0]:
        return Befund(last + 1, f"Eintrag {last + 1} fehlt: Der Kopf des Journals nennt {before[0]} Einträge.")
    if after is None or last > after[0]:
        return Befund(last, f"Eintrag {last} steht nach dem Ende, das der Kopf des Journals nennt.")
    if not seen:
        return Befund(
            last + 1,
            f"Der angegebene Hash kommt nicht vor: Nach Eintrag {last} fehlt etwas, oder die Kette wurde neu geschrieben.",
        )
    return None


def _kopf() -> tuple[int, str] | None:
    return JournalKopf.objects.filter(pk=1).values_list("seq", "hash").first()


def _check(eintrag: Journaleintrag, seq: int, prev: str) -> str:
    """Return what is wrong with an entry that should be number seq after the hash prev; empty if nothing."""
    if eintrag.seq != seq:
        return f"Eintrag {min(eintrag.seq, seq)} fehlt oder wurde umnummeriert."
    if hash_of(eintrag.text) != eintrag.hash:
        return f"Eintrag {seq} wurde verändert: Sein Hash stimmt nicht."
    try:
        inhalt = json.loads(eintrag.text)
        is_canonical = canonical(inhalt) == eintrag.text
    except (TypeError, ValueError):
        return f"Eintrag {seq} ist nicht lesbar."
    if not is_canonical or set(inhalt) != {"seq", "zeit", "akteur", "art", "nutzlast", "prev"}:
        return f"Eintrag {seq} hat nicht die vorgeschriebene Form."
    if inhalt["seq"] != seq:
        return f"Eintrag {seq} wurde vertauscht oder umnummeriert: Er trägt innen die Nummer {inhalt['seq']}."
    if inhalt["prev"] != prev or eintrag.prev != prev:
        return f"Eintrag {seq} schliesst nicht an den vorangehenden an."
    columns = {
        "zeit": (inhalt["zeit"], zeit_text(eintrag.zeit)),
        "art": (inhalt["art"], eintrag.art),
        "akteur": (inhalt["akteur"], str(eintrag.akteur) if eintrag.akteur else None),
        "objekt": (inhalt["nutzlast"].get("objekt"), str(eintrag.objekt) if eintrag.objekt else None),
    }
    for name, (hashed, column) in columns.items():
        if hashed != column:
            return f"Eintrag {seq} wurde verändert: Die Spalte «{name}» widerspricht dem Text."
    return ""


def export() -> Iterator[str]:
    """Yield every entry as one line of JSON, oldest first, for a verifier that knows nothing of this project.

    Each line: {"seq": int, "text": the exact text that was hashed, "prev": hash, "hash": hash}.
    """
    rows = Journaleintrag.objects.order_by("seq").values_list("seq", "text", "prev", "hash")
    for seq, text, prev, eintrag_hash in rows.iterator(chunk_size=500):
        yield canonical({"seq": seq, "text": text, "prev": prev, "hash": eintrag_hash})
