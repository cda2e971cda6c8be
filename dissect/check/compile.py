"""From what a file of expectations says to clauses that captures are held against."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import PurePath
from typing import TypeVar

from dissect.check.clauses import Clause
from dissect.check.clauses.fields import Fields, FieldWanted
from dissect.check.clauses.matching import Every, Matching
from dissect.check.clauses.order import Order
from dissect.check.clauses.response import Response
from dissect.check.clauses.values import FieldRead, field_read
from dissect.check.load import Plan
from dissect.check.model import Expect, FieldIs, ReportIs
from dissect.check.number import Wanted, nanoseconds, wanted
from dissect.check.places import Path as Key
from dissect.filter import Filter, FilterError, compile_filter

T = TypeVar("T")
SOME = wanted(">= 1")


def clauses_of(plan: Plan, number: int) -> list[Clause]:
    """The clauses of an expectation, new ones for each capture; raises SpecError."""
    return list(_Compiler(plan, number).clauses())


def prepared(plan: Plan) -> None:
    """Find every mistake that there is in a file; raises SpecError."""
    for number in range(len(plan.spec.expect)):
        clauses_of(plan, number)
    golden = plan.spec.golden
    if golden is None:
        return
    try:
        _filter(golden.filter)
    except FilterError as error:
        raise plan.error(("golden", "filter"), filter_mistake(error)) from None
    names = [PurePath(capture).name for capture in plan.captures]
    for name in names:
        if names.count(name) > 1:
            raise plan.error(
                ("golden",), f"two captures are called {name}: their goldens would be, too"
            )


def filter_mistake(error: FilterError) -> str:
    """What is wrong with a filter, in one line."""
    question = f"; {error.question}" if error.question else ""
    return f"at character {error.start + 1}: {error.message}{question}"


@cache
def _filter(text: str) -> Filter:
    return compile_filter(text)


class _Compiler:
    """Compiles one expectation."""

    def __init__(self, plan: Plan, number: int) -> None:
        self.plan = plan
        self.at: Key = ("expect", number)
        self.expect: Expect = plan.spec.expect[number]

    def clauses(self) -> Iterator[Clause]:
        """All of them, in the order of the keys."""
        expect = self.expect
        about = self.filter(expect.filter, "filter")
        others = (expect.order, expect.response, expect.fields, expect.lint, expect.report)
        if expect.within is not None and expect.order is None:
            raise self.error("belongs to order; a deadline stands in response", "within")
        if expect.count is not None:
            count = self.value(wanted, expect.count, "count")
            yield Matching(about, count)
        elif (expect.filter and not any(others)) or expect.every is not None:
            yield Matching(about, SOME)
        elif not any(others):
            raise self.error("nothing is expected: neither filter nor count, every, …")
        if expect.every is not None:
            yield Every(about, self.filter(expect.every, "every"))
        if expect.order is not None:
            yield self.order(about, expect.order)
        if expect.response is not None:
            yield self.response(about)
        if expect.fields:
            yield Fields(about, tuple(self.fields()))
        if expect.lint is not None:
            yield self.lint()
        if expect.report:
            yield self.report()

    def order(self, about: Filter, steps: list[str]) -> Clause:
        """``order``, ``within``."""
        if len(steps) < 2:
            raise self.error("is a list of two filters or more", "order")
        within = self.duration(self.expect.within, "within")
        filters = tuple(self.filter(step, "order", place) for place, step in enumerate(steps))
        return Order(about, filters, within)

    def response(self, about: Filter) -> Clause:
        """``response``."""
        response = self.expect.response
        assert response is not None
        key = []
        for place, pair in enumerate(response.key):
            first, second = (pair, pair) if isinstance(pair, str) else (pair.request, pair.reply)
            at = ("response", "key", place)
            key.append((self.value(field_read, first, *at), self.value(field_read, second, *at)))
        return Response(
            about, self.filter(response.request, "response", "request"),
            self.filter(response.reply, "response", "reply"), tuple(key),
            self.duration(response.within, "response", "within"),
        )  # fmt: skip

    def fields(self) -> Iterator[FieldWanted]:
        """``fields``."""
        for place, row in enumerate(self.expect.fields):
            at = ("fields", place)
            if row.packet is not None and row.match is not None:
                raise self.error("packet and match exclude each other", *at)
            if row.match == 0 or (row.packet is not None and row.packet < 1):
                raise self.error("packets are numbered from 1", *at)
            field = self.value(field_read, row.field, *at, "field")
            yield self.field(row, field, at)

    def field(self, row: FieldIs, field: FieldRead, at: Key) -> FieldWanted:
        """One row of ``fields``."""
        exact = isinstance(row.value, list)
        if row.value is None:
            values = None
        else:
            literals = row.value if isinstance(row.value, list) else [row.value]
            values = tuple(self.value(field.constant, one, *at, "value") for one in literals)
        return FieldWanted(field, row.packet, row.match or 1, values, exact)

    def lint(self) -> Clause:
        """``lint``."""
        from dissect.check.clauses.lint import Lint

        rules = self.expect.lint
        assert rules is not None
        if not (rules.must or rules.must_not):
            raise self.error("names no rules: must = [...] or must_not = [...]", "lint")
        if self.expect.filter:
            raise self.error("has no say in what lint looks at: rules need all packets", "filter")
        return self.value(
            lambda lists: Lint(*lists), (tuple(rules.must), tuple(rules.must_not)), "lint"
        )

    def report(self) -> Clause:
        """``report``."""
        from dissect.check.clauses.report import Report, ValueWanted

        values = []
        for place, row in enumerate(self.expect.report):
            at = ("report", place)
            columns = self.value(_columns, row.table, *at, "table")
            for name in [*row.where, *([] if row.column is None else [row.column])]:
                if name not in columns:
                    known = ", ".join(columns)
                    raise self.error(f"{row.table} has no column {name!r}, but: {known}", *at)
            test = self.value(_value_test(row, columns), row.value, *at, "value")
            values.append(ValueWanted(row.table, row.where, row.column, *test))
        return Report(self.expect.filter, tuple(values))

    # --- what has a language of its own ---------------------------------------------------------

    def filter(self, text: str, *key: str | int) -> Filter:
        """A filter."""
        try:
            return _filter(text)
        except FilterError as error:
            raise self.error(filter_mistake(error), *key) from None

    def duration(self, duration: str | int | float | None, *key: str | int) -> int | None:
        """A duration in nanoseconds."""
        return None if duration is None else self.value(nanoseconds, duration, *key)

    def value(self, make: Callable[..., T], of: object, *key: str | int) -> T:
        """What is made of a value; what is wrong with it is told with the key."""
        try:
            return make(of)
        except ValueError as error:
            raise self.error(str(error), *key) from None

    def error(self, message: str, *key: str | int) -> Exception:
        """A mistake at a key of this expectation."""
        return self.plan.error((*self.at, *key), message)


@cache
def _columns(table: str) -> dict[str, str]:
    """The columns of a report's table and their kinds; raises ValueError."""
    from dissect.report.names import TABLES
    from dissect.report.summary import Plan as Tables
    from dissect.report.summary import Summary

    if table not in TABLES:
        raise ValueError(f"there is no table {table!r}; `sixscope report --list` names them")
    (empty,) = Summary(Tables((table,))).tables()
    return {column.name: column.kind for column in empty.columns}


def _value_test(
    row: ReportIs, columns: dict[str, str]
) -> Callable[[int | float | str], tuple[str, Callable[[object], bool]]]:
    """What makes a test of a report's value: of a text, or of a number."""

    def of_text(value: int | float | str) -> tuple[str, Callable[[object], bool]]:
        return str(value), lambda found: str(found) == str(value)

    def of_number(value: int | float | str) -> tuple[str, Callable[[object], bool]]:
        condition: Wanted = wanted(value)
        return condition.text, lambda found: isinstance(found, int | float) and condition(found)

    return of_text if row.column is not None and columns[row.column] == "text" else of_number
