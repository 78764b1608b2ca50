"""The outbox: what goes in, how it is handed over, and that nothing goes twice or gets lost."""

import os
import signal
import socket
import subprocess
import sys
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from konferenz import journal, marke, nachricht, schritte, smtp, tasks
from konferenz.actions import sendung as outbox
from konferenz.actions import uebergabe as delivery
from konferenz.models import Herzschlag, Journaleintrag, Sendung
from tests.konferenz.conftest import FRUEHER
from tests.konferenz.test_kill import ROOT, wait_for

Status = Sendung.Status
AKTEUR = SimpleNamespace(uuid=uuid.UUID("33333333-3333-3333-3333-333333333333"))


def states():
    return list(Sendung.objects.order_by("pk").values_list("an_adresse", "status"))


def journal_arten():
    return list(Journaleintrag.objects.values_list("art", flat=True))


# --- in ---


def test_same_key_goes_in_once(enqueue):
    first = enqueue(schluessel="versand:1:anna")
    second = enqueue(schluessel="versand:1:anna", adresse="andere@example.ch")

    assert (first.status, second) == (Status.BEREIT, None)
    assert states() == [("anna@example.ch", "bereit")]


@pytest.mark.django_db(transaction=True)
def test_enqueue_needs_the_transaction_of_its_deed():
    with pytest.raises(RuntimeError):
        schritte.enqueue_sendung(
            schluessel="x",
            an_adresse="a@example.ch",
            an_name="",
            betreff="x",
            builder="x",
            faellig_at=FRUEHER,
            now=FRUEHER,
        )


def test_a_mail_without_a_text_is_refused(enqueue):
    with pytest.raises(ValueError):
        enqueue(builder="")


@pytest.mark.parametrize(
    "adresse",
    [
        "",
        "  ",
        "anna",
        "@example.ch",
        "anna@",
        "anna@example.ch, boese@example.ch",
        "anna@example.ch\r\nBcc: boese@example.ch",
        "anna@example.ch\n",
        "an na@example.ch",
        "anna@example.ch\x00",
        '"anna, b"@example.ch',
        "Anna <anna@example.ch>",
        "anna@exa\u2028mple.ch",
        "a" * 250 + "@example.ch",
        "<anna@example.ch>",
        "müller\u2028@example.ch",
    ],
)
def test_a_bad_address_fails_its_own_row_only(enqueue, deliver, senke, adresse):
    bad = enqueue(adresse)
    enqueue("gut@example.ch")

    deliver()

    if adresse == "anna@example.ch\n":  # white space around it is a slip, not a fault
        assert senke.recipients == ["anna@example.ch", "gut@example.ch"]
        return
    bad.refresh_from_db()
    assert bad.status == Status.FEHLGESCHLAGEN
    assert bad.meldung in {"Es ist keine E-Mail-Adresse erfasst.", "Das ist keine gültige E-Mail-Adresse."}
    assert "\n" not in bad.an_adresse
    assert senke.recipients == ["gut@example.ch"]


@pytest.mark.parametrize(
    ("adresse", "envelope"),
    [
        ("Anna.Muster+vseg@Example.CH", "Anna.Muster+vseg@example.ch"),
        ("info@gemeinde-höri.ch", "info@xn--gemeinde-hri-ejb.ch"),
        ("müller@example.ch", "müller@example.ch"),
        ("o'neil@example.ch", "o'neil@example.ch"),
    ],
)
def test_unusual_addresses_arrive(enqueue, deliver, senke, adresse, envelope):
    enqueue(adresse)

    assert deliver() == [smtp.Angenommen("250 OK angenommen")]
    assert senke.recipients == [envelope]


# --- out ---


def test_a_mail_goes_out_once_with_what_the_row_says(enqueue, deliver, senke):
    sendung = enqueue()

    results = [*deliver(), *deliver()]

    sendung.refresh_from_db()
    mail = senke.messages()[0]
    assert results == [smtp.Angenommen("250 OK angenommen")]
    assert (sendung.status, sendung.versuche, sendung.lease_until, sendung.worker) == (Status.GESENDET, 1, None, "")
    assert sendung.gesendet_at is not None
    assert sendung.groesse == len(senke.mails[0].daten)
    assert senke.mails[0].von == "rueck@vseg.example"
    assert {name: str(mail[name]) for name in ("To", "From", "Subject", "Message-ID", "Auto-Submitted", "Cc")} == {
        "To": "Anna Müller <anna@example.ch>",
        "From": "Sozialpräsidienkonferenz <konferenz@vseg.example>",
        "Subject": "Einladung zur Sitzung 3/2026",
        "Message-ID": f"<s{sendung.uuid.hex}.0@vseg.example>",
        "Auto-Submitted": "auto-generated",
        "Cc": "None",
    }
    assert mail.get_content() == "Guten Tag\n\n.Punkt am Anfang: Grüsse aus Zürich\n"
    assert sendung.message_id == mail["Message-ID"]
    assert senke.mails[0].daten.isascii()
    assert journal_arten() == ["sendung.gesendet"]
    assert journal.verify() is None


