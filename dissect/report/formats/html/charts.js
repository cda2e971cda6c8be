// The charts, by kind; each is drawn anew where the page gets another width.
"use strict";

(() => {
  const LEAST = 480;  // narrower pages scroll a chart
  const FAMILY = { ipv6: "six", icmpv6: "six", ip: "four", icmp: "four", arp: "four", igmp: "four" };
  const FILL = { six: "var(--accent-soft)", four: "var(--second-soft)" };
  const kinds = { rates, hierarchy, flow, times };
  const drawn = JSON.parse(document.getElementById("drawn").textContent);
  const watcher = new ResizeObserver((entries) => {
    for (const entry of entries) draw(entry.target, Math.floor(entry.contentRect.width));
  });

  for (const id of Object.keys(drawn)) {
    const element = document.getElementById(id);
    watcher.observe(element);
    element.addEventListener("click", () => open(element));
  }

  // The packet of what the pointer is at, as its link in a table would open it.
  function open(element) {
    const packet = [...element.children].map((plot) => plot.value?.packet).find(Boolean);
    const place = element.id.replace(/chart-\d+$/, `packet-${packet}`);
    document.querySelector(`a.packet[href="#${place}"]`)?.click();
  }

  function draw(element, width) {
    const chart = drawn[element.id];
    if (!width || chart.width === width) return;
    chart.width = width;
    const plots = kinds[chart.kind](chart.data, Math.max(width, LEAST));
    for (const plot of plots) plot.setAttribute("aria-hidden", "true");  // the element has words
    element.replaceChildren(...plots);
  }

  function rates({ bars, width: interval }, width) {
    return ["packets", "octets"].map((name, place) => charts.plot({
      className: "plot", width, height: place ? 130 : 104, marginLeft: 46, marginRight: 22,
      marginBottom: place ? 36 : 10, x: { type: "utc", label: null, axis: place ? "bottom" : null },
      y: { label: name, grid: true, ticks: 3, tickFormat: "~s" },
      marks: [
        charts.rectY(bars, {
          x1: "from", x2: (bar) => bar.from + interval, y: name, inset: 0.5, insetTop: 0,
          fill: name === "packets" ? "var(--accent)" : "var(--second)",
        }),
        charts.ruleY([0], { stroke: "var(--line)" }),
        charts.tip(bars, charts.pointerX({
          x: (bar) => bar.from + interval / 2, y: name,
          title: (bar) => `${time(bar.from)}\n${many(bar.packets, "packet")}, ${many(bar.octets, "octet")}`,
        })),
      ],
    }));
  }

  function hierarchy({ boxes, packets }, width) {
    const rows = Math.max(...boxes.map((box) => box.depth)) + 1;
    const pixels = (box) => (box.packets / packets) * width;
    const seen = boxes.filter((box) => pixels(box) >= 1);
    const fits = (box) => pixels(box) > 7 * label(box).length + 10;
    const label = (box) => pixels(box) > 110 ? `${box.name} ${percent(box)}` : box.name;
    const percent = (box) => `${(100 * box.share).toFixed(box.share < 0.1 ? 1 : 0)} %`;
    const place = { x1: "from", x2: (box) => box.from + box.packets, y1: "depth", y2: (box) => box.depth + 1 };
    return [charts.plot({
      className: "plot", width, height: 30 * rows, margin: 0,
      x: { axis: null, domain: [0, packets] }, y: { axis: null, reverse: true, domain: [0, rows] },
      marks: [
        charts.rect(seen, { ...place, inset: 1, r: 3, fill: family }),
        charts.text(seen.filter(fits), {
          x: (box) => box.from + box.packets / 2, y: (box) => box.depth + 0.5, text: label,
        }),
        charts.tip(seen, charts.pointer({
          x: (box) => box.from + box.packets / 2, y: (box) => box.depth + 0.5, maxRadius: 200,
          title: (box) => `${box.name}: ${many(box.packets, "packet")}, ${percent(box)}\n${many(box.octets, "octet")}`,
        })),
      ],
    })];
  }

  function flow({ nodes, links }, width) {
    const height = Math.max(140, 34 * Math.max(...columns(nodes)));
    const margin = 110;
    const laid = charts.sankey().nodeId((node) => node.id).nodeAlign(charts.sankeyLeft)
      .nodeWidth(10).nodePadding(16).extent([[1, 8], [width - margin, height - 8]])({
        nodes: nodes.map((node) => ({ ...node })), links: links.map((link) => ({ ...link })),
      });
    const packets = (value) => many(value, "packet");
    return [charts.plot({
      className: "plot", width, height, margin: 0,
      x: { axis: null, type: "identity" }, y: { axis: null, type: "identity" },
      marks: [
        charts.link(laid.links, {
          x1: (link) => link.source.x1, x2: (link) => link.target.x0, y1: "y0", y2: "y1",
          curve: "bump-x", stroke: (link) => family(link.target), strokeOpacity: 0.75,
          strokeWidth: (link) => Math.max(1, link.width), strokeLinecap: "butt",
        }),
        charts.rect(laid.nodes, {
          x1: "x0", x2: "x1", y1: "y0", y2: "y1", r: 2, fill: (node) => strong(node),
        }),
        charts.text(laid.nodes, {
          x: "x1", y: (node) => (node.y0 + node.y1) / 2, dx: 5, textAnchor: "start",
          text: (node) => `${node.name}  ${node.value.toLocaleString("en")}`,
        }),
        charts.tip(laid.links, charts.pointer({
          x: (link) => (link.source.x1 + link.target.x0) / 2, y: (link) => (link.y0 + link.y1) / 2,
          title: (link) => `${link.source.name} → ${link.target.name}\n${packets(link.value)}`,
        })),
      ],
    })];
  }

  // Moods have a colour and a symbol each.
  function times({ lines, bars }, width) {
    const moods = { good: "var(--accent)", bad: "var(--error)", open: "var(--quiet)" };
    const symbols = { good: "circle", bad: "times", open: "diamond" };
    const margin = 12 + 6.6 * Math.max(...lines.map((line) => line.length));
    return [charts.plot({
      className: "plot", width, height: 42 + 24 * lines.length, marginTop: 6, marginBottom: 36,
      marginLeft: Math.min(margin, width / 2), marginRight: 20,
      x: { type: "utc", label: null, grid: true },
      y: { type: "band", domain: lines, label: null, tickSize: 0 },
      marks: [
        charts.rect(bars, {
          x1: "from", x2: "to", y: "line", insetTop: 7, insetBottom: 7,
          fill: (bar) => moods[bar.mood], fillOpacity: 0.35,
        }),
        charts.dot(bars, {
          x: "to", y: "line", stroke: (bar) => moods[bar.mood], strokeWidth: 2,
          symbol: (bar) => symbols[bar.mood], r: 4,
        }),
        charts.tip(bars, charts.pointer({
          x: "to", y: "line",
          title: (bar) => `${bar.line}\n${time(bar.from)}\n${bar.words}`,
        })),
      ],
      symbol: { type: "identity" },
    })];
  }

  function columns(nodes) {
    const counts = new Map();
    for (const { id } of nodes) {
      const column = id.split(":", 1)[0];
      counts.set(column, (counts.get(column) ?? 0) + 1);
    }
    return counts.values();
  }

  function family({ protocol }) {
    return FILL[FAMILY[protocol]] ?? "var(--other-soft)";
  }

  function strong({ protocol }) {
    return { six: "var(--accent)", four: "var(--second)" }[FAMILY[protocol]] ?? "var(--quiet)";
  }

  function time(milliseconds) {
    return new Date(milliseconds).toISOString().replace("T", " ").replace("Z", "");
  }

  function many(number, thing) {
    return `${number.toLocaleString("en")} ${thing}${number === 1 ? "" : "s"}`;
  }
})();
