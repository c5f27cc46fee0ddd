"""What pyproject.toml cannot say: the protocols, published figures, app and its settings go into the wheel too.

They stand at the top of the project, where people look for them, and beside the package they are found there
(`toolkit.project_files`). A wheel has no such place, so there they are within the package, in ``toolkit/shipped``.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

SHIPPED = ("analyses", "data", ".streamlit", "app.py")


class BuildWithShipped(build_py):
    """Builds the package with what is shipped in it; an editable install finds that where it stands."""

    def run(self) -> None:
        """Build, and copy what is shipped."""
        super().run()
        if not self.editable_mode:
            for file in shipped_files():
                target = Path(self.build_lib, "toolkit", "shipped", file)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(file, target)

    def get_source_files(self) -> list[str]:
        """Return what a source distribution holds."""
        return [*super().get_source_files(), *map(str, shipped_files())]


def shipped_files() -> list[Path]:
    """Return the files, relative to the top of the project."""
    named = map(Path, SHIPPED)
    return [file for one in named for file in ([one] if one.is_file() else sorted(one.rglob("*"))) if file.is_file()]


setup(cmdclass={"build_py": BuildWithShipped})
