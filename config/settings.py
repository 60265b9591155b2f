"""Settings from the environment, in three modes.

VIGNETTE_MODE is `demo`, `test` or `production`; unset means production, which refuses to start without its secrets.
`docs/operations.md` lists every variable.
"""

from enum import StrEnum
from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key
from django.urls import reverse_lazy

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()


class Mode(StrEnum):
    DEMO = "demo"
    TEST = "test"
    PRODUCTION = "production"


try:
    MODE = Mode(env.str("VIGNETTE_MODE", default="production"))
except ValueError as error:
    raise ImproperlyConfigured("VIGNETTE_MODE is demo, test or production.") from error

IS_PRODUCTION = MODE is Mode.PRODUCTION
VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var")))


#: What production does not start without, and what each is for.
REQUIRED = {
    "SECRET_KEY": "it signs sessions and links",
    "ALLOWED_HOSTS": "the host names that we answer to",
    "SITE_URL": "the public address printed on certificates",
    "DATABASE_URL": "the PostgreSQL database",
    "CACHE_URL": "the shared cache that holds rate limits",
    "EMAIL_URL": "the mail server",
    "CERTIFICATE_KEY_FILE": "the file of signing keys (make one with `manage.py create_certificate_key`)",
}
# All at once: whoever installs it should not learn of them one start after the other.
if IS_PRODUCTION and (missing := [name for name in REQUIRED if not env.str(name, default="")]):
    raise ImproperlyConfigured(
        "Production does not start:\n"
        + "\n".join(f"- {name} is not set: {REQUIRED[name]}." for name in missing)
        + "\nFor a demonstration, or to check a course on your own machine, set VIGNETTE_MODE=demo."
    )


def demo_secret_key() -> str:
    """A random key kept under var/, so that a restart of the demo does not sign everybody out."""
    path = VAR_DIR / "secret_key"
    if not path.exists():
        VAR_DIR.mkdir(parents=True, exist_ok=True)
        path.write_text(get_random_secret_key())
        path.chmod(0o600)
    return path.read_text()


#: The demonstration's password; empty for a random one that is printed.
DEMO_PASSWORD = env.str("DEMO_PASSWORD", default="")

# Core
DEBUG = False
if IS_PRODUCTION:
    SECRET_KEY = env.str("SECRET_KEY")
    ALLOWED_HOSTS = [host.strip() for host in env.str("ALLOWED_HOSTS").split(",") if host.strip()]
else:
    SECRET_KEY = "test-key-that-signs-nothing-of-value-0123456789abcdef" if MODE is Mode.TEST else demo_secret_key()
    ALLOWED_HOSTS = ["*"] if MODE is Mode.DEMO else ["testserver", "localhost", "127.0.0.1"]
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])

#: The address that certificates carry; printed codes outlive host names, so it is configured, not taken from a request.
SITE_URL = env.str("SITE_URL", default="") or "http://127.0.0.1:8000"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "js_lib_bootstrap5",
    "crispy_forms",
    "crispy_bootstrap5",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "audit",
    "accounts",
    "courses",
    "enrollments",
    "quizzes",
    "certificates",
    "training",
    "web",
    "author",
    "learner",
    "administrator",
    "visitor",
    "config.apps.SiteConfig",
]

MIDDLEWARE = [
    "web.middleware.RequestLogMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "web.middleware.KeptByNobodyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "web.middleware.EndedSessionMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "web.context.site",
            ],
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    ["django.template.loaders.filesystem.Loader", "django.template.loaders.app_directories.Loader"],
                )
            ],
            "builtins": ["web.templatetags.vignette", "django.templatetags.i18n", "django.templatetags.static"],
        },
    }
]

# Database
SQLITE_OPTIONS = {
    # IMMEDIATE: with SQLite's default two requests that read and then write fail at once with "database is locked".
    "transaction_mode": "IMMEDIATE",
    "timeout": 5,
    # FULL: with NORMAL an acknowledged answer can be lost in a power cut. recursive_triggers: without it
    # INSERT OR REPLACE passes by the triggers that keep append-only tables.
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
    " PRAGMA recursive_triggers=ON; PRAGMA busy_timeout=5000;",
}


