"""HTML reports as text: what is in the page, which packets it has, what is charted."""

from __future__ import annotations

import gzip
import io
import re
import subprocess
import sys
from collections import Counter
from itertools import pairwise

import pytest
from markupsafe import escape

from dissect.analysis.analysis import Finding
from dissect.analysis.options import Options
from dissect.analysis.table import Column, Ref, Table
from dissect.api import Packet, open_capture
from dissect.capture.write import PcapngWriter, PcapWriter
from dissect.filter import compile_filter
from dissect.report.formats.html import filters, hosts, packets, write
from dissect.report.formats.html.charts import Span, charts, hierarchy, nesting, rates, timeline
from dissect.report.formats.html.page import lasted, scaled
from dissect.report.formats.html.policy import policy_of
from dissect.report.formats.html.subjects import by_subject
from dissect.report.formats.html.tables import Within
from dissect.report.formats.look import Look
from dissect.report.names import TABLES
from dissect.report.run import Report, report
from dissect.report.summary import Plan
from tests.captures_list import ROOT
from tests.report.html_page import ATTACKS, TUNNELS, hostile
from tests.report.test_command import run


def page(*reports: Report) -> str:
    stream = io.StringIO()
    write(stream, list(reports), Look())
    return stream.getvalue()


def made(path: object, *names: str) -> Report:
    return report([str(path)], Plan(names or tuple(TABLES), Options(top=200)))


def without_scripts(text: str) -> str:
    return re.sub(r"<(script|style)\b.*?</\1>", "", text, flags=re.DOTALL)


def cited(*refs: Ref, paths: tuple[str, ...] = (str(TUNNELS),)) -> Report:
    finding = Finding("warning", "ABC-001", "Something <b>odd</b>.", refs, "pings")
    return Report(list(paths), "", [], [finding])


# --- what is in the page ------------------------------------------------------------------------


def test_findings_come_before_everything_else_with_their_packets():
    text = without_scripts(page(cited(Ref(3), Ref(7))))
    assert text.index("1 warning") < text.index("ABC-001")
    assert "Something &lt;b&gt;odd&lt;/b&gt;." in text
    assert '<a class="packet" href="#packet-1-3">packet 3</a>' in text
    assert 'id="packet-1-7"' in text


def test_every_table_with_rows_is_there_and_no_other():
    found = made(TUNNELS)
    text = without_scripts(page(found))
    for table in found.tables:
        assert (f'<section class="table" id="{table.name}">' in text) == bool(table.rows)


def test_every_table_has_a_subject():
    names = [name for mine in by_subject(TABLES).values() for name in mine]
    assert sorted(names) == sorted(TABLES)


def test_attacks_are_escaped_everywhere(tmp_path):
    path = hostile(tmp_path)
    text = page(made(path))
    rest = without_scripts(text)
    assert "<script" not in rest
    assert not re.search(r"<(img|svg)\b", rest)
    for attack in ATTACKS:
        shown = attack.replace("\u2028", "\\u2028").replace("\u202e", "\\u202e")
        assert str(escape(shown)) in rest
    assert not re.search("[\u2028\u202e\ud800-\udfff\x00-\x09\x0b-\x1f]", rest)
    data = re.search(r'<script type="application/json" id="drawn">(.*?)</script>', text, re.DOTALL)
    assert data
    assert not re.search(r"[<>&']", data[1])


def test_texts_without_end_are_cut(tmp_path):
    stream = io.BytesIO()
    file = PcapngWriter(stream, comment="long " * 10_000)
    file.interface(name="n" * 60_000)
    file.packet(b"\0" * 60, comment="c" * 60_000)
    path = tmp_path / "long.pcapng"
    path.write_bytes(stream.getvalue())
    found = made(path)
    found.findings = cited(Ref(1)).findings
    text = without_scripts(page(found))
    assert len(text) < 60_000
    assert "(50,000 characters)" in text


def test_policy_allows_nothing_but_what_has_these_hashes():
    # printf 'alert(1)' | openssl dgst -sha256 -binary | base64
    digest = "'sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI='"
    assert policy_of([], ["alert(1)"]) == (
        f"default-src 'none'; script-src {digest}; style-src ; base-uri 'none'; form-action 'none'"
    )


def test_licences_of_what_is_bundled_travel_with_it():
    text = page(cited())
    for name in ("@observablehq/plot 0.6.17", "d3-sankey 0.12.3", "Copyright 2015, Mike Bostock"):
        assert name in text


def test_reports_on_each_file_have_places_of_their_own():
    one, two = cited(Ref(1)), made(ROOT / "captures" / "tour.pcapng")
    places = re.findall(r' id="([^"]+)"', page(one, two))
    assert len(places) == len(set(places))


