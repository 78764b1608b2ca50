"""The hand-over: what the server has and what it has not, at every place it may break."""

import shutil
import socket
import ssl
import subprocess
import time

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from konferenz import smtp
from konferenz.nachricht import Nachricht
from tests.smtp_senke import running_senke

MAIL = b"Subject: Probe\r\n\r\nGuten Tag\r\n"


@pytest.fixture
def senke(settings):
    with running_senke(settings) as senke:
        yield senke


@pytest.fixture
def versender(senke):
    with smtp.Versender() as versender:
        yield versender


class Buch:
    """Notes what it was asked, and how many mails the server had by then."""

    def __init__(self, senke, *, marker=lambda: True, alive=lambda: True):
        self.senke, self._marker, self.alive, self.calls, self.is_sent = senke, marker, alive, [], False

    def announce(self):
        self.calls.append(("announce", len(self.senke.mails)))
        return self._marker()

    def commit(self):
        self.calls.append(("commit", len(self.senke.mails)))
        return True

    def sent(self):
        assert [call for call, _ in self.calls] == ["announce", "commit"]
        self.is_sent = True


def hand_over(versender, senke, *, an="a@example.ch", teile=(MAIL,), buch=None, **kwargs):
    options = {key: kwargs.pop(key) for key in ("marker", "alive") if key in kwargs}
    nachricht = Nachricht(von="konferenz@example.ch", an=an, teile=teile, **kwargs)
    return versender.hand_over(nachricht, buch or Buch(senke, **options))


def test_mail_arrives_with_the_marker_before_it(versender, senke):
    buch = Buch(senke)

    ergebnis = hand_over(versender, senke, buch=buch)

    assert ergebnis == smtp.Angenommen("250 OK angenommen")
    assert buch.calls == [("announce", 0), ("commit", 0)]
    assert buch.is_sent
    assert [(m.von, m.an, m.daten) for m in senke.mails] == [("konferenz@example.ch", ["a@example.ch"], MAIL)]


def test_at_the_marker_the_body_is_with_the_server_and_nothing_is_delivered(versender, senke):
    def marker():
        time.sleep(0.2)  # a server that takes the mail without the dot would have it by now
        return False

    ergebnis = hand_over(versender, senke, teile=[MAIL, b"x" * 400_000 + b"\r\n"], marker=marker)

    assert ergebnis == smtp.Zurueckgezogen("zurückgezogen")
    assert senke.mails == []


FAULTS = {
    "rcpt-451": smtp.Voruebergehend("451 Stoerung auf Wunsch"),
    "rcpt-550": smtp.Endgueltig("550 Stoerung auf Wunsch"),
    "data-451": smtp.Voruebergehend("451 Stoerung auf Wunsch"),
    "data-554": smtp.Endgueltig("554 Stoerung auf Wunsch"),
    "punkt-451": smtp.Voruebergehend("451 Stoerung auf Wunsch"),
    "punkt-554": smtp.Endgueltig("554 Stoerung auf Wunsch"),
}


@pytest.mark.parametrize(("fault", "expected"), FAULTS.items(), ids=FAULTS)
def test_refusals_are_told_apart_and_the_next_mail_passes(versender, senke, fault, expected):
    senke.faults["a@example.ch"] = [fault]

    first = hand_over(versender, senke)
    second = hand_over(versender, senke, an="b@example.ch")

    assert (first, second) == (expected, smtp.Angenommen("250 OK angenommen"))
    assert senke.recipients == ["b@example.ch"]


CUTS = {
    "trennt-mitte": (smtp.NichtUebergeben, []),
    "haengt-rcpt": (smtp.NichtUebergeben, []),
    "trennt-behalten": (smtp.Unklar, ["a@example.ch"]),
    "haengt-behalten": (smtp.Unklar, ["a@example.ch"]),
}


@pytest.mark.parametrize(("fault", "kind", "kept"), [(f, *e) for f, e in CUTS.items()], ids=CUTS)
def test_cuts_before_and_after_the_dot_are_told_apart(versender, senke, settings, fault, kind, kept):
    senke.faults["a@example.ch"] = [fault]
    patience = settings.EMAIL_TIMEOUT
    settings.EMAIL_TIMEOUT = 1 if fault.startswith("haengt") else patience

    def marker():
        time.sleep(0.05)  # a commit
        return True

    first = hand_over(versender, senke, marker=marker)
    settings.EMAIL_TIMEOUT = patience
    second = hand_over(versender, senke, an="b@example.ch")

    assert (type(first), second) == (kind, smtp.Angenommen("250 OK angenommen"))
    assert senke.recipients == [*kept, "b@example.ch"]


def test_a_server_that_stops_reading_has_nothing(versender, senke, settings):
    settings.EMAIL_TIMEOUT = 1
    senke.faults["a@example.ch"] = ["haengt-koerper"]

    ergebnis = hand_over(versender, senke, teile=[b"x" * 8_000_000])

    assert type(ergebnis) is smtp.NichtUebergeben
    assert senke.mails == []


def test_no_server_is_no_fault_of_the_mail(settings, senke):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        settings.EMAIL_PORT = free.getsockname()[1]  # taken, and nobody listens
        with smtp.Versender() as versender:
            ergebnis = hand_over(versender, senke)

    assert type(ergebnis) is smtp.ServerFehlt