def databases() -> dict[str, Any]:
    """The one database: TEST_DATABASE_URL for tests, else DATABASE_URL, else SQLite under var/."""
    name = "TEST_DATABASE_URL" if MODE is Mode.TEST else "DATABASE_URL"
    url = env.str(name, default="")
    if not url:
        VAR_DIR.mkdir(parents=True, exist_ok=True)
        url = f"sqlite:///{VAR_DIR / 'vignette.sqlite3'}"
    config: dict[str, Any] = env.db_url_config(url)
    if config["ENGINE"] == "django.db.backends.sqlite3":
        config["OPTIONS"] = SQLITE_OPTIONS
        # A file, not memory: tests of races open several connections to the same database.
        config["TEST"] = {"NAME": str(VAR_DIR / "test.sqlite3")} if MODE is Mode.TEST else {}
    else:
        # Kept connections: a new one for each request takes a third of the capacity.
        config.update(CONN_MAX_AGE=env.int("CONN_MAX_AGE", default=600), CONN_HEALTH_CHECKS=IS_PRODUCTION)
        # jit off: it compiles a list's statement for longer than the statement then runs.
        # random_page_cost for flash storage: with the default, made for turning disks, a few thousand rows are found by
        # reading the whole table.
        plans = "-c jit=off -c random_page_cost=1.1"
        limits = "-c statement_timeout=15000 -c idle_in_transaction_session_timeout=60000"
        # What the address itself asks for stays, sslmode above all; of two values of one setting the last holds.
        given: dict[str, Any] = config.get("OPTIONS", {})
        config["OPTIONS"] = given | {"options": f"{plans} {limits} {given.get('options', '')}".rstrip()}
        if env.bool("DATABASE_PREPARES", default=True):
            # Statements are parsed and planned once for a kept connection, which halves the database's part of an answer.
            # Off behind a pooler that lends connections by the transaction and does not know prepared statements.
            config["OPTIONS"] |= {"server_side_binding": True, "prepare_threshold": 3}
    return {"default": config}


DATABASES = databases()
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Cache and sessions. allauth's rate limits live in the cache, so production requires a shared one.
CACHE_URL = env.str("CACHE_URL", default="")
CACHES = {"default": env.cache_url_config(CACHE_URL or "locmemcache://")}
# In the database alone: a session that is also in the cache fails every page while the cache is away, and one that was
# ended then is back with it.
SESSION_ENGINE = "accounts.sessions"
#: After so many minutes without a request whoever signed in does it again; sooner where she can open others' records.
SESSION_IDLE_MINUTES = env.int("SESSION_IDLE_MINUTES", default=720)
SESSION_IDLE_MINUTES_WITH_ROLE = env.int("SESSION_IDLE_MINUTES_WITH_ROLE", default=60)

# Files that people send. The first handler refuses what is larger than any page takes, before a byte of it is kept.
FILE_UPLOAD_HANDLERS = [
    "web.uploads.LimitedUpload",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

# E-mail
if MODE is Mode.TEST:
    EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
elif MODE is Mode.DEMO:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = VAR_DIR / "mail"
else:
    vars().update(env.email_url_config(env.str("EMAIL_URL")))
    if vars()["EMAIL_BACKEND"] == "django.core.mail.backends.smtp.EmailBackend":
        EMAIL_BACKEND = "audit.delivery.SmtpBackend"  # Django's, which also knows when a mail is in doubt
# Without it a server that never answers holds the worker for ever; a claim lasts longer than a whole conversation.
EMAIL_TIMEOUT = env.int("EMAIL_TIMEOUT", default=20)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Vignette <no-reply@localhost>")
SUPPORT_EMAIL = env.str("SUPPORT_EMAIL", default="support@localhost")

# Security
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_PRODUCTION
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "web.errors.csrf_failure"
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
SECURE_SSL_REDIRECT = IS_PRODUCTION and env.bool("SECURE_SSL_REDIRECT", default=True)
# Load balancers ask these two in plain HTTP.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 31_536_000 if IS_PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = IS_PRODUCTION
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
#: How many proxies in front of us are ours; the client's address is read that far from the right of X-Forwarded-For.
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],  # Bootstrap's and our small icons
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}

