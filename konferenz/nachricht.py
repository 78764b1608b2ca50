"""From a builder's mail to the bytes that go over the wire: one recipient, clean headers, attachments coded once.

Everything a row of the outbox decides (recipient, Message-ID, date) is set here, whatever the builder wrote.
The text is quoted-printable and attachments are base64, so the bytes are ASCII and pass any mail server.
"""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.charset import QP, Charset
from email.generator import BytesGenerator
from email.header import Header
from email.utils import format_datetime, formataddr, parseaddr
from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import timezone
from django.utils.encoding import punycode
from django.utils.module_loading import import_string

from .adressen import clean_zeile
from .models import Sendung

_UTF8 = Charset("utf-8")
_UTF8.body_encoding = QP
_UTF8_EMPFAENGER = "empfaenger@utf8.invalid"
# What the row decides; a builder's own are dropped.
_EIGENE = ("To", "Cc", "Bcc", "Message-ID", "Date", "Auto-Submitted")
_BIG = 16 * 1024  # bytes; what is smaller is not worth a place in the cache


def is_builder(name: str) -> bool:
    """Return whether a dotted name stands in one of the rooms for mails (settings.MAIL_RAEUME): nothing else is called."""
    return any(re.fullmatch(rf"{re.escape(raum)}(\.[a-z][a-z0-9_]*)+", name) for raum in settings.MAIL_RAEUME)


def load_builder(name: str) -> Callable[[Sendung], Any]:
    """Return the builder of a row of the outbox. Raises ValueError for a name outside the rooms, ImportError for none."""
    if not is_builder(name):
        raise ValueError(f"«{name}» ist kein Ort für Mails.")
    builder: Callable[[Sendung], Any] = import_string(name)
    return builder


class EmpfangVerweigert(Exception):
    """A builder's refusal: this person may not receive this any more. Its text is the reason, a German sentence."""


class AnhangSpeicher:
    """The coded form of attachments, by content, for one run of a worker.

    150 letters carry the same dossier; coding 5 MB anew for each would cost more than sending it. Holds at most
    limit bytes and forgets what was used longest ago, so the memory of a run stays flat.
    """

    def __init__(self, limit: int = 64 * 1024 * 1024) -> None:
        self._limit = limit
        self._coded: OrderedDict[bytes, tuple[bytes, bytes]] = OrderedDict()

    def platzhalter(self, inhalt: bytes) -> bytes:
        """Return 36 bytes to attach in place of inhalt, whose coded form is kept for teile()."""
        digest = hashlib.sha256(inhalt).digest()
        if digest not in self._coded:
            # 36 bytes are one line of 48 letters in base64, found again in the finished mail
            self._coded[digest] = (secrets.token_bytes(36), _base64_lines(inhalt))
        self._coded.move_to_end(digest)
        return self._coded[digest][0]

    def teile(self, mail: bytes) -> list[bytes]:
        """Cut a finished mail at its placeholders and return its parts with the coded attachments between them."""
        known = {base64.b64encode(token): coded for token, coded in self._coded.values()}
        lines = dict(known)
        if not lines:
            return [mail]
        cut = re.split(b"(" + b"|".join(re.escape(line) for line in lines) + b")", mail)
        # Forgotten only between two mails: each placeholder of this one had to be found.
        while sum(len(coded) for coded in lines.values()) > self._limit and self._coded:
            token, _ = self._coded.popitem(last=False)[1]
            lines.pop(base64.b64encode(token))
        return [known.get(part, part) for part in cut if part]


def _base64_lines(inhalt: bytes) -> bytes:
    """Return base64 in lines of 76 letters, CRLF between them, none at the end."""
    text = base64.b64encode(inhalt)
    return b"\r\n".join([text[i : i + 76] for i in range(0, len(text), 76)])


@dataclass(frozen=True)
class Nachricht:
    """A mail ready for hand-over: envelope and bytes.

    teile: the mail with CRLF line ends, not yet dot-stuffed, cut anywhere but inside a CRLF.
    is_utf8: the address has letters outside ASCII before the @, the server must know SMTPUTF8.
    """

    von: str
    an: str
    teile: Sequence[bytes]
    is_utf8: bool = False

    @property
    def groesse(self) -> int:
        """Size in bytes as handed over, without dot-stuffing."""
        return sum(len(teil) for teil in self.teile)


