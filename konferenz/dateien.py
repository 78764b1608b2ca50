"""Files on disk: written and checked before their row exists, served by a view, swept when no row came.

A file lies at MEDIA_ROOT/<uuid>, readable by the portal's own user only; its name, type, size and hash stand in Datei.
"""

from __future__ import annotations

import hashlib
import os
import re
import uuid as uuid_module
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from .dateipruefung import Befund, DateiAbgelehnt, DateiUngeprueft, check_dateien, clean_dateiname, make_ablehnung
from .models import Datei

WAISEN_ALTER = timedelta(hours=24)
BLOCK = 1 << 18
UMLAUTE = {ord(laut): lang for laut, lang in zip("äöüÄÖÜ", ("ae", "oe", "ue", "Ae", "Oe", "Ue"), strict=True)}
INHALTSTYPEN = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "odt": "application/vnd.oasis.opendocument.text",
    "png": "image/png",
    "jpg": "image/jpeg",
}


@dataclass(frozen=True)
class GespeicherteDatei:
    """A checked file that lies on disk and has no row yet. groesse in bytes, sha256 in hex."""

    uuid: uuid_module.UUID
    name: str
    typ: str
    groesse: int
    sha256: str
    seiten: int | None


def path_of(uuid: uuid_module.UUID) -> Path:
    """Return where a file lies."""
    return Path(settings.MEDIA_ROOT) / str(uuid)


# --- Writing --------------------------------------------------------------------------------------


def store_upload(upload: UploadedFile) -> GespeicherteDatei:
    """Write one uploaded file to disk and check it. Raises DateiAbgelehnt; nothing stays on disk then."""
    [ergebnis] = store_uploads([upload])
    if isinstance(ergebnis, DateiAbgelehnt):
        raise ergebnis
    return ergebnis


def store_uploads(uploads: Sequence[UploadedFile]) -> list[GespeicherteDatei | DateiAbgelehnt]:
    """Write several uploaded files and check them in one child; per file, in order, the stored file or its refusal."""
    abgelegt: list[tuple[uuid_module.UUID, str] | DateiAbgelehnt] = []
    uuids: list[uuid_module.UUID] = []
    try:
        for upload in uploads:
            name = clean_dateiname(upload.name or "")
            if (upload.size or 0) > settings.UPLOAD_MAX_BYTES:
                abgelegt.append(make_ablehnung(name, f"ist grösser als {max_megabytes()} MB."))
                continue
            uuids.append(uuid_module.uuid4())
            _write(uuids[-1], upload.chunks(BLOCK))
            abgelegt.append((uuids[-1], name))
        paare = [(path_of(teil[0]), teil[1]) for teil in abgelegt if not isinstance(teil, DateiAbgelehnt)]
        befunde = iter(check_dateien(paare))
        ergebnisse = [
            teil if isinstance(teil, DateiAbgelehnt) else _make_gespeichert(teil[0], next(befunde)) for teil in abgelegt
        ]
    except BaseException:
        for uuid in uuids:
            discard(uuid)
        raise
    behalten = {teil.uuid for teil in ergebnisse if isinstance(teil, GespeicherteDatei)}
    for uuid in uuids:
        if uuid not in behalten:
            discard(uuid)
    return ergebnisse


def store_bytes(name: str, typ: str, inhalt: bytes, *, seiten: int | None = None) -> GespeicherteDatei:
    """Write a file the portal made itself (dossier, report); it is not checked. typ: one of Datei.Typ."""
    sha256 = hashlib.sha256(inhalt).hexdigest()
    gespeichert = GespeicherteDatei(
        uuid_module.uuid4(), clean_dateiname(name), Datei.Typ(typ).value, len(inhalt), sha256, seiten
    )
    try:
        _write(gespeichert.uuid, [inhalt])
    except BaseException:
        discard(gespeichert.uuid)
        raise
    return gespeichert


def create_datei(gespeichert: GespeicherteDatei, *, now: datetime) -> Datei:
    """Write the row of a stored file inside the caller's transaction.

    Raises RuntimeError outside a transaction. Should the caller roll back, the sweep takes the file after a day.
    """
    _require_transaction()
    return Datei.objects.create(
        uuid=gespeichert.uuid,
        name=gespeichert.name,
        typ=gespeichert.typ,
        groesse=gespeichert.groesse,
        sha256=gespeichert.sha256,
        seiten=gespeichert.seiten,
        geprueft_at=now,
        created_at=now,
    )