def test_what_is_not_due_or_held_stays(enqueue, deliver, senke):
    enqueue("spaeter@example.ch", faellig_at=timezone.now() + timedelta(hours=1))
    enqueue("gehalten@example.ch")
    with transaction.atomic():
        schritte.hold_sendungen(Sendung.objects.filter(an_adresse="gehalten@example.ch"))

    assert deliver() == []
    with transaction.atomic():
        count = schritte.continue_sendungen(Sendung.objects.all())
    deliver()

    assert (count, senke.recipients) == (1, ["gehalten@example.ch"])


def test_urgent_mails_go_before_the_others(enqueue, deliver, senke):
    enqueue("brief@example.ch")
    enqueue("code@example.ch", dringend=True, faellig_at=timezone.now())

    deliver()

    assert [m.an for m in senke.mails] == [["code@example.ch"], ["brief@example.ch"]]


def test_headers_from_outside_never_break_a_mail(enqueue, deliver, senke):
    enqueue(builder="build_boese", betreff="Zeile\r\nBcc: boese@example.ch", an_name='Müller, "A."\r\nBcc: x')

    assert deliver() == [smtp.Angenommen("250 OK angenommen")]

    mail = senke.messages()[0]
    assert senke.recipients == ["anna@example.ch"]
    assert [a.addr_spec for a in mail["To"].addresses] == ["anna@example.ch"]
    assert (mail["Cc"], mail["Bcc"]) == (None, None)
    assert mail["Subject"] == "Zeile Bcc: boese@example.ch"
    assert len(mail.get_all("Message-ID")) == 1
    assert "falsch" not in mail["Message-ID"]
    assert [part.get_filename() for part in mail.iter_attachments()] == ["Bericht Bcc: boese@example.ch.pdf"]


def test_finished_bytes_get_the_rows_own_header_lines(enqueue, deliver, senke):
    sendung = enqueue(builder="build_bytes")

    deliver()

    mail = senke.messages()[0]
    assert {name: mail.get_all(name) for name in ("To", "Bcc", "Message-ID", "Subject")} == {
        "To": ["Anna Müller <anna@example.ch>"],
        "Bcc": None,
        "Message-ID": [f"<s{sendung.uuid.hex}.0@vseg.example>"],
        "Subject": ["Fertig"],
    }
    assert mail["Date"].datetime > FRUEHER
    assert mail.get_content() == "Text\n.\nEnde\n"


def test_large_attachments_are_coded_once_and_arrive_whole(enqueue, deliver, senke, tmp_path, monkeypatch):
    dossier = bytes(range(256)) * 4000
    (tmp_path / "dossier").write_bytes(dossier)
    monkeypatch.setenv("TEST_DOSSIER", str(tmp_path / "dossier"))
    coded = []
    real = nachricht._base64_lines
    monkeypatch.setattr(nachricht, "_base64_lines", lambda inhalt: coded.append(1) or real(inhalt))
    for n in range(3):
        enqueue(f"p{n}@example.ch", builder="build_mit_dossier")

    deliver()

    assert [
        [(p.get_filename(), p.get_content_type(), p.get_content()) for p in m.iter_attachments()]
        for m in senke.messages()
    ] == [[("Dossier.pdf", "application/pdf", dossier)]] * 3
    assert coded == [1]
    assert max(len(line) for line in senke.mails[0].daten.split(b"\r\n")) <= 78


def test_the_cache_forgets_but_never_while_a_mail_needs_it():
    speicher = nachricht.AnhangSpeicher(limit=10)
    for n in range(3):
        import base64

        tokens = [speicher.platzhalter(bytes([n, i]) * 100) for i in range(3)]
        mail = b"|".join(base64.b64encode(t) for t in tokens)
        expected = b"|".join(nachricht._base64_lines(bytes([n, i]) * 100) for i in range(3))
        assert b"".join(speicher.teile(mail)) == expected
        assert len(speicher._coded) == 0


