// The filter of the tables of claims: keyword, verdict, section and topic. Without this script every claim shows.
// And which boxes the keyboard stops at.
"use strict";
(function () {
  function textOf(cell) {
    return cell ? cell.textContent.trim() : "";
  }

  function findColumn(table, name) {
    return Array.from(table.querySelectorAll("thead th")).findIndex(function (head) {
      return textOf(head).toLowerCase() === name;
    });
  }

  function labelled(text, control) {
    const label = document.createElement("label");
    label.append(text, control);
    return label;
  }

  // One entry a claim: its row, the group it stands in, and what it can be chosen by.
  function listClaims(group) {
    const table = group.querySelector("table");
    const columns = { verdict: findColumn(table, "verdict"), topic: findColumn(table, "topic") };
    return Array.from(table.tBodies[0].rows).map(function (row) {
      return {
        row: row,
        group: group,
        section: group.dataset.section,
        verdict: textOf(row.cells[columns.verdict].querySelector(".verdict")),
        topic: textOf(row.cells[columns.topic]),
      };
    });
  }

  function makeChoice(claims, key, all) {
    const select = document.createElement("select");
    const values = new Set(claims.map(function (claim) { return claim[key]; }));
    values.delete("");
    [all].concat(Array.from(values)).forEach(function (value, index) {
      select.add(new Option(value, index ? value : ""));
    });
    return select;
  }

  function equip(box) {
    const groups = Array.from(box.querySelectorAll(".claims-group"));
    const claims = groups.flatMap(listClaims);
    if (!claims.length) return;
    const search = document.createElement("input");
    search.type = "search";
    search.autocomplete = "off";
    const controls = document.createElement("form");
    controls.className = "filter-controls";
    controls.setAttribute("role", "search");
    controls.append(labelled("Keyword", search));
    const choices = ["verdict", "section", "topic"].map(function (key) {
      const select = makeChoice(claims, key, "All " + key + "s");
      controls.append(labelled(key[0].toUpperCase() + key.slice(1), select));
      return { key: key, select: select };
    });
    const reset = document.createElement("button");
    reset.type = "reset";
    reset.textContent = "Show all";
    const count = document.createElement("p");
    count.className = "filter-count";
    count.setAttribute("role", "status");
    controls.append(reset, count);
    box.prepend(controls);

    function apply() {
      const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      groups.forEach(function (group) { group.hidden = true; });
      claims.forEach(function (claim) {
        const text = claim.row.textContent.toLowerCase();
        const fits = words.every(function (word) { return text.includes(word); }) &&
          choices.every(function (choice) {
            return !choice.select.value || claim[choice.key] === choice.select.value;
          });
        claim.row.hidden = !fits;
        if (!fits) return;
        claim.group.hidden = false;
        shown += 1;
      });
      count.textContent = shown + " of " + claims.length + " claims";
    }

    controls.addEventListener("submit", function (event) { event.preventDefault(); });
    controls.addEventListener("input", apply);
    controls.addEventListener("reset", function () { setTimeout(apply); });
    apply();
  }

  document.querySelectorAll(".claims-filter").forEach(equip);
  // What scrolls sideways must be reached by keyboard; what does not is no stop on the way.
  const boxes = document.querySelectorAll(".table-box[tabindex], .chart-box[tabindex], pre[tabindex]");
  const watcher = new ResizeObserver(function (entries) {
    entries.forEach(function (entry) {
      const box = entry.target;
      if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
      else if (document.activeElement !== box) box.removeAttribute("tabindex");
    });
  });
  boxes.forEach(function (box) { watcher.observe(box); });
})();