def discard(uuid: uuid_module.UUID) -> None:
    """Take a file without a row from the disk at once (a refused form)."""
    path_of(uuid).unlink(missing_ok=True)


def sweep_waisen(*, now: datetime) -> int:
    """Take files from the disk that have had no row for a day; return how many.

    Names that are no uuid are not ours and stay.
    """
    grenze = (now - WAISEN_ALTER).timestamp()
    alte: dict[uuid_module.UUID, Path] = {}
    wurzel = Path(settings.MEDIA_ROOT)
    if not wurzel.is_dir():
        return 0
    for eintrag in os.scandir(wurzel):
        with suppress(ValueError, FileNotFoundError):
            if eintrag.is_file(follow_symlinks=False) and eintrag.stat().st_mtime < grenze:
                alte[uuid_module.UUID(eintrag.name)] = Path(eintrag.path)
    anzahl = 0
    uuids = list(alte)
    for stelle in range(0, len(uuids), 500):
        teil = uuids[stelle : stelle + 500]
        bekannt = set(Datei.objects.filter(pk__in=teil).values_list("pk", flat=True))
        for uuid in teil:
            if uuid not in bekannt:
                alte[uuid].unlink(missing_ok=True)
                anzahl += 1
    return anzahl


def _make_gespeichert(uuid: uuid_module.UUID, befund: Befund | DateiAbgelehnt) -> GespeicherteDatei | DateiAbgelehnt:
    if isinstance(befund, DateiAbgelehnt):
        return befund
    return GespeicherteDatei(uuid, befund.name, befund.typ, befund.groesse, befund.sha256, befund.seiten)


