"""Verdicts as SARIF 2.1.0 (OASIS), which code hosts show beside the code.

A capture has no lines: a result's place is the capture's file, and the packet and field in it as a
logical location (section 3.33), with number and offset among the properties.
"""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from pathlib import PurePath
from typing import Any, TextIO
from urllib.parse import quote

from dissect.export.sanitise import visible
from dissect.verdict.finding import Finding, Rule
from dissect.verdict.formats.json import dumped
from dissect.verdict.verdict import Verdict

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
FINGERPRINT = "sixscope/v1"


def write(out: TextIO, verdict: Verdict, *, color: bool = False) -> None:
    """Write a log with one run."""
    rules = verdict.rules
    places = {rule.id: place for place, rule in enumerate(rules)}
    driver: dict[str, Any] = {"name": "sixscope", "rules": [_rule(rule) for rule in rules]}
    installed = _version()
    if installed:
        driver["version"] = installed
    run = {
        "tool": {"driver": driver},
        "automationDetails": {"id": f"sixscope/{verdict.command}/"},
        "invocations": [
            {
                "executionSuccessful": not verdict.failures,
                "exitCode": verdict.status,
                "toolExecutionNotifications": [
                    {"level": "error", "message": {"text": visible(failure)}}
                    for failure in verdict.failures
                ],
            }
        ],
        "results": [_result(finding, places[finding.rule.id]) for finding in verdict],
    }
    out.write(dumped({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}))


def _version() -> str:
    try:
        return version("sixscope")
    except PackageNotFoundError:  # run from a source tree
        return ""


def _rule(rule: Rule) -> dict[str, Any]:
    described: dict[str, Any] = {
        "id": rule.id,
        "shortDescription": {"text": visible(rule.title) or rule.id},
        "defaultConfiguration": {"level": rule.level.word},
    }
    if rule.why:
        ref = f" ({rule.ref})" if rule.ref else ""
        described["fullDescription"] = {"text": visible(rule.why + ref)}
    if rule.fix:
        described["help"] = {"text": visible(rule.fix)}
    return described


def _result(finding: Finding, index: int) -> dict[str, Any]:
    spot = finding.spot
    result: dict[str, Any] = {
        "ruleId": finding.rule.id,
        "ruleIndex": index,
        "level": finding.level.word,
        "message": {"text": visible(_text(finding))},
        "partialFingerprints": {FINGERPRINT: finding.fingerprint},
        "occurrenceCount": finding.count,
    }
    location: dict[str, Any] = {}
    if finding.file:
        place: dict[str, Any] = {"artifactLocation": {"uri": uri(finding.file)}}
        if finding.row:
            place["region"] = {"startLine": finding.row}
        location["physicalLocation"] = place
    if spot.packet:
        name = f"packet {spot.packet}"
        full = f"{name}/{spot.field}" if spot.field else name
        location["logicalLocations"] = [{"name": name, "fullyQualifiedName": visible(full)}]
        location["properties"] = {
            "packet": spot.packet, "lastPacket": finding.last or spot.packet,
            "field": spot.field, "offset": spot.offset, "octets": spot.octets.hex(),
        }  # fmt: skip
    if location:
        result["locations"] = [location]
    if finding.known:
        result["baselineState"] = "unchanged"
    return result


def _text(finding: Finding) -> str:
    where = f" ({finding.where})" if finding.where else ""
    line = f": {finding.spot.line}" if finding.spot.line else ""
    return f"{finding.message}{where}{line}"


def uri(path: str) -> str:
    """A file's name as a relative reference, or an absolute URI (RFC 3986)."""
    pure = PurePath(path)
    text = quote(pure.as_posix(), errors="surrogateescape")
    return f"file://{text}" if pure.is_absolute() else text
