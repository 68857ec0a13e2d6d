// What pages of every kind can do with a script: copy code, where the renderer brings no button of its own; let the
// keyboard stop at the boxes that scroll, and only there; and unfold what a link leads to.
"use strict";
(function () {
  function equipCode(code) {
    const box = document.createElement("div"), button = document.createElement("button");
    box.className = "code-copied";
    button.type = "button";
    button.textContent = "Copy";
    button.setAttribute("aria-live", "polite");
    button.addEventListener("click", function () {
      navigator.clipboard.writeText(code.textContent).then(function () {
        button.textContent = "Copied";
        setTimeout(function () { button.textContent = "Copy"; }, 2000);
      });
    });
    code.parentElement.replaceWith(box);
    box.append(code.parentElement, button);
  }

  if (navigator.clipboard && !document.querySelector(".code-copy-button")) {
    document.querySelectorAll("pre.sourceCode > code").forEach(equipCode);
  }

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

  // A link to what is folded unfolds it.
  function unfold() {
    const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const folded = target && target.closest("details:not([open]), .callout-collapse:not(.show)");
    if (!folded) return;
    if (folded.tagName === "DETAILS") folded.open = true;
    else folded.classList.add("show");
    target.scrollIntoView();
  }
  addEventListener("hashchange", unfold);
  unfold();
})();
