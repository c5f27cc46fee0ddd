"""The demo is made in a folder of its own, says what it was made from, and nothing else is ever removed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from toolkit import demo
from toolkit.errors import InputError
from toolkit.simulate import CountyOptions

OPTIONS = CountyOptions(seed=1, scale="tenth")


def test_a_demo_has_every_answer_run_and_published_and_is_made_again_when_a_protocol_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    analyses = tmp_path / "analyses"
    analyses.mkdir()
    for name in ("para73_change", "rec12_reach"):  # two that are quick; the road runs them all
        shutil.copy(demo.ANALYSES / f"{name}.toml", analyses)
    monkeypatch.setattr(demo, "ANALYSES", analyses)
    folder = tmp_path / "county"
    store = demo.make_demo(folder, OPTIONS)
    assert store.is_simulated
    published = store.publications()
    assert {"para73_change", "rec12_reach"} <= set(published["question"]) and set(published["by"]) == {"demo"}
    assert demo.is_current(folder, OPTIONS)
    assert not demo.is_current(folder, CountyOptions(seed=2, scale="tenth"))
    with pytest.raises(InputError, match="is not empty"):
        demo.make_demo(folder, OPTIONS)
    (analyses / "rec12_reach.toml").unlink()
    assert not demo.is_current(folder, OPTIONS)
    demo.remove_demo(folder)
    assert not folder.exists() and analyses.is_dir()


def test_a_folder_that_is_no_demo_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "letters.txt").write_text("mine")
    with pytest.raises(InputError, match="not a demo county"):
        demo.remove_demo(tmp_path)
    assert (tmp_path / "letters.txt").read_text() == "mine"
