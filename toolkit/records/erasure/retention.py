"""How long rows are kept, by table, and which of them are past it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import sqlalchemy as sa

from toolkit.errors import InputError, did_you_mean
from toolkit.records.database.one_of import one_of
from toolkit.records.database.renumbered import renames_of
from toolkit.records.database.schema import RENUMBERED, ROWS, SAID, UPLOADS, VERSIONS
from toolkit.records.erasure.whose import people_of, rows_of_people, theirs
from toolkit.records.rows.statements import words_of
from toolkit.tables import TABLES, Kind

POLICY_FILE = "retention.toml"
HISTORY = "history"
_DEFAULT = Path(__file__).with_name(POLICY_FILE)


@dataclass(frozen=True, slots=True)
class Rule:
    """Rows of a table are kept this many years after a day of theirs; ``after`` is empty for the history rule."""

    table: str
    after: str
    years: int
    why: str

    def keep_from(self, today: date) -> date:
        """Return the earliest day whose rows are still kept."""
        try:
            return today.replace(year=today.year - self.years)
        except ValueError:  # 29 February
            return today.replace(year=today.year - self.years, day=28)


@dataclass(frozen=True, slots=True)
class RetentionPolicy:
    """The rules by table; ``history`` is the rule for rows that are no longer current."""

    rules: Mapping[str, Rule]
    source: str


@dataclass(frozen=True, slots=True)
class Past:
    """What is past keeping: the families that go whole, and by rule and table the condition of the rows that go."""

    families: tuple[str, ...]
    by_rule: Mapping[str, Mapping[str, sa.ColumnElement[bool]]]


@dataclass(frozen=True, slots=True)
class Due:
    """What is to be removed: the families that go whole, every number that leads back to them, all rows by table."""

    families: tuple[str, ...]
    numbers: frozenset[str]
    rows: Mapping[str, Sequence[int]]


def load_policy(store_folder: Path, given: Path | None = None) -> RetentionPolicy:
    """Return the rules from the file given, from ``retention.toml`` in the store's folder, or the toolkit's own.

    Raises
    ------
    InputError
        When the file is missing or cannot be read, or a rule names what is not there (every problem at once).
    """
    own = store_folder / POLICY_FILE
    file = given or (own if own.is_file() else _DEFAULT)
    try:
        written = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(f"The retention rules in {file} cannot be read: {error}.") from error
    problems = [problem for name, rule in written.items() for problem in _problems(name, rule)]
    if problems:
        raise InputError(f"The retention rules in {file} cannot be used:\n  " + "\n  ".join(problems))
    rules = {
        name: Rule(name, rule.get("after", ""), rule["years"], rule.get("why", "")) for name, rule in written.items()
    }
    return RetentionPolicy(rules, "the toolkit's own rules" if file == _DEFAULT else str(file))


def past_keeping(connection: sa.Connection, policy: RetentionPolicy, today: date) -> Past:
    """Return what a policy no longer keeps, as conditions: rows are counted by them, or read where they are to go."""
    families: tuple[str, ...] = ()
    by_rule: dict[str, Mapping[str, sa.ColumnElement[bool]]] = {}
    for name, rule in policy.rules.items():
        limit = rule.keep_from(today)
        if name == HISTORY:
            by_rule[name] = _no_longer_current(limit)
        elif name == "families":
            families = _families_past(connection, rule, limit)
            by_rule[name] = theirs(connection, people_of(connection, families=families))
        else:
            by_rule[name] = {name: _past_with_words(connection, rule, limit)}
    return Past(families, by_rule)


def due(connection: sa.Connection, policy: RetentionPolicy, today: date) -> Due:
    """Return every row that a policy no longer keeps."""
    past = past_keeping(connection, policy, today)
    rows: dict[str, set[int]] = {}
    for conditions in past.by_rule.values():
        for name, is_past in conditions.items():
            query = sa.select(ROWS[name].c.row_id).where(is_past)
            rows.setdefault(name, set()).update(connection.execute(query).scalars())
    numbers = rows_of_people(connection, families=past.families).numbers if past.families else set()
    return Due(past.families, frozenset(numbers), {name: sorted(ids) for name, ids in rows.items() if ids})


def due_table(connection: sa.Connection, policy: RetentionPolicy, today: date) -> pd.DataFrame:
    """Return how much a policy no longer keeps as a table: rule, table, kept_from, rows, families, why.

    Rows are counted where they stand: nothing of them is read.
    """
    past = past_keeping(connection, policy, today)
    lines = []
    for name, conditions in past.by_rule.items():
        counts = {table: _count(connection, table, is_past) for table, is_past in conditions.items()}
        shown = {table: count for table, count in counts.items() if count} if name == "families" else counts
        lines += [
            {
                "rule": name,
                "table": table,
                "kept_from": policy.rules[name].keep_from(today).isoformat(),
                "rows": count,
                "families": len(past.families) if (name, table) == ("families", "families") else 0,
                "why": policy.rules[name].why,
            }
            for table, count in (shown or {name: 0}).items()
        ]
    return pd.DataFrame(lines, columns=["rule", "table", "kept_from", "rows", "families", "why"])


def _count(connection: sa.Connection, table: str, condition: sa.ColumnElement[bool]) -> int:
    return int(connection.execute(sa.select(sa.func.count()).select_from(ROWS[table]).where(condition)).scalar_one())


def _past_with_words(connection: sa.Connection, rule: Rule, limit: date) -> sa.ColumnElement[bool]:
    """Return the condition that a row is past keeping by a day of its own, or is what a file said of such a one."""
    rows = ROWS[rule.table]
    past = rows.c[rule.after] < limit
    if rule.table not in SAID:
        return past
    ids = connection.execute(sa.select(rows.c.row_id).where(past)).scalars().all()
    words = words_of(connection, rule.table, ids, renames_of(connection)) if ids else set()
    return sa.or_(past, one_of(connection, rows.c.row_id, words)) if words else past


def _families_past(connection: sa.Connection, rule: Rule, limit: date) -> tuple[str, ...]:
    """Return the families whose current row is past keeping, and of whom no table has a later day."""
    families = ROWS["families"]
    past = sa.select(families.c.family_id).where(families.c.v_to.is_(None), families.c[rule.after] < limit)
    asked = set(connection.execute(past).scalars())
    if not asked:
        return ()
    for name in ("registrations", "progress_scores", "referrals", "episodes"):
        asked -= _with_later_days(connection, name, limit)
    return tuple(sorted(asked))


def _with_later_days(connection: sa.Connection, name: str, limit: date) -> set[str]:
    rows, children = ROWS[name], ROWS["children"]
    days = [column.name for column in TABLES[name].columns if column.kind is Kind.DATE]
    later = sa.and_(rows.c.v_to.is_(None), sa.or_(*(rows.c[day] >= limit for day in days)))
    if "family_id" in rows.c:
        query = sa.select(rows.c.family_id).where(later)
    else:
        its = sa.and_(children.c.child_id == rows.c.child_id, children.c.v_to.is_(None))
        query = sa.select(children.c.family_id).join(rows, its).where(later)
    return set(connection.execute(query.distinct()).scalars())


def _no_longer_current(limit: date) -> dict[str, sa.ColumnElement[bool]]:
    ended = sa.select(sa.func.max(VERSIONS.c.version)).where(VERSIONS.c.at < _moment(limit)).scalar_subquery()
    return {name: sa.and_(rows.c.v_to <= ended, _unused(rows)) for name, rows in ROWS.items()}


def _unused(rows: sa.Table) -> sa.ColumnElement[bool]:
    """Return the condition that no current row is made of a row: what files said is kept as long as what stands."""
    if rows.name not in SAID:
        return sa.true()
    withdrawn = sa.select(UPLOADS.c.upload_id).where(UPLOADS.c.withdrawn_in.is_not(None))
    other = rows.alias()
    current = sa.select(other.c.child_id).where(other.c.v_to.is_(None))
    is_earlier = rows.c.child_id.in_(sa.select(RENUMBERED.c.old))  # another number stands for the child now
    of_someone = sa.or_(rows.c.child_id.in_(current), is_earlier)
    is_part = sa.or_(rows.c.child_id.in_(current.where(other.c.speaks_of == "")), is_earlier)
    by_a_file = sa.and_(rows.c.speaks_of != "", of_someone)
    by_itself = sa.and_(rows.c.speaks_of.is_(None), is_part)
    used = sa.func.coalesce(sa.or_(by_a_file, by_itself), sa.false())
    return sa.or_(sa.not_(used), rows.c.upload_id.in_(withdrawn))


def _moment(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _problems(name: str, rule: Any) -> list[str]:
    if not isinstance(rule, dict):
        return [f'"{name}" is not a rule: write [{name}] and its lines below it.']
    problems = []
    if name != HISTORY and name not in TABLES:
        return [f'There is no table "{name}". {did_you_mean(name, [*TABLES, HISTORY])}'.rstrip()]
    problems += [
        f"{name}: there is no setting {key}. {did_you_mean(key, ['after', 'years', 'why'])}"
        for key in rule
        if key not in ("after", "years", "why")
    ]
    years = rule.get("years")
    if not isinstance(years, int) or isinstance(years, bool) or not 1 <= years <= 150:
        problems.append(f"{name}: years is {years!r}. Write a whole number from 1 to 150.")
    if name != HISTORY:
        days = [column.name for column in TABLES[name].columns if column.kind is Kind.DATE]
        if rule.get("after") not in days:
            problems.append(f"{name}: after is {rule.get('after')!r}. {did_you_mean(str(rule.get('after')), days)}")
    return problems
