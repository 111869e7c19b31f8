// Keeps the wall fresh: the page is fetched anew each second while it is looked at, and its parts
// are swapped in place, so that nothing flickers and an open fold stays open.
"use strict";

const period = 1000;

async function refresh() {
  if (document.hidden) return;
  try {
    const answer = await fetch(location.href, { cache: "no-store" });
    if (!answer.ok) throw new Error(answer.status);
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const part of ["header", "main"]) swap(part, fresh);
    document.title = fresh.title;
    document.body.className = fresh.body.className;
  } catch {
    document.body.classList.add("stale");
  }
}

function swap(part, fresh) {
  const now = document.querySelector(part), next = fresh.querySelector(part);
  if (now.innerHTML === next.innerHTML) return;
  const open = [...now.querySelectorAll("details")].map((d) => d.open);
  now.replaceWith(next);
  next.querySelectorAll("details").forEach((d, i) => { if (i < open.length) d.open = open[i]; });
}

setInterval(refresh, period);
document.addEventListener("visibilitychange", refresh);
