// A packet that is pointed to opens beside the page; and the switch between dark and light.
"use strict";

(() => {
  const sheet = document.getElementById("sheet");
  const body = sheet.querySelector(".body");

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a.packet");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const tree = document.getElementById(link.hash.slice(1));
    if (!tree) return;
    event.preventDefault();
    const copy = tree.cloneNode(true);
    copy.removeAttribute("id");
    show(tree.dataset.title, copy);
  });

  function show(title, ...content) {
    document.getElementById("sheet-title").textContent = title;
    body.replaceChildren(...content);
    sheet.showModal();
    sheet.scrollTop = 0;
  }

  // A number of packets tells the command that shows them.
  for (const cell of document.querySelectorAll("td[data-filter]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "count";
    button.append(...cell.childNodes);
    button.addEventListener("click", () => {
      const { condition, files } = cell.closest("article").dataset;
      const { filter } = cell.dataset;
      const whole = quoted(condition ? `(${condition}) && (${filter})` : filter);
      const words = document.createElement("p");
      words.textContent = "What shows these packets; it may find others that carry or quote such a header:";
      const commands = document.createElement("pre");
      commands.className = "command";
      commands.textContent = JSON.parse(files)
        .map((file) => `sixscope show -Y ${whole} ${file}`).join("\n");
      show(cell.closest("table").parentElement.getAttribute("aria-label"), words, commands);
    });
    cell.append(button);
  }

  function quoted(text) {
    return `'${text.replaceAll("'", "'\\''")}'`;
  }

  // What is pointed to may be folded.
  addEventListener("hashchange", unfold);
  unfold();

  function unfold() {
    const target = location.hash && document.getElementById(location.hash.slice(1));
    for (let at = target; at; at = at.parentElement?.closest("details")) at.open = true;
    if (target) target.scrollIntoView();
  }

  // The dialog itself is hit only beside what is in it: on what is behind.
  sheet.addEventListener("click", (event) => {
    if (event.target === sheet || event.target.closest(".close")) sheet.close();
  });

  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  document.getElementById("theme").addEventListener("click", () => {
    const isDark = root.dataset.theme ? root.dataset.theme === "dark" : dark.matches;
    root.dataset.theme = isDark ? "light" : "dark";
  });
})();
