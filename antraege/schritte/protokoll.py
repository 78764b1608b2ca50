"""The record of a vote, written once at its close: the full one with seats, the public one without them.

Both are canonical JSON (as the journal's), so that anybody can hash and count them again: docs/nachzaehlen.py.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection

from antraege.models import Abstimmung
from konferenz.befehle import as_uuid, as_zeit, fetch_all
from konferenz.journal import canonical, zeit_text
from konferenz.rules import Auszaehlung, Mehrheit, is_angenommen, regel_satz

FORMAT = 1


class Stimmzeile(NamedTuple):
    """One seat of a vote with its ballot, each value as the record writes it; wahl to zeit are None where it did not vote."""

    bezeichnung: str
    name: str
    als: str
    sitz: str
    wahl: str | None
    nonce: str | None
    quittung: str | None
    weg: str | None
    zeit: str | None


# by hand, as the ballots: of an assembly with hundreds of seats no row passes more hands than it must
_ZEILEN = (
    "SELECT stimmsitz.bezeichnung, stimmsitz.name, stimmsitz.als, {sitz},"
    " stimme.wahl, stimme.nonce, stimme.quittung, stimme.weg, {zeit}"
    " FROM antraege_stimmsitz stimmsitz JOIN mitglieder_sitz sitz ON sitz.id = stimmsitz.sitz_id"
    " LEFT JOIN antraege_stimme stimme ON stimme.stimmsitz_id = stimmsitz.id"
    " WHERE stimmsitz.abstimmung_id = %s ORDER BY sitz.reihenfolge"
)
# PostgreSQL writes both texts itself, the time as zeit_text does; SQLite's columns are read first
_ALS_TEXT = _ZEILEN.format(
    sitz="CAST(sitz.uuid AS text) AS sitz",
    zeit="""to_char(stimme.abgegeben_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS zeit""",
)
_ALS_WERT = _ZEILEN.format(sitz="sitz.uuid AS sitz", zeit="stimme.abgegeben_at AS zeit")


def load_stimmzeilen(abstimmung: Abstimmung) -> list[Stimmzeile]:
    """Return the seats of a vote with their ballots in seat order (one query)."""
    if connection.vendor == "postgresql":
        return [Stimmzeile._make(row) for row in fetch_all(_ALS_TEXT, [abstimmung.pk])]
    rows = fetch_all(_ALS_WERT, [abstimmung.pk])
    return [Stimmzeile(*row)._replace(sitz=str(as_uuid(row[3])), zeit=_zeit(as_zeit(row[8]))) for row in rows]


def make_protokoll(
    abstimmung: Abstimmung, sitze: Sequence[Stimmzeile], stimmen: Auszaehlung, *, geschlossen_at: datetime
) -> str:
    """Return the full record as the text that is hashed: rule, question, motion, totals, each seat's choice.

    sitze: the Stimmsitze in seat order with their ballots. A seat without a ballot has no choice.
    salz: without it, who has the public record could try the few ways its ballots fit the seats until the hash is the
    full one's; above all on paper, where all ballots bear one time.
    """
    return canonical(
        _kopf(abstimmung, stimmen, geschlossen_at=geschlossen_at)
        | {"fassung": "voll", "salz": secrets.token_hex(16), "stimmen": [_zeile(sitz) for sitz in sitze]}
    )


def make_oeffentliches(protokoll: dict[str, Any]) -> str:
    """Return the public record of a full one: ballots as receipt and choice sorted by receipt, no seats; the full one's hash.

    protokoll: the full record, read. Under Namensaufruf the full record itself is public.
    """
    stimmen = sorted(
        (
            {"quittung": zeile["quittung"], "nonce": zeile["nonce"], "wahl": zeile["wahl"]}
            for zeile in protokoll["stimmen"]
            if zeile["wahl"]
        ),
        key=lambda zeile: zeile["quittung"],
    )
    return canonical(
        {name: wert for name, wert in protokoll.items() if name not in {"fassung", "salz", "stimmen"}}
        | {"fassung": "oeffentlich", "stimmen": stimmen, "voll_sha256": sha256(canonical(protokoll))}
    )


def make_huelle(protokoll: str, abschluss: Mapping[str, Any] | None = None) -> str:
    """Return what is attached to the PDF and downloaded: a record with what proves it, as canonical JSON.

    {format, protokoll: the record's exact text, sha256: of that text, journal}. abschluss: the journal's entry of the close
    as exported (seq, text, prev, hash); its text names the seats, so only the full record carries it, else journal is null.
    Each byte is held by a hash or by the form: docs/nachzaehlen.py finds a single changed one.
    """
    return canonical({"format": FORMAT, "protokoll": protokoll, "sha256": sha256(protokoll), "journal": abschluss})


def oeffentlicher_text(abstimmung: Abstimmung) -> str:
    """Return the public record of a closed vote; under Namensaufruf that is the full one."""
    if abstimmung.is_namentlich:
        return abstimmung.protokoll
    return make_oeffentliches(json.loads(abstimmung.protokoll))


def sha256(text: str) -> str:
    """Return the hash of a record's text: SHA-256 of its UTF-8 bytes, 64 hex digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def _kopf(abstimmung: Abstimmung, stimmen: Auszaehlung, *, geschlossen_at: datetime) -> dict[str, Any]:
    sitzung, traktandum, fassung = abstimmung.sitzung, abstimmung.traktandum, abstimmung.antragsfassung
    mehrheit = Mehrheit(abstimmung.mehrheit)
    return {
        "format": FORMAT,
        "abstimmung": abstimmung.uuid,
        "nr": abstimmung.nr,
        "sitzung": {
            "uuid": sitzung.uuid,
            "nummer": sitzung.nummer,
            "titel": sitzung.titel,
            "beginn": sitzung.beginn_at,
        },
        "traktandum": {"position": traktandum.position, "titel": traktandum.titel} if traktandum else None,
        "antrag": {
            "nummer": fassung.antrag.nummer,
            "titel": fassung.antrag.titel,
            "fassung": fassung.nr,
            "text": fassung.text,
        }
        if fassung
        else None,
        "frage": abstimmung.frage,
        "mehrheit": abstimmung.mehrheit,
        "regel": regel_satz(mehrheit, stimmen.anwesend),
        "namensaufruf": abstimmung.is_namentlich,
        "eroeffnet": abstimmung.eroeffnet_at,
        "geschlossen": geschlossen_at,
        "nacherfasst": abstimmung.nacherfasst_at,
        "wiederholt": abstimmung.vorgaenger.uuid if abstimmung.vorgaenger else None,
        "anwesend": stimmen.anwesend,
        "noetig": abstimmung.noetig,
        "ja": stimmen.ja,
        "nein": stimmen.nein,
        "enthaltung": stimmen.enthaltung,
        "ohne_stimme": stimmen.ohne_stimme,
        "angenommen": is_angenommen(mehrheit, stimmen),
    }


def _zeit(zeit: datetime | None) -> str | None:
    return zeit_text(zeit) if zeit else None


def _zeile(sitz: Stimmzeile) -> dict[str, Any]:
    return {
        "sitz": sitz.bezeichnung,
        "name": sitz.name,
        "als": sitz.als,
        "wahl": sitz.wahl,
        "nonce": sitz.nonce,
        "quittung": sitz.quittung,
        "weg": sitz.weg,
        "zeit": sitz.zeit,
    }
