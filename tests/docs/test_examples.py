"""The worked examples run: each block of code in `docs/examples` does, and prints what the page says it prints.

A block headed ``text`` is what the block before it prints; ``…`` in it stands for anything.
``python tests/docs/test_examples.py`` writes the printed blocks again, but for those with ``…``.
"""

from __future__ import annotations

import contextlib
import io
import re
import shlex
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

if __name__ == "__main__":  # where pytest does not say where the tests' shared modules are
    sys.path.insert(0, str(Path(__file__).parents[1] / "shared"))

from counties import Counties
from in_process import command
from toolkit.records import Snapshot
from toolkit.studies.design_record import Sealed
from toolkit.studies.protocol import Protocol
from toolkit.studies.result import StudyResult

EXAMPLES = Path(__file__).resolve().parents[2] / "docs" / "examples"
PAGES = sorted(page.name for page in EXAMPLES.glob("*.md") if page.name != "index.md")
BLOCK = re.compile(
    r"^```(?:\{code-block\} )?(?P<language>\w+)\n(?::caption: (?P<file>\S+)\n\n)?(?P<code>.*?)^```$", re.M | re.S
)

pytestmark = pytest.mark.slow


@dataclass
class Place:
    """A folder where examples are worked through; making the county is done once for all of them."""

    folder: Path
    made: dict[str, str] = field(default_factory=dict)

    def run_lines(self, lines: str) -> str:
        """Run commands as a person would and return what they print."""
        return "".join(self.made.get(line) or self._run(line) for line in lines.splitlines())

    def _run(self, line: str) -> str:
        program, *arguments = shlex.split(line)
        assert program == "toolkit", line
        done = command(*arguments, cwd=self.folder, columns=100)
        assert done.returncode == 0, f"{line}\n{done.stdout}\n{done.stderr}"
        if arguments[0] == "simulate":
            self.made[line] = done.stdout
        return done.stdout


def work_through(page: str, place: Place) -> Iterator[tuple[str, str, str]]:
    """Run a page's blocks in order; yield the code, what it printed and what the page says it prints."""
    names: dict[str, object] = {}
    printed = code = ""
    for block in BLOCK.finditer(page):
        language, text = block["language"], block["code"]
        if language == "text":
            yield code, printed, text
        elif language == "sh":
            code, printed = text, place.run_lines(text)
        elif language == "python":
            code, printed = text, run_python(text, names, place.folder)
        elif language == "toml":
            file = place.folder / block["file"]
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        else:
            raise AssertionError(f"Nothing runs a block of {language}.")


def run_python(code: str, names: dict[str, object], folder: Path) -> str:
    out = io.StringIO()
    with contextlib.chdir(folder), contextlib.redirect_stdout(out):
        exec(compile(code, "<example>", "exec"), names)
    return out.getvalue()


def is_said(printed: str, said: str) -> bool:
    """Whether what was printed is what the page says, line ends aside."""
    pattern = ".*".join(re.escape(part.strip("\n")) for part in tidy(said).split("…"))
    return re.fullmatch(pattern, tidy(printed), re.S) is not None


def tidy(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return Place(tmp_path_factory.mktemp("examples"))


@pytest.fixture
def kept_results(counties: Counties, monkeypatch: pytest.MonkeyPatch) -> None:
    """Answer from results that are kept: the longest of them is run on the same county by others too."""

    def found(protocol: Protocol, snapshot: Snapshot, *, sealed: Sealed, seed: int | None, **_: object) -> StudyResult:
        result = counties.result(protocol, snapshot, **({} if seed is None else {"seed": seed}))
        if result.design is not None:
            sealed(result.design)
        return result

    monkeypatch.setattr("toolkit.runs.answer.run_study", found)


@pytest.mark.usefixtures("kept_results")
@pytest.mark.parametrize("name", PAGES)
def test_an_example_runs_and_prints_what_it_says(name: str, place: Place) -> None:
    page = (EXAMPLES / name).read_text(encoding="utf-8")
    shown = 0
    for code, printed, said in work_through(page, place):
        assert is_said(printed, said), f"{name} says of\n{code}\nthat it prints\n{said}\nbut it prints\n{printed}"
        shown += 1
    assert shown >= 3


def test_there_are_three_examples_and_no_block_is_passed_over() -> None:
    assert PAGES == ["match.md", "protocol.md", "verdict.md"]
    for name in PAGES:
        page = (EXAMPLES / name).read_text(encoding="utf-8")
        assert page.count("```") == 2 * len(BLOCK.findall(page))
        assert page.count("\n```text\n") >= 3


def test_something_else_printed_is_noticed() -> None:
    assert is_said("a 1\nb 2  \n", "a 1\nb 2\n")
    assert is_said("registered on 2026-11-28: abc\n", "registered on …\n")
    assert not is_said("a 1\nb 3\n", "a 1\nb 2\n")
    assert not is_said("", "a …\n")


def write_again(name: str, place: Place) -> None:
    """Put what each block prints into its page."""
    page = (EXAMPLES / name).read_text(encoding="utf-8")
    printed = [tidy(out) for _, out, _ in work_through(page, place)]
    blocks = [block for block in BLOCK.finditer(page) if block["language"] == "text"]
    for block, out in reversed(list(zip(blocks, printed, strict=True))):
        if "…" not in block["code"]:
            page = f"{page[: block.start()]}```text\n{out}\n```{page[block.end() :]}"
    (EXAMPLES / name).write_text(page, encoding="utf-8")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        here = Place(Path(folder))
        for page_name in PAGES:
            write_again(page_name, here)
