// The maps of a study: closer and further away, and what-if by hand on the map after. Everything
// that is done here is done by the form of the page, which works without any script.
"use strict";

const maps = [...document.querySelectorAll("section[aria-labelledby=maps] svg.plan")];
const tools = document.getElementById("tools");
const choice = document.getElementById("choice");
const form = document.getElementById("change");
const after = maps[maps.length - 1];

const [, , WIDTH, HEIGHT] = after.getAttribute("viewBox").split(" ").map(Number);
const STEP = 1.6;
const CLOSEST = 16;
const MOVED = 5; // pixels under which a drag is a click
const NEAR = 45; // units of the drawing within which a click finds a place

// --- closer and further away ---------------------------------------------------------------------

const view = { x: 0, y: 0, zoom: 1 };

function draw() {
  const [width, height] = [WIDTH / view.zoom, HEIGHT / view.zoom];
  view.x = Math.min(Math.max(view.x, 0), WIDTH - width);
  view.y = Math.min(Math.max(view.y, 0), HEIGHT - height);
  for (const map of maps) {
    map.setAttribute("viewBox", `${view.x} ${view.y} ${width} ${height}`);
    map.classList.toggle("closer", view.zoom > 1);
    for (const circle of map.querySelectorAll("circle")) {
      circle.dataset.r ||= circle.getAttribute("r");
      circle.setAttribute("r", Number(circle.dataset.r) / view.zoom ** 0.7);
    }
  }
}

/** Zoom so that a point of the drawing stays where it is. */
function zoomTo(zoom, x = view.x + WIDTH / view.zoom / 2, y = view.y + HEIGHT / view.zoom / 2) {
  const next = Math.min(Math.max(zoom, 1), CLOSEST);
  view.x = x - ((x - view.x) * view.zoom) / next;
  view.y = y - ((y - view.y) * view.zoom) / next;
  view.zoom = next;
  draw();
}

tools.hidden = false;
tools.addEventListener("click", ({ target }) => {
  const way = target.dataset.zoom;
  if (way) zoomTo({ in: view.zoom * STEP, out: view.zoom / STEP, whole: 1 }[way]);
});

/** Where on the drawing something happened. */
function spot(map, event) {
  return new DOMPoint(event.clientX, event.clientY).matrixTransform(map.getScreenCTM().inverse());
}

// --- what can be done where ----------------------------------------------------------------------

const WAYS = {
  new: ["forbid", "remove", "force"],
  old: ["close_also", "close", "spare"],
  gone: ["spare", "spare_instead"],
  place: ["add", "force", "forbid"],
};

let places = null;

async function nearest({ x, y }) {
  places ??= (await (await fetch(form.dataset.places)).json()).places;
  let best = null;
  for (const [key, name, across, up] of places) {
    const far = Math.hypot(across - x, up - y);
    if (far < NEAR / view.zoom ** 0.5 && (!best || far < best.far)) {
      best = { key, name, x: Number(across), y: Number(up), far };
    }
  }
  return best;
}

function leave() {
  choice.hidden = true;
  for (const circle of after.querySelectorAll(".chosen")) circle.classList.remove("chosen");
  after.querySelector(".spotted")?.remove();
}

function mark({ x, y }) {
  const ring = document.createElementNS("http://www.w3.org/2000/svg", "circle");
  ring.setAttribute("class", "spotted");
  ring.setAttribute("cx", x);
  ring.setAttribute("cy", y);
  ring.setAttribute("r", 14 / view.zoom ** 0.7);
  ring.dataset.r = 14;
  after.append(ring);
}

/** Offer changes by the words of the form; a button fills the form in and sends it. */
function offer(name, ways, filled) {
  const options = new Map([...form.elements.kind.options].map((one) => [one.value, one.text]));
  document.getElementById("choice-name").textContent = name;
  const buttons = ways.map((way) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "second";
    button.textContent = options.get(way);
    button.addEventListener("click", () => {
      form.elements.kind.value = way;
      form.elements.at.value = filled.at;
      form.elements.other.value = filled.other ?? "";
      form.requestSubmit();
    });
    return button;
  });
  choice.querySelector(".ways").replaceChildren(...buttons);
  choice.hidden = false;
}

async function choose(event) {
  leave();
  const circle = event.target.closest("circle[data-key]");
  if (circle) {
    circle.classList.add("chosen");
    const closing = after.querySelector(".gone") !== null;
    const ways = WAYS[circle.classList[0]].filter((way) => way !== "spare" || closing);
    return offer(circle.querySelector("title").textContent, ways, { at: circle.dataset.key });
  }
  const place = await nearest(spot(after, event));
  if (!place) return undefined;
  mark(place);
  return offer(place.name, WAYS.place, { at: place.key });
}

async function drop(circle, event) {
  const place = await nearest(spot(after, event));
  circle.setAttribute("cx", circle.dataset.x);
  circle.setAttribute("cy", circle.dataset.y);
  leave();
  if (!place || place.key === circle.dataset.key) return;
  mark(place);
  const name = circle.querySelector("title").textContent;
  offer(`${name} → ${place.name}`, ["instead"], { at: circle.dataset.key, other: place.key });
}

// --- the hand ------------------------------------------------------------------------------------

let held = null;

for (const map of maps) {
  map.addEventListener("pointerdown", (event) => {
    const circle = form && map === after ? event.target.closest("circle.new[data-key]") : null;
    if (circle) {
      circle.dataset.x ||= circle.getAttribute("cx");
      circle.dataset.y ||= circle.getAttribute("cy");
      event.preventDefault();
    }
    held = { circle, map, x: event.clientX, y: event.clientY, at: { ...view }, moved: false };
  });
  map.addEventListener("pointermove", (event) => {
    if (!held || held.map !== map) return;
    const [across, up] = [event.clientX - held.x, event.clientY - held.y];
    if (!held.moved && Math.hypot(across, up) < MOVED) return;
    if (!held.moved) map.setPointerCapture(event.pointerId);
    held.moved = true;
    if (held.circle) {
      const { x, y } = spot(map, event);
      held.circle.setAttribute("cx", x);
      held.circle.setAttribute("cy", y);
    } else {
      const scale = map.getScreenCTM().a;
      view.x = held.at.x - across / scale;
      view.y = held.at.y - up / scale;
      draw();
    }
  });
  map.addEventListener("pointerup", (event) => {
    const was = held;
    held = null;
    if (!was || was.map !== map || !form || map !== after) return;
    if (was.circle && was.moved) drop(was.circle, event);
    else if (!was.moved) choose(event);
  });
  map.addEventListener("pointercancel", () => {
    held = null;
  });
}

if (form) {
  after.classList.add("alive");
  document.getElementById("how").hidden = false;
  choice.querySelector("[data-close]").addEventListener("click", leave);
  document.addEventListener("keydown", ({ key }) => {
    if (key === "Escape") leave();
  });
}
