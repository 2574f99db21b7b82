// Runs before everything else, in the oldest words of the language: a phone that cannot run the page says so in a sentence
// instead of staying white, and one that lacks a few newer functions gets them here. What the pages use of these, and
// nothing else, is listed; the tests read it.
(function () {
  var started = false;
  var reloading = false;

  function show(id, words) {
    var notice = document.getElementById(id);
    if (!notice) return;
    if (words) {
      var last = notice.querySelector(".detail");
      if (last) last.textContent = words;
    }
    notice.hidden = false;
    notice.removeAttribute("hidden");
  }

  /* Before the page stands, the browser cannot read its scripts; afterwards, something in it is broken. */
  function wrong(words) {
    // Some browsers tell of sizes that changed twice in one frame as if it were an error.
    if (!/ResizeObserver loop/.test(words)) show(started ? "broken" : "needs", words);
  }

  /* The server does not answer: as soon as it does, the page is loaded again. */
  function again() {
    if (started || reloading) return;
    reloading = true;
    show("retry");
    var wait = 3000 + Math.random() * 3000;
    (function look() {
      var request = new XMLHttpRequest();
      request.onload = function () {
        if (started) return;
        if (request.status === 200) location.reload();
        else setTimeout(look, wait);
      };
      request.onerror = request.ontimeout = function () { if (!started) setTimeout(look, wait); };
      request.open("GET", "/icon.svg?" + Date.now());
      request.timeout = 10000;
      setTimeout(function () { request.send(); }, wait);
    })();
  }

  window.addEventListener("error", function (event) {
    var from = event.target;
    if (from && from !== window && from.tagName) {
      if (from.tagName === "SCRIPT" || from.rel === "stylesheet") again();
      return;
    }
    wrong(event.message);
  }, true);
  window.addEventListener("unhandledrejection", function (event) { wrong(String(event.reason)); });

  /* The page calls this when it stands. */
  window.pageStands = function () {
    started = true;
    ["needs", "retry", "opening"].forEach(function (id) {
      var element = document.getElementById(id);
      if (element) element.hidden = true;
    });
  };

  document.addEventListener("DOMContentLoaded", function () {
    if (!("noModule" in document.createElement("script")) || !window.fetch || !window.Promise) wrong("no modules");
    // Nothing has come for a while: parts of the page were lost on the way.
    setTimeout(function () { if (!started) again(); }, 20000);
  });

  /* Gives `kind` a function where the browser has none. */
  function give(kind, name, made) {
    if (kind && !kind[name]) Object.defineProperty(kind, name, { value: made, configurable: true, writable: true });
  }

  function replaceChildren() {
    while (this.lastChild) this.removeChild(this.lastChild);
    this.append.apply(this, arguments);
  }
  give(window.Element && Element.prototype, "replaceChildren", replaceChildren);
  function at(index) {
    var whole = Math.trunc(index) || 0;
    return this[whole < 0 ? this.length + whole : whole];
  }
  give(Array.prototype, "at", at);
  give(Array.prototype, "findLast", function (is) {
    for (var index = this.length - 1; index >= 0; index -= 1) if (is(this[index], index, this)) return this[index];
    return undefined;
  });
  give(Array.prototype, "flat", function (depth) {
    var deep = depth === undefined ? 1 : depth;
    return this.reduce(function (all, each) { return all.concat(Array.isArray(each) && deep > 1 ? each.flat(deep - 1) : each); }, []);
  });
  give(Array.prototype, "flatMap", function (how) { return this.map(how).flat(); });
  give(Object, "fromEntries", function (pairs) {
    var made = {};
    Array.from(pairs).forEach(function (pair) { made[pair[0]] = pair[1]; });
    return made;
  });
  if (window.MediaQueryList && !MediaQueryList.prototype.addEventListener) {
    give(MediaQueryList.prototype, "addEventListener", function (kind, hear) { this.addListener(hear); });
  }
  /* The size of what is drawn is looked at from time to time. */
  if (!window.ResizeObserver) {
    window.ResizeObserver = function (changed) {
      this.observe = function (element) {
        var size = "";
        setInterval(function () {
          var now = element.clientWidth + " " + element.clientHeight;
          if (now !== size) { size = now; changed(); }
        }, 500);
      };
    };
  }
  /* A dialog that is only a part of the page. */
  if (!window.HTMLDialogElement) {
    give(window.HTMLElement && HTMLElement.prototype, "showModal", function () { this.setAttribute("open", ""); this.scrollIntoView(); });
    give(window.HTMLElement && HTMLElement.prototype, "close", function () { this.removeAttribute("open"); });
  }
})();
