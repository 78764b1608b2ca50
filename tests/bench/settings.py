"""The product's settings as in production but for the key; with two addresses more: the floors."""

import os

os.environ.setdefault("ALLOW_UNSAFE_KEY", "1")

from konferenz.settings import *

ROOT_URLCONF = "tests.bench.urls"
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
LOGGING["root"]["level"] = "ERROR"
if "BENCH_STATIC" in os.environ:  # style and script files packed and under lasting names, as in production
    STATIC_ROOT = os.environ["BENCH_STATIC"]
    STORAGES["staticfiles"] = {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
    WHITENOISE_USE_FINDERS = False
