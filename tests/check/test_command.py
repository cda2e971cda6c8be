"""``sixscope check``: what it finds, prints and exits with; and what CI systems make of it."""

import json
import re

import jsonschema
import junitparser
import pytest
from click.testing import CliRunner

from dissect.check.run import check_files
from dissect.cli.main import main
from tests.captures_list import ROOT
from tests.check.making import echo, udp, write

SARIF = json.loads((ROOT / "tests" / "verdict" / "sarif-2.1.0-rtm.5.json").read_text())
LAB = ROOT / "captures" / "lab"
GOOD = 'capture = "x.pcap"\n[[expect]]\nname = "good"\nfilter = "udp"\n'
BAD = """capture = ["x.pcap", "y.pcap"]

[[expect]]
name = "hop limit <b>&"
why = "because"
filter = "ipv6"
every = "ipv6.hlim == 1"
"""


def run(*arguments):
    done = CliRunner().invoke(main, ["check", *map(str, arguments)])
    return done.exit_code, done.stdout, done.stderr


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """With two files of expectations, one of which is met."""
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "x.pcap", [udp(1, 2), echo(128, 1, 1)])
    write(tmp_path / "y.pcap", [udp(1, 2, hlim=1)])
    (tmp_path / "a.sixscope.toml").write_text(GOOD)
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / ".git").mkdir()
    (tmp_path / "deep" / ".git" / "no.sixscope.toml").write_text("not looked at")
    (tmp_path / "deep" / "b.sixscope.toml").write_text(
        BAD.replace('"x', '"../x').replace('"y', '"../y')
    )
    return tmp_path


def test_files_are_found_and_what_is_wrong_is_told(folder):
    status, out, err = run()
    assert (status, err) == (1, "")
    assert re.sub(r"(?<=\d) +(?=[\d:])", " ", out) == (
        "deep/b.sixscope.toml\n"
        "  ✗ hop limit <b>& [../x.pcap]  line 3, ../x.pcap\n"
        "      expected every packet with ipv6 has ipv6.hlim == 1\n"
        "      found    2 of 2 packets have not\n"
        "      1 0.000000000 2001:db8::1 → 2001:db8::2  UDP 48 1 → 2 Len=0\n"
        "          ipv6.hlim: 64\n"
        "      2 0.001000000 2001:db8::1 → 2001:db8::2  ICMPv6 48 Echo (ping) request "
        "id=0x0001, seq=1, hop limit=64\n"
        "          ipv6.hlim: 64\n"
        "      look: sixscope show -V --packets 1,2 deep/../x.pcap\n"
        "      why      because\n"
        "\n"
        "2 of 3 expectations hold, in 2 files\n"
    )


def test_what_holds_is_told_when_asked_for(folder):
    assert run("a.sixscope.toml") == (0, "1 of 1 expectations hold, in 1 file\n", "")
    status, out, _ = run("-v", "a.sixscope.toml")
    assert (status, out.splitlines()[:2]) == (0, ["a.sixscope.toml", "  ✓ good"])


def test_where_there_is_nothing_to_check_is_an_error(folder):
    (folder / "empty").mkdir()
    assert run("empty") == (2, "", "sixscope check: there is no *.sixscope.toml in empty\n")
    assert run("absent") == (2, "", "sixscope check: absent: No such file or directory\n")


def test_junit_is_read_by_a_standard_parser(folder):
    status, out, _ = run("-T", "junit")
    suites = junitparser.JUnitXml.fromstring(out.encode())
    assert (status, suites.tests, suites.failures, suites.errors) == (1, 3, 1, 0)
    assert [suite.name for suite in suites] == ["a.sixscope.toml", "deep/b.sixscope.toml"]
    (case, _) = list(suites)[1]
    assert case.name == "hop limit <b>& [../x.pcap]"
    (failure,) = case.result
    assert "found 2 of 2 packets have not" in failure.message
    assert "ipv6.hlim: 64" in failure.text


