"""`sixscope show`: choosing packets, files that are damaged or absent, pipes, terminals."""

import json
import os
import signal
import struct
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from dissect.cli.main import main
from tests.captures_list import ROOT

ECHO = bytes.fromhex(
    "333300000001020000000001" "86dd" "6000000000083a40"
    "fe800000000000000000000000000001" "ff020000000000000000000000000001" "80000000abcd0001"
)  # fmt: skip
HEAD = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1)
RECORD = struct.pack("<IIII", 1_600_000_000, 0, len(ECHO), len(ECHO)) + ECHO
COMMAND = [sys.executable, "-m", "dissect", "show", "-n"]


def run(*arguments: str, **options):
    return CliRunner().invoke(main, ["show", *arguments], **options)


@pytest.fixture
def capture(tmp_path):
    """capture(5): a file with five packets; capture(5, cut=3): three octets short."""

    def make(packets: int, cut: int = 0, name: str = "made.pcap") -> str:
        whole = HEAD + RECORD * packets
        path = tmp_path / name
        path.write_bytes(whole[: len(whole) - cut])
        return str(path)

    return make


def numbers(output: str) -> list[int]:
    return [int(line.split()[0]) for line in output.splitlines()]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ([], [1, 2, 3, 4, 5, 6]),
        (["-c", "2"], [1, 2]),
        (["--packets", "2-3,5"], [2, 3, 5]),
        (["--packets", "5-"], [5, 6]),
        (["--packets", "3-", "-c", "2"], [3, 4]),
        (["--packets", "99"], []),
    ],
)
def test_the_packets_asked_for_are_shown(capture, options, expected):
    result = run(*options, capture(6))
    assert result.exit_code == 0
    assert numbers(result.stdout) == expected


def test_packets_before_the_first_one_shown_still_count_for_its_time(capture):
    line = run("--packets", "2", "-t", "r", capture(2)).stdout
    assert line.split()[1] == "0.000000"


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (["--packets", "5-3"], "5-3"),
        (["--packets", "0"], "numbered from 1"),
        (["--packets", "x"], "'x'"),
        (["-c", "0"], "-c"),
        (["-T", "xml"], "'xml'"),
        (["-t", "z"], "'z'"),
        (["--wrong"], "--wrong"),
        (["-T", "fields"], "-e FIELD"),
        (["-e", "ipv6.src"], "-T fields"),
        (["-T", "fields", "-e", "no.such", "-e", "ipv6.src"], "no.such"),
        (["-T", "fields", "-e", "ipv6.src", "-E", "quote=x"], "quote"),
        (["-V", "-T", "json"], "-V"),
        (["-o", "mpls.payload:frame"], "mpls.payload"),
        (["-o", "no.such:1"], "no.such"),
        (["-o", "udp.decode_as:5004=nothing"], "5004=nothing"),
        (["-o", "udp.decode_as=5004=nothing"], "5004=nothing"),
        (["-o", "mpls.payload"], "NAME:VALUE"),
        (["--explain"], "-Y FILTER"),
    ],
)
def test_wrong_options_are_told_in_one_line_with_status_2(capture, options, complaint):
    result = run(*options, capture(1))
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1
    assert result.stderr.startswith("sixscope show: ")
    assert complaint in result.stderr


def test_no_file_at_all_is_an_error():
    assert run().exit_code == 2


def test_damaged_capture_is_shown_up_to_the_damage(capture):
    path = capture(3, cut=3)
    result = run(path)
    assert numbers(result.stdout) == [1, 2]
    at = len(HEAD) + 2 * len(RECORD)
    assert result.stderr.startswith(f"sixscope: {path}: byte {at}: ")
    assert result.stderr.count("\n") == 1
    assert result.exit_code == 2


def test_output_for_machines_is_complete_in_spite_of_damage(capture):
    result = run("-T", "json", capture(3, cut=3))
    assert len(json.loads(result.stdout)) == 2
    assert result.exit_code == 2


@pytest.mark.parametrize("content", [b"", b"\x1b]0;no capture\x07" * 10])
def test_what_is_no_capture_is_refused_in_one_line(tmp_path, content):
    path = tmp_path / "nothing\x1b.pcap"
    path.write_bytes(content)
    result = run(str(path))
    assert result.exit_code == 2
    assert result.stderr.count("\n") == 1
    assert "\x1b" not in result.stderr