# Sign-in
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.Backend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "legal_name")},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = reverse_lazy("account_login")
LOGIN_REDIRECT_URL = "/learn/"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_FORMS = {
    "login": "accounts.forms.LoginForm",
    "signup": "accounts.forms.SignupForm",
    "reset_password": "accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "accounts.forms.ResetPasswordKeyForm",
    "change_password": "accounts.forms.ChangePasswordForm",
    "set_password": "accounts.forms.SetPasswordForm",
    "add_email": "accounts.forms.AddEmailForm",
    "reauthenticate": "accounts.forms.ReauthenticateForm",
    "confirm_email_verification_code": "accounts.forms.ConfirmEmailVerificationCodeForm",
}
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
# Whoever finds a session open on a clinic's computer could else add an address of her own, make it the main one, and have
# a new password sent there.
ACCOUNT_REAUTHENTICATION_REQUIRED = True
# A class of thirty signs in from one clinic's address, so the limits by address are wide and those by account narrow.
ACCOUNT_RATE_LIMITS: dict[str, str] | bool = {
    "login": "300/m/ip",
    "login_failed": "60/m/ip,5/5m/key",
    "signup": "100/m/ip",
    "reset_password": "60/m/ip,5/m/key",
    "reset_password_from_key": "60/m/ip",
    # Not of tries, but of what is written of them into a trail that nobody may shorten: of one account's refused sign-ins so
    # many a day and reason, and that an address was stopped once while it is. Others are counted (accounts.SignInTally).
    "refusal_recorded": "20/d/key",
    "limit_recorded": "1/5m/key",
}
#: Or the whole clinic behind a load balancer would count as one address.
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
MFA_ADAPTER = "accounts.adapter.MFAAdapter"
MFA_FORMS = {
    "authenticate": "accounts.forms.AuthenticateForm",
    "reauthenticate": "accounts.forms.ReauthenticateCodeForm",
    "activate_totp": "accounts.forms.ActivateTOTPForm",
    "add_webauthn": "accounts.forms.AddWebAuthnForm",
    "edit_webauthn": "accounts.forms.EditWebAuthnForm",
}
MFA_RATE_LIMITS = {"webauthn_login": "300/m/ip"}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_PASSKEY_SIGNUP_ENABLED = False
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not IS_PRODUCTION
MFA_TOTP_ISSUER = "Vignette"

# Language and time
LANGUAGE_CODE = "en-us"
# Pages are marked for translation and no catalog exists yet; looking every sentence up in nothing costs a twentieth of a
# request. Tests look them up, so that a sentence which is not marked is found.
USE_I18N = MODE is Mode.TEST or env.bool("USE_I18N", default=False)
TIME_ZONE = "UTC"
USE_TZ = True

# SQLite keeps fewer columns in an index than PostgreSQL: slower, and nothing else.
SILENCED_SYSTEM_CHECKS = ["models.W040"]

# Static files
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
if not IS_PRODUCTION:
    STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # WhiteNoise warns of a folder that is missing
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if IS_PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not IS_PRODUCTION
WHITENOISE_MANIFEST_STRICT = False

# Forms and messages
CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "bootstrap5"
MESSAGE_TAGS = {40: "danger"}

# Certificates
#: Private signing keys, one PEM file; outside the database and outside its backups.
CERTIFICATE_KEY_FILE = env.str("CERTIFICATE_KEY_FILE", default=str(VAR_DIR / "certificate-keys.pem"))
#: Fonts for names in scripts that typst's own fonts lack; see docs/certificates.md.
CERTIFICATE_FONT_PATHS = env.list("CERTIFICATE_FONT_PATHS", default=["/usr/share/fonts"])

LOG_LEVEL = env.str("LOG_LEVEL", default="WARNING" if MODE is Mode.TEST else "INFO")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"()": "web.logs.WithoutRows", "format": "%(message)s"}},
    "filters": {"without_path": {"()": "web.logs.WithoutPath"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain", "filters": ["without_path"]}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    # Ours says the same of each request; what Django adds to it is what went wrong.
    "loggers": {
        "django.request": {"level": "ERROR"},
        "django.server": {"level": "ERROR"},
        # The library that places the scenes of a case tells each of its steps: dozens of lines for one picture.
        "rust-sugiyama": {"level": "WARNING"},
        "connected_components": {"level": "WARNING"},
    },
}

if MODE is Mode.TEST:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    ACCOUNT_RATE_LIMITS = False
