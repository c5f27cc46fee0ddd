"""The command line: ``toolkit`` and ``python -m toolkit.cli``."""

from toolkit.cli.main import main

__all__ = ["main"]