# --- the packets behind a number ----------------------------------------------------------------


def is_simple(packet: Packet) -> bool:
    """No packet in another, be it in a tunnel or quoted."""
    names = [layer.name for layer in packet.layers]
    return len(names) == len(set(names))


@pytest.mark.parametrize("name", ["tour", "lab/tunnels", "sctp"])
def test_filters_let_all_packets_pass_that_a_number_counts(name):
    path = ROOT / "captures" / f"{name}.pcapng"
    with open_capture(path, reassemble=False) as capture:
        decoded = [packet.decode(detail=True) for packet in capture]
    found = report([str(path)], Plan(tuple(filters.MAKERS)))
    several = 0
    for table in found.tables:
        names = [column.name for column in table.columns]
        at = next(names.index(name) for name in filters.COUNTS if name in names)
        for row, test in zip(table.rows, filters.filters_of(table), strict=True):
            passed = list(filter(compile_filter(test), decoded))
            several += len(passed)
            exact = table.name in ("chains", "lengths")
            if exact or (names[at] == "packets" and all(map(is_simple, passed))):
                assert len(passed) == row[at], test
            else:  # headers are counted, or one packet has several
                assert len(passed) >= min(1, row[at]), test
    assert several > len(decoded)


# --- hosts --------------------------------------------------------------------------------------


def test_page_of_a_host_has_the_rows_of_its_mac_on_its_link_only():
    keys = (Column("link", "Link", "text"), Column("mac", "MAC", "text"))
    what = Column("event", "What", "text", packet=True)
    rows = [("eth0", "00:00:5e:00:53:01"), ("eth1", "00:00:5e:00:53:01"), ("eth0", None)]
    tables = {
        "hosts": Table("hosts", "Hosts", keys, rows, 3),
        "host-events": Table(
            "host-events", "Events", (*keys, what), [(*row, f"of {row}") for row in rows], 3
        ),
    }  # fmt: skip
    within = Within("", hosts.places(tables))
    assert within.hosts == {
        ("eth0", "00:00:5e:00:53:01"): "host-1", ("eth1", "00:00:5e:00:53:01"): "host-2",
    }  # fmt: skip
    for link, host in zip(("eth0", "eth1"), hosts.hosts(tables, within), strict=True):
        (table,) = host.tables
        assert [[cell.text for cell in row] for row in table.rows] == [[f"of {(link, host.mac)}"]]


def test_every_mac_that_has_a_page_leads_to_it():
    text = without_scripts(page(made(ROOT / "captures" / "lab" / "slaac.pcapng")))
    for place in ("host-1", "host-2", "host-3"):
        assert text.count(f'id="{place}"') == 1
        assert text.count(f'href="#{place}"') > 3


# --- packets ------------------------------------------------------------------------------------


def test_tree_of_a_cited_packet_is_what_show_prints():
    (decoded,) = packets.cited(cited(Ref(25))).packets.values()
    command = [sys.executable, "-m", "dissect", "show", "-V", "--packets", "25", str(TUNNELS)]
    shown = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    lines = [
        line for layer in decoded.layers
        for line in (layer.title, *(f"    {line}" for line in layer.lines))
    ]  # fmt: skip
    # what the tour of one packet can't know: times since the one before, and indented octets
    own = {line.strip() for line in lines if "Time " not in line}
    assert own == {line.strip() for line in shown.splitlines() if line and "Time " not in line}
    assert decoded.columns[2:4] == ("2002:c000:201::1", "2002:c000:202::1")


def test_more_packets_than_are_decoded_are_counted(monkeypatch):
    monkeypatch.setattr(packets, "MOST", 2)
    found = packets.cited(cited(Ref(9), Ref(5), Ref(9), Ref(7), Ref(8)))
    assert list(found.packets) == [Ref(5), Ref(9)]
    assert found.more == 2
    assert "2 more packets are cited" in page(cited(Ref(9), Ref(5), Ref(7), Ref(8)))


def test_packets_that_are_gone_are_named_but_not_decoded(tmp_path):
    gone = str(tmp_path / "gone.pcap")
    found = packets.cited(cited(Ref(1), Ref(2, 1), Ref(10_000, 1), paths=(gone, str(TUNNELS))))
    assert list(found.packets) == [Ref(2, 1)]
    assert found.more == 2


