"""The journal: what it takes, what it refuses, and what verify finds when somebody went past the application."""

import json
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from konferenz import journal, triggers
from konferenz.models import Journaleintrag, JournalKopf

NOW = datetime(2026, 11, 20, 8, 0, 0, 123456, tzinfo=UTC)
WER = uuid.UUID("11111111-1111-1111-1111-111111111111")
WAS = uuid.UUID("22222222-2222-2222-2222-222222222222")


def append(**overrides):
    with transaction.atomic():
        return journal.append(
            **{"art": "probe.geschehen", "akteur": WER, "objekt": WAS, "nutzlast": {"n": 1}, "now": NOW} | overrides
        )


@pytest.fixture
def kette(db):
    """Five entries of one chain, as anybody could have written them."""
    return [append(nutzlast={"n": n}, objekt=WAS if n % 2 else None) for n in range(1, 6)]


@pytest.fixture
def sql(db):
    """SQL past the application and past the triggers."""

    def run(statement, *params):
        with triggers.without_triggers(), connection.cursor() as cursor:
            cursor.execute(statement, params)

    return run


def test_entry_is_hashed_as_written(db):
    eintrag = append()

    assert eintrag.text == (
        '{"akteur":"11111111-1111-1111-1111-111111111111","art":"probe.geschehen",'
        '"nutzlast":{"n":1,"objekt":"22222222-2222-2222-2222-222222222222"},'
        f'"prev":"{"0" * 64}","seq":1,"zeit":"2026-11-20T08:00:00.123456Z"}}'
    )
    assert eintrag.hash == journal.hash_of(eintrag.text)
    assert list(JournalKopf.objects.values_list("seq", "hash")) == [(1, eintrag.hash)]


def test_chain_holds(kette):
    assert [e.seq for e in kette] == [1, 2, 3, 4, 5]
    assert [e.prev for e in kette] == [journal.ANFANG, *(e.hash for e in kette[:-1])]
    assert journal.verify() is None
    assert [journal.verify(e.hash) for e in kette] == [None] * 5


def test_times_of_any_zone_are_written_in_utc(db):
    eintrag = append(now=NOW.astimezone(timezone(timedelta(hours=2))))

    assert json.loads(eintrag.text)["zeit"] == "2026-11-20T08:00:00.123456Z"
    assert journal.verify() is None


@pytest.mark.parametrize("wert", [0.5, {1: 2}, b"x", object(), {"a": [{"b": 1.0}]}])
def test_what_has_no_one_text_is_refused(db, wert):
    with pytest.raises(TypeError):
        append(nutzlast={"wert": wert})
    assert Journaleintrag.objects.count() == 0


@pytest.mark.parametrize("nutzlast", [{"zeit": NOW.replace(tzinfo=None)}, {"t": "\ud800"}, {"objekt": str(WER)}])
def test_payloads_without_a_meaning_are_refused(db, nutzlast):
    with pytest.raises(ValueError):
        append(nutzlast=nutzlast)
    assert Journaleintrag.objects.count() == 0


def test_texts_of_any_kind_pass(db):
    append(nutzlast={"text": "Zürich\r\n\u2028\x00«ß» 🙂", "liste": (1, None, True, [NOW, WER])})

    assert journal.verify() is None


@pytest.mark.django_db(transaction=True)
def test_append_needs_the_transaction_of_its_deed():
    with pytest.raises(RuntimeError):
        journal.append(art="probe", akteur=None, objekt=None, nutzlast={}, now=NOW)


@pytest.mark.django_db(transaction=True)
def test_a_deed_undone_leaves_no_entry():
    append()
    with transaction.atomic():
        append()
        transaction.set_rollback(True)
    append()

    assert list(Journaleintrag.objects.values_list("seq", flat=True)) == [1, 2]
    assert journal.verify() is None


def test_all_triggers_exist_after_migrate(db):
    assert triggers.missing_triggers() == []
    assert {t.tabelle for t in triggers.all_triggers()} >= {"konferenz_journaleintrag", "konferenz_journalkopf"}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE konferenz_journaleintrag SET art = 'x' WHERE seq = 2",
        "DELETE FROM konferenz_journaleintrag WHERE seq = 5",
        "DELETE FROM konferenz_journaleintrag",
        "UPDATE konferenz_journalkopf SET seq = 4",
        "UPDATE konferenz_journalkopf SET hash = ''",
        "DELETE FROM konferenz_journalkopf",
    ],
)
def test_the_database_refuses_by_itself(kette, statement):
    with pytest.raises(IntegrityError, match="Journal"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)

    assert journal.verify() is None


@pytest.mark.skipif(connection.vendor != "postgresql", reason="TRUNCATE gibt es nur auf PostgreSQL")
@pytest.mark.parametrize("table", ["konferenz_journaleintrag", "konferenz_journalkopf"])
def test_truncate_is_refused(kette, table):
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {table}")


