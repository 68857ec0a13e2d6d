// Search over both languages: every word must occur in a page's title or text. The index is a script of its own, so
// that this works from a disk as well. The words stand in the address, as ?q=….
"use strict";
(function () {
  const place = document.querySelector(".search"), index = window.searchIndex;
  if (!place || !index) return;
  const root = document.currentScript.dataset.root || "", chinese = document.documentElement.lang.startsWith("zh");
  const words = chinese
    ? { label: "搜索两种语言的全部页面", none: "没有找到。换个词试试。", some: " 条结果", type: "输入要找的词。" }
    : { label: "Search all pages, in both languages", none: "Nothing found. Try other words.", some: " results", one: "1 result",
        type: "Type a word to search for." };
  const most = 40, around = 60;
  const fold = function (text) { // apostrophes, quotation marks and dashes are found however they are typed
    return text.normalize("NFKC").toLowerCase().replace(/[‘’]/g, "'").replace(/[“”]/g, '"').replace(/[‐-―−]/g, "-");
  };
  const level = function (text) { // as fold, sign by sign: places in it are places in the text
    return text.replace(/[^]/g, function (sign) { return fold(sign).length === 1 ? fold(sign) : sign; });
  };
  const folded = index.map(function (entry) { return [fold(entry[1] + " " + entry[3]), fold(entry[4])]; });

  const form = document.createElement("form"), label = document.createElement("label");
  const input = document.createElement("input"), status = document.createElement("p"), list = document.createElement("ol");
  form.setAttribute("role", "search");
  label.textContent = words.label;
  label.htmlFor = input.id = "search-words";
  input.type = "search";
  input.name = "q";
  input.autocomplete = "off";
  input.spellcheck = false;
  status.setAttribute("role", "status");
  form.append(label, input);
  place.replaceChildren(form, status, list);

  function mark(element, text, terms) { // the words found, as <mark>; nothing is read as HTML
    let from = 0;
    const low = level(text);
    while (from < text.length) {
      let at = text.length, length = 0;
      terms.forEach(function (term) {
        const found = low.indexOf(term, from);
        if (found >= 0 && (found < at || (found === at && term.length > length))) { at = found; length = term.length; }
      });
      element.append(text.slice(from, at));
      if (!length) break;
      const hit = document.createElement("mark");
      hit.textContent = text.slice(at, at + length);
      element.append(hit);
      from = at + length;
    }
  }

  function cut(text, terms) { // the text around the first word found
    const low = level(text), places = terms.map(function (term) { return low.indexOf(term); });
    const first = Math.min.apply(null, places.filter(function (one) { return one >= 0; }).concat(text.length));
    const start = first === text.length || first < around ? 0 : first - around;
    return (start ? "…" : "") + text.slice(start, start + 3 * around) + (start + 3 * around < text.length ? "…" : "");
  }

  function show(entry, terms) {
    const item = document.createElement("li"), link = document.createElement("a"), text = document.createElement("p");
    const own = entry[0].startsWith("zh/") ? "zh-Hans" : "en";
    link.href = root + entry[0];
    if (own !== document.documentElement.lang) item.lang = own;
    mark(link, entry[1], terms);
    item.append(link);
    if (entry[2]) {
      const badge = document.createElement("span");
      badge.className = "verdict verdict-" + entry[2];
      badge.textContent = entry[3];
      item.append(" ", badge);
    }
    mark(text, cut(entry[4], terms), terms);
    item.append(text);
    return item;
  }

  function search() {
    const terms = fold(input.value).split(/\s+/).filter(Boolean), found = [];
    if (terms.length) {
      index.forEach(function (entry, number) {
        const title = folded[number][0], text = folded[number][1];
        let score = entry[0].startsWith("zh/") === chinese ? 1 : 0;
        for (const term of terms) {
          if (title.includes(term)) score += 4;
          else if (!text.includes(term)) return;
        }
        found.push([score + (entry[2] ? 2 : 0), number]);
      });
    }
    found.sort(function (a, b) { return b[0] - a[0] || a[1] - b[1]; });
    status.textContent = !terms.length ? words.type : !found.length ? words.none :
      found.length === 1 && words.one ? words.one : found.length + words.some;
    list.replaceChildren.apply(list, found.slice(0, most).map(function (one) { return show(index[one[1]], terms); }));
    const address = terms.length ? "?q=" + encodeURIComponent(input.value.trim()) : location.pathname;
    try { history.replaceState(null, "", address); } catch (error) { /* a page on a disk may have no state */ }
  }

  // Down and up go through the results, and back into the field.
  place.addEventListener("keydown", function (event) {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const stops = [input].concat(Array.from(list.querySelectorAll("a")));
    const next = stops.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
    if (next < 0 || next >= stops.length) return;
    event.preventDefault();
    stops[next].focus();
  });
  form.addEventListener("submit", function (event) { event.preventDefault(); search(); });
  input.addEventListener("input", search);
  input.value = new URLSearchParams(location.search).get("q") || "";
  search();
  if (!input.value) input.focus();
})();
