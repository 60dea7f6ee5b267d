/* Keeps the visitor's page as it is: told by the office's live line, else asking now and then. */
"use strict";

const place = document.getElementById("place");
const heading = document.getElementById("heading");
const lines = document.getElementById("lines");
const updated = document.getElementById("updated");
const leave = document.getElementById("leave");

const EVERY = Number(place.dataset.every) * 1000;
const QUIET_LINE = 3 * EVERY; // how often to ask while the live line is open
const AT_LEAST = 4000; // between two questions, however much happens at the office

let line = null;
let next = null;
let asked = 0;
let stale = "";
let over = false;

function show(now) {
  stale = now.stale;
  updated.textContent = now.updated;
  const turned = place.dataset.look !== now.look && ["come", "turn", "closed"].includes(now.look);
  // Written only when it changed: a screen reader then says it once.
  if (heading.textContent !== now.heading) heading.textContent = now.heading;
  const said = [...lines.children].map((p) => p.textContent).join("\n");
  if (said !== now.lines.join("\n")) {
    lines.replaceChildren(...now.lines.map((text) => {
      const p = document.createElement("p");
      p.textContent = text;
      return p;
    }));
  }
  place.dataset.look = now.look;
  document.title = `${now.number}: ${now.heading}`;
  if (leave) leave.hidden = !now.can_leave;
  if (turned && navigator.vibrate) navigator.vibrate([300, 150, 300]);
  over = now.over;
}

async function ask() {
  clearTimeout(next);
  asked = Date.now();
  try {
    const answer = await fetch(place.dataset.state, { cache: "no-store", redirect: "error" });
    if (answer.status === 404) { location.reload(); return; }
    if (answer.ok) show(await answer.json());
    else if (stale) updated.textContent = stale;
  } catch {
    if (stale) updated.textContent = stale;
  }
  if (over) line?.close();
  else next = setTimeout(ask, line?.readyState === EventSource.OPEN ? QUIET_LINE : EVERY);
}

// Something happened at the office: ask soon, but not every phone in the same moment.
function soon() {
  if (over) return;
  clearTimeout(next);
  const pause = Math.max(0, asked + AT_LEAST - Date.now()) + Math.random() * 1000;
  next = setTimeout(ask, pause);
}

line = new EventSource(place.dataset.live);
line.addEventListener("open", soon);
line.addEventListener("message", soon);
for (const kind of ["office", "event", "change", "snapshot"]) line.addEventListener(kind, soon);
addEventListener("pagehide", () => line.close());
document.addEventListener("visibilitychange", () => { if (!document.hidden) soon(); });
ask();
