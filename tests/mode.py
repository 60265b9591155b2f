"""Loaded by pytest before anything else: tests run in test mode, whoever starts them."""

import os

os.environ["VIGNETTE_MODE"] = "test"
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright's own event loop runs in the test's thread
