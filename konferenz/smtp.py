"""Hand a mail over by SMTP so that afterwards it is known whether the server has it.

The server takes charge of a mail with its answer to the final dot. So the caller's marker is committed exactly
between the body and that dot: whoever dies before it has handed over nothing, whoever dies after it has handed
over everything (architektur.md, section 4.2). It is committed in two steps, because a commit that waits for the disk
takes milliseconds, and a worker killed in just these would leave a marker without a dot (see Begleiter).
"""

from __future__ import annotations

import contextlib
import select
import smtplib
import socket
import ssl
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Protocol, Self
from urllib.parse import urlsplit

from django.conf import settings

from .adressen import clean_zeile
from .nachricht import Nachricht

_CHUNK = 64 * 1024
# What the kernel may hold back unsent: little, so that at the marker the body is with the server, not in a buffer.
_SEND_BUFFER = 128 * 1024
_MAILS_PER_CONNECTION = 50  # many servers cut a connection after a hundred


@dataclass(frozen=True)
class Ergebnis:
    """What became of one hand-over; meldung is the server's answer or what went wrong (at most 500 characters)."""

    meldung: str


class Angenommen(Ergebnis):
    """The server has taken charge of the mail (2xx after the final dot)."""


class Voruebergehend(Ergebnis):
    """The server has refused for now (4xx): try again later."""


class Endgueltig(Ergebnis):
    """The server refuses for good (5xx), or no server could take it."""


class Unklar(Ergebnis):
    """The final dot is out and no answer came: most probably delivered, never to be sent again by itself."""


class NichtUebergeben(Ergebnis):
    """The connection broke before the final dot: nothing was delivered, try again later."""


class ServerFehlt(Ergebnis):
    """No server to talk to (address, TLS, password): it has nothing to do with this mail."""


class Zurueckgezogen(Ergebnis):
    """The caller's marker said no (held, or another worker has it): nothing was delivered."""


class Begleiter(Protocol):
    """Who keeps the book while a mail is written. False from any of these takes the mail back; errors do too."""

    def alive(self) -> bool:
        """Called between the steps and the pieces of the body."""

    def announce(self) -> bool:
        """Called once after the body: write, to survive a power cut, that the final dot is about to be sent."""

    def commit(self) -> bool:
        """Called next, right before the dot: write, as quickly as possible, that from now on the server may have it."""

    def sent(self) -> None:
        """Called right after the dot, before its answer is awaited. Must not fail."""


class _Broken(Exception):
    """The connection is of no use any more."""


class _Idle(_Broken):
    """The server had closed the connection before this mail: a fresh one will do."""


