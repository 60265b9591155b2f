"""A ZIP archive written entry by entry, with the SHA-256 of each; equal entries give equal bytes."""

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any, Final, cast

#: The clock of the machine is no fact of an archive; ZIP knows no earlier day.
NO_TIME: Final = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Entry:
    """A file in the archive."""

    path: str
    sha256: str
    size: int


class _Counted(io.RawIOBase):
    """Hands on what is written, and keeps its hash and size."""

    def __init__(self, target: IO[bytes]) -> None:
        self._target, self.sha256, self.size = target, hashlib.sha256(), 0

    def writable(self) -> bool:
        return True

    def write(self, content: Any) -> int:
        self.sha256.update(content)
        self.size += len(content)
        return self._target.write(content)


class Archive:
    """The archive while it is written. `close` adds the manifests, which name every other file."""

    def __init__(self, out: IO[bytes]) -> None:
        self._zip = zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, allowZip64=True)
        self.entries: list[Entry] = []

    @contextmanager
    def entry(self, path: str) -> Iterator[IO[bytes]]:
        """A file to write into; the next one is begun when this one is whole."""
        info = zipfile.ZipInfo(path, NO_TIME)
        info.compress_type = zipfile.ZIP_DEFLATED
        info.external_attr = 0o644 << 16
        with self._zip.open(info, "w", force_zip64=True) as target:
            counted = _Counted(target)
            yield cast("IO[bytes]", counted)
        self.entries.append(Entry(path, counted.sha256.hexdigest(), counted.size))

    def add(self, path: str, content: bytes) -> None:
        with self.entry(path) as out:
            out.write(content)

    def close(self) -> None:
        listed = sorted(self.entries, key=lambda each: each.path)
        table = io.StringIO(newline="")
        writer = csv.writer(table)
        writer.writerow(("path", "sha256", "size"))
        writer.writerows((each.path, each.sha256, each.size) for each in listed)
        self.add("manifest.csv", table.getvalue().encode())
        files = [{"path": each.path, "sha256": each.sha256, "size": each.size} for each in listed]
        self.add("manifest.json", (json.dumps({"files": files}, indent=1) + "\n").encode())
        self._zip.close()