def test_a_tree_without_end_is_cut():
    big = ROOT / "captures" / "lab" / "jumbograms.pcapng"
    found = packets.cited(cited(*map(Ref, range(1, 30)), paths=(str(big),)))
    for one in found.packets.values():
        lines = sum(1 + len(layer.lines) for layer in one.layers)
        assert lines <= packets.LINES + len(one.layers)
        assert lines >= packets.LINES or not one.cut
    assert any(one.cut for one in found.packets.values())


def test_what_came_through_a_pipe_cannot_be_read_again():
    data = gzip.compress(TUNNELS.read_bytes())
    command = [sys.executable, "-m", "dissect", "report", "-T", "html", "-"]
    done = subprocess.run(command, input=data, capture_output=True, check=True, cwd=ROOT)
    text = without_scripts(done.stdout.decode())
    assert "what came through a pipe can't be read again" in text
    assert "<a class=" not in text.replace('<a class="skip"', "")


# --- figures and charts -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "text"),
    [(0, "0 "), (999, "999 "), (1000, "1.00 k"), (43452, "43.5 k"), (999_499, "999 k"),
     (999_500, "1.00 M"), (5.2e18, "5,200 P")],
)  # fmt: skip
def test_numbers_of_three_digits(number, text):
    assert scaled(number) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0 s"), (8.467992, "8.47 s"), (59.99, "60 s"), (61, "1 min 1 s"), (7800, "2 h 10 min"),
     (86400 * 3 + 3600 * 4, "3 d 4 h")],
)  # fmt: skip
def test_durations(seconds, text):
    assert lasted(seconds) == text


HIERARCHY = (
    Column("path", "Path", "text"), Column("protocol", "Protocol", "text"),
    Column("depth", "Depth", "number"), Column("packets", "Packets"),
    Column("octets", "Octets", "octets"), Column("share", "Share", "share"),
)  # fmt: skip
PATHS = [
    ("eth", 10), ("eth:ip", 7), ("eth:ip:ipv6", 4), ("eth:ip:ipv6:udp", 1), ("eth:ip:gre", 2),
    ("eth:ip:gre:ipv6", 2), ("eth:ip:udp", 1), ("eth:ipv6", 3), ("eth:ipv6:tcp", 3),
]  # fmt: skip


def paths() -> Table:
    rows = [
        (path, path.split(":")[-1], path.count(":") + 1, packets, 100 * packets, packets / 10)
        for path, packets in PATHS
    ]
    return Table("hierarchy", "Protocol hierarchy", HIERARCHY, rows, len(rows))


def test_only_tunnels_are_in_the_flow_diagram():
    """Of ten packets six are in tunnels: four of IPv6 in IPv4, one with UDP, and two in GRE."""
    chart = nesting(paths())
    assert chart is not None
    flows = {(link["source"], link["target"]): link["value"] for link in chart.data["links"]}
    assert flows == {
        ("0:ip", "1:ipv6"): 4, ("1:ipv6", "2:udp"): 1, ("0:ip", "1:gre"): 2,
        ("1:gre", "2:ipv6"): 2,
    }  # fmt: skip


def test_boxes_of_the_hierarchy_lie_within_those_that_carry_them():
    boxes = hierarchy(paths()).data["boxes"]
    for box in boxes[1:]:
        above = [one for one in boxes if one["depth"] == box["depth"] - 1]
        assert any(
            one["from"] <= box["from"]
            and box["from"] + box["packets"] <= one["from"] + one["packets"]
            for one in above
        )
    spans = [(box["depth"], box["from"], box["from"] + box["packets"]) for box in boxes]
    for depth, start, end in spans:
        assert not any(d == depth and start < s < end for d, s, _ in spans)


def test_bars_of_rates_are_as_wide_as_their_interval():
    found = made(TUNNELS, "rates")
    chart = rates(found.tables[0])
    assert chart is not None
    assert chart.data["width"] == pytest.approx(200)
    bars = chart.data["bars"]
    assert sum(bar["packets"] for bar in bars) == 144
    assert {round(b["from"] - a["from"]) for a, b in pairwise(bars)} == {200}


def test_exchanges_are_told_apart_by_how_they_ended():
    """The recording has a Release that failed, a Renew and a Rebind that nobody answered."""
    found = made(ROOT / "captures" / "lab" / "dhcpv6_servers.pcapng", "dhcpv6-exchanges")
    (chart,) = charts(found.tables)
    moods = Counter(bar["mood"] for bar in chart.data["bars"])
    assert (moods["bad"], moods["open"]) == (1, 2)
    assert sum(moods.values()) == found.tables[0].total


