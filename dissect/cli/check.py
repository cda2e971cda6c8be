"""Hold captures against what is expected of them, in TOML files beside them."""

from __future__ import annotations

import sys

import click

from dissect.cli.options import color_option, is_colored

FORMATS = ("text", "json", "sarif", "junit", "github", "md")

HELP = """\b
A file of expectations, NAME.sixscope.toml:
  capture = "boot.pcapng"            # beside it; a list or a glob ("runs/*.pcap") too
\b
  [[expect]]
  name = "the router announces itself"
  why = "RFC 4861, section 6.2.4"    # optional, shown when it does not hold
  filter = "icmpv6.type == 134"      # the packets that it is about; at least one
  count = ">= 2"                     # or 2, "== 2", "< 5", "2..4"
  every = "ipv6.hlim == 255"         # what each of them has to pass
\b
  [[expect]]
  name = "solicited, it answers soon"
  order = ["icmpv6.type == 133", "icmpv6.type == 134"]
  within = "500 ms"                  # from the first to the last
\b
  [[expect]]
  name = "every DHCPv6 request has its reply"
  [expect.response]
  request = "dhcpv6.msgtype == 3"
  reply = "dhcpv6.msgtype == 7"
  key = ["dhcpv6.xid"]               # {request = "ipv6.src", reply = "ipv6.dst"} too
  within = 1                         # seconds
\b
  [[expect]]
  name = "what it announces"
  filter = "icmpv6.type == 134"
  fields = [                         # of the first that passes; match = -1: of the last
    {field = "icmpv6.opt.mtu", value = 1480},
    {packet = 7, field = "icmpv6.opt.rdnss", value = ["2001:db8::53", "2001:db8::54"]},
  ]
\b
  [[expect]]
  name = "no rule of Neighbor Discovery is broken"
  lint = {must_not = ["NDP", "error"]}        # also must, ignore
\b
  [[expect]]
  name = "nothing but IPv6"
  report = [                         # a value in a table of `sixscope report`
    {table = "hierarchy", where = {path = "eth:ip"}, value = 0},        # so many rows
    {table = "capture", column = "packets", value = ">= 10"},
  ]
\b
  [golden]                           # the decode, kept in CAPTURE.golden.txt
  fields = ["ipv6", "icmpv6"]        # all without; also ignore, filter, times = true
  ignore = ["ipv6.flow"]
\b
  [preferences]                      # as with `sixscope show -o`
  "mpls.payload" = "ethernet"
"""

EXAMPLES = """\b
Examples:
  sixscope check                        every *.sixscope.toml below this folder
  sixscope check -v tests/              what holds, too
  sixscope check --update               write goldens that are new or differ
  sixscope check -T junit > report.xml  for GitLab, Jenkins, Azure
  sixscope check -T github              annotations, in GitHub's actions
"""


@click.command(epilog=HELP + "\n" + EXAMPLES)
@click.argument("paths", metavar="[PATH...]", nargs=-1)
@click.option("-T", "form", type=click.Choice(FORMATS), default="text", help="Output format.")
@click.option("--update", is_flag=True, help="Write goldens that are missing or differ.")
@click.option("-v", "--verbose", "every", is_flag=True, help="Text: what holds, too.")
@click.option("--jobs", metavar="N", type=click.IntRange(1, 256),
              help="Captures at a time; by default what is worth it.")  # fmt: skip
@color_option
def command(
    paths: tuple[str, ...], form: str, update: bool, every: bool, jobs: int | None, color: str
) -> int:
    """Hold captures against what is expected of them.

    PATH is a file of expectations, or a folder in which *.sixscope.toml are looked for; by default
    the one you are in.  The exit status is 1 where an expectation does not hold, and 2 where
    something could not be checked: a mistake in a file, a damaged capture.
    """
    from dissect.check.load import SUFFIX, discover
    from dissect.check.run import check_files
    from dissect.cli.main import complain
    from dissect.verdict import write

    try:
        files = list(dict.fromkeys(discover(paths or (".",))))
    except OSError as error:
        complain(f"sixscope check: {error.filename}: {error.strerror}")
        return 2
    if not files:
        complain(f"sixscope check: there is no *{SUFFIX} in {' '.join(paths) or 'this folder'}")
        return 2
    verdict = check_files(files, update=update, jobs=jobs or 0)
    sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")  # type: ignore[union-attr]
    if form == "text":
        from dissect.check.text import write as write_text

        write_text(sys.stdout, verdict, every=every, color=is_colored(color))
    else:
        write(form, sys.stdout, verdict)
    sys.stdout.flush()
    for path in verdict.written:
        complain(f"sixscope check: {path}: written")
    for failure in verdict.failures:
        complain(f"sixscope check: {failure}")
    return verdict.status
