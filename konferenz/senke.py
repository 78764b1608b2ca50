"""A mail server that keeps what it gets and passes nothing on: for the demo and for the tests.

It listens on the loopback interface only. The demo shows what it caught; the tests make it misbehave.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

_MAX_BYTES = 64 * 1024 * 1024
_TERMINATOR = b"\r\n.\r\n"


@dataclass
class Umschlag:
    """One mail as it came: sender and recipients of the envelope, and its bytes without dot-stuffing."""

    von: str = ""
    an: list[str] = field(default_factory=list)
    daten: bytes = b""


class Getrennt(Exception):
    """The connection is to be cut, or was."""


class Senke:
    """The server, in a thread of its own. keep is called with each mail, in that thread, before it is confirmed."""

    def __init__(self, keep: Callable[[Umschlag], None], *, host: str = "127.0.0.1", port: int = 0) -> None:
        self._keep, self._host, self.port = keep, host, port
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._error: OSError | None = None
        self._thread = threading.Thread(target=self._run, name="senke", daemon=True)

    def start(self) -> int:
        """Listen and return the port. Raises OSError where it is taken."""
        self._thread.start()
        self._ready.wait()
        if self._error:
            raise self._error
        return self.port

    def stop(self) -> None:
        """Stop listening and cut every connection."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            server = self._loop.run_until_complete(asyncio.start_server(self._serve, self._host, self.port))
        except OSError as error:
            self._error = error
            self._ready.set()
            return
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        self._loop.run_forever()
        server.close()
        tasks = asyncio.all_tasks(self._loop)
        for task in tasks:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        self._loop.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await _Gespraech(self, reader, writer).run()
        except (Getrennt, OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            # abort, not close: a cut connection must look cut
            writer.transport.abort()

    async def answer(self, stelle: str, umschlag: Umschlag) -> str | None:
        """Return an answer to give in place of the usual one; may wait, may raise Getrennt. For the tests.

        stelle: "mail", "rcpt", "data", "koerper" (the first bytes of the body are there), "punkt" (all is there,
        nothing kept), "behalten" (kept, not confirmed).
        """
        return None

    def keep(self, umschlag: Umschlag) -> None:
        """Keep a mail."""
        self._keep(umschlag)


class _Gespraech:
    """One SMTP connection."""

    def __init__(self, senke: Senke, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.senke, self.reader, self.writer = senke, reader, writer
        self.buffer = bytearray()
        self.umschlag = Umschlag()

    async def run(self) -> None:
        await self.say("220 Senke bereit")
        while True:
            line = (await self.readline()).decode("utf-8", "replace").strip()
            verb = line[:4].upper()
            if verb == "QUIT":
                await self.say("221 Auf Wiedersehen")
                return
            await self.command(verb, line)

    async def command(self, verb: str, line: str) -> None:
        if verb == "EHLO":
            await self.say(f"250-senke\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 SIZE {_MAX_BYTES}")
        elif verb == "MAIL":
            self.umschlag = Umschlag(von=_address(line))
            await self.say(await self.senke.answer("mail", self.umschlag) or "250 OK")
        elif verb == "RCPT":
            self.umschlag.an.append(_address(line))
            answer = await self.senke.answer("rcpt", self.umschlag)
            if answer:
                self.umschlag.an.pop()
            await self.say(answer or "250 OK")
        elif verb == "DATA":
            await self.data()
        elif verb in {"RSET", "NOOP", "HELO"}:
            self.umschlag = Umschlag()
            await self.say("250 OK")
        else:
            await self.say("502 unbekannt")

    async def data(self) -> None:
        answer = "503 zuerst RCPT" if not self.umschlag.an else await self.senke.answer("data", self.umschlag)
        await self.say(answer or "354 weiter, Ende mit einem Punkt")
        if answer:
            return
        self.umschlag.daten = await self.body()
        answer = await self.senke.answer("punkt", self.umschlag)
        if not answer:
            self.senke.keep(self.umschlag)
            answer = await self.senke.answer("behalten", self.umschlag)
        await self.say(answer or "250 OK angenommen")
        self.umschlag = Umschlag()

    async def body(self) -> bytes:
        found, asked = -1, False
        self.buffer[:0] = b"\r\n"  # so that a dot on the first line is found too
        start = 0
        while True:
            found = self.buffer.find(_TERMINATOR, start)
            if not asked and len(self.buffer) > 2:
                asked = True
                await self.senke.answer("koerper", self.umschlag)
            if found >= 0:
                break
            start = max(len(self.buffer) - len(_TERMINATOR), 0)
            await self.more()
        daten = bytes(self.buffer[2 : found + 2])
        del self.buffer[: found + len(_TERMINATOR)]
        daten = daten.replace(b"\r\n..", b"\r\n.")
        return daten[1:] if daten.startswith(b"..") else daten

    async def readline(self) -> bytes:
        while (end := self.buffer.find(b"\r\n")) < 0:
            await self.more()
        line = bytes(self.buffer[:end])
        del self.buffer[: end + 2]
        return line

    async def more(self) -> None:
        chunk = await self.reader.read(256 * 1024)
        if not chunk or len(self.buffer) > _MAX_BYTES:
            raise Getrennt
        self.buffer += chunk

    async def say(self, text: str) -> None:
        self.writer.write(text.encode() + b"\r\n")
        await self.writer.drain()


def _address(line: str) -> str:
    return line.partition("<")[2].rpartition(">")[0]
