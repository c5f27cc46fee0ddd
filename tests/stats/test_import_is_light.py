"""Importing the statistics brings in none of the slow libraries."""

from __future__ import annotations

import subprocess
import sys


def test_importing_the_package_loads_no_slow_library():
    code = (
        "import sys, pandas; from toolkit.stats import balance_table, estimate_effect, match, weight; "
        "print([name for name in ('scipy', 'statsmodels', 'sklearn', 'altair') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
