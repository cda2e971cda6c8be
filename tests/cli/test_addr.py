"""`sixscope addr`: what is told about each sort of address, formats, wrong input."""

import ipaddress
import json
import subprocess
import sys

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from dissect.address.explain import explain
from dissect.address.text import Typed
from dissect.cli.main import main


def run(*arguments: str, **options):
    return CliRunner().invoke(main, ["addr", *arguments], **options)


def told(*arguments: str) -> dict:
    """The JSON object of one address."""
    result = run("-T", "json", *arguments)
    assert result.exit_code == 0, result.stderr
    (found,) = json.loads(result.stdout)
    return found


def rows(*arguments: str) -> dict[str, str]:
    """Text by label."""
    lines = run(*arguments).stdout.splitlines()[1:]
    return {label: text for line in lines for label, _, text in [line.strip().partition("  ")]}


def test_link_local_address_of_a_mac():
    # RFC 2464, sections 4 and 5
    found = told("fe80::3656:78ff:fe9a:bcde%eth0")
    assert found["type"] == "ipv6"
    assert found["kind"] == "link-local"
    assert found["zone"] == "eth0"
    assert found["iid_kind"] == "eui64"
    assert found["mac"] == "34:56:78:9a:bc:de"
    assert found["solicited_node"] == "ff02::1:ff9a:bcde"
    assert found["solicited_node_mac"] == "33:33:ff:9a:bc:de"
    assert found["reverse"] == ipaddress.ip_address("fe80::3656:78ff:fe9a:bcde").reverse_pointer


def test_teredo_taken_apart():
    found = told("2001:0:4136:e378:8000:63bf:3fff:fdd2")
    server, client = ipaddress.IPv6Address(found["input"]).teredo
    assert found["teredo_server"] == str(server) == "65.54.227.120"
    assert found["teredo_client"] == str(client) == "192.0.2.45"
    assert found["teredo_port"] == 40000
    assert found["teredo_flags"] == 0x8000
    assert "iid" not in found


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        ("8000", "cone NAT"),
        ("0", "cone bit not set"),
        ("2c5a", "random bits"),  # RFC 5991: Cz Random1 UG Random2
        ("4000", "must be zero"),
        ("300", "must be zero"),
    ],
)
def test_teredo_flags(flags, words):
    assert words in rows(f"2001:0:102:304:{flags}:63bf:3fff:fdd2")["Teredo flags"]


def test_6to4():
    # RFC 3056, section 2
    found = told("2002:c000:201:7::1")
    assert found["6to4_gateway"] == str(ipaddress.IPv6Address(found["input"]).sixtofour)
    assert found["6to4_sla"] == 7
    assert told("2002:c000:201::/48")["6to4_gateway"] == "192.0.2.1"
    assert "6to4_sla" not in told("2002:c000:201::/48")


@pytest.mark.parametrize(
    "address", ["64:ff9b::192.0.2.33", "::ffff:192.0.2.33", "::ffff:0:192.0.2.33", "c6::192.0.2.33"]
)
def test_ipv4_at_the_end(address):
    assert told(address)["ipv4"] == "192.0.2.33"


def test_ipv4_behind_a_translators_prefix_both_ways():
    # RFC 6052, table 1
    assert told("--nat64", "2001:db8:100::/40", "2001:db8:1c0:2:21::")["translated_ipv4"] == (
        "192.0.2.33"
    )
    assert told("--nat64", "2001:db8:100::/40", "192.0.2.33")["translated"] == "2001:db8:1c0:2:21::"
    assert "translated_ipv4" not in told("--nat64", "2001:db8:100::/40", "2001:db8:2c0:2:21::")


def test_multicast_with_rendezvous_point():
    # RFC 3956, section 5.1
    found = told("ff7e:540:2001:db8:beef:feed:0:1234")
    assert found["rendezvous_point"] == "2001:db8:beef:feed::5"
    assert found["owner"] == "2001:db8:beef:feed::/64"
    assert found["mac"] == "33:33:00:00:12:34"
    assert "solicited_node" not in found


