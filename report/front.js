// A button behind each line that readers may pass on; it copies the line with the address of its claim.
"use strict";
(function () {
  if (!navigator.clipboard) return;
  document.querySelectorAll(".copyable li").forEach(function (line) {
    const links = line.querySelectorAll('a[href*=".html"]:not(.term)');
    const said = line.textContent.trim().replace(/\s+/g, " ");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy-line";
    button.textContent = "Copy";
    button.setAttribute("aria-label", "Copy: " + said.slice(0, 60) + "…");
    button.addEventListener("click", function () {
      const text = links.length ? said + " " + links[links.length - 1].href : said;
      navigator.clipboard.writeText(text).then(function () {
        button.textContent = "Copied";
        setTimeout(function () { button.textContent = "Copy"; }, 2000);
      });
    });
    (line.querySelector("p:last-child") || line).append(" ", button);
  });
})();
