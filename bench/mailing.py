"""A demonstration whose mail goes to a mail server on loopback."""

import os

from config.settings import *  # noqa: F403

EMAIL_BACKEND = "audit.delivery.SmtpBackend"
EMAIL_HOST = "127.0.0.1"
EMAIL_PORT = int(os.environ.get("SINK_PORT", "0"))
