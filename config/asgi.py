import os
from concurrent.futures import ThreadPoolExecutor

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_asgi_application()

from config.startup import refuse_unsafe_start  # noqa: E402 - it reads models, which are there only now

# In a thread: the server may import this module inside its event loop, where Django's database refuses to work.
with ThreadPoolExecutor(max_workers=1) as executor:
    executor.submit(refuse_unsafe_start).result()
