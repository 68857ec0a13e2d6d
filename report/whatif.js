// Count it your way: a grid, coded in the page by tokencheck/report/whatif.py, as a strip to choose from.
"use strict";
for (const box of document.querySelectorAll(".whatif")) {
  const find = (name) => box.querySelector(name);
  const { rows: coded, wide, deep, least, by, sizes, outcomes, ends, log, says, form } = JSON.parse(find("script").textContent);
  const [words, scale, decimals, each, to, apart, reverse] = form;
  const selects = [...box.querySelectorAll("select")];
  let letters = "";
  for (let code = 33; code < 127; code++) letters += String.fromCharCode(code).replace(/["\\<>&:[\]{}#!*`$@_]/, "");

  const read = (at, width) => [...coded.slice(at, at + width)].reduce((n, c) => n * letters.length + letters.indexOf(c), 0);
  const rows = [];
  for (let at = 0; at < coded.length; at += wide + deep) {
    let rest = read(at, wide);
    const take = (count) => { const one = rest % count; rest = (rest - one) / count; return one; };
    rows.push({ outcome: outcomes[take(outcomes.length)], value: (read(at + wide, deep) + least) / by, chosen: sizes.map(take) });
  }

  const write = (value) => {
    const size = Math.abs(value *= scale), small = decimals && size && size < 5 / 10 ** decimals;
    const digits = small ? +value.toPrecision(2) : decimals !== null ? value.toFixed(decimals) : size < 1000 ? +value.toPrecision(3) : value.toFixed();
    return `${digits}`.replace(/\d+/, (whole) => whole.replace(/\B(?=(\d{3})+$)/g, "\u202f")).replace("-", "\u2212");
  };

  const writeRange = (low, high) => {
    const between = low < 0 ? apart : to, told = [...new Set((reverse ? [high, low] : [low, high]).map(write))];
    return each ? told.map((end) => words.replace("{}", end)).join(between) : words.replace("{}", told.join(between));
  };

  const say = (chosen) => {
    const n = chosen.length, values = chosen.map((row) => row.value);
    const told = { n, all: rows.length, range: writeRange(Math.min(...values), Math.max(...values)), outcome: says.outcomes[chosen[0]?.outcome] };
    for (const name in says.outcomes) told[name] = chosen.filter((row) => row.outcome === name).length;
    return says[n === told.all ? "all" : ["none", "one"][n] || "some"].replace(/{(\w+)}/g, (_, name) => told[name]);
  };

  const bend = log ? Math.log : Number, [low, high] = ends.map(bend);
  const place = ({ value }) => low === high ? 500 : Math.round(1000 * (bend(value) - low) / (high - low));

  const show = () => {
    const wanted = selects.map((select) => select.value);
    const chosen = rows.filter((row) => wanted.every((value, i) => !value || row.chosen[i] === +value));
    find(".ways-on").setAttribute("d", [...new Set(chosen.map(place))].map((x) => `M${x} 0v9`).join(""));
    find(".ways").setAttribute("aria-label", find(".ways-says").textContent = say(chosen));
    return wanted;
  };

  const { key } = box.dataset;
  const keep = () => {
    const address = new URL(location), wanted = show();
    address.searchParams.set(key, wanted.join("."));
    if (!wanted.some(Boolean)) address.searchParams.delete(key);
    try { history.replaceState(null, "", address); } catch { /* some browsers rename no file */ }
  };

  const asked = new URLSearchParams(location.search).get(key)?.split(".") || [];
  selects.forEach((select, i) => { if (asked[i] < select.length - 1) select.value = asked[i]; });
  find("form").addEventListener("change", keep);
  find("form").addEventListener("reset", () => setTimeout(keep));
  find("form").classList.add("ready");
  show();
}
