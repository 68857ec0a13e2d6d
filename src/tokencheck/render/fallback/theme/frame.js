// Our frame: light or dark, tabs, menus that close, links to headings. Everything is readable without it.
"use strict";
(function () {
  const root = document.documentElement;

  function isDark() {
    return root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  }

  const toggle = document.querySelector("button.theme");
  function report() { toggle.setAttribute("aria-pressed", String(isDark())); }
  toggle.addEventListener("click", function () {
    root.dataset.theme = isDark() ? "light" : "dark";
    try { localStorage.setItem("theme", root.dataset.theme); } catch (error) { /* private window: for this page only */ }
    report();
  });
  report();

  // Tabs as the ARIA practices describe them: arrows, Home and End move, one tab is in the tab order.
  document.querySelectorAll(".tabset").forEach(function (set) {
    const tabs = Array.from(set.querySelectorAll(":scope > .tab-list > [role=tab]"));
    const panels = Array.from(set.querySelectorAll(":scope > .tab-panel"));
    function show(index, focus) {
      tabs.forEach(function (tab, place) {
        tab.setAttribute("aria-selected", String(place === index));
        tab.tabIndex = place === index ? 0 : -1;
        panels[place].classList.toggle("active", place === index);
      });
      if (focus) tabs[index].focus();
    }
    tabs.forEach(function (tab, index) {
      tab.addEventListener("click", function () { show(index, false); });
      tab.addEventListener("keydown", function (event) {
        const target = { ArrowRight: index + 1, ArrowLeft: index - 1, Home: 0, End: tabs.length - 1 }[event.key];
        if (target === undefined) return;
        event.preventDefault();
        show((target + tabs.length) % tabs.length, true);
      });
    });
    // a link to something inside a hidden panel opens it
    function follow() {
      const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
      const index = target ? panels.findIndex(function (panel) { return panel.contains(target); }) : -1;
      if (index >= 0) { show(index, false); target.scrollIntoView(); }
    }
    addEventListener("hashchange", follow);
    follow();
  });

  const menus = Array.from(document.querySelectorAll(".bar-menu, .small-menu"));
  document.addEventListener("click", function (event) {
    menus.forEach(function (menu) { if (!menu.contains(event.target)) menu.open = false; });
  });
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") return;
    menus.filter(function (menu) { return menu.open; }).forEach(function (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  });

  document.querySelectorAll("main h2[id], main h3[id]").forEach(function (heading) {
    const anchor = document.createElement("a");
    anchor.className = "anchor";
    anchor.href = "#" + heading.id;
    anchor.textContent = "#";
    anchor.setAttribute("aria-label", "Link to “" + heading.textContent + "”");
    heading.append(anchor);
  });

  // the rail begins where the reader is
  const current = document.querySelector(".side a[aria-current=page]");
  if (current) {
    const rail = current.closest(".side");
    rail.scrollTop = current.offsetTop - rail.offsetTop - rail.clientHeight / 2;
  }

  // mark where the reader is in the table of contents
  const entries = new Map();
  document.querySelectorAll(".toc a[href^='#']").forEach(function (link) {
    const heading = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (heading) entries.set(heading, link);
  });
  const seen = new IntersectionObserver(function (changes) {
    changes.forEach(function (change) {
      if (!change.isIntersecting) return;
      entries.forEach(function (link) { link.removeAttribute("aria-current"); });
      entries.get(change.target).setAttribute("aria-current", "true");
    });
  }, { rootMargin: "-72px 0px -70% 0px" });
  entries.forEach(function (link, heading) { seen.observe(heading); });
})();