def test_missing_file_does_not_keep_the_others_from_being_shown(capture, tmp_path):
    result = run(str(tmp_path / "absent"), capture(2))
    assert result.exit_code == 2
    assert "absent: No such file" in result.stderr
    assert result.stdout.count("ICMPv6") == 2


def test_several_files_are_told_apart_and_counted_anew(capture):
    one, two = capture(1, name="one"), capture(2, name="two")
    lines = run(one, two).stdout.splitlines()
    assert lines[0] == f"==> {one} <=="
    assert lines[2] == f"==> {two} <=="
    assert [line.split()[0] for line in lines] == ["==>", "1", "==>", "1", "2"]


def test_several_files_make_one_json_array(capture):
    result = run("-T", "json", capture(1, name="one"), capture(2, name="two"))
    assert len(json.loads(result.stdout)) == 3


def test_outermost_addresses_when_asked_for(tmp_path):
    inner = bytes.fromhex("6000000000003b40" + "20" * 32)
    outer = bytes.fromhex("6000000000282940" + "fd" * 32)
    frame = bytes(12) + b"\x86\xdd" + outer + inner
    path = tmp_path / "tunnel.pcap"
    path.write_bytes(HEAD + struct.pack("<IIII", 0, 0, len(frame), len(frame)) + frame)
    assert "2020:2020" in run("-n", str(path)).stdout
    assert "fdfd:fdfd" in run("-n", "--outer", str(path)).stdout


def test_colour_is_for_terminals_or_on_demand(capture):
    path = capture(1)
    assert "\x1b[" not in run(path).stdout
    assert "\x1b[" in run("--color", "always", path, color=True).stdout


def test_no_color_wins_over_a_terminal(capture, monkeypatch):
    import pty

    def on_a_terminal(**variables: str) -> bytes:
        ours, theirs = pty.openpty()
        environment = {**os.environ, "TERM": "xterm", **variables}
        process = subprocess.Popen([*COMMAND, capture(1)], stdout=theirs, env=environment)
        os.close(theirs)
        output = b""
        try:
            while chunk := os.read(ours, 4096):
                output += chunk
        except OSError:  # the end of a terminal
            pass
        os.close(ours)
        assert process.wait() == 0
        return output

    monkeypatch.delenv("NO_COLOR", raising=False)
    assert b"\x1b[" in on_a_terminal()
    assert b"\x1b[" not in on_a_terminal(NO_COLOR="1")


