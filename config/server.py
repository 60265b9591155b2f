"""The demonstration's web server: gunicorn in this process, with the mail worker beside it."""

from typing import Any

from django.core.handlers.wsgi import WSGIHandler
from gunicorn.app.base import BaseApplication

from audit.worker import start_thread


class DemoServer(BaseApplication):  # type: ignore[misc]
    """One worker with threads: SQLite writes one at a time anyway."""

    def __init__(self, host: str, port: int) -> None:
        self.bind = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        super().__init__()

    def load_config(self) -> None:
        self.cfg.set("bind", self.bind)
        self.cfg.set("workers", 1)
        self.cfg.set("worker_class", "gthread")
        self.cfg.set("threads", 8)
        self.cfg.set("loglevel", "warning")
        self.cfg.set("control_socket_disable", value=True)
        self.cfg.set("post_worker_init", _start_worker)

    def load(self) -> WSGIHandler:
        return WSGIHandler()


def _start_worker(_worker: Any) -> None:
    start_thread()


def serve(host: str, port: int) -> None:
    """Serve until interrupted."""
    DemoServer(host, port).run()
