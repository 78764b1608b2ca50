"""The files of the letters about motions: whether one fits into a mail, and its bytes, unchanged since they were stored."""

from __future__ import annotations

import hashlib

from konferenz.dateien import read_datei
from konferenz.models import Datei
from sitzungen.queries.paket import MB, encoded_size

TEXT_RESERVE = 100_000
"""Bytes left for everything of the mail but its files: the text of an Antrag has 5000 letters."""


class BeilageFehlt(OSError):
    """A file is not on disk as it was handed over or told; the row tries again and then fails, visibly."""


def is_passend(groesse: int, *, max_mb: int) -> bool:
    """Return whether a file of so many bytes goes with a letter of at most so many megabytes, encoding included."""
    return encoded_size(groesse) + TEXT_RESERVE <= max_mb * MB


def read_beilage(datei: Datei) -> bytes:
    """Return a file's bytes. Raises BeilageFehlt where it is gone or not what its row says."""
    try:
        inhalt = read_datei(datei)
    except FileNotFoundError as error:
        raise BeilageFehlt(f"Die Beilage «{datei.name}» fehlt auf dem Server.") from error
    if hashlib.sha256(inhalt).hexdigest() != datei.sha256:
        raise BeilageFehlt(f"Die Beilage «{datei.name}» ist nicht mehr die gespeicherte Datei.")
    return inhalt