REFUSALS = {
    "build_verweigert": (Status.FEHLGESCHLAGEN, "Die Person ist nicht mehr im Leitgremium."),
    "build_kaputt": (Status.FEHLGESCHLAGEN, "Die Nachricht liess sich nicht erstellen: 'betreff'"),
    "build_ohne_datei": (Status.BEREIT, "Die Nachricht liess sich nicht erstellen: [Errno 2] No such file"),
    "gibt_es_nicht": (
        Status.BEREIT,
        'Die Nachricht liess sich nicht erstellen: Module "tests.bauer" does not define a "gibt_es_nicht" attribute/class',
    ),
}


@pytest.mark.parametrize(("builder", "expected"), REFUSALS.items(), ids=REFUSALS)
def test_a_row_that_cannot_be_built_stops_nobody_else(enqueue, deliver, senke, builder, expected):
    bad = enqueue("schlecht@example.ch", builder=builder)
    enqueue("gut@example.ch")

    deliver()

    bad.refresh_from_db()
    assert (bad.status, bad.meldung) == expected
    assert senke.recipients == ["gut@example.ch"]


BUILDER = [
    ("mitglieder.mails.verteiler", True),
    ("sitzungen.mails.uebergabe.build_zustellung", True),
    ("tests.bauer.build_einfach", True),  # settings of the tests
    ("os.system", False),
    ("mitglieder.mails", False),
    ("mitglieder.mailserver.x", False),
    ("mitglieder.actions.person.deactivate_person", False),
    ("sitzungen.mails.uebergabe.", False),
    ("sitzungen.mails..x", False),
    ("sitzungen.mails.x\n", False),
    ("x.sitzungen.mails.x", False),
]


@pytest.mark.parametrize(("name", "erlaubt"), BUILDER, ids=[name.strip() for name, _ in BUILDER])
def test_only_the_rooms_for_mails_hold_builders(name, erlaubt):
    assert nachricht.is_builder(name) is erlaubt


def test_a_builder_from_elsewhere_is_neither_stored_nor_called(enqueue, deliver, senke):
    with pytest.raises(ValueError, match="kein Ort für Mails"):
        enqueue(builder="../os.getpid")
    row = enqueue()
    Sendung.objects.filter(pk=row.pk).update(builder="os.getpid")
    deliver()

    row.refresh_from_db()
    assert row.status != Status.GESENDET
    assert "kein Ort für Mails" in row.meldung
    assert senke.recipients == []


# --- faults of the mail server ---


def test_d6_refusals_and_hangs_of_some_hold_nobody_else(enqueue, deliver, senke, settings):
    settings.EMAIL_TIMEOUT = 3
    for n in range(20):
        enqueue(f"p{n:02}@example.ch")
    for n in (0, 1, 2):
        senke.faults[f"p{n:02}@example.ch"] = ["rcpt-451", "punkt-451"]
    senke.faults["p03@example.ch"] = ["rcpt-550"]
    senke.faults["p04@example.ch"] = ["punkt-554"]
    senke.faults["p05@example.ch"] = ["haengt-rcpt"]
    senke.faults["p06@example.ch"] = ["trennt-behalten"]
    senke.faults["p07@example.ch"] = ["haengt-behalten"]
    early = timezone.now()

    deliver(now=early)
    after_first = dict(states())
    kept_first = senke.recipients
    for days in (1, 2, 3):
        deliver(now=timezone.now() + timedelta(days=days))

    bereit = [f"p{n:02}@example.ch" for n in (0, 1, 2, 5)]
    failed, unclear = ["p03@example.ch", "p04@example.ch"], ["p06@example.ch", "p07@example.ch"]
    assert after_first == {f"p{n:02}@example.ch": "gesendet" for n in range(20)} | dict.fromkeys(
        bereit, "bereit"
    ) | dict.fromkeys(failed, "fehlgeschlagen") | dict.fromkeys(unclear, "unklar")
    assert kept_first == sorted(a for a in after_first if a not in {*bereit, *failed})
    assert senke.recipients == sorted(a for a in after_first if a not in failed)  # each exactly once
    assert set(dict(states()).values()) == {"gesendet", "fehlgeschlagen", "unklar"}