def test_packets_from_a_pipe_are_shown_as_they_arrive():
    process = subprocess.Popen([*COMMAND, "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    process.stdin.write(HEAD + RECORD)
    process.stdin.flush()
    assert process.stdout.readline().split()[0] == b"1"  # while the pipe is still open
    process.stdin.write(RECORD)
    process.stdin.flush()
    assert process.stdout.readline().split()[0] == b"2"
    process.stdin.close()
    assert process.stdout.read() == b""
    assert process.wait() == 0
    process.stdout.close()


def test_a_reader_that_has_seen_enough_ends_us_quietly(capture):
    path = capture(20_000)
    process = subprocess.Popen([*COMMAND, path], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr.read() == b""
    assert process.wait() == 0
    process.stderr.close()


def test_a_full_disk_is_told_as_such(capture):
    if not os.path.exists("/dev/full"):
        pytest.skip("no /dev/full here")
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [*COMMAND, capture(3000)], stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert done.stderr.startswith(b"sixscope: output: ")
    assert done.stderr.count(b"\n") == 1
    assert done.returncode == 2


def test_ctrl_c_ends_us_quietly_and_leaves_valid_json():
    process = subprocess.Popen(
        [*COMMAND, "-T", "json", "-"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    process.stdin.write(HEAD + RECORD)
    process.stdin.flush()
    start = process.stdout.read1()
    time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    rest, errors = process.communicate()
    assert errors == b""
    assert len(json.loads(start + rest)) == 1
    assert process.returncode == 130


def test_heavy_libraries_are_not_loaded():
    script = (
        "import sys\n"
        "from dissect.cli.main import main\n"
        "try: main(sys.argv[1:])\n"
        "except SystemExit: pass\n"
        "heavy = {'textual', 'polars', 'jinja2', 'rich', 'lxml', 'pyshark', 'numpy', 'lark'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)\n"
    )
    for arguments in (["--help"], ["show", "--help"], ["show", "-T", "json", "-"]):
        command = [sys.executable, "-c", script, *arguments]
        done = subprocess.run(command, input=HEAD + RECORD, capture_output=True, check=True)
        assert done.stderr.decode().splitlines()[-1] == "[]", arguments


@pytest.mark.parametrize("separator", [":", "="])
def test_preference_says_what_is_behind_the_labels(separator):
    path = str(ROOT / "captures" / "mpls.pcapng")
    options = ("-c", "1", "-T", "fields", "-e", "frame.protocols")
    plain = run(*options, path)
    assert plain.stdout == "eth:ethertype:mpls:ipv6:icmpv6:data\n"
    told = run("-o", f"mpls.payload{separator}ethernet", *options, path)
    assert told.stdout.startswith("eth:ethertype:mpls:eth:")  # as tshark with Decode As


# --- display filters ----------------------------------------------------------------------------

TOUR = str(ROOT / "captures" / "tour.pcapng")


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["-Y", "icmpv6.type == 134"], [5]),
        (["-Y", "dns", "-c", "1"], [9]),
        (["-Y", "tcp", "-c", "3"], [25, 26, 27]),
        (["-Y", "tcp", "--packets", "26-28,40"], [26, 27, 28]),
        (["-Y", ""], [*range(1, 41)]),
    ],
)
def test_only_packets_that_pass_the_filter_are_shown(options, expected):
    result = run("-n", *options, TOUR)
    assert result.exit_code == 0
    assert numbers(result.stdout) == expected


@pytest.mark.parametrize("form", ["text", "tree", "json", "ek", "pdml", "csv", "summary"])
def test_a_filter_goes_with_every_format_and_with_pipes(form):
    whole = Path(TOUR).read_bytes()
    file = run("-n", "-T", form, "-Y", "dns or tcp.stream == 0", TOUR)
    pipe = run("-n", "-T", form, "-Y", "dns or tcp.stream == 0", "-", input=whole)
    assert file.exit_code == 0
    shown = [line for line in file.stdout.splitlines() if "<pdml" not in line]
    assert shown == [line for line in pipe.stdout.splitlines() if "<pdml" not in line]
    assert "www.example" in file.stdout or form == "summary"


def test_fields_of_packets_that_pass():
    result = run("-T", "fields", "-e", "frame.number", "-e", "tcp.stream", "-Y",
                 "tcp.flags.fin == 1", TOUR)  # fmt: skip
    assert [line.split("\t")[1] for line in result.stdout.splitlines()] == ["0", "0"]


def test_a_filter_with_a_mistake_is_told_with_its_place_and_status_2():
    result = run("-Y", "ipv6 and ipv6.hlimm == 5", TOUR)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.splitlines() == [
        'sixscope: -Y: "ipv6.hlimm" is no field and no protocol',
        "ipv6 and ipv6.hlimm == 5",
        "         ^^^^^^^^^^",
        "did you mean ipv6.hlim?",
    ]


def test_a_mistake_in_a_filter_shows_no_control_characters():
    result = run("-Y", 'ipv6 \x1b]0;x\x07 "\x1b[31m', TOUR)
    assert result.exit_code == 2
    assert "\x1b" not in result.stderr
    assert "\x07" not in result.stderr


def test_a_damaged_capture_is_filtered_up_to_the_damage(capture):
    result = run("-Y", "icmpv6", capture(3, cut=3))
    assert numbers(result.stdout) == [1, 2]
    assert result.exit_code == 2
    assert "byte" in result.stderr


def test_explaining_a_filter_reads_no_packets():
    result = run("--explain", "-Y", "ipv6.hlim < 5 and not tcp.seq > 3")
    assert result.exit_code == 0
    assert "columns" in result.stdout
    assert "packets before: tcp.seq" in result.stdout
