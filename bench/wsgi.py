"""Vignette without the refusals of a production start: the bench has no shared cache and no certificate key."""

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()

from config.startup import keep_what_is_loaded  # noqa: E402 - it reads models, which are there only now

keep_what_is_loaded()
