"""What counts as exercised, as reasoned, as stale, and what fails."""

import os
import shutil

import pytest

from dissect.crosscheck.tally import Counts, Tally
from tests.parity.defined import FAMILIES, Family, family, fields, fields_of
from tests.parity.measure import measure, undefined
from tests.parity.reasons import reasons

pytestmark = [
    pytest.mark.tshark,
    pytest.mark.skipif(
        not shutil.which("tshark") and os.environ.get("CI") != "true",
        reason="tshark is not installed",
    ),
]

TEREDO = family("teredo")


def tally(**counts):
    return Tally(fields={name.replace("__", "."): count for name, count in counts.items()})


def test_family_has_the_fields_of_all_its_protocols_and_their_expert_infos():
    found = fields_of(FAMILIES["ipv6"])
    assert {"ipv6.src", "ipv6.routing.srh.tag", "ipv6.opt.jumbo.missing"} <= found
    assert "icmpv6.type" not in found
    assert "mip6.mhtype" in fields_of(FAMILIES["mip6"])


def test_every_family_has_fields():
    assert all(fields_of(it) for it in FAMILIES.values())


def test_field_is_exercised_where_it_agrees_once():
    it = measure(TEREDO, tally(teredo__auth=Counts(agreed=1, different=9)), {})
    assert it.exercised == {"teredo.auth"}
    assert it.agreed == 10.0


def test_field_that_never_agrees_is_not_exercised():
    it = measure(TEREDO, tally(teredo__auth=Counts(different=3)), {})
    assert it.exercised == set()
    assert "teredo.auth" in it.idle


def test_field_that_tshark_only_misreads_is_exercised_but_nowhere_equal_and_has_that_reason():
    it = measure(family("icmpv6"), tally(icmpv6__opt__efo__m=Counts(wrong=1, there=1)), {})
    assert it.reasoned["icmpv6.opt.efo.m"].startswith("tshark is wrong: ")
    assert it.exercised == {"icmpv6.opt.efo.m"}
    assert it.equal == set()


def test_field_that_tshark_leaves_out_is_not_exercised():
    it = measure(family("icmpv6"), tally(icmpv6__opt__efo__m=Counts(wrong=1)), {})
    assert it.reasoned["icmpv6.opt.efo.m"].startswith("tshark is wrong: ")
    assert it.exercised == set()


def test_reason_of_a_field_that_is_exercised_is_stale_and_fails():
    every = dict.fromkeys(fields_of(TEREDO), "a reason")
    assert measure(TEREDO, Tally(), every).passes
    it = measure(TEREDO, tally(teredo__auth=Counts(agreed=1)), every)
    assert it.stale == {"teredo.auth"}
    assert not it.passes


@pytest.mark.parametrize(("covered", "passes"), [(10, True), (11, False)])
def test_too_few_fields_exercised_fail(covered, passes):
    least = Family("teredo", ("teredo",), covered, 0)
    assert len(fields()["teredo"]) == 10
    assert measure(least, tally(teredo__auth=Counts(agreed=1)), {}).passes is passes


def test_too_few_instances_agreed_fail():
    least = Family("teredo", ("teredo",), 0, 99.9)
    assert measure(least, tally(teredo__auth=Counts(agreed=999, missing=1)), {}).passes
    assert not measure(least, tally(teredo__auth=Counts(agreed=998, extra=2)), {}).passes


def test_every_reason_is_for_a_field_that_tshark_defines():
    assert undefined(reasons()) == []


def test_field_with_two_reasons_is_refused(tmp_path):
    path = tmp_path / "reasons.toml"
    path.write_text('[[reason]]\ntext = "a"\nfields = ["x"]\n' * 2)
    with pytest.raises(ValueError, match="two reasons for x"):
        reasons(path)