def test_times_that_scripts_have_no_dates_for_are_not_drawn(tmp_path):
    stream = io.BytesIO()
    file = PcapngWriter(stream)
    file.interface(ticks=1)
    for second in (1 << 60, (1 << 60) + 1):
        file.packet(b"\0" * 60, second * 1_000_000_000)
    path = tmp_path / "late.pcapng"
    path.write_bytes(stream.getvalue())
    found = made(path)
    text = page(found)
    assert found.tables[2].rows[0][0] == 2
    assert '"kind": "rates"' not in text


def test_a_timeline_has_a_line_for_each_thing_in_the_order_of_beginning():
    spans = [
        Span("b", 2_000_000_000, 1.5, "good", "later", Ref(2)),
        Span("a", 1_000_000_000, None, "open", "sooner", Ref(1)),
        Span("b", 4_000_000_000, 0.5, "bad", "again\x1b", Ref(3, 1)),
        Span("c", None, 0.5, "bad", "of a file without times", Ref(4)),
    ]
    chart = timeline(Table("address-checks", "Checks", (), [], 0), "", spans)
    assert chart is not None
    assert chart.data["lines"] == ["a", "b"]
    assert [(bar["from"], bar["to"]) for bar in chart.data["bars"]] == [
        (1000, 1000), (2000, 3500), (4000, 4500),
    ]  # fmt: skip
    assert chart.data["bars"][2]["words"] == "again\\x1b"
    assert chart.data["bars"][2]["packet"] == "2-3"


# --- the command --------------------------------------------------------------------------------


def test_a_file_appears_whole_and_replaces_none_unasked(tmp_path):
    out = tmp_path / "report.html"
    out.write_text("mine")
    command = ("-T", "html", "--table", "capture", "-o", out, TUNNELS)
    refused = run(*command)
    assert refused.returncode == 2
    assert refused.stderr == f"sixscope: {out} exists; --force replaces it\n"
    assert out.read_text() == "mine"
    done = run("--force", *command)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert "144" in out.read_text()
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]


def test_a_place_that_is_none_is_told_in_a_line(tmp_path):
    done = run("-o", tmp_path / "absent" / "report.txt", TUNNELS)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "No such file or directory" in done.stderr


# --- findings in all formats --------------------------------------------------------------


def written(form: str, found: Report) -> str:
    from importlib import import_module

    stream = io.StringIO()
    import_module(f"dissect.report.formats.{form}").write(stream, [found], Look())
    return stream.getvalue()


def test_findings_are_above_the_tables_of_every_format():
    found = made(TUNNELS, "pings")
    finding = Finding("error", "ABC-001", "It *broke*\x1b.", (Ref(3), Ref(7, 1)), "pings")
    found.findings = [finding]
    text = written("text", found)
    assert "error  It *broke*\\x1b. (packets 3, 2:7, ABC-001)" in text
    assert text.index("broke") < text.index("Pings")
    words = written("md", found)
    assert words.startswith(f"### {str(TUNNELS).replace('_', chr(92) + '_')}: 1 error\n")
    assert "**error**: It \\*broke\\*\\\\x1b. (packets 3, 2:7) `ABC-001`\n" in words
    assert "<details><summary>Pings (" in words
    assert '"packets": [\n        3,\n        "2:7"\n      ]' in written("json", found)


@pytest.mark.parametrize("form", ["text", "md", "html"])
def test_many_findings_of_a_kind_do_not_bury_one_of_another(form):
    many = [Finding("warning", "ABC-001", f"Number {n}.", (), "pings") for n in range(500)]
    found = made(TUNNELS, "pings")
    found.findings = [*many, Finding("note", "", "The other one.", (), "pings")]
    text = without_scripts(written(form, found))
    seen = re.sub(r"<details>.*?</details>", "", text, flags=re.DOTALL)
    assert "500 warnings, 1 note" in seen
    assert re.findall(r"Number \d+", seen) == ["Number 0", "Number 1"]
    assert "The other one." in seen
    assert len(re.findall(r"Number \d+", text)) <= 102
    assert re.search("498 more|499 more finding|100 more by ABC-001", text)


def test_what_was_lost_or_cut_while_capturing_is_a_finding(tmp_path):
    stream = io.BytesIO()
    writer = PcapWriter(stream, link_type=1)
    writer.packet(b"\0" * 60, 2_000_000_000, original=100)
    writer.packet(b"\0" * 60, 1_000_000_000)
    path = tmp_path / "cut.pcap"
    path.write_bytes(stream.getvalue())
    assert [(one.level, one.words) for one in made(path, "capture").findings] == [
        ("note", f"1 of 2 packets in {path} were cut when they were captured."),
        ("note", f"The packets of {path} are not in the order of time."),
    ]
