// Asks anew while a slider moves; the server reckons.
"use strict";

const ask = document.getElementById("ask");
let waiting = 0;

function address() {
  const q = new URLSearchParams();
  const { fuel, keep, load, lost, nogen } = ask.elements;
  if (fuel && !keep.checked) q.set("fuel", fuel.value);
  if (load.value !== "100") q.set("load", load.value);
  if (lost.checked) q.set("lost", "1");
  if (nogen && nogen.checked) q.set("nogen", "1");
  const query = q.toString();
  return "/power" + (query ? "?" + query : "");
}

const hideButton = () => { ask.querySelector("button").hidden = true; };

if (ask) {
  hideButton();
  document.addEventListener("refreshed", hideButton);
  ask.addEventListener("input", (e) => {
    const { fuel, keep } = ask.elements;
    if (e.target === fuel) keep.checked = false;
    const said = e.target.closest("label").querySelector("output");
    if (said) said.textContent = e.target.value + " %";
    clearTimeout(waiting);
    waiting = setTimeout(() => window.keizoku.refresh(address()), 150);
  });
}