def test_sarif_points_at_the_line_of_the_expectation(folder):
    status, out, _ = run("-T", "sarif")
    jsonschema.validate(json.loads(out), SARIF)
    (result,) = json.loads(out)["runs"][0]["results"]
    place = result["locations"][0]["physicalLocation"]
    assert place == {
        "artifactLocation": {"uri": "deep/b.sixscope.toml"}, "region": {"startLine": 3},
    }  # fmt: skip
    assert (status, result["ruleId"]) == (1, "b/hop-limit-b")


def test_names_that_are_alike_are_different_rules(folder):
    (folder / "a.sixscope.toml").write_text(
        'capture = "x.pcap"\n[[expect]]\nname = "a < b"\nfilter = "tcp"\n'
        '[[expect]]\nname = "a > b"\nfilter = "tcp"\n'
    )
    rules = json.loads(run("-T", "sarif", "a.sixscope.toml")[1])["runs"][0]["tool"]["driver"]
    assert [rule["id"] for rule in rules["rules"]] == ["a/a-b-1", "a/a-b-2"]


def test_github_annotates_that_line_and_lets_no_packet_command_it(folder):
    _, out, _ = run("-T", "github")
    first, *rest = out.splitlines()
    assert first.startswith("::error file=deep/b.sixscope.toml,line=3,title=b/hop-limit-b")
    assert not any(line.startswith("::") for line in rest)


def test_markdown_and_json_tell_the_same(folder):
    _, out, _ = run("-T", "md")
    assert out.startswith("### ❌ sixscope check: 2 of 3 expectations hold, in 2 files")
    assert "<b>" not in out
    found = json.loads(run("-T", "json")[1])
    assert [case["failed"] for case in found["cases"]] == [False, True, False]


def test_a_damaged_capture_is_an_error_and_not_a_failed_expectation(folder):
    path = folder / "x.pcap"
    path.write_bytes(path.read_bytes()[:-3])
    status, out, err = run("a.sixscope.toml")
    assert status == 2
    assert err.startswith("sixscope check: a.sixscope.toml: x.pcap: byte ")
    assert "? good" in out
    suites = junitparser.JUnitXml.fromstring(run("-T", "junit", "a.sixscope.toml")[1].encode())
    assert (suites.failures, suites.errors, suites.skipped) == (0, 1, 1)


@pytest.mark.parametrize(
    "wanted",
    ["count = 2", 'lint = {must_not = ["error"]}', 'order = ["udp", "icmpv6"]',
     'report = [{table = "capture", column = "packets", value = 2}]',
     'fields = [{field = "ipv6.hlim", packet = 1}]'],
)  # fmt: skip
def test_nothing_holds_in_half_a_capture(folder, wanted):
    (folder / "a.sixscope.toml").write_text(
        f'capture = "x.pcap"\n[[expect]]\nname = "it"\n{wanted}\n'
    )
    path = folder / "x.pcap"
    whole = path.read_bytes()
    for cut in (whole + bytes(9), whole[:-3]):
        path.write_bytes(cut)
        assert run("a.sixscope.toml")[0] == 2


def test_names_in_files_cannot_command_a_terminal(folder):
    (folder / "a.sixscope.toml").write_text(
        'capture = "x.pcap"\n[[expect]]\nname = "a\\u001b[2Jb"\nfilter = "tcp"\n'
    )
    for form in ("text", "json", "sarif", "junit", "github", "md"):
        _, out, err = run("-T", form, "a.sixscope.toml")
        assert "\x1b" not in out + err


def test_several_processes_say_the_same(folder):
    names = [str(path) for path in folder.rglob("?.sixscope.toml")]
    several, one = check_files(names, jobs=2), check_files(names, jobs=1)
    assert [case.name for case in several.cases] == [case.name for case in one.cases]
    assert several.findings == one.findings != []


def test_update_tells_on_stderr_what_it_wrote(folder):
    with (folder / "a.sixscope.toml").open("a") as stream:
        stream.write("[golden]\n")
    status, _, err = run("--update", "a.sixscope.toml")
    assert (status, err) == (0, "sixscope check: x.pcap.golden.txt: written\n")


# --- recordings whose truth is known -------------------------------------------------------------


def test_the_lab_is_as_its_truths_say():
    status, out, err = run(LAB)
    assert (status, err) == (0, "")
    assert "\n" not in out.strip()
