"""`manage.py check --deploy` as production would run it, with secrets made for the moment and thrown away."""

import os
import secrets
import subprocess
import sys
import tempfile
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


def environment(folder: Path) -> dict[str, str]:
    key = folder / "certificate-keys.pem"
    key.touch(mode=0o600)
    key.write_bytes(
        Ed25519PrivateKey.generate().private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("DJANGO_")},
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "VIGNETTE_MODE": "production",
        "VAR_DIR": str(folder),
        "SECRET_KEY": secrets.token_urlsafe(64),
        "ALLOWED_HOSTS": "training.example.org",
        "SITE_URL": "https://training.example.org",
        "DATABASE_URL": "postgres://vignette@127.0.0.1:5432/vignette",
        "CACHE_URL": "rediscache://127.0.0.1:6379/0",
        "EMAIL_URL": "smtp+tls://mail.example.org:587",
        "SUPPORT_EMAIL": "training@example.org",
        "CERTIFICATE_KEY_FILE": str(key),
    }


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
        return subprocess.run(command, env=environment(Path(folder)), check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