def test_back_off_and_five_tries(enqueue, deliver, senke, settings):
    settings.SENDUNG_BACKOFF_SECONDS = [60, 300, 900, 3600]
    sendung = enqueue()
    senke.faults["anna@example.ch"] = ["rcpt-451"] * 9
    seen = []
    uhr = timezone.now()

    for _ in range(6):
        deliver(now=uhr, uhr=lambda: uhr)  # noqa: B023
        sendung.refresh_from_db()
        seen.append((sendung.status, sendung.versuche, (sendung.faellig_at - uhr).total_seconds()))
        if sendung.status == "bereit":
            uhr = sendung.faellig_at

    assert seen[:4] == [("bereit", 1, 60), ("bereit", 2, 300), ("bereit", 3, 900), ("bereit", 4, 3600)]
    assert [s[:2] for s in seen[4:]] == [("fehlgeschlagen", 5)] * 2
    assert (sendung.meldung, senke.tries["anna@example.ch"]) == ("451 Stoerung auf Wunsch", 5)
    assert journal_arten() == ["sendung.fehlgeschlagen"]


def test_a_server_that_is_away_costs_no_try_and_stops_the_run(enqueue, senke, settings):
    sendung = enqueue()
    enqueue("zweite@example.ch")
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 1

    accepted = [tasks.sweep() for _ in range(7)]
    sendung.refresh_from_db()
    away = (sendung.status, sendung.versuche, sendung.faellig_at)
    settings.EMAIL_PORT = port
    accepted.append(tasks.sweep())

    assert accepted == [0] * 7 + [2]
    assert away == (Status.BEREIT, 0, FRUEHER)
    assert senke.recipients == ["anna@example.ch", "zweite@example.ch"]


# --- workers that die, lose their claim, or cannot write ---


def claim(uhr=timezone.now):
    return delivery._claim(timezone.now(), uhr)


def begin_uebergabe(sendung, uhr=timezone.now, *, is_committed=True):
    with marke.Uebergabe(sendung, uhr) as uebergabe:
        assert uebergabe.announce()
        assert not is_committed or uebergabe.commit()


def test_a_claim_whose_worker_died_before_the_marker_goes_out_once(enqueue, deliver, senke):
    enqueue()
    claim(uhr=lambda: timezone.now() - timedelta(minutes=5))

    freed = delivery.free_expired(now=timezone.now())
    deliver()

    assert (freed, senke.recipients) == (1, ["anna@example.ch"])


def test_a_claim_within_its_lease_is_left_alone(enqueue, deliver, senke):
    enqueue()
    claim()

    assert (delivery.free_expired(now=timezone.now()), deliver(), senke.mails) == (0, [], [])


def test_a_worker_that_died_after_the_marker_leaves_an_unclear_row_that_never_goes_again(enqueue, deliver, senke):
    sendung = enqueue()
    long_ago = timezone.now() - timedelta(minutes=5)
    begin_uebergabe(claim(uhr=lambda: long_ago), lambda: long_ago)

    delivery.free_expired(now=timezone.now())
    deliver(now=timezone.now() + timedelta(days=9))

    sendung.refresh_from_db()
    assert (sendung.status, senke.mails) == (Status.UNKLAR, [])
    assert journal_arten() == ["sendung.unklar"]


def test_announced_but_not_committed_means_that_no_dot_was_sent(enqueue, deliver, senke):
    sendung = enqueue()
    long_ago = timezone.now() - timedelta(minutes=5)
    begin_uebergabe(claim(uhr=lambda: long_ago), lambda: long_ago, is_committed=False)

    delivery.free_expired(now=timezone.now())
    sendung.refresh_from_db()
    freed = (sendung.status, sendung.uebergabe)
    deliver()

    assert (freed, senke.recipients) == ((Status.BEREIT, ""), ["anna@example.ch"])


@pytest.mark.parametrize("leben", ["boot anderes", "pg 2020-01-01 00:00:00+00", ""])
def test_after_the_database_died_an_announced_mail_counts_as_delivered(enqueue, deliver, senke, leben):
    """The quick commit may have been lost with it, so the dot may have been sent."""
    sendung = enqueue()
    long_ago = timezone.now() - timedelta(minutes=5)
    begin_uebergabe(claim(uhr=lambda: long_ago), lambda: long_ago, is_committed=False)
    Sendung.objects.update(uebergabe=leben)

    delivery.free_expired(now=timezone.now())
    deliver(now=timezone.now() + timedelta(days=9))

    sendung.refresh_from_db()
    assert (sendung.status, senke.mails) == (Status.UNKLAR, [])


