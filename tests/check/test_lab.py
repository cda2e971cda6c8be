"""The expectations over the lab's recordings: each of them would notice if it were otherwise."""

import msgspec
import pytest

from dissect.check.load import Plan, load
from dissect.check.model import Expect, FieldIs
from dissect.check.places import Places
from dissect.check.run import check_expectations
from tests.captures_list import ROOT

FILES = sorted((ROOT / "captures" / "lab").glob("*.sixscope.toml"))
EXPECTED = [(path, expect) for path in FILES for expect in load(str(path)).spec.expect]


def other(row: FieldIs) -> FieldIs:
    """The same field with a value that it does not have."""
    one = row.value[0] if isinstance(row.value, list) else row.value
    match one:
        case bool():
            value = not one
        case int():
            value = one + 1
        case str() if ":" in one:
            value = "2001:db8:dead::"
        case _:
            value = "Medium" if one == "High" else f"x{one}"
    return msgspec.structs.replace(row, value=value)


def spoiled(expect: Expect):
    """An expectation with each of its parts made wrong in turn."""
    change = msgspec.structs.replace
    if expect.every is not None:
        yield change(expect, every=f"not ({expect.every})")
    if expect.count is not None or (expect.filter and not expect.fields):
        yield change(expect, count=12345)
    if expect.order is not None:
        yield change(expect, order=[*expect.order, "eth.type == 0x9999"])
        yield change(expect, within="1 ns")
    if expect.response is not None:
        never = change(expect.response, reply="eth.type == 0x9999")
        yield change(expect, response=never)
        yield change(expect, response=change(expect.response, within="1 ns"))
    for place, row in enumerate(expect.fields):
        rows = [*expect.fields[:place], other(row), *expect.fields[place + 1 :]]
        yield change(expect, fields=rows)
    for place, row in enumerate(expect.report):
        rows = [*expect.report[:place], change(row, value=98765), *expect.report[place + 1 :]]
        yield change(expect, report=rows)


@pytest.mark.parametrize(
    ("path", "expect"), EXPECTED,
    ids=[f"{path.name.partition('.')[0]}: {expect.name}" for path, expect in EXPECTED],
)  # fmt: skip
def test_an_expectation_that_is_made_wrong_does_not_hold(path, expect):
    wrong = [
        msgspec.structs.replace(one, name=f"{number}")
        for number, one in enumerate(spoiled(expect))
    ]  # fmt: skip
    spec = msgspec.structs.replace(load(str(path)).spec, expect=wrong)
    capture = str(path.parent / spec.capture)
    cases = check_expectations(Plan(str(path), spec, [capture], Places("")), capture).cases
    assert cases
    assert [case.name for case in cases if not case.findings] == []
