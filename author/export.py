"""Writing a package's files back to a folder."""

from collections.abc import Mapping
from pathlib import Path

from author.folder import PLACES


class FolderNotEmpty(Exception):
    """Something is there already, and nothing of it is overwritten."""


class UnsafePath(Exception):
    """A stored path that no package can have."""


def write_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write the files below the folder, which is made if it is not there.

    Raises FolderNotEmpty and UnsafePath before anything is written.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FolderNotEmpty(str(folder))
    for path in files:
        if not PLACES.fullmatch(path):
            raise UnsafePath(path)
    for path, content in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("xb") as file:
            file.write(content)