def test_a_database_whose_life_has_no_name_proves_nothing(enqueue, monkeypatch):
    monkeypatch.setattr(marke, "leben", lambda: "")
    sendung = enqueue()
    long_ago = timezone.now() - timedelta(minutes=5)
    begin_uebergabe(claim(uhr=lambda: long_ago), lambda: long_ago, is_committed=False)

    delivery.free_expired(now=timezone.now())

    sendung.refresh_from_db()
    assert sendung.status == Status.UNKLAR


def test_the_life_of_the_database_has_a_name_here(db):
    assert marke.leben().startswith(("boot ", "pg "))
    assert marke.leben() == marke.leben()


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "sqlite", reason="nur SQLite")
def test_after_a_hand_over_commits_wait_for_the_disk_again(enqueue, deliver, senke):
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous = FULL")
    enqueue()

    deliver()

    with connection.cursor() as cursor:
        full = cursor.execute("PRAGMA synchronous").fetchone()[0]
        cursor.execute("PRAGMA synchronous = OFF")
    assert (full, senke.recipients) == (2, ["anna@example.ch"])


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("fault", ["", "rcpt-451", "punkt-451", "trennt-mitte", "trennt-behalten"])
def test_after_a_hand_over_the_connection_is_as_before(enqueue, deliver, senke, fault):
    enqueue()
    senke.faults["anna@example.ch"] = [fault] if fault else []

    deliver()

    assert connection.get_autocommit()
    with transaction.atomic(durable=True):
        assert Sendung.objects.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="nur PostgreSQL")
def test_a_quick_commit_that_fails_loses_nothing(enqueue, deliver, senke, monkeypatch):
    """The dot is out and the server's answer known: the worker that lives writes it down all the same."""
    sendung = enqueue()

    def start_rollback():
        pgconn = connection.connection.pgconn
        pgconn.send_query(b"ROLLBACK")
        while pgconn.flush():
            pass
        return True

    monkeypatch.setattr(marke, "_start_commit", start_rollback)
    deliver()

    sendung.refresh_from_db()
    assert (sendung.status, senke.recipients) == (Status.GESENDET, ["anna@example.ch"])


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="nur PostgreSQL")
def test_the_marker_is_held_back_for_the_dot_alone(enqueue, deliver, senke, monkeypatch):
    """Whom it woke would take the processor between the two; afterwards the connection holds nothing back."""

    def is_held():
        if connection.connection.info.hostaddr.startswith("/"):
            pytest.skip("die Datenbank hört auf einem Unix-Socket")
        sock = socket.socket(fileno=connection.connection.pgconn.socket)
        try:
            return bool(sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_CORK))
        finally:
            sock.detach()

    enqueue()
    verlauf, start, sent = [], marke._start_commit, marke.Uebergabe.sent
    monkeypatch.setattr(marke, "_start_commit", lambda: (start(), verlauf.append(is_held()))[0])
    monkeypatch.setattr(marke.Uebergabe, "sent", lambda self: (sent(self), verlauf.append(is_held()))[0])
    deliver()

    assert verlauf == [True, False]
    assert senke.recipients == ["anna@example.ch"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="nur PostgreSQL")
def test_a_marker_held_back_for_the_dot_goes_out_with_its_dying_worker(enqueue):
    """Killed right after the dot the worker cannot let it go any more: the kernel does."""
    sendung = enqueue()
    Sendung.objects.update(uebergabe="pg 2026")
    wo = connection.settings_dict
    url = f"postgres://{wo['USER']}:{wo['PASSWORD']}@{wo['HOST']}:{wo['PORT']}/{wo['NAME']}"
    env = os.environ | {"ALLOW_UNSAFE_KEY": "1", "DJANGO_SETTINGS_MODULE": "tests.kill_settings", "DATABASE_URL": url}

    befehl = [sys.executable, "-m", "tests.kill_helfer", "commit_and_die", str(sendung.pk)]
    tot = subprocess.run(befehl, cwd=ROOT, env=env, check=False)

    assert tot.returncode == -signal.SIGKILL
    wait_for(lambda: Sendung.objects.get().uebergabe == "")


