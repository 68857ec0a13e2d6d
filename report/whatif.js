// Count it your way: a grid, coded in the page by tokencheck/report/whatif.py, as a strip to choose from.
"use strict";
for (const box of document.querySelectorAll(".whatif")) {
  const find = (name) => box.querySelector(name);
  const data = JSON.parse(find("script").textContent);
  const [words, scale, decimals, each, to, apart, reverse] = data.form;
  const selects = [...box.querySelectorAll("select")];
  let letters = "";
  for (let code = 33; code < 127; code++) letters += String.fromCharCode(code).replace(/["\\<>&:[\]{}#!*`$@_]/, "");

  const rows = [];
  const read = (from, width) => [...data.rows.slice(from, from + width)].reduce((n, c) => n * letters.length + letters.indexOf(c), 0);
  for (let at = 0; at < data.rows.length; at += data.wide + data.deep) {
    let rest = read(at, data.wide);
    const take = (count) => { const one = rest % count; rest = (rest - one) / count; return one; };
    const outcome = data.outcomes[take(data.outcomes.length)];
    rows.push({ outcome, value: (read(at + data.wide, data.deep) + data.least) / data.by, chosen: data.sizes.map(take) });
  }

  const write = (value) => {
    const size = Math.abs(value *= scale);
    const small = decimals && size && size < 5 / 10 ** decimals;
    const digits = small ? +value.toPrecision(2) : decimals !== null ? value.toFixed(decimals) : size < 1000 ? +value.toPrecision(3) : value.toFixed();
    return `${digits}`.replace(/\d+/, (whole) => whole.replace(/\B(?=(\d{3})+$)/g, "\u202f")).replace("-", "\u2212");
  };

  const writeRange = (values) => {
    const ends = [Math.min(...values), Math.max(...values)];
    const between = ends[0] < 0 ? apart : to;
    const told = [...new Set((reverse ? ends.reverse() : ends).map(write))];
    return each ? told.map((end) => words.replace("{}", end)).join(between) : words.replace("{}", told.join(between));
  };

  const say = (chosen) => {
    const told = { n: chosen.length, all: rows.length };
    if (told.n) Object.assign(told, { range: writeRange(chosen.map((row) => row.value)), outcome: data.says.outcomes[chosen[0].outcome] });
    for (const name in data.says.outcomes) told[name] = chosen.filter((row) => row.outcome === name).length;
    return data.says[told.n === told.all ? "all" : ["none", "one"][told.n] || "some"].replace(/{(\w+)}/g, (_, name) => told[name]);
  };

  const place = (value) => {
    const bend = data.log ? Math.log : Number, [low, high] = data.ends.map(bend);
    return low === high ? 500 : Math.round(1000 * (bend(value) - low) / (high - low));
  };

  const show = () => {
    const wanted = selects.map((select) => select.value);
    const chosen = rows.filter((row) => wanted.every((value, i) => !value || row.chosen[i] === +value));
    const told = say(chosen);
    find(".ways-on").setAttribute("d", [...new Set(chosen.map((row) => place(row.value)))].map((x) => `M${x} 0v9`).join(""));
    find(".ways-says").textContent = told;
    find(".ways").setAttribute("aria-label", told);
    return wanted;
  };

  const keep = () => {
    const address = new URL(location), wanted = show();
    address.searchParams.set(box.dataset.key, wanted.join("."));
    if (!wanted.some(Boolean)) address.searchParams.delete(box.dataset.key);
    try { history.replaceState(null, "", address); } catch { /* some browsers rename no file */ }
  };

  const asked = new URLSearchParams(location.search).get(box.dataset.key)?.split(".") || [];
  selects.forEach((select, i) => { if (asked[i] < select.length - 1) select.value = asked[i]; });
  find("form").addEventListener("change", keep);
  find("form").addEventListener("reset", () => setTimeout(keep));
  find("form").classList.add("ready");
  show();
}
