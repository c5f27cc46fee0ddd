"""A county's protocol gives the same bytes whether one draw of days is at work at a time, on one thread, or two."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path

import pytest

from counties import ROOT, Counties
from toolkit.engine import Embedded, setting
from toolkit.publish.bundle.bundle import write_bundle
from toolkit.publish.verdicts.verdict import verdict_for
from toolkit.studies.protocol_file import load_protocol
from toolkit.studies.run import run_study

PROTOCOL = ROOT / "analyses" / "rec11_referrals.toml"


@pytest.mark.verify
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("scale", ["tenth", "county"])
def test_one_or_two_at_a_time_give_the_same_bytes(
    counties: Counties, scale: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    snapshot, found = counties.snapshot(1, scale, "prevent"), []
    for processors in (1, 2):
        monkeypatch.setattr(os, "cpu_count", lambda processors=processors: processors)
        monkeypatch.setattr(setting, "Embedded", partial(Embedded, threads=processors))
        result = run_study(load_protocol(PROTOCOL), snapshot)
        folder = write_bundle(result, verdict_for(result), tmp_path / str(processors))
        found.append((folder / "result.json").read_bytes())
    assert found[0] == found[1]