@pytest.mark.django_db(transaction=True)
def test_a_marker_that_cannot_be_let_go_does_not_lose_the_answer(enqueue, deliver, senke, monkeypatch):
    sendung, real = enqueue(), marke._let_go
    faults = [OSError("weg")]

    def fail_once():
        if faults:
            raise faults.pop()
        real()

    monkeypatch.setattr(marke, "_let_go", fail_once)
    deliver()

    sendung.refresh_from_db()
    assert (sendung.status, senke.recipients) == (Status.GESENDET, ["anna@example.ch"])


@pytest.mark.django_db(transaction=True)
def test_a_mail_taken_back_at_the_last_moment_leaves_no_open_transaction(enqueue, senke, deliver, monkeypatch):
    enqueue()
    real = marke.Uebergabe.announce

    def hold(self):
        announced = real(self)
        Sendung.objects.update(angehalten=True)
        return announced

    monkeypatch.setattr(marke.Uebergabe, "announce", hold)
    deliver()

    assert (connection.get_autocommit(), senke.mails, states()) == (True, [], [("anna@example.ch", "bereit")])


def test_a_row_that_kills_its_worker_each_time_is_given_up(enqueue):
    sendung = enqueue()
    for _ in range(5):
        claim(uhr=lambda: timezone.now() - timedelta(minutes=5))
        delivery.free_expired(now=timezone.now())

    sendung.refresh_from_db()
    assert (sendung.status, sendung.meldung) == (Status.FEHLGESCHLAGEN, "Der Versand brach bei jedem Versuch ab.")


def test_a_worker_that_slept_past_its_lease_does_not_send(enqueue, senke, deliver, monkeypatch):
    """Worker A is paused while it builds; B takes the row over and sends it; A wakes up and goes on."""
    enqueue()
    real = delivery._build

    def pause(sendung, speicher, now):
        monkeypatch.setattr(delivery, "_build", real)
        Sendung.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
        delivery.free_expired(now=timezone.now())
        assert deliver() == [smtp.Angenommen("250 OK angenommen")]
        return real(sendung, speicher, now)

    monkeypatch.setattr(delivery, "_build", pause)
    results = deliver()

    assert [type(r) for r in results] == [smtp.Zurueckgezogen]
    assert (senke.recipients, states()) == (["anna@example.ch"], [("anna@example.ch", "gesendet")])


def test_a_mail_held_while_it_is_built_does_not_leave(enqueue, senke, deliver, monkeypatch):
    sendung = enqueue()
    real = delivery._build

    def hold(sendung, speicher, now):
        with transaction.atomic():
            assert schritte.hold_sendungen(Sendung.objects.all()) == 0
        return real(sendung, speicher, now)

    monkeypatch.setattr(delivery, "_build", hold)
    deliver()

    sendung.refresh_from_db()
    assert (sendung.status, sendung.angehalten, sendung.versuche, senke.mails) == (Status.BEREIT, True, 0, [])


def test_a_mail_held_between_announcing_and_committing_does_not_leave(enqueue, senke, deliver, monkeypatch):
    sendung = enqueue()
    real = marke.Uebergabe.announce

    def hold(self):
        announced = real(self)
        with transaction.atomic():
            assert schritte.hold_sendungen(Sendung.objects.all()) == 0
        return announced

    monkeypatch.setattr(marke.Uebergabe, "announce", hold)
    deliver()

    sendung.refresh_from_db()
    assert (sendung.status, sendung.angehalten, sendung.uebergabe, senke.mails) == (Status.BEREIT, True, "", [])


def test_d13_a_result_that_cannot_be_written_makes_no_duplicate(enqueue, senke, deliver, monkeypatch):
    sendung = enqueue()
    monkeypatch.setattr(delivery, "_MARK_PAUSES", (0, 0))

    def refused(*args):
        raise DatabaseError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr(delivery, "_mark", refused)
        with pytest.raises(DatabaseError):
            deliver()
    Sendung.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    delivery.free_expired(now=timezone.now())
    deliver(now=timezone.now() + timedelta(days=9))

    sendung.refresh_from_db()
    assert (sendung.status, senke.recipients) == (Status.UNKLAR, ["anna@example.ch"])


