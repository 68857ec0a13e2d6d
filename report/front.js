// A button behind each line that readers may pass on; it copies the line with the address of its claim.
"use strict";
(function () {
  if (!navigator.clipboard) return;
  const chinese = document.documentElement.lang.startsWith("zh");
  const [copy, copied, of] = chinese ? ["复制", "已复制", "复制："] : ["Copy", "Copied", "Copy: "];
  document.querySelectorAll(".copyable li").forEach(function (line) {
    const links = line.querySelectorAll('a[href*=".html"]:not(.term)');
    const said = line.textContent.trim().replace(/\s+/g, " ");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy-line";
    button.textContent = copy;
    button.setAttribute("aria-label", of + said.slice(0, 60) + "…");
    button.addEventListener("click", function () {
      const text = links.length ? said + " " + links[links.length - 1].href : said;
      navigator.clipboard.writeText(text).then(function () {
        button.textContent = copied;
        setTimeout(function () { button.textContent = copy; }, 2000);
      });
    });
    (line.querySelector("p:last-child") || line).append(" ", button);
  });
})();
