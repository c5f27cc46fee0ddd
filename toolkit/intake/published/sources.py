"""What was given to read, one file at a time: files as they are, folders whole, and archives as downloaded."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path, PurePosixPath

from toolkit.intake.published.editions import written_date

MOST_BYTES = 400_000_000
"""The most one file may hold; the largest the Department publishes is a tenth of it."""
MOST_UNPACKED = 2_000_000_000
"""The most an archive may hold in all."""
_GUIDANCE_BYTES = 20_000
_PARTS = frozenset({"data", "data-guidance", "supporting-files"})
_PUBLISHED = re.compile(r"(?:published|publication date|last updated|release date|revised)\b[^\n]{0,30}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Source:
    """One file that was given, by itself or in a folder or an archive.

    Attributes
    ----------
    name
        Its name; with its folder where two files of the same name were given.
    raw
        What it holds; empty when it could not be read.
    trouble
        Why it could not be read; empty when it could.
    published
        The day its release was published, where a description beside it says so.
    place
        The folder or archive, with the folder in it, that it stands in.
    """

    name: str
    raw: bytes
    trouble: str = ""
    published: date | None = None
    place: str = ""

    @property
    def suffix(self) -> str:
        """How its name ends, in lower case."""
        return PurePosixPath(self.name).suffix.lower()


def gather(paths: Iterable[Path | str]) -> tuple[Source, ...]:
    """Return every file of these files, folders and zip archives, by name; what is given twice is there once."""
    found: dict[tuple[str, str], Source] = {}
    for path in sorted({Path(path) for path in paths}, key=lambda path: (path.name, str(path))):
        for source in _inside(path):
            found.setdefault((source.place, source.name), source)
    times = Counter(source.name for source in found.values())
    told = [
        replace(source, name=f"{PurePosixPath(source.place).name}/{source.name}") if times[source.name] > 1 else source
        for source in found.values()
    ]
    return tuple(sorted(_dated(told), key=lambda source: (source.name, source.place)))


def _inside(path: Path) -> Iterator[Source]:
    if path.is_dir():
        for inner in sorted(path.rglob("*")):
            hidden = any(part.startswith((".", "__MACOSX")) for part in inner.relative_to(path).parts)
            if inner.is_file() and not hidden:
                yield from _inside(inner)
    elif path.suffix.lower() == ".zip":
        yield from _unpacked(path)
    else:
        yield _read(path)


def _read(path: Path) -> Source:
    place = str(path.parent)
    try:
        if path.stat().st_size > MOST_BYTES:
            return Source(path.name, b"", _too_large(path.name), place=place)
        return Source(path.name, path.read_bytes(), place=place)
    except OSError as error:
        return Source(path.name, b"", f"{path.name} could not be opened: {error.strerror}.", place=place)


def _unpacked(path: Path) -> Iterator[Source]:
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MOST_UNPACKED:
                yield Source(path.name, b"", _too_large(path.name, MOST_UNPACKED), place=str(path.parent))
                return
            for entry in archive.infolist():
                inner = PurePosixPath(entry.filename.replace("\\", "/"))
                if entry.is_dir() or any(part.startswith((".", "__MACOSX")) for part in inner.parts):
                    continue
                place = str(PurePosixPath(str(path)) / inner.parent)
                with archive.open(entry) as opened:
                    raw = opened.read(MOST_BYTES + 1)
                trouble = _too_large(inner.name) if len(raw) > MOST_BYTES else ""
                yield Source(inner.name, b"" if trouble else raw, trouble, place=place)
    except (OSError, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        yield Source(path.name, b"", f"{path.name} is no zip archive that can be read ({error}). Download it again.")


def _too_large(name: str, most: int = MOST_BYTES) -> str:
    return f"{name} holds more than {most // 1_000_000} million bytes. The Department's files are far smaller."


def _dated(sources: list[Source]) -> list[Source]:
    """Give each file the day that the guidance of its release's download says the release was published.

    Only the text the Department calls data guidance is asked, and only in its own download: a folder of many releases
    holds descriptions of one file each, whose days are not the others'.
    """
    days: dict[str, set[date]] = {}
    for source in sources:
        if "guidance" in source.name.lower() and source.suffix in (".txt", ".md"):
            text = source.raw[:_GUIDANCE_BYTES].decode("utf-8", errors="replace")
            said = {day for found in _PUBLISHED.findall(text) if (day := written_date(found)) is not None}
            days.setdefault(_release_of(source), set()).update(said)
    return [
        replace(source, published=max(days[release])) if days.get(release := _release_of(source)) else source
        for source in sources
    ]


def _release_of(source: Source) -> str:
    """Return the folder of the whole release: above those a download keeps its data and its guidance in."""
    place = PurePosixPath(source.place.replace("\\", "/"))
    return str(place.parent if place.name.lower() in _PARTS else place)
