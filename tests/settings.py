"""The tests' settings: the product's own, with quick passwords and a database in a file."""

import os

os.environ.setdefault("ALLOW_UNSAFE_KEY", "1")

from konferenz.settings import *

if IS_SQLITE:
    # A file: the database in memory locks under threads, and a started worker could not see it.
    DATABASES["default"]["TEST"] = {"NAME": BASE_DIR / "var" / f"test-{os.environ.get('TEST_NAME', 'suite')}.sqlite3"}
    DATABASES["default"]["OPTIONS"]["init_command"] = (
        "PRAGMA journal_mode=WAL;PRAGMA synchronous=OFF;PRAGMA foreign_keys=ON;"
    )
else:
    # Making and dropping whole databases is the suite's own doing; on a busy machine that takes longer than a request may.
    DATABASES["default"]["OPTIONS"]["options"] += " -c statement_timeout=120s"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
MAIL_RAEUME = [*MAIL_RAEUME, "tests.bauer"]
WHITENOISE_AUTOREFRESH = True  # files come from the finders; no collected directory is needed