class Versender:
    """One connection to the mail server of the settings, used for many mails; a context manager."""

    def __init__(self) -> None:
        self._smtp: smtplib.SMTP | None = None
        self._used = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Say goodbye and close; never fails."""
        if self._smtp is not None:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                self._smtp.quit()
        self._drop()

    def hand_over(self, nachricht: Nachricht, begleiter: Begleiter) -> Ergebnis:
        """Send one mail to its one recipient and return what became of it.

        Errors of begleiter pass through, with the connection closed and nothing delivered.
        """
        try:
            for _ in range(2):
                is_reused = self._smtp is not None
                try:
                    smtp = self._connected()
                except (OSError, smtplib.SMTPException) as error:
                    self._drop()
                    return ServerFehlt(_text(error))
                if not begleiter.alive():
                    return Zurueckgezogen("zurückgezogen")
                try:
                    ergebnis = self._announce(smtp, nachricht)
                except _Broken as error:
                    self._drop()
                    if is_reused and isinstance(error, _Idle):
                        continue
                    return NichtUebergeben(_text(error))
                if ergebnis is None:
                    ergebnis = self._transfer(smtp, nachricht, begleiter)
                return ergebnis
            return NichtUebergeben("Der Mailserver trennt die Verbindung.")
        except BaseException:
            self._drop()  # without QUIT or dot: the server forgets what it has of this mail
            raise

    def _connected(self) -> smtplib.SMTP:
        if self._smtp is not None and self._used >= _MAILS_PER_CONNECTION:
            self.close()
        if self._smtp is None:
            # Named from SITE_URL: looking the own name up may take long where there is no DNS.
            name = urlsplit(settings.SITE_URL).hostname or "localhost"
            timeout = settings.EMAIL_TIMEOUT
            if settings.EMAIL_USE_SSL:
                context = ssl.create_default_context()
                self._smtp = smtplib.SMTP_SSL(
                    settings.EMAIL_HOST, settings.EMAIL_PORT, local_hostname=name, timeout=timeout, context=context
                )
            else:
                self._smtp = smtplib.SMTP(
                    settings.EMAIL_HOST, settings.EMAIL_PORT, local_hostname=name, timeout=timeout
                )
            self._used = 0
            sock = _socket(self._smtp)
            # The dot is a small write after a large one: without this it waits for a delayed acknowledgement.
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER)
            self._smtp.ehlo_or_helo_if_needed()
            if settings.EMAIL_USE_TLS:
                self._smtp.starttls(context=ssl.create_default_context())
                self._smtp.ehlo_or_helo_if_needed()
            if settings.EMAIL_HOST_USER:
                self._smtp.login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)
        self._used += 1
        return self._smtp

    def _announce(self, smtp: smtplib.SMTP, nachricht: Nachricht) -> Ergebnis | None:
        """Say who sends to whom and that the body follows; None: go on. Raises _Broken."""
        groesse = nachricht.groesse
        options = []
        if smtp.has_extn("size"):
            limit = int(smtp.esmtp_features.get("size") or 0) if smtp.esmtp_features.get("size", "").isdigit() else 0
            if limit and groesse > limit:
                return Endgueltig(
                    f"Die Nachricht ist mit {groesse} Bytes grösser, als der Mailserver erlaubt ({limit})."
                )
            options.append(f"SIZE={groesse}")
        if nachricht.is_utf8:
            if not smtp.has_extn("smtputf8"):
                return Endgueltig("Der Mailserver kennt keine Adressen mit Umlauten vor dem @.")
            options += ["SMTPUTF8", "BODY=8BITMIME"]
        elif smtp.has_extn("8bitmime") and not all(teil.isascii() for teil in nachricht.teile):
            options.append("BODY=8BITMIME")
        smtp.command_encoding = "utf-8" if nachricht.is_utf8 else "ascii"
        try:
            code, answer = smtp.mail(nachricht.von, options)
        except (OSError, smtplib.SMTPException) as error:
            raise _Idle(_text(error)) from error
        if code == 421:
            raise _Idle(_answer(code, answer))
        try:
            if code != 250:
                # The sender or the size is refused, not the recipient; a setting may be put right: it counts as a try.
                return self._refused(smtp, Voruebergehend(_answer(code, answer)))
            code, answer = smtp.rcpt(nachricht.an)
            if code not in {250, 251}:
                return self._refused(smtp, _refusal(code, answer))
            code, answer = smtp.docmd("DATA")
            if code != 354:
                return self._refused(smtp, _refusal(code, answer))
        except (OSError, smtplib.SMTPException) as error:
            raise _Broken(_text(error)) from error
        return None

    def _refused(self, smtp: smtplib.SMTP, ergebnis: Ergebnis) -> Ergebnis:
        """Make the connection ready for the next mail after a refusal."""
        try:
            code, _ = smtp.rset()
        except (OSError, smtplib.SMTPException):
            code = 0
        if code != 250:
            self._drop()
        return ergebnis

    def _transfer(self, smtp: smtplib.SMTP, nachricht: Nachricht, begleiter: Begleiter) -> Ergebnis:
        """Write the body, have the marker committed, write the dot, read the answer."""
        sock = _socket(smtp)
        try:
            is_wanted = _write(sock, nachricht.teile, begleiter.alive)
        except OSError as error:
            self._drop()
            return NichtUebergeben(_text(error))
        # Asked twice: announcing takes its time, and a server that has hung up meanwhile does not have the mail.
        for step in (lambda: is_wanted, begleiter.announce):
            if not step():
                self._drop()
                return Zurueckgezogen("zurückgezogen")
            if _has_spoken(sock):
                return self._early(smtp)
        if not begleiter.commit():
            self._drop()
            return Zurueckgezogen("zurückgezogen")
        return self._dot(smtp, sock, begleiter)

    def _dot(self, smtp: smtplib.SMTP, sock: socket.socket, begleiter: Begleiter) -> Ergebnis:
        try:
            sock.sendall(b".\r\n")
            begleiter.sent()
            code, answer = smtp.getreply()
        except BrokenPipeError as error:
            self._drop()
            return NichtUebergeben(_text(error))  # the connection was gone before: the dot never left
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            return Unklar(_text(error))
        if 200 <= code < 300:
            return Angenommen(_answer(code, answer))
        if 400 <= code < 600:
            return self._refused(smtp, _refusal(code, answer))
        self._drop()
        return Unklar(_answer(code, answer))

    def _early(self, smtp: smtplib.SMTP) -> Ergebnis:
        """The server has spoken or hung up before the final dot, so it does not have the mail."""
        try:
            code, answer = smtp.getreply()
            ergebnis = _refusal(code, answer) if 400 <= code < 600 else NichtUebergeben(_answer(code, answer))
        except (OSError, smtplib.SMTPException) as error:
            ergebnis = NichtUebergeben(_text(error))
        self._drop()
        return ergebnis

    def _drop(self) -> None:
        if self._smtp is not None:
            self._smtp.close()
        self._smtp = None


def stuffed(teile: Sequence[bytes]) -> Iterator[bytes]:
    """Yield the parts of a mail for DATA: a dot at the start of a line doubled, a line end at the very end.

    No part may end inside a CRLF.
    """
    at_line_start = True
    for teil in teile:
        chunk = teil.replace(b"\r\n.", b"\r\n..") if b"\r\n." in teil else teil
        if at_line_start and chunk.startswith(b"."):
            yield b"."
        yield chunk
        at_line_start = chunk.endswith(b"\r\n") if chunk else at_line_start
    if not at_line_start:
        yield b"\r\n"


def _write(sock: socket.socket, teile: Sequence[bytes], alive: Callable[[], bool]) -> bool:
    """Write the body without its final dot; False where alive() took the mail back."""
    for chunk in stuffed(teile):
        view = memoryview(chunk)
        for start in range(0, len(view), _CHUNK):
            sock.sendall(view[start : start + _CHUNK])
            if not alive():
                return False
    return True


def _socket(smtp: smtplib.SMTP) -> socket.socket:
    if smtp.sock is None:
        raise smtplib.SMTPServerDisconnected("Die Verbindung zum Mailserver ist getrennt.")
    return smtp.sock


def _has_spoken(sock: socket.socket) -> bool:
    """Return whether something waits to be read: before the final dot an honest server is silent.

    Over TLS bytes may wait that are no answer (session tickets), so there nothing is concluded.
    """
    if isinstance(sock, ssl.SSLSocket):
        return False
    try:
        poller = select.poll()
        poller.register(sock, select.POLLIN | select.POLLHUP | select.POLLERR)
        return bool(poller.poll(0))
    except OSError:
        return True


def _refusal(code: int, answer: bytes) -> Ergebnis:
    kind = Endgueltig if 500 <= code < 600 else Voruebergehend
    return kind(_answer(code, answer))


def _answer(code: int, answer: bytes) -> str:
    return clean_zeile(f"{code} {answer.decode('utf-8', 'replace')}", 500)


def _text(error: BaseException) -> str:
    return clean_zeile(str(error) or type(error).__name__, 500)