def message_id(sendung: Sendung) -> str:
    """Return the row's Message-ID: the same at every try, another only after a person sent it anew."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    return f"<s{sendung.uuid.hex}.{sendung.nochmals_count}@{punycode(domain)}>"


def build_nachricht(
    sendung: Sendung, mail: EmailMessage | bytes, *, speicher: AnhangSpeicher, now: datetime
) -> Nachricht:
    """Return what is handed over for a row: the builder's mail with the row's recipient, Message-ID and date.

    Line breaks and control characters in subject, names and file names become blanks. Recipients the builder set
    (To, Cc, Bcc) are dropped: the row knows the one. Raises ValueError where no valid mail can be made of it.
    """
    local, _, domain = sendung.an_adresse.rpartition("@")
    adresse = f"{local}@{punycode(domain)}"
    is_utf8 = not local.isascii()
    kopf = {
        "To": _UTF8_EMPFAENGER if is_utf8 else formataddr((clean_zeile(sendung.an_name, 60), adresse)),
        "Message-ID": message_id(sendung),
        "Date": format_datetime(timezone.localtime(now)),
        "Auto-Submitted": "auto-generated",
    }
    raw = _replace_kopf(mail, kopf) if isinstance(mail, bytes) else _finish(mail, kopf, speicher)
    if is_utf8:
        raw = raw.replace(f"To: {_UTF8_EMPFAENGER}".encode(), f"To: {adresse}".encode(), 1)
    teile = [raw] if isinstance(mail, bytes) else speicher.teile(raw)
    return Nachricht(von=_absender(), an=adresse, teile=teile, is_utf8=is_utf8)


def encode_mail(mail: EmailMessage) -> str:
    """Return the finished text of a library's mail, ASCII, as it waits in Sendung.inhalt (the row sets its own lines)."""
    return _finish(mail, {"Message-ID": "<neu@invalid>", "Date": "neu"}, None).decode("ascii")


def _absender() -> str:
    """Return the address bounces go to."""
    adresse = settings.ENVELOPE_FROM or parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    local, _, domain = adresse.rpartition("@")
    return f"{local}@{punycode(domain)}"


def _finish(mail: EmailMessage, kopf: dict[str, str], speicher: AnhangSpeicher | None) -> bytes:
    mail.to, mail.cc, mail.bcc = [], [], []
    mail.encoding = mail.encoding or _UTF8
    mail.subject = clean_zeile(str(mail.subject), 300)
    mail.reply_to = [clean_zeile(str(adresse), 300) for adresse in mail.reply_to]
    own = {name.lower() for name in _EIGENE}
    extra = {
        name: clean_zeile(str(wert), 900)
        for name, wert in mail.extra_headers.items()
        if re.fullmatch(r"[A-Za-z0-9-]{1,70}", name) and name.lower() not in own
    }
    mail.extra_headers = extra | kopf
    mail.attachments = [_attachment(anhang, speicher) for anhang in mail.attachments]
    message = mail.message()
    if not mail.subject.isascii():
        # Django folds without counting the header's name: the subject would begin with an empty line and a blank.
        message.replace_header("Subject", Header(mail.subject, _UTF8, header_name="Subject").encode())
    out = BytesIO()
    BytesGenerator(out, mangle_from_=False).flatten(message, linesep="\r\n")
    return out.getvalue()


def _attachment(anhang: Any, speicher: AnhangSpeicher | None) -> Any:
    if not isinstance(anhang, tuple):  # a ready MIME part
        return anhang
    name, inhalt, typ = anhang
    name = clean_zeile(str(name), 200).replace("/", "_").replace("\\", "_") if name else None
    is_cached = speicher is not None and isinstance(inhalt, bytes) and len(inhalt) >= _BIG
    if speicher is not None and is_cached and typ and not typ.startswith(("text/", "message/")):
        inhalt = speicher.platzhalter(inhalt)
    return (name, inhalt, typ)


def _replace_kopf(raw: bytes, kopf: dict[str, str]) -> bytes:
    """Return a finished mail with CRLF line ends and the row's own header lines in place of its own."""
    lines = re.sub(rb"\r\n|\r|\n", b"\r\n", raw)
    head, _, body = lines.partition(b"\r\n\r\n")
    fields = re.split(rb"\r\n(?![ \t])", head)
    own = tuple(name.lower().encode() + b":" for name in _EIGENE)
    kept = [field for field in fields if not field.lower().startswith(own)]
    new = [f"{name}: {wert}".encode() for name, wert in kopf.items()]
    return b"\r\n".join([*kept, *new]) + b"\r\n\r\n" + body
