"""Ed25519 keys: private halves in one PEM file outside the database, public halves as rows that never go away."""

import base64
import hashlib
import os
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings

from certificates.models import SigningKey
from certificates.payload import signed_bytes

_BLOCK = re.compile(rb"-----BEGIN PRIVATE KEY-----.+?-----END PRIVATE KEY-----", re.DOTALL)


class KeyFault(StrEnum):
    """Why nothing can be signed."""

    NO_FILE = "the key file does not exist"
    UNREADABLE = "the key file cannot be read"
    TOO_OPEN = "the key file may be read by others than its owner (make it mode 0600)"
    NO_KEY_IN_FILE = "the key file holds no Ed25519 private key"
    NONE_PUBLISHED = "no published key in use has its private half in the key file"
    MISMATCH = "the private key does not belong to the published key"


class NoUsableKey(Exception):
    """Nothing can be signed now; nothing unsigned is issued instead."""

    def __init__(self, fault: KeyFault) -> None:
        super().__init__(fault.value)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Signer:
    """A published key together with its private half."""

    row: SigningKey
    private: Ed25519PrivateKey

    def sign(self, text: str) -> str:
        """The signature of a payload, checked against the published key. Raises NoUsableKey when the two are no pair."""
        signature = _encoded(self.private.sign(signed_bytes(text)))
        if not signature_holds(self.row, text, signature):
            raise NoUsableKey(KeyFault.MISMATCH)
        return signature


def active_signer() -> Signer:
    """The newest published key that is neither retired nor compromised and whose private half we hold.

    A demonstration's key signs nothing in production. Raises NoUsableKey. The file is read each time, so that a
    rotation needs no restart.
    """
    privates = private_keys(key_file())
    published = SigningKey.objects.filter(retired_at__isnull=True, compromised_at__isnull=True, kid__in=privates)
    if settings.IS_PRODUCTION:
        published = published.filter(is_demo=False)
    row = published.order_by("-created_at", "-pk").first()
    if row is None:
        raise NoUsableKey(KeyFault.NONE_PUBLISHED)
    return Signer(row, privates[row.kid])


def signature_holds(key: SigningKey, text: str, signature: str) -> bool:
    """Whether that published key signed exactly this text. The algorithm is ours to know; nothing presented names it."""
    try:
        public = Ed25519PublicKey.from_public_bytes(_decoded(key.public_key))
        public.verify(_decoded(signature), signed_bytes(text))
    except (InvalidSignature, ValueError):
        return False
    return True


def self_check() -> str | None:
    """What is wrong with signing, in words for the operator; None when a signature made now holds."""
    try:
        active_signer().sign("self-check")
    except NoUsableKey as error:
        return error.fault.value
    return None


def file_fault() -> str | None:
    """What is wrong with the key file alone, without a look at the database."""
    try:
        private_keys(key_file())
    except NoUsableKey as error:
        return error.fault.value
    return None


def key_file() -> Path:
    return Path(settings.CERTIFICATE_KEY_FILE)


def private_keys(path: Path) -> Mapping[str, Ed25519PrivateKey]:
    """The keys in the file by their kid. Raises NoUsableKey on a file that is missing, open to others, or holds none."""
    try:
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise NoUsableKey(KeyFault.TOO_OPEN)
        content = path.read_bytes()
    except FileNotFoundError:
        raise NoUsableKey(KeyFault.NO_FILE) from None
    except OSError:
        raise NoUsableKey(KeyFault.UNREADABLE) from None
    keys = {kid_of(public_text(key)): key for block in _BLOCK.findall(content) if (key := _private_key(block))}
    if not keys:
        raise NoUsableKey(KeyFault.NO_KEY_IN_FILE)
    return keys


def make_private_key(path: Path) -> str:
    """Add a new private key to the file and return its public half. Keys that are in the file stay in it.

    The file is replaced in one step and written to the disk before its name changes. Raises FileExistsError while
    another command is doing the same.
    """
    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.parent.mkdir(parents=True, exist_ok=True)
    before = path.read_bytes() if path.exists() else b""
    beside = path.with_name(f"{path.name}.new")
    with open(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:  # noqa: PTH123 - a descriptor
        file.write(before + pem)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    return public_text(key)


def kid_of(public_key: str) -> str:
    """A key's name: the first 80 bits of its SHA-256 in lower-case base 32. A swapped file therefore names other keys."""
    digest = hashlib.sha256(_decoded(public_key)).digest()
    return base64.b32encode(digest[:10]).decode().lower()


def public_text(key: Ed25519PrivateKey) -> str:
    return _encoded(key.public_key().public_bytes_raw())


def _private_key(block: bytes) -> Ed25519PrivateKey | None:
    try:
        key = serialization.load_pem_private_key(block, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return None
    return key if isinstance(key, Ed25519PrivateKey) else None


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _decoded(text: str) -> bytes:
    """Raises ValueError on any but the one spelling of these bytes."""
    raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    if _encoded(raw) != text:
        raise ValueError("not base64url without padding")
    return raw
