// Keeps a page fresh while it is looked at. The agent says when something has changed; the page is
// then fetched anew and what differs is changed in place, so that nothing flickers, an open fold
// stays open, the focus stays where it is and a half-filled form stays filled. Numbers that count
// tick by the agent's clock, not by this computer's. A page that nobody sees does nothing.
"use strict";

// Times in milliseconds.
const second = 1000;
const poll = 12 * second; // without word from the agent; it gives word every 10 s
const retry = 2 * second; // after a fetch that failed
const patience = 20 * second; // of one fetch
const reopen = 5 * second; // of a stream that the browser has given up

const clock = { at: Number(document.body.dataset.at), since: performance.now() };
const now = () => clock.at + performance.now() - clock.since;
const setClock = (at) => { if (at > 0) Object.assign(clock, { at, since: performance.now() }); };

// count writes what is left, or how long it has been: 03:12 and :45, or days and hours from 48 h.
// messages.Countdown says the same on the server.
function count(milliseconds) {
  const s = Math.floor(Math.abs(milliseconds) / 1000), h = Math.floor(s / 3600);
  const two = (n) => String(n).padStart(2, "0");
  const { day, hour } = document.body.dataset;
  const sign = milliseconds < 0 && s > 0 ? "−" : "";
  if (h >= 48) return [sign + Math.floor(h / 24) + day + (h % 24) + hour, ""];
  return [sign + two(h) + ":" + two(Math.floor(s / 60) % 60), ":" + two(s % 60)];
}

function tick() {
  const at = now();
  for (const e of document.querySelectorAll(".count")) {
    const { until, since } = e.dataset;
    const [text, seconds] = count(until ? Number(until) - at : at - Number(since));
    if (e.firstChild.textContent !== text) e.firstChild.textContent = text;
    if (e.lastChild.textContent !== seconds) e.lastChild.textContent = seconds;
  }
  for (const e of document.querySelectorAll(".wallclock")) {
    const text = new Date(at + Number(e.dataset.offset) * second).toISOString().slice(11, 19); // in the plan's zone
    if (e.textContent !== text) e.textContent = text;
  }
}

// busy tells that somebody is at work in a form: it must stay as it is.
const busy = (e) => e.nodeName === "FORM" && (e.dataset.dirty !== undefined || e.contains(document.activeElement));
const holdsWork = (e) => busy(e) || [...(e.querySelectorAll?.("form") ?? [])].some(busy);

// served is whether the agent has a fold open. A fold obeys it when it changes, and else whoever reads.
const served = new WeakMap();
for (const fold of document.querySelectorAll("details")) served.set(fold, fold.open);

function setFold(old, fresh) {
  const open = fresh.hasAttribute("open");
  if (served.has(old) && served.get(old) !== open) old.open = open;
  served.set(old, open);
}

// morph makes one node like another, changing only what differs.
function morph(old, fresh) {
  if (busy(old)) return;
  if (old.nodeName !== fresh.nodeName || (old.id || "") !== (fresh.id || "")) {
    if (!holdsWork(old)) old.replaceWith(fresh);
    return;
  }
  if (old.nodeName === "DETAILS") setFold(old, fresh);
  if (old.isEqualNode(fresh)) return;
  if (old.nodeType !== Node.ELEMENT_NODE) {
    old.nodeValue = fresh.nodeValue;
    return;
  }
  attributes(old, fresh);
  children(old, fresh);
}

function attributes(old, fresh) {
  const own = (name) => name === "open" && old.nodeName === "DETAILS";
  for (const { name } of [...old.attributes]) if (!fresh.hasAttribute(name) && !own(name)) old.removeAttribute(name);
  for (const { name, value } of fresh.attributes) if (old.getAttribute(name) !== value && !own(name)) old.setAttribute(name, value);
}

