// Tables: the first rows of each, all where they are asked for; sorted; searched.
"use strict";

(() => {
  let words = [];
  const tables = [...document.querySelectorAll(".table table")].map(prepared);
  const hosts = [...document.querySelectorAll(".host")].map((host) => ({
    host, text: host.textContent.toLowerCase(),
  }));
  document.querySelectorAll(".host .wide > table").forEach(prepared);
  const search = document.getElementById("search");
  const matches = document.getElementById("matches");
  for (const element of document.querySelectorAll(".scripted")) element.hidden = false;

  search.addEventListener("input", () => {
    words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    tables.forEach(show);
    const rows = tables.reduce((sum, table) => sum + table.found, 0);
    const sections = new Set(tables.filter((table) => table.found).map((table) => table.section));
    for (const { section } of tables) section.hidden = !sections.has(section);
    for (const { host, text } of hosts) {
      host.hidden = !words.every((word) => text.includes(word));
    }
    for (const subject of document.querySelectorAll(".subject")) {
      subject.hidden = !subject.querySelector(":is(.table, .host):not([hidden])");
    }
    matches.textContent = words.length
      ? `${many(rows, "row")} in ${many(sections.size, "table")}` : "";
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && !event.target.closest("input, dialog")) {
      event.preventDefault();
      search.focus();
    }
  });

  function prepared(element) {
    const body = element.tBodies[0];
    const table = {
      body, section: element.closest(".table"), rows: [...body.rows],
      first: Number(element.dataset.first ?? Infinity), all: false, found: 0, more: null,
    };
    table.texts = new Map(table.rows.map((row) => [row, row.textContent.toLowerCase()]));
    if (table.rows.length > table.first) table.more = unfolder(table, element.parentElement);
    if (element.matches(".sortable")) {
      [...element.tHead.rows[0].cells].forEach((head, at) => makeSortable(table, head, at));
    }
    show(table);
    return table;
  }

  // Show the rows that are searched for, or the first ones where nothing is.
  function show(table) {
    const searched = words.length > 0;
    table.found = 0;
    table.rows.forEach((row, place) => {
      const wanted = searched
        ? words.every((word) => table.texts.get(row).includes(word))
        : table.all || place < table.first;
      row.hidden = !wanted;
      table.found += wanted;
    });
    if (table.more) {
      table.more.hidden = searched;
      table.more.textContent = table.all ? "Show fewer" : `Show all ${table.rows.length}`;
      table.more.setAttribute("aria-expanded", table.all);
    }
  }

  function unfolder(table, wide) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "more";
    button.addEventListener("click", () => {
      table.all = !table.all;
      show(table);
    });
    wide.after(button);
    return button;
  }

  function makeSortable(table, head, at) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    const numbers = head.dataset.sort === "number";
    button.addEventListener("click", () => {
      const before = head.getAttribute("aria-sort");
      const order = before ? (before === "ascending" ? "descending" : "ascending")
        : (numbers ? "descending" : "ascending");
      for (const other of head.parentElement.cells) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", order);
      sort(table, at, numbers ? byNumber : byText, order === "ascending" ? 1 : -1);
    });
  }

  // Rows without a value come last, whatever the order.
  function sort(table, at, compare, direction) {
    const text = (row) => row.cells[at].textContent.trim();
    table.rows.sort((one, other) => {
      const [a, b] = [text(one), text(other)];
      if (!a || !b) return (a === "") - (b === "");
      return direction * compare(a, b);
    });
    table.body.append(...table.rows);
    show(table);
  }

  function byNumber(a, b) {
    return parseFloat(a.replaceAll(",", "")) - parseFloat(b.replaceAll(",", ""));
  }

  function byText(a, b) {
    return a.localeCompare(b, "en", { numeric: true });
  }

  function many(number, thing) {
    return `${number.toLocaleString("en")} ${thing}${number === 1 ? "" : "s"}`;
  }
})();
