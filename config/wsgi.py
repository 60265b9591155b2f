import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()

from config.startup import keep_what_is_loaded, refuse_unsafe_start  # noqa: E402 - it reads models, which are there only now

refuse_unsafe_start()
keep_what_is_loaded()
