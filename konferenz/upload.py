"""Limits of an upload, kept while it arrives: 25 MiB a file, 100 MiB a request (settings.UPLOAD_MAX_*).

Django counts no file data, so the handler does; the middleware answers 413 before any view runs.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.core.exceptions import BadRequest
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError
from django.shortcuts import render


class BegrenzungHandler(FileUploadHandler):
    """Counts what arrives and stops the upload at a limit; the handlers after it keep the data.

    Stopping closes the temporary files; the rest of the body is not read.
    """

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self.gesamt = 0
        self.datei = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.datei = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self.datei += len(raw_data)
        self.gesamt += len(raw_data)
        if self.datei > settings.UPLOAD_MAX_BYTES:
            self._stop(f"«{self.file_name}» ist grösser als {settings.UPLOAD_MAX_BYTES // 1024**2} MB.")
        if self.gesamt > settings.UPLOAD_MAX_REQUEST_BYTES:
            self._stop(make_gesamt_satz())
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None

    def _stop(self, satz: str) -> None:
        self.request.upload_zu_gross = satz  # type: ignore[union-attr]
        raise StopUpload(connection_reset=True)


def make_gesamt_satz() -> str:
    return f"Die Dateien sind zusammen grösser als {settings.UPLOAD_MAX_REQUEST_BYTES // 1024**2} MB; bitte in mehreren Schritten hochladen."


MAX_GLEICHZEITIG = 6  # bodies with files at once in one process: what one browser sends, fewer than the threads
_plaetze = threading.BoundedSemaphore(MAX_GLEICHZEITIG)
# Nobody uploads before signing in: a stranger's body may be a form's size, and never takes the places of the others.
MAX_FREMDE_BYTES = 64 * 1024
_plaetze_fremder = threading.BoundedSemaphore(2)


class UploadMiddleware:
    """Answers 413 in German to a body that is too large or does not say how large it is.

    Stands before the CSRF check, which would otherwise read the body first.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        laenge = request.META.get("CONTENT_LENGTH") or ""
        # A form around the files is small; what is larger by more than a MiB cannot be within the limits.
        if laenge.isdigit() and int(laenge) > settings.UPLOAD_MAX_REQUEST_BYTES + 1024**2:
            return respond_upload(request, make_gesamt_satz(), 413)
        if not laenge and "chunked" in request.META.get("HTTP_TRANSFER_ENCODING", "").lower():
            return respond_upload(
                request, "Die Anfrage nennt ihre Grösse nicht; bitte laden Sie die Dateien im Browser hoch.", 413
            )
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponseBase | None:
        """Read the form now, so that neither the CSRF check nor a view sees half of it."""
        if request.method != "POST" or request.content_type != "multipart/form-data":
            return None
        plaetze = _plaetze
        if SESSION_KEY not in getattr(request, "session", {}):
            plaetze = _plaetze_fremder
            laenge = request.META.get("CONTENT_LENGTH") or "0"
            if not laenge.isdigit() or int(laenge) > MAX_FREMDE_BYTES:
                return respond_upload(request, "Bitte melden Sie sich an, bevor Sie Dateien hochladen.", 413)
        # Each arriving body holds a thread; some are kept for those who only read.
        if not plaetze.acquire(blocking=False):
            return respond_upload(
                request,
                "Es werden gerade viele Dateien hochgeladen; bitte versuchen Sie es in einer Minute nochmals.",
                429,
            )
        try:
            _ = request.POST
        except (MultiPartParserError, UnreadablePostError) as error:
            for handler in request.upload_handlers:
                handler.upload_interrupted()  # takes the half-written temporary file away
            raise BadRequest("Der Upload ist unvollständig.") from error
        finally:
            plaetze.release()
        if satz := getattr(request, "upload_zu_gross", ""):
            return respond_upload(request, satz, 413)
        return None


def respond_upload(request: HttpRequest, satz: str, status: int) -> HttpResponse:
    """Answer with the page of the status (413, 429), or with the bare sentence for a script (htmx, fetch)."""
    if request.headers.get("HX-Request") or "text/html" not in request.headers.get("Accept", "text/html"):
        response = HttpResponse(satz, status=status, content_type="text/plain; charset=utf-8")
    else:
        response = render(request, f"{status}.html", {"satz": satz}, status=status)
    if status == 429:
        response["Retry-After"] = "60"
    return response
