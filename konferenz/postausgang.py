"""«Postausgang (Demo)»: the mails the demo's own server caught, each as a person sees it. Only in the demo.

One file per mail under MEDIA_ROOT/postausgang; nothing of it exists, and every address answers 404, without DEMO_MODE.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from email.utils import parsedate_to_datetime
from functools import wraps
from itertools import count
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from .senke import Umschlag

JE_SEITE = 50
KOPF_BYTES = 16 * 1024
EMPFAENGER = "X-Umschlag-An"
# The body runs no script and sends no form; its links open in a window of their own, as a mail program does it.
CSP_MAIL = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; "
    "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
KOEPFE = (("From", "Von"), ("To", "An"), ("Reply-To", "Antwort an"))
_nummer = count()


@dataclass(frozen=True)
class Eintrag:
    """One caught mail. an: the envelope's recipient, whatever the letter says. zeit: when it was caught (epoch seconds)."""

    name: str
    an: str
    betreff: str
    datum: Any
    groesse: int


@dataclass(frozen=True)
class Beilage:
    """An attachment as a mail program lists it. typ: its ending, «PDF»."""

    nr: int
    name: str
    typ: str
    groesse: int


def folder() -> Path:
    """Return where the caught mails lie."""
    return Path(settings.MEDIA_ROOT) / "postausgang"


def keep(umschlag: Umschlag) -> None:
    """Write a caught mail to the folder, one file per recipient of the envelope (the sink calls this)."""
    folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    for an in umschlag.an:
        name = f"{time.time_ns():020}-{next(_nummer):06}.eml"
        unfertig = folder() / f".{name}"
        kopf = f"{EMPFAENGER}: {an}\r\n".encode()
        unfertig.write_bytes(kopf + umschlag.daten)
        unfertig.rename(folder() / name)  # a reader never sees half a mail


def clear() -> None:
    """Take every caught mail away."""
    for pfad in folder().glob("*.eml"):
        pfad.unlink(missing_ok=True)


def names() -> list[str]:
    """Return the caught mails, the newest first."""
    return sorted((pfad.stem for pfad in folder().glob("[0-9]*.eml")), reverse=True)


def load_kopf(name: str) -> Eintrag:
    """Return what the list shows of one mail; only its head is read. Raises FileNotFoundError."""
    pfad = folder() / f"{name}.eml"
    with pfad.open("rb") as datei:
        kopf = BytesHeaderParser(policy=policy.default).parsebytes(datei.read(KOPF_BYTES))
    datum = kopf["Date"]
    return Eintrag(
        name=name,
        an=str(kopf[EMPFAENGER] or ""),
        betreff=str(kopf["Subject"] or "(ohne Betreff)"),
        datum=parsedate_to_datetime(str(datum)) if datum else None,
        groesse=pfad.stat().st_size,
    )


def load_empfaenger() -> list[tuple[str, str]]:
    """Return (recipient of the envelope, Message-ID) of every caught mail: what the demo counts."""
    found = []
    for name in names():
        with (folder() / f"{name}.eml").open("rb") as datei:
            kopf = BytesHeaderParser(policy=policy.default).parsebytes(datei.read(KOPF_BYTES))
        found.append((str(kopf[EMPFAENGER]), str(kopf["Message-ID"])))
    return found


def _load(name: str) -> EmailMessage:
    if not (name.replace("-", "").isdigit() and name.isascii()):
        raise Http404
    try:
        roh = (folder() / f"{name}.eml").read_bytes()
    except FileNotFoundError as error:
        raise Http404 from error
    return message_from_bytes(roh, policy=policy.default)


def _text(mail: EmailMessage, art: str) -> str:
    teil = mail.get_body((art,))
    return str(teil.get_content()) if teil is not None else ""


def _demo_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not settings.DEMO_MODE:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@require_safe
@_demo_only
@login_not_required  # because the demo's people are invented, and login codes are read here
def postausgang_list(request: HttpRequest) -> HttpResponse:
    """List the caught mails; `?an=` narrows to recipients that contain it."""
    an = request.GET.get("an", "").strip().lower()[:254]
    found = names()
    if an:
        found = [name for name in found if an in load_kopf(name).an.lower()]
    seite = Paginator(found, JE_SEITE).get_page(request.GET.get("seite"))
    eintraege = [load_kopf(name) for name in seite]
    return render(
        request,
        "konferenz/postausgang_list.html",
        {"seite": seite, "eintraege": eintraege, "an": an, "abfrage": f"an={an}" if an else "", "gesamt": len(found)},
    )


@require_safe
@_demo_only
@login_not_required  # as the list
def postausgang_detail(request: HttpRequest, name: str) -> HttpResponse:
    """Show one mail: its heads, its HTML in a frame of its own, its plain text, its attachments."""
    mail = _load(name)
    beilagen = [
        Beilage(
            nr,
            teil.get_filename() or "Beilage",
            (teil.get_filename() or "").rpartition(".")[2].upper(),
            len(teil.get_payload(decode=True) or b""),
        )
        for nr, teil in enumerate(mail.iter_attachments())
    ]
    return render(
        request,
        "konferenz/postausgang_detail.html",
        {
            "name": name,
            "an": str(mail[EMPFAENGER]),
            "betreff": str(mail["Subject"] or "(ohne Betreff)"),
            "koepfe": [(wort, str(mail[kopf])) for kopf, wort in KOEPFE if mail[kopf]],
            "datum": parsedate_to_datetime(str(mail["Date"])) if mail["Date"] else None,
            "text": _text(mail, "plain"),
            "hat_html": mail.get_body(("html",)) is not None,
            "beilagen": beilagen,
        },
    )


@require_safe
@_demo_only
@login_not_required  # as the list
@xframe_options_sameorigin
def postausgang_html(request: HttpRequest, name: str) -> HttpResponse:
    """Answer with a mail's HTML body alone, under a policy that lets it do nothing but look."""
    html = _text(_load(name), "html")
    if not html:
        raise Http404
    response = HttpResponse(html.replace("<head>", '<head><base target="_blank">', 1))
    response["Content-Security-Policy"] = CSP_MAIL
    return response


@require_safe
@_demo_only
@login_not_required  # as the list
def postausgang_beilage(request: HttpRequest, name: str, nr: int) -> HttpResponse:
    """Answer with one attachment of a mail, as a download."""
    beilagen = list(_load(name).iter_attachments())
    if nr >= len(beilagen):
        raise Http404
    teil = beilagen[nr]
    response = HttpResponse(teil.get_payload(decode=True), content_type="application/octet-stream")
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    sauber = "".join(
        z if z.isascii() and (z.isalnum() or z in " ._-") else "_" for z in teil.get_filename() or "Beilage"
    )
    response["Content-Disposition"] = f'attachment; filename="{sauber}"'
    return response
