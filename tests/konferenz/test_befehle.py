"""Statements prepared on PostgreSQL: parsed once a connection, with the house's errors, readable where they are logged."""

from contextlib import nullcontext
from datetime import timedelta

import pytest
from django.db import DataError, IntegrityError, InterfaceError, OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from konferenz import befehle
from konferenz.befehle import fetch_one, run_together, update_befehl
from konferenz.models import Herzschlag, JournalKopf

pytestmark = pytest.mark.django_db
nur_postgres = pytest.mark.skipif(connection.vendor != "postgresql", reason="nur PostgreSQL bereitet vor")
NEU = "INSERT INTO konferenz_herzschlag (name, zeit)"
FRAGE = "SELECT id + %s FROM konferenz_journalkopf"


def ask(wert: int) -> int:
    row = fetch_one(FRAGE, [wert])
    assert row is not None
    return row[0]


def test_the_same_statement_answers_with_each_value():
    assert [ask(wert) for wert in range(4)] == [1, 2, 3, 4]
    assert fetch_one("SELECT id FROM konferenz_journalkopf WHERE id = %s", [2]) is None


@pytest.mark.django_db(transaction=True)
def test_the_first_of_a_transaction_stands_in_it():
    with transaction.atomic():
        fetch_one("INSERT INTO konferenz_herzschlag (name, zeit) VALUES (%s, CURRENT_TIMESTAMP) RETURNING name", ["x"])
        transaction.set_rollback(True)

    assert not Herzschlag.objects.exists()


def test_fields_are_written_as_save_would():
    zeiten = [timezone.now().replace(microsecond=stelle) for stelle in (0, 1000, 123456)]
    schlaege = [Herzschlag.objects.create(name=str(nr), zeit=zeiten[0] - timedelta(days=1)) for nr in range(4)]
    for schlag, zeit in zip(schlaege, zeiten, strict=False):
        schlag.zeit = zeit

    run_together(*(update_befehl(schlag, ["zeit"]) for schlag in schlaege[:3]))

    geschrieben = list(Herzschlag.objects.order_by("name").values_list("zeit", flat=True))
    assert geschrieben == [*zeiten, zeiten[0] - timedelta(days=1)]


@nur_postgres
@pytest.mark.django_db(transaction=True)
def test_no_begin_is_waited_for_where_none_is_due(monkeypatch):
    reisen = []
    monkeypatch.setattr(befehle, "_one_journey", lambda: reisen.append(1) or nullcontext())

    ask(1)
    assert reisen == []
    with transaction.atomic():
        ask(1)
        ask(2)
    assert reisen == [1]


@nur_postgres
def test_it_is_prepared_once_whatever_its_values():
    for wert in range(4):
        ask(wert)

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%konferenz_journalkopf%'")
        assert cursor.fetchone() == (1,)


@nur_postgres
def test_the_orms_own_statements_are_not():
    for _ in range(4):
        JournalKopf.objects.get()

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%\"konferenz_journalkopf\"%'")
        assert cursor.fetchone() == (0,)


@nur_postgres
def test_errors_are_djangos():
    with pytest.raises(DataError), transaction.atomic():
        fetch_one("SELECT 1 / %s", [0])


@nur_postgres
@pytest.mark.django_db(transaction=True)
def test_after_an_error_of_the_first_statement_the_connection_goes_on():
    for _ in range(3):
        with pytest.raises(DataError), transaction.atomic():
            fetch_one("SELECT 1 / %s", [0])
        with transaction.atomic():
            assert ask(1) == 2


SPERRE = "SELECT id FROM konferenz_journalkopf WHERE id = %s FOR UPDATE"


@pytest.fixture
def nebenan():
    """A second connection, past Django's."""
    import psycopg

    felder = ("dbname", "user", "password", "host", "port")
    angaben = {name: wert for name, wert in connection.get_connection_params().items() if name in felder}
    with psycopg.connect(**angaben) as verbindung:
        yield verbindung
        verbindung.rollback()


@nur_postgres
@pytest.mark.django_db(transaction=True)
def test_after_a_lock_that_did_not_come_the_connection_goes_on(nebenan):
    nebenan.execute(SPERRE, [1])
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '100ms'")
    for _ in range(2):
        with pytest.raises(OperationalError), transaction.atomic():
            fetch_one(SPERRE, [1])
    nebenan.rollback()

    with transaction.atomic():
        assert fetch_one(SPERRE, [1]) == (1,)
        assert JournalKopf.objects.exists()
    assert connection.get_autocommit()
    connection.close()  # and with it the short wait


@nur_postgres
@pytest.mark.django_db(transaction=True)
def test_the_request_after_one_whose_connection_was_cut_gets_a_new_one(nebenan):
    ask(1)
    nebenan.execute("SELECT pg_terminate_backend(%s, 5000)", [connection.connection.info.backend_pid])

    with pytest.raises((OperationalError, InterfaceError)), transaction.atomic():
        fetch_one(SPERRE, [1])
    connection.close_if_unusable_or_obsolete()

    with transaction.atomic():
        assert fetch_one(SPERRE, [1]) == (1,)
    assert connection.get_autocommit()


def test_several_go_in_their_order():
    run_together(
        (f"{NEU} VALUES (%s, CURRENT_TIMESTAMP)", ["beat"]),
        ("UPDATE konferenz_herzschlag SET name = %s WHERE name = %s", ["worker", "beat"]),
    )

    assert list(Herzschlag.objects.values_list("name", flat=True)) == ["worker"]


@pytest.mark.django_db(transaction=True)
def test_where_one_of_several_fails_none_stays():
    neu = (f"{NEU} VALUES (%s, CURRENT_TIMESTAMP)", ["beat"])
    with pytest.raises(IntegrityError), transaction.atomic():
        run_together(neu, neu)

    assert not Herzschlag.objects.exists()
    assert ask(1) == 2


def test_what_is_logged_can_be_read():
    with CaptureQueriesContext(connection) as fragen:
        ask(3)
        ask(4)

    assert [frage["sql"].replace("%s", "") for frage in fragen] == [FRAGE.replace("%s", "3"), FRAGE.replace("%s", "4")]