def test_an_idle_connection_the_server_closed_is_opened_again(versender, senke):
    hand_over(versender, senke)
    versender._smtp.sock.shutdown(socket.SHUT_RDWR)

    ergebnis = hand_over(versender, senke, an="b@example.ch")

    assert ergebnis == smtp.Angenommen("250 OK angenommen")
    assert senke.recipients == ["a@example.ch", "b@example.ch"]


def test_a_lost_lease_stops_the_body(versender, senke):
    asked = []

    def alive():
        asked.append(1)
        return len(asked) < 5

    ergebnis = hand_over(versender, senke, teile=[b"x" * 2_000_000], alive=alive)

    assert ergebnis == smtp.Zurueckgezogen("zurückgezogen")
    assert (len(asked), senke.mails) == (5, [])


def test_an_error_of_the_marker_passes_through_and_nothing_is_delivered(versender, senke):
    def marker():
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        hand_over(versender, senke, marker=marker)
    ergebnis = hand_over(versender, senke, an="b@example.ch")

    assert ergebnis == smtp.Angenommen("250 OK angenommen")
    assert senke.recipients == ["b@example.ch"]


@pytest.mark.parametrize(
    "teile",
    [
        [b".\r\n..\r\nx\r\n.y\r\n"],
        [b"a\r\n", b".b\r\n", b".", b"c\r\n.\r\n"],
        [b"ohne Ende"],
        [b"a\r\n.\r\nMAIL FROM:<boese@example.ch>\r\n"],
        [b"", b".x\r\n"],
    ],
)
def test_dots_survive_wherever_the_mail_is_cut(versender, senke, teile):
    ergebnis = hand_over(versender, senke, teile=teile)

    whole = b"".join(teile)
    assert ergebnis == smtp.Angenommen("250 OK angenommen")
    assert [m.daten for m in senke.mails] == [whole if whole.endswith(b"\r\n") else whole + b"\r\n"]


def test_umlauts_before_the_at_need_smtputf8(versender, senke):
    ergebnis = hand_over(versender, senke, an="müller@example.ch", is_utf8=True)

    assert ergebnis == smtp.Angenommen("250 OK angenommen")
    assert senke.recipients == ["müller@example.ch"]


def test_a_mail_above_the_servers_limit_fails_at_once(versender, senke):
    ergebnis = hand_over(versender, senke, teile=[b"x" * (65 * 1024 * 1024)])

    assert type(ergebnis) is smtp.Endgueltig
    assert senke.tries == {}


def test_connection_is_used_for_many_mails_and_then_renewed(versender, senke):
    for n in range(60):
        hand_over(versender, senke, an=f"p{n:02}@example.ch")

    assert senke.recipients == [f"p{n:02}@example.ch" for n in range(60)]
    assert versender._used == 10


# --- TLS and password, against a server that is not ours ---


class Postfach:
    def __init__(self):
        self.mails = []

    async def handle_DATA(self, server, session, envelope):  # noqa: N802  (aiosmtpd's own name)
        self.mails.append((session.ssl is not None, session.authenticated, envelope.rcpt_tos, envelope.content))
        return "250 OK"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    if not shutil.which("openssl"):
        pytest.skip("openssl fehlt")
    folder = tmp_path_factory.mktemp("tls")
    command = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -keyout key.pem -out cert.pem -subj /CN=localhost"
    extension = ["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    subprocess.run([*command.split(), *extension], cwd=folder, check=True, capture_output=True)
    return folder


@pytest.fixture
def tls_server(certificate, settings, monkeypatch):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")
    postfach = Postfach()

    def authenticate(server, session, envelope, mechanism, auth_data):
        return AuthResult(success=auth_data.password == b"geheim")

    server = Controller(
        postfach,
        hostname="127.0.0.1",
        port=0,
        tls_context=context,
        require_starttls=True,
        auth_required=True,
        authenticator=authenticate,
    )
    with socket.socket() as free:  # aiosmtpd asks itself at the port it was given
        free.bind(("127.0.0.1", 0))
        server.port = free.getsockname()[1]
    server.start()
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, 5
    settings.EMAIL_USE_TLS, settings.EMAIL_USE_SSL = True, False
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "portal", "geheim"
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate / "cert.pem"))
    yield postfach
    server.stop()


def send_tls():
    with smtp.Versender() as versender:
        nachricht = Nachricht(von="konferenz@example.ch", an="a@example.ch", teile=[MAIL, (b"x" * 76 + b"\r\n") * 5000])
        return versender.hand_over(nachricht, Buch(Postfach()))


def test_starttls_and_password(tls_server):
    ergebnis = send_tls()

    assert type(ergebnis) is smtp.Angenommen
    assert [mail[:3] for mail in tls_server.mails] == [(True, True, ["a@example.ch"])]


def test_a_wrong_password_is_no_fault_of_the_mail(tls_server, settings):
    settings.EMAIL_HOST_PASSWORD = "falsch"

    assert type(send_tls()) is smtp.ServerFehlt
    assert tls_server.mails == []


def test_a_certificate_nobody_vouches_for_is_refused(tls_server, monkeypatch):
    monkeypatch.delenv("SSL_CERT_FILE")

    assert type(send_tls()) is smtp.ServerFehlt
    assert tls_server.mails == []


def test_a_server_without_tls_gets_no_password_and_no_mail(senke, settings):
    settings.EMAIL_USE_TLS, settings.EMAIL_HOST_USER = True, "portal"

    assert type(send_tls()) is smtp.ServerFehlt
    assert senke.mails == []
