"""A mistake in a file of expectations: one line with the file, the line, the key and what it is."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dissect.check.compile import prepared
from dissect.check.load import load
from dissect.check.model import Expect, SpecError
from dissect.check.run import check_files
from dissect.cli.check import HELP
from tests.check.making import check, echo, write

EXPECT = '[[expect]]\nname = "a"\n'


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        (EXPECT + 'fliter = "x"', 4, "expect 1, fliter: there is no such key; "
         "did you mean 'filter'?"),
        (EXPECT + "count = [3]", 4, "expect 1, count: is to be a whole number or text, not a list"),
        (EXPECT + 'count = "many"', 4, "expect 1, count: 'many' is no condition; one is 3, "
         '"== 3", ">= 1" or "2..5"'),
        (EXPECT + 'count = "5..2"', 4, "expect 1, count: '5..2': 5 is greater than 2"),
        ("[[expect]]\ncount = 3", 2, "expect 1: the key 'name' is missing"),
        (EXPECT, 2, "expect 1: nothing is expected: neither filter nor count, every, …"),
        ("", None, "nothing is expected: neither [[expect]] nor [golden]"),
        ("x = " + 5000 * "[", None, "nested too deep"),
        ("[[expect]\n", 2, "Expected ']]' at the end of an array declaration"),
        (EXPECT + 'filter = "ipv6.hlm == 3"', 4, "expect 1, filter: at character 1: "
         '"ipv6.hlm" is no field and no protocol; did you mean ipv6.hlim?'),
        (EXPECT + 'every = "ipv6.hlim =="', 4, "expect 1, every: at character 13: "
         "the filter ends where more is expected"),
        (EXPECT + 'order = ["ipv6"]', 4, "expect 1, order: is a list of two filters or more"),
        (EXPECT + 'order = ["ipv6", "tcq"]', 4, "expect 1, order 2: at character 1: "
         '"tcq" is no field and no protocol'),
        (EXPECT + 'order = ["ipv6", "tcp"]\nwithin = "soon"', 5, "expect 1, within: 'soon' is no "
         'duration; one is 2, "500 ms" or "1.5 s"'),
        (EXPECT + "count = 1\nwithin = 3", 5, "expect 1, within: belongs to order; a deadline "
         "stands in response"),
        (EXPECT + '[expect.response]\nrequest = "ipv6"', 4, "expect 1, response: the key 'reply' "
         "is missing"),
        (EXPECT + '[expect.response]\nrequest = "ipv6"\nreply = "ipv6"\nkey = ["ipv6"]', 7,
         "expect 1, response, key 1: 'ipv6' is no field"),
        (EXPECT + 'fields = [{field = "ipv6.hlim", value = "x"}]', 4, "expect 1, fields 1, value: "
         '"x" is no whole number'),
        (EXPECT + 'fields = [{field = "ipv6.hlim", value = 256}]', 4, "expect 1, fields 1, value: "
         '"256" is too big for this field, whose greatest value is 255'),
        (EXPECT + 'fields = [{field = "ipv6.hlim", packet = 1, match = 1}]', 4,
         "expect 1, fields 1: packet and match exclude each other"),
        (EXPECT + 'fields = [{field = "ipv6.hlim", packet = 0}]', 4,
         "expect 1, fields 1: packets are numbered from 1"),
        (EXPECT + 'report = [{table = "captur", value = 1}]', 4, "expect 1, report 1, table: there "
         "is no table 'captur'; `sixscope report --list` names them"),
        (EXPECT + 'report = [{table = "hops", column = "hop", value = 1}]', 4, "expect 1, "
         "report 1: hops has no column 'hop', but: version, limit, headers, share"),
        (EXPECT + 'lint = {must_not = ["NOPE-1"]}', 4, "expect 1, lint: "),
        (EXPECT + "lint = {}", 4, "expect 1, lint: names no rules: must = [...] or "
         "must_not = [...]"),
        (EXPECT + "count = 1\n" + EXPECT + "count = 2", 6, "expect 2, name: another expectation is "
         "called 'a' too"),
        (EXPECT + 'count = 1\n[golden]\nfilter = "("', 6, "golden, filter: at character 2: "
         "the filter ends where more is expected"),
        (EXPECT + "count = 1\n[golden]\nfields = 3", 6, "golden, fields: is to be a list, not a "
         "whole number"),
        (EXPECT + 'count = 1\n[preferences]\n"mpls.payload" = "x"', 5, "preferences: "),
    ],
)  # fmt: skip
def test_mistake(tmp_path, text, line, said):
    write(tmp_path / "x.pcap", [echo(128, 1, 1)])
    verdict = check(tmp_path, text)
    (failure,) = verdict.failures
    where = f"{tmp_path}/x.sixscope.toml" + (f":{line}" if line else "")
    assert failure.startswith(f"{where}: {said}")
    assert "\n" not in failure
    assert verdict.status == 2


@pytest.mark.parametrize(
    ("capture", "said"),
    [
        ('"no.pcap"', "there is no file 'no.pcap' in "), ('"no*.pcap"', "there is no file"),
        ('""', "a file's name is missing"), ("[]", "no file is named"), ('"/**"', "'/**': "),
        ("3", "is to be text or a list, not a whole number"),
    ],
)  # fmt: skip
def test_captures_that_are_not_there(tmp_path, capture, said):
    path = tmp_path / "y.sixscope.toml"
    path.write_text(f'# expectations\ncapture = {capture}\n{EXPECT}filter = "ipv6"\n')
    (failure,) = check_files([str(path)]).failures
    assert failure.startswith(f"{path}:2: capture: {said}")


def test_all_that_the_help_shows_is_understood(tmp_path):
    write(tmp_path / "boot.pcapng", [echo(128, 1, 1)])
    path = tmp_path / "x.sixscope.toml"
    path.write_text("\n".join(line for line in HELP.splitlines()[2:] if line.strip() != "\b"))
    plan = load(str(path))
    prepared(plan)
    kinds = [name for name in Expect.__struct_fields__ if name != "name"]
    assert all(any(getattr(one, kind) for one in plan.spec.expect) for kind in kinds)
    assert plan.spec.golden
    assert plan.spec.preferences


@settings(max_examples=60)
@given(st.text(max_size=80), st.sampled_from(["", "[[expect]]\n", "[golden]\n", "capture = "]))
def test_any_text_is_a_file_or_a_mistake_in_one(tmp_path_factory, text, before):
    path = tmp_path_factory.mktemp("any") / "x.sixscope.toml"
    path.write_text(before + text, encoding="utf-8", errors="surrogatepass")
    with pytest.raises(SpecError) as raised:
        load(str(path))
    assert "\n" not in str(raised.value).replace(text, "")


def test_what_is_no_text_is_told_with_its_byte(tmp_path):
    path = tmp_path / "y.sixscope.toml"
    path.write_bytes(b"capture = \xff")
    assert check_files([str(path)]).failures == [f"{path}: byte 10: not UTF-8"]


def test_a_file_with_a_mistake_keeps_none_of_the_others_from_being_checked(tmp_path):
    write(tmp_path / "x.pcap", [echo(128, 1, 1)])
    good, bad = tmp_path / "a.sixscope.toml", tmp_path / "b.sixscope.toml"
    good.write_text(f'capture = "x.pcap"\n{EXPECT}filter = "ipv6"\n')
    bad.write_text("capture")
    verdict = check_files([str(bad), str(good)])
    assert [case.name for case in verdict.cases] == ["a"]
    assert (len(verdict.failures), verdict.status) == (1, 2)
