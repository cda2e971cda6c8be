"""``sixscope report``: what it prints, in which format, and its exit status."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import re
import subprocess
import sys

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dissect import open_capture
from dissect.analysis.names import ANALYSES
from dissect.capture.write import PcapWriter
from dissect.report.names import TABLES, chosen
from tests.captures_list import OURS, ROOT, name
from tests.report.schema import FILE, schema

TOUR = ROOT / "captures" / "tour.pcapng"
TUNNELS = ROOT / "captures" / "ipv6_tunnels.pcapng"
ESCAPES = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")


def run(*arguments: object, width: int = 200) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "dissect", "report", *map(str, arguments)]
    env = os.environ | {"COLUMNS": str(width)}
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False, env=env
    )


def tables(*arguments: object) -> dict[str, list[dict]]:
    done = run("-T", "json", *arguments)
    assert (done.returncode, done.stderr) == (0, "")
    found = json.loads(done.stdout)
    return {name: table["rows"] for name, table in found["tables"].items()}


# --- formats ------------------------------------------------------------------------------------


def test_schema_in_the_package_is_that_of_the_tables():
    assert json.loads(FILE.read_text()) == schema()


@pytest.mark.parametrize("path", OURS[::12], ids=name)
def test_json_is_as_the_schema_says(path):
    done = run("-T", "json", path)
    found = json.loads(done.stdout)
    jsonschema.validate(found, schema(), jsonschema.Draft202012Validator)
    assert list(found["tables"]) == list(TABLES)


def test_schema_refuses_what_is_not_in_it():
    found = json.loads(run("-T", "json", "--table", "hops", TOUR).stdout)
    for change in ({"schema": "sixscope.report/2"}, {"more": 1}, {"tables": {"hops": {}}}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(found | change, schema())


def test_text_has_the_hierarchy_indented_and_a_line_of_bars():
    lines = run(TOUR).stdout.splitlines()
    assert any(re.match(r"    icmpv6 +19 +1,826 +47.5%$", line) for line in lines)
    assert any(re.match(r"  [ ▁-█]+ up to \d+ packets$", line) for line in lines)
    assert not any(line.endswith(" ") for line in lines)


@pytest.mark.parametrize("width", [60, 132])
def test_text_fits_the_terminal_and_cuts_no_number(width):
    done = run("--table", "endpoints,conversations,kinds,hierarchy", TOUR, width=width)
    lines = [line for line in done.stdout.splitlines() if "no room for" not in line]
    assert max(map(len, lines)) <= width
    assert "…" not in done.stdout
    assert "66,274" in done.stdout


def test_no_colours_where_nobody_sees_them_and_some_where_asked():
    assert "\x1b" not in run(TOUR).stdout
    assert "\x1b[1m" in run("--color", "always", TOUR).stdout


def test_csv_of_one_table():
    done = run("-T", "csv", "--table", "conversations-tcp", TOUR)
    (row,) = csv.DictReader(io.StringIO(done.stdout))
    assert row["b_address"] == "2001:db8:80::80"
    assert (row["packets"], row["octets"], row["b_port"]) == ("10", "962", "80")
    assert row["first"] == "2026-01-01T00:00:04.386000000Z"


def test_csv_of_many_tables_is_no_csv():
    done = run("-T", "csv", TOUR)
    assert done.returncode == 2
    assert done.stderr == "sixscope report: -T csv writes one table: --table NAME\n"


def test_markdown_has_tables_and_nothing_in_them_is_interpreted(tmp_path):
    path = tmp_path / "a|b*<c>.pcap"
    path.write_bytes(pcap([b"x" * 60]))
    text = run("-T", "md", path).stdout
    assert "a\\|b\\*\\<c\\>.pcap" in text
    assert "a|b" not in text


# --- hostile names ------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["text", "md", "json"])
def test_names_from_files_reach_the_terminal_only_made_visible(form, tmp_path):
    path = tmp_path / "x\x1b[2J\u202ey.pcap"
    path.write_bytes(pcap([b"x" * 60]))
    shown = run("-T", form, path).stdout
    assert not ESCAPES.search(shown)
    assert form == "json" or "\u202e" not in shown


# --- choosing -----------------------------------------------------------------------------------


def test_list_names_all_tables():
    done = run("--list")
    assert [line.split()[0] for line in done.stdout.splitlines()] == list(TABLES)


def test_a_group_of_tables_and_one_more():
    assert chosen("endpoints, hops") == [*(n for n in TABLES if n.startswith("endpoints-")), "hops"]
    assert next(iter(tables("--table", "hops,conversations", TOUR))) == "hops"


def test_no_such_table():
    done = run("--table", "nonsense", TOUR)
    assert done.returncode == 2
    assert "there is no table 'nonsense' (--list names them)" in done.stderr


def test_top_limits_rows_and_tells_how_many_there_are():
    done = run("-T", "json", "--top", "2", "--table", "endpoints-ipv6", TOUR)
    table = json.loads(done.stdout)["tables"]["endpoints-ipv6"]
    assert (len(table["rows"]), table["total"]) == (2, 14)
    assert "and 12 more" in run("--top", "2", "--table", "endpoints-ipv6", TOUR).stdout


def test_ends_of_tunnels_inside_and_outside():
    def pairs(*options: str) -> set[str]:
        rows = tables("--table", "endpoints-ipv4,endpoints-ipv6", *options, TOUR)
        return {row["address"] for found in rows.values() for row in found}

    inner, outer = pairs("--inner"), pairs("--outer")
    assert "192.0.2.1" in outer - inner
    assert inner | outer == pairs()
    assert run("--inner", "--outer", TOUR).returncode == 2


def test_prefixes_take_hosts_together_but_not_groups():
    rows = tables("--table", "endpoints-ipv6", "--prefix", "64", TOUR)["endpoints-ipv6"]
    found = {row["address"]: row["packets"] for row in rows}
    assert "2001:db8:0:1::/64" in found
    assert "ff02::16" in found
    whole = tables("--table", "endpoints-ipv6", TOUR)["endpoints-ipv6"]
    mine = [row for row in whole if row["address"].startswith("2001:db8:0:1:")]
    assert found["2001:db8:0:1::/64"] == sum(row["packets"] for row in mine)


def test_names_of_mac_addresses_are_left_out_where_asked():
    assert "IPv6mcast_16" in run("--table", "endpoints-eth", TOUR).stdout
    assert "IPv6mcast_16" not in run("-n", "--table", "endpoints-eth", TOUR).stdout


@pytest.mark.parametrize(
    "condition",
    ["ipv6.hlim == 255", "icmpv6.type in {133..137} || dns", "frame.len > 100 && not ipv6.fraghdr",
     "tcp.stream == 0", "frame.time_delta > 0.01", "icmpv6.resp_to", 'addr.kind == "multicast"'],
)  # fmt: skip
def test_filter_lets_those_through_that_show_shows(condition):
    command = [sys.executable, "-m", "dissect", "show", "--no-reassembly", "-T", "fields", "-e",
               "frame.len", "-Y", condition, str(TOUR)]  # fmt: skip
    shown = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout
    lengths = [int(line) for line in shown.split()]
    rows = tables("--table", "capture,hierarchy,rates", "-Y", condition, TOUR)
    (row,) = rows["capture"]
    assert (row["packets"], row["octets"]) == (len(lengths), sum(lengths))
    assert sum(one["packets"] for one in rows["rates"]) == len(lengths)
    assert sum(one["packets"] for one in rows["hierarchy"] if one["depth"] == 1) == len(lengths)


def test_a_filter_with_a_mistake_is_told_with_its_place():
    done = run("-Y", "ipv6.hlim =", TOUR)
    assert done.returncode == 2
    assert "^" in done.stderr


def test_notes_come_from_rows_that_the_tree_reader_read_or_from_all():
    def noted(*options: str) -> tuple[str, list[str]]:
        done = run("-T", "json", "--table", "notes", *options, TOUR)
        table = json.loads(done.stdout)["tables"]["notes"]
        return table["remarks"][0], [row["name"] for row in table["rows"]]

    remark, few = noted()
    assert re.fullmatch(r"of the \d packets that the tree reader has read, out of 40; .*", remark)
    remark, names = noted("--notes")
    assert remark == "of the 40 packets that the tree reader has read"
    assert "tcp.connection.syn" in names
    assert set(few) <= set(names)
    with open_capture(TOUR, reassemble=False) as capture:
        wanted = {one.note.name for packet in capture for one in capture_alone(packet)}
    assert set(names) == wanted


def capture_alone(packet):
    """What is noted of a packet that knows of no others."""
    from dissect import Packet

    alone = Packet(packet.data, packet.link_type, original=packet.original)
    return alone.findings


# --- files --------------------------------------------------------------------------------------


def pcap(packets: list[bytes]) -> bytes:
    stream = io.BytesIO()
    writer = PcapWriter(stream, link_type=1)
    for number, octets in enumerate(packets):
        writer.packet(octets, 1_700_000_000_000_000_000 + number)
    return stream.getvalue()


def test_several_files_are_one_report_or_one_each():
    rows = tables("--table", "capture,files", TOUR, TUNNELS)
    one, two = (tables("--table", "capture", path)["capture"][0] for path in (TOUR, TUNNELS))
    assert rows["capture"][0]["packets"] == one["packets"] + two["packets"]
    assert [row["packets"] for row in rows["files"]] == [one["packets"], two["packets"]]
    each = json.loads(run("-T", "json", "--each", "--table", "capture", TOUR, TUNNELS).stdout)
    found = [report["tables"]["capture"]["rows"][0]["packets"] for report in each]
    assert found == [one["packets"], two["packets"]]


def test_standard_input_compressed():
    data = gzip.compress(TOUR.read_bytes())
    command = [sys.executable, "-m", "dissect", "report", "-T", "json", "-"]
    done = subprocess.run(command, input=data, capture_output=True, check=True, cwd=ROOT)
    found = json.loads(done.stdout)["tables"]
    wanted = tables(TOUR)
    for kind in ("hierarchy", "conversations-udp", "rates", "notes"):
        assert found[kind]["rows"] == wanted[kind]
    assert found["files"]["rows"][0]["compression"] == "gzip"


def test_standard_input_is_read_once_however_many_processes_there_may_be():
    command = [sys.executable, "-m", "dissect", "report", "-T", "json", "--jobs", "2", "-"]
    done = subprocess.run(
        command, input=TOUR.read_bytes(), capture_output=True, check=True, cwd=ROOT
    )
    found = json.loads(done.stdout)["tables"]
    assert set(found) == set(TABLES)
    assert found["capture"]["rows"] == tables("--table", "capture", TOUR)["capture"]


def test_damage_is_told_once_by_several_processes(tmp_path):
    path = tmp_path / "cut.pcapng"
    path.write_bytes(TOUR.read_bytes()[:3000])
    done = run("-T", "json", "--jobs", "2", path)
    assert done.returncode == 2
    assert re.fullmatch(rf"sixscope: {path}: byte \d+: .*\n", done.stderr)
    assert done.stdout == run("-T", "json", path).stdout


def test_standard_input_with_a_filter_that_needs_order():
    command = [sys.executable, "-m", "dissect", "report", "-T", "json", "--table", "capture", "-Y",
               "tcp.stream == 0", "-"]  # fmt: skip
    done = subprocess.run(
        command, input=TOUR.read_bytes(), capture_output=True, check=True, cwd=ROOT
    )
    assert json.loads(done.stdout)["tables"]["capture"]["rows"][0]["packets"] == 10


def test_several_processes_find_the_same(tmp_path):
    path = tmp_path / "much.pcap"
    with open_capture(TOUR) as capture:
        packets = [packet.data for packet in capture if packet.link_type == 1]
    path.write_bytes(pcap(packets * 1700))
    names = ",".join(name for name in TABLES if name not in ANALYSES)
    assert tables("--jobs", "2", "--table", names, path) == tables("--table", names, path)


def test_a_damaged_file_is_summed_up_to_the_damage(tmp_path):
    path = tmp_path / "cut.pcapng"
    path.write_bytes(TOUR.read_bytes()[:3000])
    done = run("-T", "json", path)
    assert done.returncode == 2
    assert re.fullmatch(rf"sixscope: {path}: byte \d+: .*\n", done.stderr)
    found = json.loads(done.stdout)
    assert 0 < found["tables"]["capture"]["rows"][0]["packets"] < 40
    assert found["tables"]["files"]["rows"][0]["damage"]
    assert len(found["failures"]) == 1
    text = run(path, TOUR)
    assert text.returncode == 2
    assert "Damage" in text.stdout


@pytest.mark.parametrize("form", ["text", "json", "md"])
def test_what_is_no_capture_does_not_keep_others_from_being_reported(form, tmp_path):
    path = tmp_path / "words.txt"
    path.write_text("no capture at all")
    done = run("-T", form, path, tmp_path / "absent.pcap", TOUR)
    assert done.returncode == 2
    assert done.stderr.splitlines() == [
        f"sixscope: {path}: byte 0: neither a pcap nor a pcapng file",
        f"sixscope: {tmp_path / 'absent.pcap'}: No such file or directory",
    ]
    assert "72,672" in done.stdout or "72672" in done.stdout


def test_an_empty_capture(tmp_path):
    path = tmp_path / "empty.pcap"
    path.write_bytes(pcap([]))
    done = run(path)
    assert (done.returncode, done.stderr) == (0, "")
    assert tables(path)["capture"][0]["packets"] == 0


@settings(max_examples=60)
@given(
    cut=st.integers(24, 5000),
    turned=st.lists(st.tuples(st.integers(24, 5000), st.integers(0, 255)), max_size=4),
)
def test_any_damage_gives_a_report(cut, turned, tmp_path_factory):
    from dissect.report.run import report
    from dissect.report.summary import Plan

    data = bytearray(TOUR.read_bytes()[:cut])
    for at, value in turned:
        if at < len(data):
            data[at] = value
    path = tmp_path_factory.mktemp("damaged") / "x.pcapng"
    path.write_bytes(data)
    found = report([str(path)], Plan(tuple(TABLES)))
    assert len(found.tables) == len(TABLES)


def test_help_and_list_load_no_heavy_libraries():
    script = (
        "import sys\n"
        "from dissect.cli.main import main\n"
        "try: main(sys.argv[1:])\n"
        "except SystemExit: pass\n"
        "heavy = {'polars', 'rich', 'numpy', 'lark', 'jinja2', 'textual', 'netaddr', 'orjson'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)\n"
    )
    for option in ("--help", "--list"):
        command = [sys.executable, "-c", script, "report", option]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        assert done.stderr.splitlines()[-1] == "[]"
