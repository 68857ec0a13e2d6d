// What a claim's page and the list of claims can do with a script: copy, share, fill addresses in, filter and sort.
// Without it every text stands on the page, and every claim in the list.
"use strict";
(function () {
  // The address of the published page, where there is one: what the build set, else where the page was read.
  function findAddress(page) {
    const canonical = document.querySelector('link[rel="canonical"]');
    const here = canonical ? canonical.href : location.href;
    return /^https?:/.test(here) ? new URL(page, here).href : "";
  }

  function fillAddresses() {
    document.querySelectorAll("[data-address]").forEach(function (place) {
      const address = findAddress(place.dataset.address);
      if (address) place.textContent = place.dataset.before + address + place.dataset.after;
    });
  }

  function say(button, words) {
    const before = button.textContent;
    button.textContent = words;
    setTimeout(function () { button.textContent = before; }, 2000);
  }

  // The clipboard is open to pages of https alone; elsewhere the old command copies what is selected.
  function copy(button, source) {
    const done = function () { say(button, "Copied"); };
    const select = function () {
      getSelection().selectAllChildren(source);
      say(button, document.execCommand("copy") ? "Copied" : "Selected: copy it");
    };
    if (!navigator.clipboard) return select();
    navigator.clipboard.writeText(source.textContent).then(done, select);
  }

  function equipButtons() {
    document.querySelectorAll("[data-copy]").forEach(function (button) {
      button.hidden = false;
      button.setAttribute("aria-live", "polite");
      button.addEventListener("click", function () { copy(button, document.getElementById(button.dataset.copy)); });
    });
    document.querySelectorAll("[data-share]").forEach(function (button) {
      button.hidden = !navigator.share;
      button.addEventListener("click", function () {
        navigator.share({ text: document.getElementById(button.dataset.share).textContent }).catch(function () {});
      });
    });
  }

  // As in search.js: apostrophes, quotation marks and dashes are found however they are typed.
  function fold(text) {
    return text.normalize("NFKC").toLowerCase().replace(/[‘’]/g, "'").replace(/[“”]/g, '"').replace(/[‐-―−]/g, "-");
  }

  // One entry a claim of the list: its row, and what it can be chosen and sorted by.
  function readRow(row, place) {
    const said = row.querySelector(".said"), measured = row.querySelector(".measured");
    const verdict = row.querySelector(".verdict").className.match(/verdict-([\w-]+)/)[1];
    return {
      row: row, home: row.parentElement, place: place, verdict: verdict, topic: said.dataset.topic,
      text: fold(row.textContent + " " + said.dataset.quote),
      distance: Number(measured.dataset.distance || 0),
    };
  }

  function equipList(form) {
    const list = document.querySelector(".claims-list"), empty = document.querySelector(".list-empty");
    const claims = Array.from(list.querySelectorAll("tbody tr"), readRow);
    const groups = Array.from(list.querySelectorAll(".claims-group"));
    const chips = Array.from(form.querySelectorAll("[data-verdict]"));
    const fields = ["q", "topic", "sort"], status = form.querySelector("[role=status]");
    const all = document.querySelector(".claims-by-verdict"); // the same claims once more, without a choice
    let verdict = "";

    // By distance there is one table; in the article's order each section has its own.
    function order(byDistance) {
      claims.sort(function (a, b) { return (byDistance && b.distance - a.distance) || a.place - b.place; });
      claims.forEach(function (claim) { (byDistance ? claims.first : claim.home).append(claim.row); });
    }

    function apply() {
      const words = fold(form.q.value).split(/\s+/).filter(Boolean);
      let shown = 0;
      order(form.sort.value === "distance");
      claims.forEach(function (claim) {
        claim.row.hidden = !((!verdict || claim.verdict === verdict) &&
          (!form.topic.value || claim.topic === form.topic.value) &&
          words.every(function (word) { return claim.text.includes(word); }));
        if (!claim.row.hidden) shown += 1;
      });
      groups.forEach(function (group) {
        group.hidden = !group.querySelector("tbody tr:not([hidden])");
        group.querySelector("h2").hidden = form.sort.value === "distance";
      });
      chips.forEach(function (chip) { chip.setAttribute("aria-pressed", String(chip.dataset.verdict === verdict)); });
      status.textContent = status.dataset.words.replace("{shown}", shown).replace("{all}", claims.length);
      empty.hidden = shown > 0;
      if (all) all.hidden = shown < claims.length;
    }

    function keep() {
      const address = new URL(location.href);
      fields.concat("verdict").forEach(function (name) {
        const value = name === "verdict" ? verdict : form[name].value;
        if (value) address.searchParams.set(name, value);
        else address.searchParams.delete(name);
      });
      try { history.replaceState(null, "", address); } catch (refused) { /* a file that some browsers will not rename */ }
    }

    function change() { apply(); keep(); }

    function showAll() {
      form.reset();
      verdict = "";
      change();
    }

    claims.first = claims[0].home;
    const asked = new URLSearchParams(location.search);
    fields.forEach(function (name) { form[name].value = asked.get(name) || ""; });
    if (chips.some(function (chip) { return chip.dataset.verdict === asked.get("verdict"); })) verdict = asked.get("verdict");
    if (form.topic.selectedIndex < 0) form.topic.value = "";
    if (form.sort.selectedIndex < 0) form.sort.value = "";
    chips.forEach(function (chip) {
      chip.addEventListener("click", function () {
        verdict = verdict === chip.dataset.verdict ? "" : chip.dataset.verdict;
        change();
      });
    });
    form.addEventListener("input", change);
    form.addEventListener("submit", function (event) { event.preventDefault(); });
    form.querySelector("[type=reset]").addEventListener("click", function (event) { event.preventDefault(); showAll(); });
    empty.querySelector("button").addEventListener("click", showAll);
    form.classList.add("ready");
    apply();
  }

  fillAddresses();
  equipButtons();
  document.querySelectorAll(".list-form").forEach(equipList);
})();