TAMPERING = {
    "text verändert": (
        "UPDATE konferenz_journaleintrag SET text = replace(text, '\"n\":3', '\"n\":4') WHERE seq = 3",
        3,
    ),
    "gelöscht": ("DELETE FROM konferenz_journaleintrag WHERE seq = 2", 2),
    "erster gelöscht": ("DELETE FROM konferenz_journaleintrag WHERE seq = 1", 1),
    "umnummeriert": ("UPDATE konferenz_journaleintrag SET seq = 9 WHERE seq = 4", 4),
    "Ende abgeschnitten": ("DELETE FROM konferenz_journaleintrag WHERE seq >= 4", 4),
    "Spalte art": ("UPDATE konferenz_journaleintrag SET art = 'anders' WHERE seq = 2", 2),
    "Spalte akteur": ("UPDATE konferenz_journaleintrag SET akteur = NULL WHERE seq = 2", 2),
    "Spalte objekt": ("UPDATE konferenz_journaleintrag SET objekt = NULL WHERE seq = 3", 3),
    "Spalte zeit": ("UPDATE konferenz_journaleintrag SET zeit = '2026-01-01 00:00:00+00:00' WHERE seq = 4", 4),
    "Spalte prev": ("UPDATE konferenz_journaleintrag SET prev = hash WHERE seq = 4", 4),
    "Kopf": ("UPDATE konferenz_journalkopf SET hash = 'x'", 5),
    "Kopf fehlt": ("DELETE FROM konferenz_journalkopf", 0),
}


@pytest.mark.parametrize(("statement", "seq"), TAMPERING.values(), ids=TAMPERING)
def test_verify_names_the_first_bad_entry(kette, sql, statement, seq):
    sql(statement)

    befund = journal.verify()

    assert befund is not None
    assert befund.seq == seq, befund.satz


def test_verify_finds_two_swapped_entries(kette, sql):
    sql("UPDATE konferenz_journaleintrag SET seq = 99 WHERE seq = 2")
    sql("UPDATE konferenz_journaleintrag SET seq = 2 WHERE seq = 4")
    sql("UPDATE konferenz_journaleintrag SET seq = 4 WHERE seq = 99")

    assert journal.verify().seq == 2


def test_verify_finds_a_changed_entry_with_a_new_hash(kette, sql):
    text = kette[2].text.replace('"n":3', '"n":4')
    sql("UPDATE konferenz_journaleintrag SET text = %s, hash = %s WHERE seq = 3", text, journal.hash_of(text))

    assert journal.verify().seq == 4


def test_a_cut_off_end_is_found_by_the_head_hash_alone(kette, sql):
    sql("DELETE FROM konferenz_journaleintrag WHERE seq >= 4")
    sql("UPDATE konferenz_journalkopf SET seq = 3, hash = %s", kette[2].hash)

    assert journal.verify() is None
    assert journal.verify(kette[2].hash) is None
    assert journal.verify(kette[4].hash).seq == 4


def test_command_is_silent_about_a_whole_chain_and_fails_on_a_broken_one(kette, sql, capsys, tmp_path):
    call_command("verify_journal", head=kette[4].hash)
    assert "5 Einträge" in capsys.readouterr().out

    sql("DELETE FROM konferenz_journaleintrag WHERE seq = 2")
    with pytest.raises(CommandError, match="Eintrag 2 ") as error:
        call_command("verify_journal")
    assert error.value.returncode != 0


def test_export_can_be_checked_with_ten_lines_of_anybodys_code(kette, tmp_path):
    import hashlib

    call_command("verify_journal", export=str(tmp_path / "journal.jsonl"))

    prev = "0" * 64
    lines = (tmp_path / "journal.jsonl").read_text().splitlines()
    for line in lines:
        entry = json.loads(line)
        assert hashlib.sha256(entry["text"].encode()).hexdigest() == entry["hash"]
        assert json.loads(entry["text"])["prev"] == prev
        prev = entry["hash"]
    assert (len(lines), prev) == (5, kette[-1].hash)


@pytest.mark.django_db(transaction=True)
def test_six_writers_at_once_make_one_chain():
    def write(n):
        try:
            for i in range(10):
                append(nutzlast={"schreiber": n, "i": i})
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(write, range(6)))

    assert list(Journaleintrag.objects.values_list("seq", flat=True)) == list(range(1, 61))
    assert journal.verify() is None


@pytest.mark.django_db(transaction=True)
def test_verify_is_not_disturbed_by_writers():
    def write():
        try:
            for i in range(40):
                append(nutzlast={"i": i})
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(write)
        befunde = []
        while not running.done():
            befunde.append(journal.verify())
        running.result()

    assert set(befunde) == {None}
