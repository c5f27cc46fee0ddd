"""Regressions on panels: the same areas over several periods."""
