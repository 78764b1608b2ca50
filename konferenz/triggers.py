"""Triggers the database keeps by itself: created after every migrate, from the list in settings.

On SQLite every table rebuild drops triggers silently, so one post_migrate receiver makes them anew each time.
"""

from typing import Any


def create_triggers(**kwargs: Any) -> None:
    """(Re)create every trigger of settings.TRIGGERS on the database just migrated."""
