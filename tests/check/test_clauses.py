"""Each key of ``[[expect]]``, on captures whose packets were written down here."""

import gzip
import shutil
from pathlib import Path

import pytest

from dissect import open_capture
from dissect.check import several
from dissect.filter import compile_filter
from dissect.filter.passing import passing
from tests.captures_list import OURS, ROOT, name
from tests.check.making import check, dns_answer, dns_query, echo, told, udp, write

PINGS = [
    echo(128, 7, 1), echo(129, 7, 1, src="2001:db8::2", dst="2001:db8::1"),
    echo(128, 7, 2), echo(129, 7, 2, src="2001:db8::2", dst="2001:db8::1", hlim=63),
]  # fmt: skip


def expect(text: str) -> str:
    return f'[[expect]]\nname = "it"\n{text}\n'


# --- filter, count, every -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ("2", True), ('"== 2"', True), ('"2..3"', True), ('">= 2"', True), ('"<2"', False),
        ('"!= 2"', False), ("0", False), ('"3..4"', False), ('"> 1"', True),
    ],
)  # fmt: skip
def test_count(tmp_path, condition, holds):
    write(tmp_path / "x.pcap", PINGS)
    verdict = check(tmp_path, expect(f'filter = "icmpv6.type == 128"\ncount = {condition}'))
    assert verdict.status == (not holds)


def test_a_filter_alone_wants_a_packet_and_says_which_part_of_it_nothing_passes(tmp_path):
    write(tmp_path / "x.pcap", PINGS)
    verdict = check(tmp_path, expect('filter = "icmpv6.type == 128 and ipv6.hlim == 63"'))
    assert told(verdict) == [
        "count: expected at least 1 packet with icmpv6.type == 128 and ipv6.hlim == 63; "
        "found no packet"
    ]
    assert verdict.findings[0].details == (
        "2 packets with icmpv6.type == 128", "1 packet with ipv6.hlim == 63",
    )  # fmt: skip


def test_every_names_the_packets_and_the_fields_that_break_it(tmp_path):
    write(tmp_path / "x.pcap", PINGS)
    verdict = check(
        tmp_path,
        expect('filter = "icmpv6"\nevery = "ipv6.hlim == 64 and icmpv6.echo.identifier == 7"'),
    )
    (finding,) = verdict
    assert finding.message.endswith("found 1 of 4 packets has not")
    assert (finding.first, finding.count, finding.row) == (4, 1, 2)
    assert "Echo (ping) reply id=0x0007, seq=2, hop limit=63" in finding.spot.line
    assert finding.details[0] == "    ipv6.hlim: 63"
    assert not any("identifier" in line for line in finding.details)


def test_every_of_no_packets_does_not_hold_by_itself(tmp_path):
    write(tmp_path / "x.pcap", PINGS)
    assert check(tmp_path, expect('filter = "tcp"\nevery = "ipv6.hlim == 3"')).status == 1
    text = expect('filter = "tcp"\nevery = "ipv6.hlim == 3"\ncount = ">= 0"')
    assert check(tmp_path, text).status == 0


def test_an_empty_capture_has_no_packets(tmp_path):
    write(tmp_path / "x.pcap", [])
    assert check(tmp_path, expect('filter = "ipv6"')).status == 1
    assert check(tmp_path, expect("count = 0")).status == 0


# --- order --------------------------------------------------------------------------------------

STEPS = 'order = ["udp.srcport == 1", "udp.srcport == 2", "udp.srcport == 3"]'


@pytest.mark.parametrize(
    ("ports", "found"),
    [
        ((1, 2, 3), None),
        ((3, 1, 9, 2, 3), None),
        ((3, 2, 1), "behind these, no packet with udp.srcport == 2"),
        ((2, 3), "no packet with udp.srcport == 1"),
        ((1, 3, 2), "behind these, no packet with udp.srcport == 3"),
    ],
)
def test_order(tmp_path, ports, found):
    write(tmp_path / "x.pcap", [udp(port, 9999) for port in ports])
    messages = told(check(tmp_path, expect(STEPS)))
    assert [message.rpartition("found ")[2] for message in messages] == ([found] if found else [])


def test_order_takes_the_quickest_way(tmp_path):
    """1 at 0 and 90 ms, 2 at 100, 3 at 120: 30 ms, not 120."""
    write(
        tmp_path / "x.pcap", [(udp(1, 9), 0), (udp(1, 9), 90), (udp(2, 9), 100), (udp(3, 9), 120)]
    )
    assert check(tmp_path, expect(f'{STEPS}\nwithin = "30 ms"')).status == 0
    verdict = check(tmp_path, expect(f'{STEPS}\nwithin = "29 ms"'))
    assert told(verdict)[0].endswith("within 29 ms; found the quickest took 30 ms")
    assert [line.split()[0] for line in verdict.findings[0].details[:2]] == ["3", "4"]


