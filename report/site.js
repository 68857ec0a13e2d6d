// The filter of the claims table: keyword, verdict, section and topic. Without this script the whole table shows.
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

  function makeChoice(rows, column, all) {
    const select = document.createElement("select");
    const values = new Set(rows.map(function (row) { return textOf(row.cells[column]); }));
    values.delete("");
    [all].concat(Array.from(values)).forEach(function (value, index) {
      select.add(new Option(value, index ? value : ""));
    });
    return select;
  }

  function equip(box) {
    const table = box.querySelector("table");
    if (!table || !table.tBodies.length) return;
    const rows = Array.from(table.tBodies[0].rows);
    const search = document.createElement("input");
    search.type = "search";
    search.autocomplete = "off";
    const controls = document.createElement("form");
    controls.className = "filter-controls";
    controls.setAttribute("role", "search");
    controls.append(labelled("Keyword", search));
    const choices = [["verdict", "All verdicts"], ["section", "All sections"], ["topic", "All topics"]].flatMap(function (pair) {
      const column = findColumn(table, pair[0]);
      if (column < 0) return [];
      const select = makeChoice(rows, column, pair[1]);
      controls.append(labelled(pair[0][0].toUpperCase() + pair[0].slice(1), select));
      return [{ column: column, select: select }];
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
      rows.forEach(function (row) {
        const text = row.textContent.toLowerCase();
        const fits = words.every(function (word) { return text.includes(word); }) &&
          choices.every(function (choice) {
            return !choice.select.value || textOf(row.cells[choice.column]) === choice.select.value;
          });
        row.hidden = !fits;
        shown += fits ? 1 : 0;
      });
      count.textContent = shown + " of " + rows.length + " claims";
    }

    controls.addEventListener("submit", function (event) { event.preventDefault(); });
    controls.addEventListener("input", apply);
    controls.addEventListener("reset", function () { setTimeout(apply); });
    apply();
  }

  document.querySelectorAll(".claims-filter").forEach(equip);
})();
