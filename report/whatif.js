// A grid of whatif.py.
for (const box of document.querySelectorAll(".whatif")) {
  const find = (name) => box.querySelector(name);
  const { coded, letters, wide, deep, least, by, sizes, outcomes, ends, log, says, form } = JSON.parse(find("script").textContent);
  const [each, words, scale, decimals, limit, to, apart, more, gap] = form;
  const menu = find("form"), selects = [...box.querySelectorAll("select")], { key } = box.dataset;

  const read = (at, width) => [...coded.slice(at, at + width)].reduce((n, c) => n * letters.length + letters.indexOf(c), 0);
  const rows = [];
  for (let at = 0; at < coded.length; at += wide + deep) {
    let rest = read(at, wide);
    const take = (count) => { const one = rest % count; rest = (rest - one) / count; return one; };
    rows.push({ outcome: outcomes[take(outcomes.length)], value: (read(at + wide, deep) + least) / by, chosen: sizes.map(take) });
  }

  const group = (n) => `${n}`.replace(/\d+/, (whole) => whole.replace(/\B(?=(\d{3})+$)/g, gap));
  const write = (value) => {
    const turn = more && value < 1, size = Math.abs(value = turn ? 1 / value : value * scale),
      few = size && size < limit ? 2 : decimals === null && size < 1e3 && 3;
    return (turn ? more : each).replace("{}", group(few ? +value.toPrecision(few) : more ? +value.toFixed(1) : value.toFixed(decimals)).replace("-", "−"));
  };

  const say = (chosen) => {
    const n = chosen.length, all = rows.length;
    const span = [Math.min, Math.max].map((end) => end(...chosen.map((row) => row.value))), between = span[0] < 0 ? apart : to;
    const both = [...new Set((more ? span.reverse() : span).map(write))];
    const told = { n, all, range: words.replace("{}", both.join(between)), outcome: says.outcomes[chosen[0]?.outcome] };
    for (const name in says.outcomes) told[name] = chosen.filter((row) => row.outcome === name).length;
    return says[n === all ? "all" : ["none", "one"][n] || "some"].replace(/{(\w+)}/g, (_, name) => group(told[name]));
  };

  const bend = log ? Math.log : Number, [low, high] = ends.map(bend);
  const show = () => {
    const wanted = selects.map((one) => one.value);
    const chosen = rows.filter((row) => wanted.every((one, i) => !one || row.chosen[i] === +one));
    const ticks = chosen.map((row) => `M${Math.round(1e3 * (bend(row.value) - low) / (high - low))} 0v9`);
    find(".ways-on").setAttribute("d", [...new Set(ticks)].join(""));
    find(".ways").setAttribute("aria-label", find(".ways-says").textContent = say(chosen));
    return wanted.join(".");
  };

  const url = new URL(location), query = url.searchParams;
  query.get(key)?.split(".").forEach((one, i) => { if (one && one < selects[i]?.length - 1) selects[i].value = one; });
  menu.onchange = () => {
    query.set(key, show());
    if (!selects.some((one) => one.value)) query.delete(key);
    try { history.replaceState(null, "", url); } catch {}
  };
  menu.onreset = () => setTimeout(menu.onchange);
  menu.classList.add("ready");
  show();
}
