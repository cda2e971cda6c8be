"""``-T html``: one page for a browser, which holds all that it needs and loads nothing.

    page       the page as data, from a report; ``page.html`` and ``parts.html`` lay it out
    subjects   which tables stand together
    tables     a table as cells; ``filters``: by which the packets behind a number are found
    hosts      a page for each host
    packets    the packets that are cited, decoded again
    charts     what charts are drawn from
    policy     what the page may run, told to the browser
    tables.js  tables that are sorted and searched; ``sheet.js``: what opens beside the page;
               ``charts.js``: the charts, drawn
    vendor     the charting library, bundled by ``make vendor``

Text from packets goes through ``visible`` and Jinja's escaping, always: see ``policy``.
"""

from __future__ import annotations

from typing import TextIO

from dissect.report.formats.html.page import page_of
from dissect.report.formats.html.policy import rendered
from dissect.report.formats.look import Look
from dissect.report.run import Report


def write(stream: TextIO, reports: list[Report], look: Look) -> None:
    """Write a page with the reports, one below the other."""
    stream.write(rendered(page_of(reports)))