@pytest.mark.parametrize("step", ["announce", "commit"])
def test_a_marker_that_cannot_be_written_sends_nothing_and_the_mail_goes_later(
    enqueue, senke, deliver, monkeypatch, step
):
    enqueue()

    def refused(*args):
        raise DatabaseError("database is locked")

    with monkeypatch.context() as patch:
        patch.setattr(marke.Uebergabe, step, refused)
        first = deliver()
    kept = list(senke.mails)
    deliver(now=timezone.now() + timedelta(days=1))

    assert ([type(r) for r in first], kept) == ([smtp.NichtUebergeben], [])
    assert senke.recipients == ["anna@example.ch"]


def test_a_late_answer_corrects_an_unclear_row(enqueue):
    sendung = enqueue()
    claimed = claim()
    begin_uebergabe(claimed)
    Sendung.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    delivery.free_expired(now=timezone.now())

    delivery._mark(claimed, smtp.Angenommen("250 OK"), timezone.now())

    sendung.refresh_from_db()
    assert (sendung.status, sendung.meldung) == (Status.GESENDET, "250 OK")


def test_no_answer_after_the_row_was_called_unclear_changes_nothing(enqueue):
    sendung = enqueue()
    claimed = claim()
    begin_uebergabe(claimed)
    Sendung.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    delivery.free_expired(now=timezone.now())

    delivery._mark(claimed, smtp.Unklar("timed out"), timezone.now())

    sendung.refresh_from_db()
    assert (sendung.status, journal_arten()) == (Status.UNKLAR, ["sendung.unklar"])


@pytest.mark.parametrize(
    ("method", "expected"), [("_announce", smtp.NichtUebergeben), ("_dot", smtp.Unklar)], ids=["davor", "danach"]
)
def test_an_unforeseen_error_stops_nobody_else_and_is_judged_by_the_marker(
    enqueue, deliver, senke, monkeypatch, method, expected
):
    enqueue("schlecht@example.ch")
    enqueue("gut@example.ch")
    real = getattr(smtp.Versender, method)

    def fail(self, *args):
        monkeypatch.setattr(smtp.Versender, method, real)
        raise RuntimeError("unvorhergesehen")

    monkeypatch.setattr(smtp.Versender, method, fail)
    results = deliver()

    assert [type(r) for r in results] == [expected, smtp.Angenommen]
    assert senke.recipients == ["gut@example.ch"]


def test_a_late_answer_does_not_touch_what_a_person_sent_again(enqueue):
    sendung = enqueue()
    claimed = claim()
    begin_uebergabe(claimed)
    Sendung.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    delivery.free_expired(now=timezone.now())
    outbox.resend_sendung(sendung.pk, grund="kam nicht an", actor=AKTEUR, now=timezone.now())

    delivery._mark(claimed, smtp.Angenommen("250 OK"), timezone.now())

    sendung.refresh_from_db()
    assert sendung.status == Status.BEREIT


@pytest.mark.django_db(transaction=True)
def test_four_workers_at_once_send_each_mail_once(enqueue, senke):
    for n in range(40):
        enqueue(f"p{n:02}@example.ch")

    with ThreadPoolExecutor(4) as pool:
        accepted = [future.result() for future in [pool.submit(tasks.sweep) for _ in range(4)]]

    assert sum(accepted) == 40
    assert senke.recipients == [f"p{n:02}@example.ch" for n in range(40)]
    assert {status for _, status in states()} == {"gesendet"}
    assert Herzschlag.objects.filter(name="worker").count() == 1
    assert journal.verify() is None


# --- what a person decides ---


def test_resend_needs_a_reason_and_gets_a_new_message_id(enqueue, deliver, senke):
    sendung = enqueue()
    deliver()

    with pytest.raises(schritte.SendungError, match="warum"):
        outbox.resend_sendung(sendung.pk, grund=" \n ", actor=AKTEUR, now=timezone.now())
    outbox.resend_sendung(sendung.pk, grund="Postfach war voll", actor=AKTEUR, now=timezone.now())
    deliver()

    eintrag = Journaleintrag.objects.get(art="sendung.nochmals")
    assert [m["Message-ID"] for m in senke.messages()] == [f"<s{sendung.uuid.hex}.{n}@vseg.example>" for n in (0, 1)]
    assert (eintrag.akteur, eintrag.objekt) == (AKTEUR.uuid, sendung.uuid)
    assert '"grund":"Postfach war voll"' in eintrag.text


