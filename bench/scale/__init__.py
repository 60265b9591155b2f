"""The product at its full size: each module measures one thing, and `make bench` runs none of them.

Django is set up here, before the modules' own imports need it.
"""

import os

import django
from django.apps import apps

os.environ.setdefault("VIGNETTE_MODE", "test")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

# Whoever imports a measurement may have done it already, as the tests have: once more would begin their log anew.
if not apps.ready:
    django.setup()
