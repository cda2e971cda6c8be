"""`sixscope sql`: answers beside counting in Python, formats, mistakes, damaged captures."""

from __future__ import annotations

import io
import json
from collections import Counter, defaultdict

import pytest
from click.testing import CliRunner

from dissect import open_capture
from dissect.capture.write import PcapWriter
from dissect.cli.main import main
from dissect.table.query import as_markdown, as_text
from tests.captures_list import OURS, ROOT, name

TOUR = str(ROOT / "captures" / "tour.pcapng")


def run(*arguments: object):
    return CliRunner().invoke(main, ["sql", *map(str, arguments)])


def ask(*arguments: object) -> list[dict[str, object]]:
    result = run(*arguments, "-T", "json")
    assert (result.exit_code, result.stderr) == (0, "")
    answer: list[dict[str, object]] = json.loads(result.stdout)
    return answer


@pytest.mark.parametrize("path", OURS[::4], ids=name)
def test_groups_are_those_that_counting_packets_gives(path):
    counts: Counter[str] = Counter()
    octets: dict[str, int] = defaultdict(int)
    with open_capture(path) as capture:
        for record in capture.records:
            packet = capture.packet(record, None)
            counts[packet.chain] += 1
            octets[packet.chain] += packet.original
    rows = ask(path, "select chain, count(*) n, sum(length) o from packets group by chain")
    assert {row["chain"]: (row["n"], row["o"]) for row in rows} == {
        chain: (counts[chain], octets[chain]) for chain in counts
    }


def test_conditions_and_several_files_and_a_filter():
    vlan = str(ROOT / "captures" / "vlan.pcapng")
    query = "select file, count(*) n from packets where hops > 100 group by file order by file"
    expected = []
    for path in (TOUR, vlan):
        with open_capture(path) as capture:
            hops = []
            for record in capture.records:
                headers = [
                    layer.header for layer in capture.packet(record, None).layers
                    if type(layer.header).__name__ in ("IPv4", "IPv6") and not layer.quoted
                ]  # fmt: skip
                hops += [getattr(header, "hlim", None) or header.ttl for header in headers[-1:]]
        expected.append({"file": path, "n": sum(value > 100 for value in hops)})
    assert ask(TOUR, vlan, query) == [row for row in expected if row["n"]]
    assert ask(TOUR, "select count(*) n from packets", "-Y", "tcp") == [{"n": 10}]


@pytest.mark.parametrize("form", ["text", "csv", "json", "ndjson", "md"])
def test_every_format_has_the_answer(form):
    result = run(TOUR, "select src, src_octets from packets where number = 2", "-T", form)
    assert result.exit_code == 0
    assert "::" in result.stdout
    assert "00" * 16 in result.stdout


def test_text_is_made_visible_and_markdown_and_cells_are_kept():
    import polars as pl

    answer = pl.DataFrame({"a|b": ["\x1b[2J", "x|<b>\n"]})
    assert "\x1b" not in as_text(answer, None)
    lines = as_markdown(answer.rename({"a|b": "a"})).split("\n")
    assert lines[:4] == ["| a |", "| --- |", "| \\\\x1b[2J |", "| x\\|&lt;b>\\\\n |"]
    said = run(TOUR, "select '=1+1' x from packets limit 1", "-T", "csv").stdout
    assert said == "x\n'=1+1\n"


@pytest.mark.parametrize(
    ("query", "complaint"),
    [
        ("selec", "selec"),
        ("", "one (and only one) statement"),
        ("select nope from packets", 'unable to find column "nope"'),
        ("select * from elsewhere", "elsewhere"),
        ("select src + 1 from packets", "arithmetic"),
        ("select count(* from packets", "parser"),
    ],
)
def test_a_mistake_in_the_query_is_one_line_with_status_2(query, complaint):
    result = run(TOUR, query)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.count("\n") == 1
    assert complaint in result.stderr


@pytest.mark.parametrize("arguments", [[], [TOUR], ["absent.pcap", "select 1 from packets"]])
def test_what_is_missing_is_told_in_one_line(arguments):
    result = run(*arguments)
    assert result.exit_code == 2
    assert result.stderr.count("\n") == 1


def test_what_comes_before_damage_is_counted_and_the_damage_told_once(tmp_path):
    stream = io.BytesIO()
    writer = PcapWriter(stream)
    for number in range(5):
        writer.packet(bytes(60), number)
    path = tmp_path / "cut.pcap"
    path.write_bytes(stream.getvalue()[:-3])
    query = "select count(*) n from packets a join packets b on a.number = b.number"
    result = run(path, query, "-T", "csv")
    assert (result.exit_code, result.stdout) == (2, "n\n4\n")
    assert result.stderr == f"sixscope: {path}: byte 328: cut short in the middle of a packet\n"


def test_the_schema_names_every_column():
    from dissect.table import COLUMNS

    lines = run("--schema").stdout.splitlines()
    assert [line.split()[0] for line in lines] == [*COLUMNS, "file"]
    assert "time             timestamp" in lines[1]