def test_order_goes_by_times_where_the_file_does_not(tmp_path):
    write(tmp_path / "x.pcap", [(udp(3, 9), 30), (udp(2, 9), 20), (udp(1, 9), 10)])
    assert check(tmp_path, expect(STEPS)).status == 0


# --- response -----------------------------------------------------------------------------------

ECHO = """[expect.response]
request = "icmpv6.type == 128"
reply = "icmpv6.type == 129"
key = ["icmpv6.echo.identifier", "icmpv6.echo.sequence_number",
       {request = "ipv6.src", reply = "ipv6.dst"}]
"""
DNS = """[expect.response]
request = "dns.flags.response == 0"
reply = "dns.flags.response == 1"
key = ["dns.id"]
within = "50 ms"
"""


def test_every_request_has_its_reply(tmp_path):
    write(tmp_path / "x.pcap", PINGS)
    assert check(tmp_path, expect(ECHO)).status == 0


def test_a_reply_of_another_request_is_none(tmp_path):
    write(tmp_path / "x.pcap", [*PINGS, echo(128, 7, 3), echo(129, 7, 4), echo(129, 8, 3)])
    verdict = check(tmp_path, expect(ECHO))
    assert told(verdict)[0].endswith("found 1 of 3 requests is not")
    assert verdict.findings[0].first == 5


def test_a_reply_before_its_request_is_none(tmp_path):
    write(tmp_path / "x.pcap", [PINGS[1], PINGS[0]])
    assert check(tmp_path, expect(ECHO)).status == 1


@pytest.mark.parametrize("packed", [False, True], ids=["by columns", "in order"])
def test_late_and_missing_replies_are_told_with_the_time(tmp_path, packed):
    packets = [
        (dns_query(1), 0), (dns_query(2), 10), (dns_answer(1), 50), (dns_answer(2), 61),
        (dns_query(3), 100), (dns_query(4), 160), (udp(1, 2), 190),
    ]  # fmt: skip
    path = write(tmp_path / "x.pcap", packets)
    if packed:  # such a file is read by trees alone
        octets = path.read_bytes()
        path.write_bytes(gzip.compress(octets))
    (finding,) = check(tmp_path, expect(DNS))
    assert finding.message.endswith("within 50 ms; found 3 of 4 requests are not")
    remarks = [line.strip() for line in finding.details if line.startswith("    ")]
    assert remarks == [
        "its reply, packet 4, came 51 ms later", "no reply",
        "no reply; the capture ends 30 ms later",
    ]  # fmt: skip


def test_without_requests_a_response_does_not_hold(tmp_path):
    write(tmp_path / "x.pcap", [udp(1, 2)])
    assert told(check(tmp_path, expect(DNS)))[0].endswith("found no request")


def test_requests_that_wait_too_long_are_given_up(tmp_path, monkeypatch):
    monkeypatch.setattr("dissect.check.clauses.response.WAITING", 2)
    packets = [dns_query(1), dns_query(1), dns_query(2), dns_answer(1), dns_answer(2)]
    write(tmp_path / "x.pcap", packets)
    (finding,) = check(tmp_path, expect(DNS))
    assert finding.message.endswith("found 2 of 3 requests are not")
    assert finding.details[0].strip() == "no reply while 2 others came"


def test_one_reply_answers_a_request_and_its_retransmission(tmp_path):
    write(tmp_path / "x.pcap", [dns_query(1), dns_query(1), dns_answer(1)])
    assert check(tmp_path, expect(DNS)).status == 0


# --- fields -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ('{packet = 4, field = "ipv6.hlim", value = 63}', None),
        ('{packet = 4, field = "ipv6.hlim", value = 64}', "63"),
        ('{packet = 4, field = "ipv6.src", value = "2001:db8::2"}', None),
        ('{packet = 4, field = "ipv6.src", value = "2001:db8::/32"}', None),
        ('{packet = 4, field = "ipv6.src", value = "2001:db8::1"}', "2001:db8::2"),
        ('{packet = 1, field = "icmpv6.type", value = "Echo (ping) request"}', None),
        ('{packet = 9, field = "ipv6.hlim", value = 1}', "there is no packet 9"),
        ('{packet = 1, field = "tcp.port"}', "not there"),
        ('{packet = 1, field = "ipv6.hlim"}', None),
        ('{packet = 1, field = "ipv6.addr", value = ["2001:db8::1", "2001:db8::2"]}', None),
        ('{packet = 1, field = "ipv6.addr", value = ["2001:db8::2", "2001:db8::1"]}',
         "2001:db8::1, 2001:db8::2"),
        ('{packet = 1, field = "tcp.port", value = []}', None),
        ('{match = 2, field = "icmpv6.echo.sequence_number", value = 2}', None),
        ('{match = -1, field = "ipv6.hlim", value = 63}', None),
        ('{match = 3, field = "ipv6.hlim"}', "2 packets with icmpv6.type == 129"),
        ('{match = -3, field = "ipv6.hlim"}', "2 packets with icmpv6.type == 129"),
    ],
)  # fmt: skip
def test_fields(tmp_path, row, found):
    write(tmp_path / "x.pcap", PINGS)
    verdict = check(tmp_path, expect(f'filter = "icmpv6.type == 129"\nfields = [{row}]'))
    assert [message.rpartition("found ")[2] for message in told(verdict)] == (
        [found] if found else []
    )


