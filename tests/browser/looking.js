// What the tests ask a page, as functions on one object; each gives a list of what is wrong, in words.
window.looking = (function () {
  "use strict";
  const HAN = /[\u3040-\u30ff\u3400-\u9fff]/;
  const MARKUP = /^#+ |\{#|\{\{<|\]\{\.|^:::|\bundefined\b|\bNaN\b|\[object /m;

  function isShown(element) {
    return element.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true });
  }

  function name(element) {
    const text = (element.textContent || "").trim().replace(/\s+/g, " ").slice(0, 40);
    return element.tagName.toLowerCase() + (element.id ? "#" + element.id : "") + " “" + text + "”";
  }

  function all(selector) {
    return Array.from(document.querySelectorAll(selector)).filter(isShown);
  }

  function listTexts(root) {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    const texts = [];
    while (walker.nextNode()) texts.push(walker.currentNode);
    return texts;
  }

  // mark one element for each way that text is coloured: ink, size, weight, and all that lies behind or over it
  function markColours() {
    const behind = new Map([[null, ""]]);
    function describe(element) {
      if (!behind.has(element)) {
        const style = getComputedStyle(element);
        const painted = [style.backgroundColor, style.backgroundImage, style.opacity, style.filter].join();
        // what leaves the flow may come to lie on something else, so it is told apart by its name
        const place = style.position === "static" && style.float === "none" ? "" : element.tagName + element.className;
        const own = (painted === "rgba(0, 0, 0, 0),none,1,none" ? "" : painted) + place;
        behind.set(element, describe(element.parentElement) + (own && "/" + own));
      }
      return behind.get(element);
    }
    document.querySelectorAll("[data-ink]").forEach(function (one) { one.removeAttribute("data-ink"); });
    const ways = new Set();
    // what lies outside the window, in a box that scrolls, is judged only where nothing inside looks the same
    const elements = listTexts(document.body).filter(function (text) { return text.data.trim(); })
      // what only keeps words on one line is coloured as what it stands in, and so short that axe takes a mark for its ground
      .map(function (text) { return text.parentElement.closest(":not(.together)"); });
    const inside = elements.filter(function (one) { return one.getBoundingClientRect().right <= innerWidth; });
    inside.concat(elements).forEach(function (element) {
      if (element.closest("svg, script, style, template, noscript") || !isShown(element)) return;
      const style = getComputedStyle(element);
      const way = [style.color, style.fontSize, style.fontWeight, style.textShadow, describe(element)].join();
      if (!ways.has(way)) element.setAttribute("data-ink", "");
      ways.add(way);
    });
  }

  return {
    // the page itself never scrolls sideways
    width() {
      const root = document.documentElement;
      if (root.scrollWidth <= innerWidth) return [];
      const wide = all("body *").filter(function (one) {
        return one.getBoundingClientRect().right > innerWidth + 1 && !one.closest(".table-box, pre, .side, .scroll-box");
      });
      return ["the page is " + root.scrollWidth + " wide: " + wide.slice(0, 3).map(name).join(", ")];
    },

    // no badge is cut by the screen or by a box around it
    badges() {
      return all("main .verdict, main .outcome").filter(function (badge) {
        const box = badge.getBoundingClientRect();
        if (!box.width || badge.closest(".visually-hidden")) return false;
        let left = 0, right = innerWidth;
        for (let around = badge.parentElement; around && around !== document.body; around = around.parentElement) {
          if (getComputedStyle(around).overflowX === "visible") continue;
          const frame = around.getBoundingClientRect();
          left = Math.max(left, frame.left);
          right = Math.min(right, frame.right);
        }
        return box.left < left - 1 || box.right > right + 1;
      }).slice(0, 3).map(function (badge) { return "a badge is cut: " + name(badge.closest("tr") || badge); });
    },

    // every link of the open menu is inside the screen
    menu() {
      const menu = document.querySelector(".small-menu");
      if (!menu || !isShown(menu)) return [];
      menu.open = true;
      const links = Array.from(menu.querySelectorAll("a"));
      const lost = links.filter(function (link) {
        link.scrollIntoView({ block: "nearest" });
        const box = link.getBoundingClientRect();
        return !box.width || box.left < 0 || box.right > innerWidth || box.top < 0 || box.bottom > innerHeight;
      });
      menu.open = false;
      const pdf = links.some(function (link) { return link.pathname.endsWith(".pdf"); });
      return lost.map(function (link) { return "outside the screen: " + name(link); })
        .concat(pdf ? [] : ["the menu has no PDF"]);
    },

    // text in figures can be read, and no label lies on another
    figures(least) {
      const found = [];
      all("svg.chart").forEach(function (svg) {
        const box = svg.getBoundingClientRect();
        const scale = box.width / svg.viewBox.baseVal.width;
        const texts = Array.from(svg.querySelectorAll("text")).filter(function (text) {
          return text.textContent.trim() && isShown(text);
        });
        texts.forEach(function (text) {
          const size = parseFloat(getComputedStyle(text).fontSize) * scale;
          if (size < least - 0.1) found.push(size.toFixed(1) + " px: " + name(text));
        });
        const boxes = texts.map(function (text) { return text.getBoundingClientRect(); });
        boxes.forEach(function (one, place) {
          boxes.slice(place + 1).forEach(function (other, after) {
            const wide = Math.min(one.right, other.right) - Math.max(one.left, other.left);
            const high = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
            // a box is as high as the font allows for; letters fill some two thirds of it
            if (wide > 2 && high > 0.4 * Math.min(one.height, other.height)) {
              found.push("labels overlap: " + name(texts[place]) + " and " + name(texts[place + 1 + after]));
            }
          });
        });
      });
      return found.slice(0, 4);
    },

    // a figure that is wider than its box can be reached and moved by the keyboard, and is told from the others
    boxes() {
      const wide = all(".chart-box").filter(function (box) { return box.scrollWidth > box.clientWidth; });
      const names = wide.map(function (box) { return box.getAttribute("aria-label") || ""; });
      return wide.filter(function (box, place) {
        return box.tabIndex !== 0 || !box.getAttribute("role") || names[place].length < 10 ||
          names.indexOf(names[place]) !== place;
      }).slice(0, 3).map(function (box) { return "a box that scrolls is not reached or named: " + name(box); });
    },

    // nothing of the sources is left over, and every run of Chinese or Japanese has its language
    words() {
      const outside = listTexts(document.body).filter(function (text) {
        return text.data.trim() && !text.parentElement.closest("script, style, template, pre, code, noscript, textarea");
      });
      const raw = outside.filter(function (text) { return MARKUP.test(text.data); });
      const foreign = listTexts(document.body).filter(function (text) {
        return HAN.test(text.data) && !text.parentElement.closest("script, style, template") &&
          !/^(zh|ja)/.test(text.parentElement.closest("[lang]").lang);
      });
      return raw.map(function (text) { return "left over: " + text.data.trim().slice(0, 60); })
        .concat(foreign.map(function (text) { return "no language: " + text.data.trim().slice(0, 40); })).slice(0, 5);
    },

    // axe-core, by all its rules or by that of colours alone; this is not asked of figures, whose ink it doesn't know
    async axe(colours) {
      // the shadows that say a box scrolls are gradients, over which axe judges no colour
      all(".table-box").forEach(function (box) { box.style.backgroundImage = "none"; });
      if (colours) all("svg.chart").forEach(function (chart) { chart.replaceChildren(); });
      markColours();
      const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
      const runOnly = colours ? { type: "rule", values: ["color-contrast"] } : { type: "tag", values: tags };
      const options = { runOnly, resultTypes: ["violations", "incomplete"], iframes: false, preload: false, elementRef: true };
      const result = await axe.run(document, options);
      const unjudged = result.incomplete.filter(function (one) {
        // nor does it know the colours of a text that the edge of the window cuts
        one.nodes = one.nodes.filter(function (node) {
          const box = node.element.getBoundingClientRect();
          return box.top > innerHeight || box.bottom < innerHeight;
        });
        return one.id === "color-contrast" && one.nodes.length;
      });
      return result.violations.concat(unjudged).map(function (one) {
        return "axe " + one.id + " ×" + one.nodes.length + ": " + one.nodes[0].target.join(" ");
      });
    },
  };
})();
// One rule takes most of the time. It is asked once for each way that text is coloured, not for each cell of a table.
axe.configure({ rules: [{ id: "color-contrast", selector: "[data-ink]" }] });
