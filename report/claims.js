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

  fillAddresses();
  equipButtons();
})();
