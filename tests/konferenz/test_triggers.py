"""A database in use is migrated on: triggers that ask a table are no obstacle to its rebuild."""

import pytest
from django.core.management import call_command
from django.db import connection

from antraege.models import Bericht
from konferenz.triggers import missing_triggers

nur_sqlite = pytest.mark.skipif(connection.vendor != "sqlite", reason="nur SQLite baut Tabellen um")


@nur_sqlite
@pytest.mark.django_db(transaction=True)
def test_a_table_that_triggers_ask_is_rebuilt_and_the_triggers_are_there_again():
    call_command("migrate", "antraege", "0003", verbosity=0)
    call_command("migrate", verbosity=0)

    assert not Bericht.objects.exists()
    assert missing_triggers() == []
