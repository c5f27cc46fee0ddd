"""Attempts to prove a matched comparison wrong: one module a check, each with `LABEL` and `check`.

`check(evidence)` returns a `toolkit.studies.result.Check`. A module may also name in ``COVARIATES``, ``OUTCOMES`` and
``TIME_TO`` what it needs of the cohort beyond the protocol's own; none of it is matched on. `registry` lists them all.
"""
