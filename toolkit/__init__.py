"""Impact evaluation for Children's Centres: matched comparisons, progress scores and plain verdicts."""

__version__ = "0.2.0"
