"""Verdicts as JUnit XML, which CI systems read as test results: a suite a file, a case a check."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from itertools import groupby
from typing import TextIO

from dissect.export.sanitise import visible
from dissect.verdict.finding import Finding
from dissect.verdict.formats.text import bytes_of
from dissect.verdict.verdict import Case, Verdict


def write(out: TextIO, verdict: Verdict, *, color: bool = False) -> None:
    """Write all suites; what could not be done is an error in one of its own."""
    root = ET.Element("testsuites", name=f"sixscope {verdict.command}")
    for file, cases in groupby(verdict.cases, key=lambda case: case.file):
        _suite(root, verdict, file, list(cases))
    if verdict.failures:
        suite = _element(root, "testsuite", name="failures", tests=len(verdict.failures),
                         failures=0, errors=len(verdict.failures), skipped=0)  # fmt: skip
        for failure in verdict.failures:
            case = _element(suite, "testcase", name=failure, classname=verdict.command)
            _element(case, "error", message=failure)
    totals = {name: sum(int(suite.get(name, "0")) for suite in root)
              for name in ("tests", "failures", "errors", "skipped")}  # fmt: skip
    for name, number in totals.items():
        root.set(name, str(number))
    ET.indent(root)
    out.write('<?xml version="1.0" encoding="utf-8"?>\n')
    out.write(ET.tostring(root, encoding="unicode"))
    out.write("\n")


def _suite(root: ET.Element, verdict: Verdict, file: str, cases: list[Case]) -> None:
    suite = _element(
        root, "testsuite", name=file, tests=len(cases),
        failures=sum(map(verdict.failed, cases)), errors=0,
        skipped=sum(bool(case.skipped) for case in cases),
        time=f"{sum(case.seconds for case in cases):.6f}",
    )  # fmt: skip
    for case in cases:
        element = _element(suite, "testcase", name=case.name, classname=file, file=file,
                           time=f"{case.seconds:.6f}")  # fmt: skip
        if case.skipped:
            _element(element, "skipped", message=case.skipped)
        counted = [finding for finding in case.findings if verdict.counts(finding)]
        others = [finding for finding in case.findings if not verdict.counts(finding)]
        if counted:
            failure = _element(element, "failure", message=counted[0].message,
                               type=f"{counted[0].level.word} {counted[0].rule.id}")  # fmt: skip
            failure.text = _text(counted)
        if others:
            _element(element, "system-out").text = _text(others)


def _text(findings: list[Finding]) -> str:
    lines = []
    for finding in findings:
        where = f" ({finding.where})" if finding.where else ""
        lines.append(f"{finding.level.word}: {finding.message}{where}")
        lines += [
            f"  {line}"
            for line in (finding.spot.line, bytes_of(finding.spot), *finding.details)
            if line
        ]
        if finding.rule.ref:
            lines.append(f"  {finding.rule.ref}")
        if finding.rule.fix:
            lines.append(f"  fix: {finding.rule.fix}")
    return "\n".join(map(visible, lines))


def _element(parent: ET.Element, tag: str, **attributes: object) -> ET.Element:
    shown = {name: visible(str(value)) for name, value in attributes.items()}
    return ET.SubElement(parent, tag, shown)