def _write(uuid: uuid_module.UUID, teile: Iterable[bytes]) -> None:
    """Write a new file that only we can read and that survives a power cut."""
    wurzel = Path(settings.MEDIA_ROOT)
    wurzel.mkdir(parents=True, exist_ok=True, mode=0o700)
    nummer = os.open(path_of(uuid), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(nummer, "wb") as datei:
        for teil in teile:
            datei.write(teil)
        datei.flush()
        os.fsync(datei.fileno())
    verzeichnis = os.open(wurzel, os.O_RDONLY)
    try:
        os.fsync(verzeichnis)
    finally:
        os.close(verzeichnis)


def _require_transaction() -> None:
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("Eine Datei wird in der Transaktion der Handlung eingetragen, die sie braucht.")


# --- Checking again -------------------------------------------------------------------------------


def recheck_datei(datei: Datei) -> str:
    """Open a stored file again, compare size and hash; return "" or what is wrong, in one sentence.

    Called at release and each night; writes nothing (note_pruefung does).
    """
    return recheck_dateien([datei])[0]


def recheck_dateien(dateien: Sequence[Datei]) -> list[str]:
    """Return recheck_datei's answer for each file, in order, opened in one child."""
    da = [datei for datei in dateien if path_of(datei.pk).is_file()]
    befunde = dict(zip((d.pk for d in da), check_dateien([(path_of(d.pk), d.name) for d in da]), strict=True))
    return [_compare(datei, befunde.get(datei.pk)) for datei in dateien]


def _compare(datei: Datei, befund: Befund | DateiAbgelehnt | None) -> str:
    if befund is None:
        return f"«{datei.name}» fehlt auf dem Server; bitte nochmals hochladen."
    if isinstance(befund, DateiUngeprueft):  # no verdict: the same bytes are as good as when they were accepted
        with open_datei(datei) as inhalt:
            sha256 = hashlib.file_digest(inhalt, "sha256").hexdigest()
    elif isinstance(befund, DateiAbgelehnt):
        return str(befund)
    else:
        sha256 = befund.sha256
    if sha256 != datei.sha256:
        return f"«{datei.name}» ist nicht mehr die hochgeladene Datei; bitte nochmals hochladen."
    return ""


def note_pruefung(datei: Datei, befund: str, *, now: datetime) -> None:
    """Write the answer of recheck_datei on the row, inside the caller's transaction (RuntimeError outside)."""
    _require_transaction()
    datei.pruefung = Datei.Pruefung.DEFEKT if befund else Datei.Pruefung.GEPRUEFT
    datei.befund = befund[:300]
    datei.geprueft_at = now
    datei.save(update_fields=["pruefung", "befund", "geprueft_at"])


# --- Reading and serving --------------------------------------------------------------------------


def open_datei(datei: Datei) -> BufferedReader:
    """Open a stored file for reading. Raises FileNotFoundError."""
    return path_of(datei.pk).open("rb")


def read_datei(datei: Datei) -> bytes:
    """Return a stored file's bytes. Raises FileNotFoundError."""
    return path_of(datei.pk).read_bytes()


def max_megabytes() -> int:
    return int(settings.UPLOAD_MAX_BYTES // (1024 * 1024))


def content_disposition(name: str, *, inline: bool) -> str:
    """Return the header's value: RFC 6266, the name in ASCII for old clients and in UTF-8 (RFC 8187) for all others."""
    ascii_name = name.translate(UMLAUTE)
    ascii_name = re.sub(r"[^A-Za-z0-9 ._()+-]", "_", ascii_name)
    return f"{'inline' if inline else 'attachment'}; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(name, safe='')}"


def datei_response(request: HttpRequest, datei: Datei, *, inline: bool = False) -> HttpResponseBase:
    """Answer with a stored file: whole (200), a byte range (206) or a refused range (416).

    Always a download but for PDF with inline=True. The type is ours, never the uploader's; the browser runs nothing
    of it and keeps nothing. The caller has checked the right. Raises FileNotFoundError.
    """
    is_inline = inline and datei.typ == Datei.Typ.PDF
    quelle = open_datei(datei)
    groesse = os.fstat(quelle.fileno()).st_size
    bereich = _read_range(request, groesse, etag=f'"{datei.sha256}"')
    response: HttpResponseBase
    if bereich == ():
        quelle.close()
        response = HttpResponse(status=416, headers={"Content-Range": f"bytes */{groesse}"})
    elif bereich:
        erstes, letztes = bereich
        quelle.seek(erstes)
        response = FileResponse(_Ausschnitt(quelle, letztes - erstes + 1), status=206)
        response["Content-Range"] = f"bytes {erstes}-{letztes}/{groesse}"
        response["Content-Length"] = str(letztes - erstes + 1)
    else:
        response = FileResponse(quelle)
        response["Content-Length"] = str(groesse)
    response["Content-Type"] = INHALTSTYPEN[datei.typ]
    response["Content-Disposition"] = content_disposition(datei.name, inline=is_inline)
    response["Accept-Ranges"] = "bytes"
    response["ETag"] = f'"{datei.sha256}"'
    response["Cache-Control"] = "no-store, private"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = (
        "sandbox; default-src 'none'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
    )
    return response


class _Ausschnitt:
    """A stretch of an open file; closes it with the answer."""

    def __init__(self, quelle: BinaryIO, laenge: int) -> None:
        self.quelle = quelle
        self.rest = laenge

    def __iter__(self) -> Iterator[bytes]:
        while block := self.read(BLOCK):
            yield block

    def read(self, laenge: int = -1) -> bytes:
        block = self.quelle.read(self.rest if laenge < 0 else min(laenge, self.rest))
        self.rest -= len(block)
        return block

    def close(self) -> None:
        self.quelle.close()


def _read_range(request: HttpRequest, groesse: int, *, etag: str) -> tuple[int, int] | tuple[()] | None:
    """Return (first, last) byte asked for, () if it cannot be answered, None for the whole file.

    Several ranges, other units and a range of an older version (If-Range) are answered with the whole file.
    """
    treffer = re.fullmatch(r"bytes=(\d{0,15})-(\d{0,15})", request.headers.get("Range", "").strip())
    if not treffer or request.method != "GET" or request.headers.get("If-Range", etag) != etag:
        return None
    von, bis = treffer.groups()
    if von:
        erstes, letztes = int(von), min(int(bis), groesse - 1) if bis else groesse - 1
        if bis and int(bis) < int(von):
            return None
    elif bis:
        erstes, letztes = max(0, groesse - int(bis)), groesse - 1
    else:
        return None
    return (erstes, letztes) if erstes <= letztes else ()
