"""A place by its address: a folder, or a bucket that speaks S3, as Amazon's does or a council's own MinIO.

Where the bucket answers and who asks is read from the environment, by the names that clients of S3 share:
``AWS_ENDPOINT_URL``, ``AWS_REGION``, ``AWS_ACCESS_KEY_ID``, ``AWS_SECRET_ACCESS_KEY``, ``AWS_CA_BUNDLE``. No key is
kept, or handed from one process to another.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from pyarrow import fs

from toolkit.errors import InputError, NotReached, StoreError, ToolkitError

_BUFFER = 8 * 2**20  # bytes asked for at a time
_CONNECT, _ANSWER = 10.0, 60.0  # seconds, of each of three tries
_REFUSALS = frozenset(
    {
        *("ACCESS_DENIED", "INVALID_ACCESS_KEY_ID", "INVALID_CLIENT_TOKEN_ID", "INVALID_SIGNATURE"),
        *("MISSING_AUTHENTICATION_TOKEN", "SIGNATURE_DOES_NOT_MATCH", "UNRECOGNIZED_CLIENT"),
    }
)


def place_of(where: str | Path) -> Path | Bucket:
    """Return the folder or the bucket that an address names.

    Raises
    ------
    InputError
        When it is an address of another kind, or a bucket's without its name.

    >>> place_of("file:///srv/lake").as_posix(), place_of("s3://council/lake/").url
    ('/srv/lake', 's3://council/lake')
    """
    scheme, separator, _ = str(where).partition("://")
    if not separator:
        return Path(where)
    found = urlsplit(str(where))
    if scheme == "file" and found.netloc in ("", "localhost"):
        return Path(url2pathname(found.path))
    if scheme == "s3" and found.netloc and not (found.query or found.fragment or "@" in found.netloc):
        return Bucket(f"s3://{found.netloc}{found.path}".rstrip("/"))
    raise InputError(
        f"{scheme}://… cannot be read here. Give a folder, file:///FOLDER or s3://BUCKET/FOLDER; keys and the address "
        "of the service are not part of it (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_ENDPOINT_URL)."
    )


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder of this computer's, asked as a bucket is.

    Attributes
    ----------
    path
        Where it is; made when something is put in it.
    """

    path: Path

    def names(self) -> list[str]:
        """Return the names of all files under it, in order, with the folders between."""
        return sorted(one.relative_to(self.path).as_posix() for one in self.path.rglob("*") if one.is_file())

    def read(self, name: str) -> bytes:
        """Return a file's bytes."""
        return (self.path / name).read_bytes()

    def send(self, name: str, what: bytes) -> None:
        """Write bytes under a name."""
        (self.path / name).parent.mkdir(parents=True, exist_ok=True)
        (self.path / name).write_bytes(what)


@dataclass(frozen=True, slots=True)
class Bucket:
    """What lies under an address ``s3://bucket/folder``.

    Attributes
    ----------
    url
        The address, without a slash at its end.
    """

    url: str

    def __truediv__(self, name: str) -> Bucket:
        """Return what lies under a name within it."""
        return Bucket(f"{self.url}/{name}")

    def names(self) -> list[str]:
        """Return the names of all files under it, in order, with the folders between; none where nothing is there."""
        selector = fs.FileSelector(self._path(), recursive=True)
        try:
            with self._asking():
                found = self._files().get_file_info(selector)
        except _Missing:
            return []
        start = len(self._path()) + 1
        return sorted(one.path[start:] for one in found if one.is_file)

    def read(self, name: str) -> bytes:
        """Return a file's bytes."""
        with self._asking(name), self._files().open_input_stream(self._path(name)) as stream:
            return bytes(stream.readall())

    def bring(self, name: str, to: Path) -> None:
        """Write a file's bytes to one on this computer."""
        try:
            with to.open("wb") as file, self._opened(name) as stream:
                while piece := self._piece(stream, name):
                    file.write(piece)
        except OSError as error:
            raise StoreError(f"{self.url}/{name} cannot be put in {to.parent}: {error.strerror or error}.") from error

    def send(self, name: str, what: Path | bytes) -> None:
        """Write a file of this computer's, or bytes, under a name."""
        with self._asking(name), self._files().open_output_stream(self._path(name)) as stream:
            if isinstance(what, bytes):
                stream.write(what)
            else:
                with what.open("rb") as file:
                    shutil.copyfileobj(file, stream, _BUFFER)

    def _opened(self, name: str) -> fs.NativeFile:
        with self._asking(name):
            return self._files().open_input_file(self._path(name))

    def _piece(self, stream: fs.NativeFile, name: str) -> bytes:
        with self._asking(name):
            return bytes(stream.read(_BUFFER))

    def _path(self, name: str = "") -> str:
        return "/".join(part for part in (self.url.removeprefix("s3://"), name) if part)

    def _files(self) -> fs.S3FileSystem:
        named = os.environ.get
        return _file_system(
            urlsplit(self.url).netloc,
            named("AWS_ENDPOINT_URL_S3") or named("AWS_ENDPOINT_URL") or None,
            named("AWS_REGION") or named("AWS_DEFAULT_REGION") or None,
            named("AWS_CA_BUNDLE") or None,
        )

    @contextmanager
    def _asking(self, name: str = "") -> Iterator[None]:
        """Say what goes wrong in words, by what can be done about it."""
        asked = f"{self.url}/{name}".rstrip("/")
        try:
            yield
        except FileNotFoundError as error:
            raise _Missing(f"{asked} is not there.") from error
        except OSError as error:
            raise self._said(asked, str(error)) from error

    def _said(self, asked: str, error: str) -> ToolkitError:
        found = re.search(r"AWS Error (\w+)", error)
        code = found.group(1) if found else ""
        at = os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL") or "Amazon's S3"
        if code == "NO_SUCH_BUCKET":
            return StoreError(f"There is no bucket {urlsplit(self.url).netloc} at {at}. Is AWS_ENDPOINT_URL right?")
        if code in _REFUSALS:
            has = "" if os.environ.get("AWS_ACCESS_KEY_ID") else " AWS_ACCESS_KEY_ID is not set."
            return StoreError(
                f"{at} does not let us at {asked} ({code}). Keys are read from AWS_ACCESS_KEY_ID and "
                f"AWS_SECRET_ACCESS_KEY, or from an AWS profile.{has}"
            )
        return NotReached(f"{at} did not give {asked}: {error}")


class _Missing(StoreError):
    """Nothing is there under that name."""


@lru_cache(maxsize=8)
def _file_system(bucket: str, endpoint: str | None, region: str | None, bundle: str | None) -> fs.S3FileSystem:
    if endpoint is None and region is None:
        region = fs.resolve_s3_region(bucket)
    return fs.S3FileSystem(
        endpoint_override=endpoint,
        region=region or "us-east-1",
        tls_ca_file_path=bundle,
        connect_timeout=_CONNECT,
        request_timeout=_ANSWER,
    )
