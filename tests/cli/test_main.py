"""The command itself: finding subcommands, help, and `fields` and `protocols`."""

import json
import subprocess
import sys

import pytest
from click.testing import CliRunner

from dissect.cli.main import main


def run(*arguments: str):
    return CliRunner().invoke(main, list(arguments))


def test_help_lists_subcommands_with_their_files_first_line():
    result = run("--help")
    assert result.exit_code == 0
    assert "show " in result.stdout
    assert "Show the packets of captures" in result.stdout
    assert "Examples:" in result.stdout


@pytest.mark.parametrize("command", ["show", "fields", "protocols"])
def test_every_subcommand_explains_itself(command):
    result = run(command, "--help")
    assert result.exit_code == 0
    assert result.stdout.startswith(f"Usage: sixscope {command}")


def test_a_bare_file_without_a_terminal_is_answered_with_what_to_type(tmp_path):
    path = tmp_path / "file.pcap"
    path.write_bytes(b"")
    result = run(str(path))
    assert result.exit_code == 2
    words = "without a terminal, to see packets"
    assert result.stderr == f"sixscope: {words}: sixscope show {path}\n"


def test_standard_input_without_a_terminal_likewise():
    result = run("-")
    assert result.exit_code == 2
    assert result.stderr.endswith("sixscope show -\n")


@pytest.mark.parametrize("name", ["absent.pcap", "some/where"])
def test_a_file_that_is_not_there_is_named(name):
    result = run(name)
    assert result.exit_code == 2
    assert result.stderr == f"sixscope: {name}: no such file, and no command of that name\n"


def test_help_and_show_import_neither_textual_nor_polars_nor_numpy():
    code = (
        "import sys\n"
        "from dissect.cli.main import main\n"
        "try:\n"
        "    main(['show', '-c', '1', 'captures/tour.pcapng'])\n"
        "except SystemExit:\n"
        "    pass\n"
        "print([it for it in ('textual', 'polars', 'numpy', 'tui') if it in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_unknown_subcommand_is_one_line():
    result = run("shwo")
    assert result.exit_code == 2
    assert result.stderr.count("\n") == 1
    assert "shwo" in result.stderr


def test_version():
    result = run("--version")
    assert result.exit_code == 0
    assert result.stdout.startswith("sixscope")


def test_python_m_dissect_is_the_same_command():
    command = [sys.executable, "-m", "dissect", "--help"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("Usage: sixscope")


def test_fields_by_part_of_a_name():
    lines = run("fields", "ipv6.hlim").stdout.splitlines()
    assert lines == ["ipv6.hlim\tFT_UINT8\tHop Limit\tipv6"]


def test_fields_by_pattern_and_label_whatever_the_case():
    assert {row.split("\t")[0] for row in run("fields", "IPV6.TCLASS.*").stdout.splitlines()} == {
        "ipv6.tclass.dscp", "ipv6.tclass.ecn",
    }  # fmt: skip
    assert "ipv6.hlim\t" in run("fields", "hop limit").stdout


def test_fields_as_json():
    (field,) = json.loads(run("fields", "-T", "json", "ipv6.plen").stdout)[:1]
    assert field == {
        "name": "ipv6.plen", "type": "FT_UINT16", "label": "Payload Length", "protocol": "ipv6",
    }  # fmt: skip


def test_types_of_fields_are_wiresharks():
    types = {f["name"]: f["type"] for f in json.loads(run("fields", "-T", "json").stdout)}
    expected = {
        "ipv6": "FT_PROTOCOL", "ipv6.src": "FT_IPv6", "frame.time": "FT_ABSOLUTE_TIME",
        "frame.marked": "FT_BOOLEAN", "data.data": "FT_BYTES", "frame.protocols": "FT_STRING",
    }  # fmt: skip
    assert {name: types[name] for name in expected} == expected


def test_protocols_say_what_leads_to_them():
    rows = json.loads(run("protocols", "-T", "json").stdout)
    (ipv6,) = [row for row in rows if row["name"] == "ipv6"]
    assert ipv6["title"] == "Internet Protocol Version 6"
    assert "ip_proto=41" in ipv6["reached_by"]
    assert ipv6["decode"] == "full"


def test_generic_protocols_are_marked_as_such():
    rows = json.loads(run("protocols", "-T", "json").stdout)
    assert {row["decode"] for row in rows} == {"full", "generic"}
    assert all(("(generic)" in row["title"]) == (row["decode"] == "generic") for row in rows)
