"""Vignette as production runs it, except for what the bench needs: plain HTTP on loopback, and the reference's hasher."""

from config.settings import *  # noqa: F403
from config.settings import DATABASES, STORAGES

# Loopback has no TLS.
SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = False

# Cheap on both sides: each program chooses its own cost of a password, and it would drown what is measured.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# Sessions in the database on both sides, and nothing asked of a kept connection before it is used on either.
SESSION_ENGINE = "accounts.sessions"
DATABASES["default"]["CONN_HEALTH_CHECKS"] = False

# The limits are counted as always, and are wide enough for some hundred sign-ins a minute from one address.
ACCOUNT_RATE_LIMITS = {"login": "1000000/m/ip", "login_failed": "60/m/ip,5/5m/key"}

# Addresses of static files are not looked up in a manifest: none is collected for the bench.
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