def test_prefix():
    found = told("2001:db8::/46")
    assert found["kind"] == "documentation"
    assert found["netmask"] == "ffff:ffff:fffc::"
    assert found["last"] == "2001:db8:3:ffff:ffff:ffff:ffff:ffff"
    assert found["addresses"] == 2**82
    assert found["subnets"] == 2**18
    assert len(found["reverse_zone"]) == 2


def test_address_with_its_prefix_tells_both():
    # RFC 4291, section 2.3
    found = told("2001:0DB8:0:CD30:123:4567:89AB:CDEF/60")
    assert found["address"] == "2001:db8:0:cd30:123:4567:89ab:cdef"
    assert found["prefix"] == "2001:db8:0:cd30::/60"


def test_multicast_prefix_of_an_owner():
    # RFC 3306, section 7
    assert told("ff3e:30:3ffe:ffff:1::/96")["owner"] == "3ffe:ffff:1::/48"
    assert "owner" not in told("ff3e:30:3ffe::/48")


def test_default_route():
    assert told("::/0")["kind"] == "everything"


def test_ipv4():
    found = told("192.88.99.1")
    assert found["class"] == "C"
    assert found["kind"] == "6to4-relay"
    assert found["6to4"] == "2002:c058:6301::/48"  # RFC 3068, section 2.5
    assert found["nat64"] == "64:ff9b::192.88.99.1"
    assert found["isatap"] == "fe80::200:5efe:c058:6301"
    assert found["reverse"] == "1.99.88.192.in-addr.arpa"


def test_a_private_ipv4_address_has_no_6to4_prefix():
    found = told("10.1.2.3/22")
    assert "6to4" not in found
    assert found["isatap_iid"] == "0:5efe:a01:203"
    assert (found["first"], found["last"]) == ("10.1.0.0", "10.1.3.255")
    assert found["wildcard"] == "0.0.3.255"


def test_mac():
    # RFC 2464, sections 4 and 5
    found = told("34-56-78-9A-BC-DE")
    assert found["eui64"] == "34:56:78:ff:fe:9a:bc:de"
    assert found["iid"] == "3656:78ff:fe9a:bcde"
    assert found["link_local"] == "fe80::3656:78ff:fe9a:bcde"
    assert (found["is_local"], found["is_group"]) == (False, False)


def test_vendor_unless_not_wanted():
    assert "Cisco" in told("00:00:0c:00:00:01")["vendor"]
    assert "vendor" not in told("-n", "00:00:0c:00:00:01")
    assert "vendor" not in told("02:00:0c:00:00:01")


def test_multicast_macs_have_groups_and_no_link_local_address():
    assert told("33:33:00:00:00:fb")["ipv6_groups"][1] == "ff02::fb mDNS"
    found = told("01:00:5e:00:00:fb")
    assert "224.0.0.251" in found["ipv4_groups"]
    assert len(found["ipv4_groups"]) == 32
    assert "link_local" not in found


def test_eui64_and_interface_identifier():
    assert told("34:56:78:ff:fe:9a:bc:de")["mac"] == "34:56:78:9a:bc:de"
    found = told("3656:78ff:fe9a:bcde")
    assert (found["type"], found["mac"]) == ("iid", "34:56:78:9a:bc:de")
    # an identifier written as RFC 2464 writes it looks like an EUI-64
    assert told("36-56-78-FF-FE-9A-BC-DE")["mac_if_modified"] == "34:56:78:9a:bc:de"


@pytest.mark.parametrize(
    "what",
    [
        "34:56:78:9a:bc:de", "34:56:78:ff:fe:9a:bc:de", "3656:78ff:fe9a:bcde",
        "2001:db8::3656:78ff:fe9a:bcde",
    ],
)  # fmt: skip
def test_next_randomised_identifier(what):
    # by md5sum: see test_address_interface.py
    found = told("--next-iid", "0123456789abcdef", what)
    assert found["next_iid"] == "2139:1082:9ee4:f931"
    assert found["next_history"] == "d9cf99233143ee70"
    if found["type"] == "ipv6":
        assert found["next_address"] == "2001:db8::2139:1082:9ee4:f931"


