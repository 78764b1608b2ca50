"""What all tests share."""

from __future__ import annotations

import pytest

TRANSACTIONAL = {"transactional_db", "live_server"}


@pytest.fixture(autouse=True)
def _flush_without_triggers(request):
    """Between transactional tests Django empties every table, which the triggers of the journal refuse.

    They are dropped before that flush; the flush itself sends post_migrate, whose receiver creates them again.
    """
    marker = request.node.get_closest_marker("django_db")
    if not (TRANSACTIONAL & set(request.fixturenames) or (marker and marker.kwargs.get("transaction"))):
        yield
        return
    request.getfixturevalue("_django_db_helper")  # set up first, so torn down (flushed) after us
    yield
    from konferenz import triggers

    triggers.drop_triggers()
