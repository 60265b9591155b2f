from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from config import demo
from config.server import serve

LOOPBACK = ("127.0.0.1", "localhost", "::1")


class Command(BaseCommand):
    help = "Prepare the demonstration and serve it: one process, SQLite, mail into var/mail."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *args: Any, host: str, port: int, **options: Any) -> None:
        if settings.MODE != "demo":
            raise CommandError("run_demo serves the demonstration only: set VIGNETTE_MODE=demo.")
        try:
            demo.refuse_real_installation()
        except demo.RealInstallation as refusal:
            raise CommandError(
                "DATABASE_URL names the database of a production installation. Nothing was changed; give the demonstration"
                " a database of its own."
            ) from refusal
        call_command("migrate", verbosity=0, interactive=False)
        password = demo.password_of_this_installation()
        is_new = demo.prepare(password)
        self._tell(host, port, password, is_new=is_new)
        serve(host, port)

    def _tell(self, host: str, port: int, password: str, *, is_new: bool) -> None:
        lines = [
            "",
            f"Vignette is at http://{host}:{port}/",
            "",
            "Sign in as    ana@example.com      a learner at Riverbend Clinic",
            "              omar@example.com     its training administrator",
            "              mara@example.com     manager of ana's team",
            "              theodora@example.com an author of its course",
            "              nina@example.com     its owner, who approves what theodora proposes",
            "              charlie@example.com  owner of another clinic",
            f"Password      {password}",
            "",
            f"Mail is written to {settings.VAR_DIR / 'mail'}. Stop with Ctrl-C. All state is under {settings.VAR_DIR}.",
        ]
        if not is_new:
            lines.append("The password holds for the people made at the first start.")
        if host not in LOOPBACK:
            lines.append(
                f"Warning: {host} can be reached by others, and this is a demonstration without the safeguards of production."
            )
        self.stdout.write("\n".join(lines) + "\n")
        self.stdout.flush()