// children are paired by id where they have one, else by their place.
function children(old, fresh) {
  const named = new Map([...old.children].filter((c) => c.id).map((c) => [c.id, c]));
  let at = old.firstChild;
  for (const next of [...fresh.childNodes]) {
    const same = next.id ? named.get(next.id) : undefined;
    if (same && same !== at) old.insertBefore(same, at);
    const pair = same ?? (at?.id && named.has(at.id) ? null : at);
    if (!pair) {
      old.insertBefore(next, at);
      continue;
    }
    at = pair.nextSibling;
    morph(pair, next);
  }
  while (at) {
    const rest = at.nextSibling;
    if (!holdsWork(at)) at.remove();
    at = rest;
  }
}

// show puts a fetched page in the place of this one. An element that has moved gets its focus back.
function show(fresh) {
  const held = document.activeElement;
  for (const part of ["#gone", "#head", "#main", "footer"]) morph(document.querySelector(part), fresh.querySelector(part));
  document.title = fresh.title;
  document.body.className = fresh.body.className;
  if (held !== document.body && document.activeElement !== held) {
    const again = held.isConnected ? held : held.id && document.getElementById(held.id);
    if (again) again.focus({ preventScroll: true });
  }
}

// parts are the style sheets and scripts of a page: others, after an update of the agent, need all of it anew.
const parts = (page) => [...page.querySelectorAll("link[rel=stylesheet], script[src]")].map((e) => e.getAttribute("href") ?? e.getAttribute("src")).join();

const state = { fetching: false, again: false, asked: performance.now(), failures: 0, retry: 0 };

async function get() {
  const answer = await fetch(location.href, { cache: "no-store", headers: { "Keizoku-Refresh": "1" }, signal: AbortSignal.timeout(patience) });
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const work = holdsWork(document.body);
  if (answer.redirected && new URL(answer.url).pathname !== location.pathname) return work || location.assign(answer.url);
  if (answer.status === 401) return work || location.reload();
  if (!fresh.getElementById("main")) throw new Error(String(answer.status));
  if (parts(fresh) !== parts(document) && !work) return location.reload();
  setClock(Number(answer.headers.get("Keizoku-At")) || Number(fresh.body.dataset.at));
  show(fresh);
  tick();
  document.dispatchEvent(new Event("refreshed"));
}

// refresh fetches the page anew, one request at a time. address, when given, becomes the page's.
async function refresh(address) {
  if (typeof address === "string") history.replaceState(null, "", address);
  if (document.hidden) return;
  if (state.fetching) {
    state.again = true;
    return;
  }
  state.fetching = true;
  state.asked = performance.now();
  try {
    await get();
    state.failures = 0;
  } catch (fault) {
    // One refusal may be a restart. Silence for so long, or a second refusal, is told in large letters.
    if (++state.failures > 1 || fault.name === "TimeoutError") document.body.classList.add("stale");
    clearTimeout(state.retry);
    state.retry = setTimeout(refresh, retry);
  }
  state.fetching = false;
  if (state.again) {
    state.again = false;
    refresh();
  }
}

// changes is the stream by which the agent gives word; it is open while somebody looks. A browser
// opens few connections to one host, and a tab that nobody sees must not hold one.
let changes = null;

function listen() {
  if (changes || document.hidden) return;
  changes = new EventSource("/live");
  let first = true;
  changes.onmessage = (e) => {
    setClock(Number(e.data));
    if (!first) refresh();
    first = false;
  };
  changes.onerror = () => {
    refresh();
    if (changes?.readyState === EventSource.CLOSED) {
      hush();
      setTimeout(listen, reopen);
    }
  };
}

function hush() {
  changes?.close();
  changes = null;
}

window.keizoku = { refresh };

document.addEventListener("input", (e) => { const form = e.target.closest?.("form"); if (form) form.dataset.dirty = "1"; });
document.addEventListener("reset", (e) => { delete e.target.dataset.dirty; });
document.addEventListener("visibilitychange", () => {
  if (document.hidden) return hush();
  listen();
  refresh();
});
window.addEventListener("pagehide", hush);
window.addEventListener("pageshow", (e) => { if (e.persisted) { listen(); refresh(); } });
setInterval(() => {
  if (document.hidden) return;
  tick();
  if (performance.now() - state.asked > poll) refresh();
}, second);
tick();
listen();
