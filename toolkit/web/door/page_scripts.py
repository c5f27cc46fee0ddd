"""What Streamlit's own page lacks, as the script in its head: signed out is said, Back keeps the place, and more.

A restart of the server is said where a file may have been chosen and not yet stored; a change of page is said aloud; a
bare letter reruns nothing; the focus is not lost.
"""

from __future__ import annotations

SCRIPT = """
// The app is at the root of this server, whatever page's address was opened: Streamlit need not look for it.
window.__streamlit = { BACKEND_BASE_URL: window.location.origin + "/" };

function here() { return window.location.pathname + window.location.search; }

// When the server cuts the page off because nobody is signed in any more, what it shows goes too. When the server
// itself goes away, what became of one's work is said.
var Socket = window.WebSocket;
window.WebSocket = class extends Socket {
  constructor() {
    super(...arguments);
    this.addEventListener("close", function (event) {
      fetch("/still", { cache: "no-store" }).then(function (answer) {
        if (answer.status === 401) {
          window.location.assign("/sign-in?ended=1&next=" + encodeURIComponent(here().slice(1)));
        } else if (event.code === 1012 || answer.status >= 500) { sayRestarted(); }
      }, sayRestarted);
    });
  }
};

function sayRestarted() {
  if (leaving || document.getElementById("restarted")) { return; }
  var said = document.createElement("div"), shut = document.createElement("button");
  said.id = "restarted";
  said.setAttribute("role", "alert");
  said.textContent = "The server is being restarted, or cannot be reached. What was stored is kept. A file that was " +
    "chosen but not stored yet must be chosen again. ";
  shut.textContent = "Close";
  shut.addEventListener("click", function () { said.remove(); });
  said.appendChild(shut);
  document.body.prepend(said);
}
var leaving = false;
window.addEventListener("pagehide", function () { leaving = true; });
window.addEventListener("pageshow", function () { leaving = false; });

// Back keeps the place. How far down somebody was is kept by address while the window is open; it is written while
// they scroll, not while the page that comes next makes the window shorter.
(function () {
  var KEY = "place ", wanted = null, held = null, atMost = 0;
  history.scrollRestoration = "manual";
  function main() { return document.querySelector('[data-testid="stMain"]'); }
  function hold() { held = here(); setTimeout(function () { held = null; }, 2000); }
  function restore() {
    var kept = Number(sessionStorage.getItem(KEY + here()) || 0);
    wanted = kept > 0 ? { top: kept, at: here() } : null;
    atMost = Date.now() + 15000;
    if (wanted) { requestAnimationFrame(tryAgain); }
  }
  function tryAgain() {
    if (!wanted || wanted.at !== here() || Date.now() > atMost) { wanted = null; return; }
    var pane = main(), busy = document.querySelector('[data-test-script-state="running"], [data-testid="stSkeleton"]');
    if (pane && pane.scrollHeight - pane.clientHeight >= wanted.top) { pane.scrollTop = wanted.top; }
    if (pane && !busy && Math.abs(pane.scrollTop - wanted.top) < 2) {
      var settled = wanted;  // the app may still put the window to the top of a page it has just drawn
      setTimeout(function () { if (wanted === settled && settled.at === here()) {
        var now = main(); if (now) { now.scrollTop = settled.top; } wanted = null; } }, 250);
    }
    setTimeout(tryAgain, 50);
  }
  document.addEventListener("scroll", function (event) {
    if (event.target !== main() || wanted || held === here()) { return; }
    sessionStorage.setItem(KEY + here(), String(Math.round(event.target.scrollTop)));
  }, true);
  document.addEventListener("click", function (event) {
    if (event.target.closest && event.target.closest("a[href]")) { hold(); }
  }, true);
  ["wheel", "touchmove", "keydown", "pointerdown"].forEach(function (kind) {
    window.addEventListener(kind, function () { wanted = null; }, { capture: true, passive: true });
  });
  window.addEventListener("popstate", restore, true);
  var came = performance.getEntriesByType("navigation")[0];
  if (came && came.type !== "navigate") { restore(); }
})();

// A term's link, or one to a part of a page, is followed once that part is drawn.
(function () {
  if (!window.location.hash) { return; }
  var until = Date.now() + 15000, name = decodeURIComponent(window.location.hash.slice(1));
  (function look() {
    var there = document.getElementById(name);
    if (there) { there.scrollIntoView(); } else if (Date.now() < until) { setTimeout(look, 100); }
  })();
})();

// The menu's own link of the page that is open leads to that page as it is without a choice.
document.addEventListener("click", function (event) {
  var link = event.target.closest && event.target.closest('[data-testid="stSidebarNav"] a[href]');
  if (link && link.pathname === window.location.pathname && window.location.search) {
    event.preventDefault();
    event.stopImmediatePropagation();
    window.location.assign(link.pathname);
  }
}, true);

// A bare letter is for typing, not for rerunning the app.
var TYPED = /^(text|search|email|url|tel|password|number)$/;
window.addEventListener("keydown", function (event) {
  var at = event.target;
  var typing = at.isContentEditable || at.tagName === "TEXTAREA" || (at.tagName === "INPUT" && TYPED.test(at.type));
  if (!typing && !event.ctrlKey && !event.metaKey && !event.altKey && /^[rc]$/i.test(event.key)) {
    event.stopImmediatePropagation();
  }
}, true);

document.addEventListener("DOMContentLoaded", function () {
  // A summary of errors, a receipt, a message that something is done: the newest takes the focus, once.
  var taken = "";
  new MutationObserver(function () {
    var asks = document.querySelector("[data-takes-focus]");
    if (asks && asks.dataset.takesFocus !== taken) {
      taken = asks.dataset.takesFocus;
      asks.focus({ preventScroll: true });
      asks.scrollIntoView({ block: "nearest" });
    }
  }).observe(document.body, { childList: true, subtree: true, attributeFilter: ["data-takes-focus"] });

  // A link to a field puts the focus in it.
  document.addEventListener("click", function (event) {
    var link = event.target.closest && event.target.closest("a[data-goes-to]");
    var field = link && document.querySelector("." + link.dataset.goesTo + " :is(input, textarea, button)");
    if (!field) { return; }
    event.preventDefault();
    var fold = field.closest("details:not([open])");
    if (fold) { fold.querySelector("summary").click(); }
    field.focus();
    field.scrollIntoView({ block: "center" });
  });

  // A change of page is said aloud.
  var said = document.createElement("div");
  said.id = "page-announcer";
  said.setAttribute("role", "status");
  document.body.appendChild(said);
  var last = document.title;
  new MutationObserver(function () {
    if (document.title !== last) { last = document.title; said.textContent = last; }
  }).observe(document.head, { childList: true, characterData: true, subtree: true });

  // What is printed has every fold open; afterwards each is as it was.
  var opened = [];
  window.addEventListener("beforeprint", function () {
    document.querySelectorAll("details:not([open])").forEach(function (fold) { fold.open = true; opened.push(fold); });
  });
  window.addEventListener("afterprint", function () {
    opened.splice(0).forEach(function (fold) { fold.open = false; });
  });

  // Where what had the focus is drawn no more, as a button that did its work, the focus goes to what was said of it.
  var had = null, where = 0, shut = null;
  function top(of) { return of.getBoundingClientRect().top; }
  function isLost() {
    return had && !had.isConnected && document.activeElement === document.body &&
      !document.querySelector('[data-test-script-state="running"]');
  }
  document.addEventListener("focusin", function (event) {
    had = event.target.type === "file" ? null : event.target;
    where = top(event.target);
    shut = null;
  });
  // A button that is shut while its file is made loses the focus, and is given it back when it opens.
  function giveBack() {
    if (had && had.disabled) { shut = had; }
    if (!shut || shut.disabled) { return; }
    if (shut.isConnected && document.activeElement === document.body) { shut.focus({ preventScroll: true }); }
    shut = null;
  }
  function find() {
    if (!isLost()) { return; }  // who closes a list gives the focus back by itself, a moment later
    had = null;
    var main = document.querySelector('[data-testid="stMain"]');
    var said = main ? Array.from(main.querySelectorAll('[role="alert"], [role="status"]')) : [];
    said.sort(function (one, other) { return Math.abs(top(one) - where) - Math.abs(top(other) - where); });
    var at = said[0] || (main && main.querySelector("h1"));
    if (at) { at.setAttribute("tabindex", "-1"); at.focus(); }
  }
  new MutationObserver(function () {
    giveBack();
    if (isLost()) { window.setTimeout(find, 150); }
  }).observe(document.documentElement, { childList: true, subtree: true, attributes: true,
    attributeFilter: ["data-test-script-state", "disabled"] });

  // After a file is chosen the focus goes to the button that removes it, not to the top of the page.
  var chosen = false;
  document.addEventListener("change", function (event) { if (event.target.type === "file") { chosen = true; } }, true);
  new MutationObserver(function () {
    var remove = chosen && document.querySelector('[data-testid="stFileChipDeleteBtn"] button');
    if (remove) {
      chosen = false;
      var at = document.activeElement;
      if (at === document.body || at.type === "file") { remove.focus(); }
    }
  }).observe(document.body, { childList: true, subtree: true });
});
"""