@pytest.mark.parametrize("status", ["bereit", "per_post"])
def test_resend_is_refused_where_it_makes_no_sense(enqueue, status):
    sendung = enqueue()
    Sendung.objects.update(status=status)

    with pytest.raises(schritte.SendungError):
        outbox.resend_sendung(sendung.pk, grund="x", actor=AKTEUR, now=timezone.now())
    assert journal_arten() == []


def test_a_failed_mail_may_go_again_after_its_cause_is_mended(enqueue, deliver, senke):
    sendung = enqueue()
    senke.faults["anna@example.ch"] = ["rcpt-550"]
    deliver()

    outbox.resend_sendung(sendung.pk, grund="Adresse geprüft", actor=AKTEUR, now=timezone.now())
    deliver()

    assert senke.recipients == ["anna@example.ch"]


@pytest.mark.parametrize(
    ("before", "status", "allowed"),
    [
        ("gesendet", "zurueckgekommen", True),
        ("gesendet", "per_post", True),
        ("unklar", "zurueckgekommen", True),
        ("zurueckgekommen", "per_post", True),
        ("fehlgeschlagen", "per_post", True),
        ("bereit", "per_post", True),
        ("bereit", "zurueckgekommen", False),
        ("fehlgeschlagen", "zurueckgekommen", False),
        ("per_post", "zurueckgekommen", False),
        ("gesendet", "bereit", False),
        ("gesendet", "fehlgeschlagen", False),
    ],
)
def test_what_the_office_may_note(enqueue, before, status, allowed):
    sendung = enqueue()
    Sendung.objects.update(status=before, gesendet_at=timezone.now())

    if allowed:
        outbox.mark_sendung(sendung.pk, status=status, vermerk="am 3. Dezember 2026", actor=AKTEUR, now=timezone.now())
    else:
        with pytest.raises(schritte.SendungError):
            outbox.mark_sendung(sendung.pk, status=status, vermerk="", actor=AKTEUR, now=timezone.now())

    sendung.refresh_from_db()
    assert (sendung.status, sendung.vermerk) == ((status, "am 3. Dezember 2026") if allowed else (before, ""))
    assert journal_arten() == ([f"sendung.{status}"] if allowed else [])


# --- mails of libraries ---


def test_mails_of_libraries_wait_in_the_outbox_and_leave_no_text_behind(db, deliver, senke):
    mail = EmailMultiAlternatives(
        "Ihr Code", "Code: 4711\nGrüsse", "portal@vseg.example", ["Anna <a@example.ch>"], ["b@example.ch"]
    )
    mail.attach_alternative("<p>Code: 4711</p>", "text/html")
    backend = get_connection("konferenz.mailbackend.OutboxBackend")

    count = backend.send_messages([mail])
    waiting = [(s.an_adresse, s.an_name, s.dringend, "4711" in s.inhalt) for s in Sendung.objects.order_by("pk")]
    deliver()

    assert count == 1
    assert waiting == [("a@example.ch", "Anna", True, True), ("b@example.ch", "", True, True)]
    assert [(str(m["To"]), m["Subject"], m["From"]) for m in senke.messages()] == [
        ("Anna <a@example.ch>", "Ihr Code", "portal@vseg.example"),
        ("b@example.ch", "Ihr Code", "portal@vseg.example"),
    ]
    assert senke.messages()[0].get_body(("plain",)).get_content() == "Code: 4711\nGrüsse"
    assert len({m["Message-ID"] for m in senke.messages()}) == 2
    assert list(Sendung.objects.values_list("status", "inhalt")) == [("gesendet", "")] * 2
    assert journal_arten() == []


def test_a_librarys_mail_cannot_be_sent_again(db, deliver, senke):
    get_connection("konferenz.mailbackend.OutboxBackend").send_messages(
        [EmailMultiAlternatives("x", "x", None, ["a@example.ch"])]
    )
    deliver()

    with pytest.raises(schritte.SendungError, match="nicht mehr gespeichert"):
        outbox.resend_sendung(Sendung.objects.get().pk, grund="x", actor=AKTEUR, now=timezone.now())


@pytest.mark.django_db(transaction=True)
def test_a_mail_of_a_deed_undone_does_not_exist():
    with transaction.atomic():
        get_connection("konferenz.mailbackend.OutboxBackend").send_messages(
            [EmailMultiAlternatives("x", "x", None, ["a@example.ch"])]
        )
        transaction.set_rollback(True)

    assert Sendung.objects.count() == 0
