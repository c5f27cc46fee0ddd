"""Counts in words, as pages for members write them."""

from __future__ import annotations

from toolkit.publish.members.counts import count_told, to_the_nearest

__all__ = ["count_told", "to_the_nearest"]
