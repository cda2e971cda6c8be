"""What the README says of CI: its example holds, its failure reads so, its commands run."""

import json
import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import junitparser
import pytest
import yaml
from click.testing import CliRunner

from dissect.check.run import check_files
from dissect.cli.main import main
from tests.captures_list import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
SECTION = README[README.index("## Captures in CI") : README.index("## From Python")]


def blocks(kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```", SECTION, re.S | re.M)


(EXPECTATIONS,) = blocks("toml")
(PYTHON,) = blocks("python")
WORKFLOW, GITLAB, PRE_COMMIT = map(yaml.safe_load, blocks("yaml"))
ACTION = yaml.safe_load((ROOT / ".ci" / "action.yml").read_text())
HOOKS = {hook["id"]: hook for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())}


@pytest.fixture
def project(tmp_path):
    """A clean folder as CI has it: captures, expectations, goldens; and what is on the PATH."""
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "captures").symlink_to(ROOT / "captures")
    (folder / "ra.sixscope.toml").write_text(EXPECTATIONS)
    golden(folder)
    programs = tmp_path / "programs"
    programs.mkdir()
    program(programs / "sixscope", f'PYTHONPATH={ROOT} exec {sys.executable} -m dissect "$@"')
    for name in ("pip", "python3"):  # nothing is installed, but what would be is written down
        program(programs / name, f'echo "$*" >> {tmp_path}/installed')
    return folder


def program(path: Path, script: str) -> None:
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


def run(folder: Path, command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    path = f"{folder.parent}/programs:{os.environ['PATH']}"
    return subprocess.run(
        ["bash", "-e", "-c", command], cwd=folder, capture_output=True, text=True, check=False,
        env=os.environ | {"PATH": path, "SIXSCOPE": "sixscope"} | environment,
    )  # fmt: skip


def golden(folder: Path) -> None:
    assert check_files([str(folder / "ra.sixscope.toml")], update=True).status == 0


def test_the_example_holds_when_its_golden_is_there(project):
    path = project / "ra.sixscope.toml"
    verdict = check_files([str(path)])
    assert (verdict.status, verdict.summary) == (0, "4 of 4 expectations hold, in 1 file")
    (project / "slaac.pcapng.golden.txt").unlink()
    assert check_files([str(path)]).status == 1


def test_the_failure_reads_as_it_is_shown(project, monkeypatch):
    monkeypatch.chdir(project)
    toml = project / "ra.sixscope.toml"
    toml.write_text(EXPECTATIONS.replace("ipv6.hlim == 255", "ipv6.hlim == 64"))
    shown = re.search(r"^\$ sixscope check\n(.*?)^```", SECTION, re.S | re.M)[1]
    told = CliRunner().invoke(main, ["check"]).stdout
    for line in shown.splitlines():
        assert line.strip() == "…" or line in told.splitlines()


def test_the_tests_in_python_pass(pytester, monkeypatch):
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    (pytester.path / "captures").symlink_to(ROOT / "captures")
    path = pytester.makepyfile(PYTHON)
    pytester.runpytest("-p", "dissect.check.plugin", path).assert_outcomes(passed=1)


def test_github_runs_these_steps(project):
    steps = [step["run"] for step in WORKFLOW["jobs"]["captures"]["steps"] if "run" in step]
    for command in steps:
        done = run(project, command)
        assert (done.returncode, done.stderr) == (0, "")
    assert (project.parent / "installed").read_text() == "install sixscope\n"
    log = json.loads((project / "sixscope.sarif").read_text())
    assert log["runs"][0]["invocations"][0]["exitCode"] == 0


def test_gitlab_reads_what_its_script_writes(project):
    job = GITLAB["captures"]
    for command in job["script"]:
        assert run(project, command).returncode == 0
    report = junitparser.JUnitXml.fromfile(str(project / job["artifacts"]["reports"]["junit"]))
    assert (report.tests, report.failures) == (4, 0)


def test_the_action_fails_annotates_and_sums_up(project):
    (project / "slaac.pcapng.golden.txt").unlink()
    default = ACTION["inputs"]["paths"]["default"]
    summary = project.parent / "summary.md"
    failed, said = False, ""
    for step in ACTION["runs"]["steps"]:
        if failed and step.get("if") != "always()":
            continue
        given = {
            name: value.replace("${{ inputs.paths }}", default)
            for name, value in step.get("env", {}).items()
        }
        done = run(
            project, step["run"], GITHUB_ACTION_PATH=str(ROOT / ".ci"),
            GITHUB_STEP_SUMMARY=str(summary), **given,
        )  # fmt: skip
        failed = failed or done.returncode != 0
        said += done.stdout
    installed = (project.parent / "installed").read_text().split()[-1]
    assert (Path(installed) / "pyproject.toml").exists()
    assert failed
    row = EXPECTATIONS.splitlines().index(next(re.finditer(r"\[golden\].*", EXPECTATIONS))[0]) + 1
    assert said.startswith(f"::error file=ra.sixscope.toml,line={row},title=ra/golden")
    assert summary.read_text().startswith("### ❌ sixscope check: 3 of 4 expectations hold")


def test_hooks_that_the_readme_names_run(project):
    (repository,) = PRE_COMMIT["repos"]
    assert [hook["id"] for hook in repository["hooks"]] == list(HOOKS)
    for hook in HOOKS.values():
        files = "" if hook.get("pass_filenames") is False else "captures/vlan.pcapng"
        assert run(project, f"{hook['entry']} {files}").returncode == 0


@pytest.mark.parametrize(
    ("hook", "name", "wanted"),
    [
        ("sixscope-check", "tests/ra.sixscope.toml", True),
        ("sixscope-check", "x.pcapng.golden.txt", True),
        ("sixscope-check", "x.pcap.zst", True),
        ("sixscope-check", "x.toml", False),
        ("sixscope-lint", "a/b.pcapng", True),
        ("sixscope-lint", "a/b.pcapng.golden.txt", False),
    ],
)
def test_hooks_look_at_the_files_that_concern_them(hook, name, wanted):
    assert bool(re.search(HOOKS[hook]["files"], name)) is wanted