# --- report -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ('{table = "capture", column = "packets", value = 4}', None),
        ('{table = "capture", column = "packets", value = "> 4"}', "4"),
        ('{table = "icmpv6", value = 2}', None),
        ('{table = "icmpv6", where = {type = 128}, column = "packets", value = 2}', None),
        ('{table = "icmpv6", where = {type = 1}, column = "packets", value = 2}',
         "there is no such row"),
        ('{table = "icmpv6", where = {code = 0}, column = "packets", value = 2}',
         "2 rows are so"),
        ('{table = "icmpv6", where = {type = 129}, column = "name", '
         'value = "Echo (ping) reply"}', None),
    ],
)  # fmt: skip
def test_report(tmp_path, row, found):
    write(tmp_path / "x.pcap", PINGS)
    verdict = check(tmp_path, expect(f"report = [{row}]"))
    assert [message.rpartition("found ")[2] for message in told(verdict)] == (
        [found] if found else []
    )


def test_a_report_is_of_the_packets_that_pass_the_filter(tmp_path):
    write(tmp_path / "x.pcap", PINGS)
    row = '{table = "capture", column = "packets", value = 1}'
    assert check(tmp_path, expect(f'filter = "ipv6.hlim == 63"\nreport = [{row}]')).status == 0


# --- lint ---------------------------------------------------------------------------------------

ND = ROOT / "captures" / "icmpv6_nd.pcapng"
"""Its packet 19 is a Neighbor Advertisement with hop limit 64: RFC 4861, section 7.1.2."""


@pytest.mark.parametrize(
    ("rules", "found"),
    [
        ('must = ["NDP-001"]', None),
        ('must = ["NDP"]\nmust_not = ["ARP"]', None),
        ('must = ["NDP-001", "ARP-001"]', "expected ARP-001 finds something; found nothing"),
        ('must_not = ["NDP-001"]', "found once"),
    ],
)
def test_lint(tmp_path, rules, found):
    (tmp_path / "x.pcap").write_bytes(ND.read_bytes())
    verdict = check(tmp_path, expect(f"[expect.lint]\n{rules}"))
    if found is None:
        assert told(verdict) == []
    else:
        (finding,) = verdict
        assert finding.message.endswith(found)


def test_a_rule_that_fires_shows_its_packet_its_clause_and_what_to_do(tmp_path):
    (tmp_path / "x.pcap").write_bytes(ND.read_bytes())
    (finding,) = check(tmp_path, expect('lint = {must_not = ["NDP-001"]}'))
    assert finding.first == 19
    assert "RFC 4861" in finding.message
    assert any(line.startswith("fix: ") for line in finding.details)


# --- in one pass --------------------------------------------------------------------------------

FILTERS = [
    "", "ipv6", "icmpv6.type == 135 or tcp.flags.syn == 1", "udp.stream == 1", "not ip.src",
    "dns.time or rtp", "ipv6.fragment and data.len > 10", 'addr.kind == "teredo"',
    "frame.time_delta < 0.1",
]  # fmt: skip
CAPTURES = [path for path in OURS if path.name.startswith(
    ("tour", "dns.", "fragments_ipv6", "ipv6_header"))]  # fmt: skip


@pytest.mark.parametrize(
    ("path", "filters"),
    [*((path, FILTERS) for path in CAPTURES),
     (ROOT / "captures" / "lab" / "applications.pcapng", ["rtp", "sip.Method"])],
    ids=lambda value: name(value) if isinstance(value, Path) else "",
)  # fmt: skip
def test_filters_asked_together_say_what_each_says_alone(path, filters):
    tests = [compile_filter(text) for text in filters]
    found = {text: [] for text in filters}
    with open_capture(path) as capture:
        for row in several.rows(capture, tests):
            for test in tests:
                found[test.text] += row.number[row.passing(test)].tolist()
    for test in tests:
        with open_capture(path) as capture:
            assert found[test.text] == [packet.number for packet in passing(capture, test)]


def test_compressed_captures_give_the_same_numbers(tmp_path):
    packed = tmp_path / "tour.pcapng.gz"
    with (ROOT / "captures" / "tour.pcapng").open("rb") as stream, gzip.open(packed, "wb") as out:
        shutil.copyfileobj(stream, out)
    numbers = []
    for path in (ROOT / "captures" / "tour.pcapng", packed):
        with open_capture(path) as capture:
            test = compile_filter("udp.stream == 1 or tcp.len > 0")
            numbers.append([n for row in several.rows(capture, [test])
                            for n in row.number[row.passing(test)].tolist()])  # fmt: skip
    assert numbers[0] == numbers[1] != []