def test_several_and_standard_input():
    result = run("-T", "json", "::1", "-", input="2001:db8::1\n\n 10.0.0.1 \n")
    assert [item["input"] for item in json.loads(result.stdout)] == [
        "::1", "2001:db8::1", "10.0.0.1",
    ]  # fmt: skip


def test_text_is_aligned_and_told_in_blocks():
    blocks = run("::1", "10.0.0.1").stdout.split("\n\n")
    assert [block.split("\n")[0] for block in blocks] == ["::1", "10.0.0.1"]
    for block in blocks:
        lines = block.rstrip("\n").split("\n")[1:]
        (column,) = {len(line) - len(line[2:].partition("  ")[2].lstrip()) for line in lines}
        assert column > 10


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["hello"], "sixscope addr: 'hello': neither"),
        (["--nat64", "2001:db8::/95", "::1"], "--nat64"),
        (["--nat64", "nonsense", "::1"], "--nat64: neither"),
        (["--nat64", "2001:db8:1::/32", "::1"], "bits are set"),
        (["--next-iid", "12", "::1"], "64 bits"),
        (["--next-iid", "0123456789abcdef", "10.0.0.1"], "no interface identifier"),
        ([], "Missing argument"),
    ],
)
def test_wrong_input_is_one_line(arguments, message):
    result = run(*arguments)
    assert result.exit_code == 2
    assert result.stderr.count("\n") == 1
    assert message in result.stderr


def test_the_others_are_told_all_the_same():
    result = run("-T", "json", "::1", "-", "::2", input="::3\nnonsense\n::4\n")
    assert result.exit_code == 2
    assert result.stderr.startswith("sixscope addr: line 2: 'nonsense'")
    assert [item["address"] for item in json.loads(result.stdout)] == ["::1", "::3", "::4", "::2"]


def test_nothing_that_was_typed_reaches_the_terminal_raw():
    result = run("fe80::1%\x1b]0;title\x07\u202e", "\x1b[31mred")
    assert "\\x1b]0;title\\x07\\u202e" in result.stdout
    assert "\x1b" not in result.output
    assert "\u202e" not in result.output


def test_octets_that_are_no_text_are_refused_or_made_visible():
    result = run("-", input=b"\xff\xfe\n\nfe80::1%\x9b\n")
    assert result.exit_code == 2
    assert "\\udc9b" in result.stdout
    json.loads(run("-T", "json", "-", input=b"fe80::1%\x9b\n").stdout)


ADDRESSES = st.one_of(
    st.tuples(
        st.just("ipv6"), st.binary(min_size=16, max_size=16), st.none() | st.integers(0, 128)
    ),
    st.tuples(st.just("ipv4"), st.binary(min_size=4, max_size=4), st.none() | st.integers(0, 32)),
    st.tuples(st.just("mac"), st.binary(min_size=6, max_size=6), st.none()),
    st.tuples(st.sampled_from(["eui64", "iid"]), st.binary(min_size=8, max_size=8), st.none()),
)


@given(ADDRESSES)
def test_everything_can_be_explained_and_no_key_is_there_twice(address):
    sheet = explain(Typed(*address))
    keys = [fact.key for fact in sheet]
    assert len(set(keys)) == len(keys)
    assert all(fact.lines and all(fact.lines) for fact in sheet if fact.label)


def test_starting_is_cheap():
    code = (
        "import sys; from dissect.cli.main import main\n"
        "try: main(['addr', '-n', '2001:db8::1', '00:11:22:33:44:55'])\n"
        "except SystemExit: pass\n"
        "print(sorted({'netaddr', 'numpy', 'dpkt', 'orjson'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
