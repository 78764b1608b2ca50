"""All settings, read from the environment (each variable is described in .env.example)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.FileAwareEnv()  # NAME_FILE=/path is read where NAME is not set
env_file = BASE_DIR / ".env"
if env_file.exists():
    env.read_env(str(env_file))

DEBUG = env.bool("DEBUG", default=False)
# The demo, the tests and the build steps need no secret of an operator; everything that serves people does.
_UNSAFE_KEY = "nur-fuer-demo-und-tests-" + "0" * 40
ALLOW_UNSAFE_KEY = env.bool("ALLOW_UNSAFE_KEY", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="") or (_UNSAFE_KEY if ALLOW_UNSAFE_KEY else "")
if not SECRET_KEY:
    raise ImproperlyConfigured("SECRET_KEY (oder SECRET_KEY_FILE) fehlt: mindestens 50 zufällige Zeichen setzen.")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
SITE_URL = env.str("SITE_URL", default="http://localhost:8000").rstrip("/")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1"])
IS_SECURE = SITE_URL.startswith("https://")
DEMO_MODE = env.bool("DEMO_MODE", default=False)

INSTALLED_APPS = [
    "konferenz",
    "mitglieder",
    "sitzungen",
    "antraege",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.admin",
    "allauth",
    "allauth.account",
    "guardian",
    "django_htmx",
    "csp",
]

# What the apps above give to the ground; dotted names, so that the ground imports none of them.
MAIL_RAEUME: list[str] = ["mitglieder.mails", "sitzungen.mails", "antraege.mails"]  # where builders of mails may stand
NAVIGATION: list[str] = [
    "sitzungen.kacheln.navigation.navigation",
    "mitglieder.kacheln.navigation",
    "antraege.kacheln.navigation",
]  # (request) -> entries of the page head
UEBERSICHT: list[str] = [  # (request) -> tiles of the dashboard
    "sitzungen.kacheln.naechste.naechste_sitzung",
    "sitzungen.kacheln.eigene.antworten",
    "sitzungen.kacheln.eigene.neu_fuer_mich",
    "sitzungen.kacheln.eigene.gelesen",
    "sitzungen.kacheln.buero.buero_wartet",
    "sitzungen.kacheln.buero.vertretung",
    "sitzungen.kacheln.eigene.wunsch",
    "antraege.kacheln.stimme_fehlt",
    "antraege.kacheln.eigene",
    "mitglieder.kacheln.buero",
    "sitzungen.kacheln.eigene.archiv",
    "antraege.kacheln.vorstand",
    "antraege.kacheln.vorstand_wartet",
]
PENDENTE: list[str] = [
    "antraege.queries.pendent.tell",
]  # (umfang) -> what of an app above waits at office and chair
EINRICHTEN: list[str] = [
    "mitglieder.kacheln.einrichten",
    "sitzungen.kacheln.buero.einrichten",
]  # (request) -> steps of the first hour
JOURNAL_SAETZE: list[str] = [
    "sitzungen.queries.journal.SAETZE",
    "antraege.queries.journal.SAETZE",
]  # {art: "hat … getan"}: the words of the journal page
JOURNAL_NAMEN: list[str] = [
    "sitzungen.queries.journal.names",
    "antraege.queries.journal.names",
]  # (uuids) -> {uuid: name} for it
JOURNAL_SICHT: list[str] = ["antraege.queries.journal.may_see"]  # (umfang) -> Q: the entries a person may read on it
HANDELNDE: list[str] = ["sitzungen.queries.ersatz.handelnd"]  # (person) -> in words, what else lets her act
SUCHQUELLEN: list[str] = []
DEMO: list[str] = [
    "mitglieder.demo",
    "sitzungen.demo",
    "antraege.demo",
]  # modules with the apps' demo data (konferenz/demo.py says what they bring)
DEMO_TASKS: list[str] = ["sitzungen.tasks.dispatch_versand"]  # what the demo does not wait for beat to do
TRAKTANDUM_TEILE: list[str] = [
    "antraege.teile.abstimmungen",
    "antraege.teile.ergebnisse",
    "antraege.teile.nacherfassung",
    "antraege.teile.konsultativ",
    "antraege.teile.wartende",
]  # (request, sitzung, ort) -> parts of its pages
TRAKTANDUM_FOLGEN: list[str] = ["antraege.folgen.follow"]  # (ereignis): what follows from what happens to an item
PRUEFER: list[str] = [
    "antraege.pruefung.votes",
    "antraege.pruefung.berichte",
    "antraege.pruefung.entscheide",
]  # () -> Befund | None: what verify_journal checks besides the chain
TRIGGERS: list[str] = ["konferenz.triggers.JOURNAL", "antraege.triggers.ABSTIMMUNG", "antraege.triggers.ANTRAG"]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "konferenz.middleware.HeaderMiddleware",  # around everything that may answer by itself (files, 413, redirects)
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "konferenz.middleware.SeitenGZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "konferenz.upload.UploadMiddleware",  # before CSRF, which reads the body
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "konferenz.middleware.AblaufMiddleware",
    "konferenz.middleware.AnmeldepflichtMiddleware",
    "mitglieder.middleware.UmfangMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
ROOT_URLCONF = "konferenz.urls"
WSGI_APPLICATION = "konferenz.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "konferenz.context.rahmen",
            ],
            "builtins": ["konferenz.templatetags.schweiz"],
        },
    },
]

# --- Database -------------------------------------------------------------------------------------
DATABASES: dict[str, dict[str, Any]] = {
    "default": env.db_url("DATABASE_URL", default=f"sqlite:///{BASE_DIR / 'var' / 'portal.sqlite3'}")
}
_db = DATABASES["default"]
IS_SQLITE = _db["ENGINE"].endswith("sqlite3")
if IS_SQLITE:
    Path(_db["NAME"]).parent.mkdir(parents=True, exist_ok=True)
    # IMMEDIATE: without it, read-then-write transactions of two processes fail at once (measured).
    # FULL: an acknowledged deed survives a power cut.
    _db["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA foreign_keys=ON;",
    }
else:
    _db["CONN_MAX_AGE"] = 60
    _db["CONN_HEALTH_CHECKS"] = True
    _db["OPTIONS"] = {
        "connect_timeout": 3,
        "prepare_threshold": 1,  # for konferenz.befehle only: the ORM's own statements are never prepared
        "options": "-c lock_timeout=5s -c statement_timeout=15s -c idle_in_transaction_session_timeout=30s",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
BROKER_URL = env.str("BROKER_URL", default="memory://localhost")
# In the database, whatever the broker: the limits of the login count across all workers and need no second service.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "konferenz_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},  # with fewer, a flood of addresses would push the limits out
    }
}

# --- People ---------------------------------------------------------------------------------------
AUTH_USER_MODEL = "mitglieder.Person"
AUTHENTICATION_BACKENDS = [
    "allauth.account.auth_backends.AuthenticationBackend",
    "guardian.backends.ObjectPermissionBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ANONYMOUS_USER_NAME = None  # guardian would create an active user that turns up in recipient lists
GUARDIAN_MONKEY_PATCH_USER = False

ACCOUNT_ADAPTER = "mitglieder.konto.KontoAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_MODEL_EMAIL_FIELD = "login"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_MAX_EMAIL_ADDRESSES = 1
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_FORMS = {"request_login_code": "mitglieder.forms.konto.CodeForm"}
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60  # seconds; mails take their time
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
# «key» is address and client together (mitglieder.konto, mitglieder.forms.konto): no stranger locks a person out.
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "20/m/ip,5/5m/key",
    "request_login_code": "20/m/ip,3/m/key",
    "reset_password": "10/m/ip,30/h/ip",
}
PASSWORD_RESET_TIMEOUT = 2 * 3600  # seconds
# Where a link of this purpose leads once entered: url name, and what its first page says. «gilt»: asked at each request.
ZUGANG_ZIELE = {
    "verteiler": {
        "url": "mitglieder:verteiler-bestaetigung",
        "titel": "Verteiler Ihrer Region",
        "text": "Prüfen Sie, wer die Unterlagen der Sozialpräsidienkonferenz erhält, und bestätigen oder berichtigen Sie die Liste.",
    },
    "antwort": {"ansicht": "sitzungen.views.antwort.per_link"},  # answers on the link's own page, without a session
    "stimme": {"ansicht": "sitzungen.views.raum.per_link", "gilt": "sitzungen.models.stimmzugang.is_offen"},
}
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)

# --- Language, time -------------------------------------------------------------------------------
LANGUAGE_CODE = "de-ch"
LANGUAGES = [("de-ch", "Deutsch (Schweiz)")]
LOCALE_PATHS = [BASE_DIR / "konferenz" / "locale"]
FORMAT_MODULE_PATH = ["konferenz.formats"]
TIME_ZONE = "Europe/Zurich"
USE_TZ = True

# --- Files ----------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if DEBUG or ALLOW_UNSAFE_KEY
            else "whitenoise.storage.CompressedManifestStaticFilesStorage"
        )
    },
}
WHITENOISE_USE_FINDERS = DEBUG or ALLOW_UNSAFE_KEY
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(BASE_DIR / "var" / "media")))
KINDPROZESS_STAMM = env.bool("KINDPROZESS_STAMM", default=True)  # fork children from a warm parent (Linux)
FILE_UPLOAD_PERMISSIONS = 0o600
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
DATA_UPLOAD_MAX_NUMBER_FILES = 20
UPLOAD_MAX_BYTES = 25 * 1024 * 1024  # one file
UPLOAD_MAX_REQUEST_BYTES = 100 * 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "konferenz.upload.BegrenzungHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

# --- Mail -----------------------------------------------------------------------------------------
EMAIL_BACKEND = "konferenz.mailbackend.OutboxBackend"  # every mail becomes a Sendung; konferenz.smtp hands it over
_email = env.email_url("EMAIL_URL", default="smtp://localhost:25")
EMAIL_HOST = _email.get("EMAIL_HOST") or "localhost"
EMAIL_PORT = _email.get("EMAIL_PORT") or 25
EMAIL_HOST_USER = _email.get("EMAIL_HOST_USER") or ""
EMAIL_HOST_PASSWORD = _email.get("EMAIL_HOST_PASSWORD") or ""
EMAIL_USE_TLS = _email.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = _email.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = env.int("EMAIL_TIMEOUT", default=20)  # seconds
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Sozialpräsidienkonferenz <konferenz@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
ENVELOPE_FROM = env.str("ENVELOPE_FROM", default="")  # where bounces go; default: the address of DEFAULT_FROM_EMAIL
SENDUNG_LEASE_SECONDS = env.int("SENDUNG_LEASE_SECONDS", default=60)
SENDUNG_BACKOFF_SECONDS = env.list("SENDUNG_BACKOFF_SECONDS", cast=int, default=[60, 300, 900, 3600])
SENDUNG_MAX_VERSUCHE = 5

# --- Letterhead (defaults; the office may change them under «Einrichten») ---------------------------
VSEG_NAME = env.str("VSEG_NAME", default="Verband Solothurner Einwohnergemeinden")
VSEG_ADRESSE = env.str("VSEG_ADRESSE", default="")
VSEG_TELEFON = env.str("VSEG_TELEFON", default="")
VSEG_EMAIL = env.str("VSEG_EMAIL", default="")

# --- Celery ---------------------------------------------------------------------------------------
CELERY_BROKER_URL = BROKER_URL
CELERY_TIMEZONE = TIME_ZONE
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_TIME_LIMIT = 300
CELERY_TASK_SOFT_TIME_LIMIT = 240
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 200
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0}
if BROKER_URL.startswith("redis"):
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "visibility_timeout": 900,  # longer than the longest task, or it runs twice
        "socket_timeout": 5,
        "socket_connect_timeout": 2,
        "health_check_interval": 15,
        "retry_on_timeout": True,
    }

# --- Browser-facing security ----------------------------------------------------------------------
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_AGE = 8 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_TRUSTED_ORIGINS = [SITE_URL] if IS_SECURE else []
if IS_SECURE:
    SESSION_COOKIE_NAME = "__Host-sessionid"
    CSRF_COOKIE_NAME = "__Host-csrftoken"
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
    SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
    SECURE_HSTS_SECONDS = 31536000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = env.bool("SECURE_HSTS_PRELOAD", default=False)
    # The preload list binds every host of the domain for years: that is the operator's decision, not the portal's.
    SILENCED_SYSTEM_CHECKS = ["security.W021"]
    if ALLAUTH_TRUSTED_PROXY_COUNT:
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-src": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
        "frame-ancestors": [NONE],
    }
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"zeile": {"()": "konferenz.protokollierung.ZeilenFormatter"}},
    "handlers": {"stdout": {"class": "logging.StreamHandler", "formatter": "zeile"}},
    "root": {"handlers": ["stdout"], "level": env.str("LOG_LEVEL", default="INFO")},
}

if not (DEBUG or ALLOW_UNSAFE_KEY) and len(SECRET_KEY) < 50:
    raise ImproperlyConfigured("SECRET_KEY ist zu kurz: mindestens 50 zufällige Zeichen.")
if IS_SECURE and (DEBUG or ALLOW_UNSAFE_KEY or DEMO_MODE):
    raise ImproperlyConfigured("DEBUG, ALLOW_UNSAFE_KEY und DEMO_MODE sind unter https:// nicht erlaubt.")
