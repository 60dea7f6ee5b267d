// Keeps a desk up to date by what its office tells, and lets single keys act.
// Without it everything works by forms alone: every action is a form of the page.

const board = document.getElementById("board");
const said = document.getElementById("vocabulary");
const words = said ? JSON.parse(said.textContent) : {};
const MINUTE = 60_000;
// The server's clock counts: that of the device may be wrong.
const skew = board?.dataset.now ? Number(board.dataset.now) - Date.now() : 0;
const now = () => Date.now() + skew;
let leaving = false;

// --- forms: sent once, opened in place ------------------------------------------------------------

addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "1";
  leaving = true;
});

addEventListener("pageshow", () => {
  leaving = false;
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

for (const link of document.querySelectorAll("a[data-step]")) {
  const step = document.getElementById(link.dataset.step);
  link.setAttribute("role", "button");
  link.setAttribute("aria-expanded", String(!step.hidden));
  link.setAttribute("aria-controls", step.id);
  const toggle = (event) => {
    event.preventDefault();
    for (const other of document.querySelectorAll(".step")) if (other !== step) other.hidden = true;
    step.hidden = !step.hidden;
    for (const one of document.querySelectorAll("a[data-step]")) {
      one.setAttribute("aria-expanded", String(!document.getElementById(one.dataset.step).hidden));
    }
    if (!step.hidden) step.querySelector("select, input:not([type=hidden])").focus();
  };
  link.addEventListener("click", toggle);
  link.addEventListener("keydown", (event) => { if (event.key === " ") toggle(event); });
}

// Serving from another office asks where, and for the meeting.
for (const choice of document.querySelectorAll("input[name=mode]")) {
  choice.addEventListener("change", () => {
    const asks = document.getElementById("from-elsewhere");
    if (asks) asks.open = choice.value === "remote" && choice.checked;
  });
}

// --- the silent alarm: a mark, no word -------------------------------------------------------------

for (const form of document.querySelectorAll("form[data-quiet]")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const mark = form.querySelector("button");
    fetch(form.action, { method: "POST", body: new FormData(form), headers: { "X-Quiet": "1" } })
      .then((answer) => answer.json())
      .then((answer) => { mark.textContent = answer.sent ? "●" : "✕"; })
      .catch(() => { mark.textContent = "✕"; });
  });
}

// --- single keys, which can be switched off (WCAG 2.1.4) -------------------------------------------

const keys = document.querySelector("[data-keys]");
if (keys) {
  keys.closest("p").hidden = false;
  keys.checked = localStorage.getItem("desk-keys") !== "off";
  keys.addEventListener("change", () => localStorage.setItem("desk-keys", keys.checked ? "on" : "off"));
  addEventListener("keydown", (event) => {
    if (!keys.checked || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, select, textarea, [contenteditable]")) return;
    const wanted = [...document.querySelectorAll("[data-key]")];
    const found = wanted.find((one) => one.dataset.key === event.key.toLowerCase());
    if (!found) return;
    event.preventDefault();
    found.click();
  });
}

// --- time: minutes waited, and the minute in which something can be taken back ---------------------

const rows = () => document.querySelector("[data-rows]");
const waited = (row) => Math.max(0, Math.floor((now() - Number(row.dataset.accrues)) / MINUTE));
const put = (text, values) => text.replace(/%\((\w+)\)[sd]/g, (_all, name) => values[name]);

function rank(row) {
  if (words.strict) return -Number(row.dataset.errand);
  const weight = words.weights?.[row.dataset.class] ?? 1;
  return weight * (now() - Number(row.dataset.accrues));
}

function orderRows() {
  const list = rows();
  if (!list || !words.minutes) return;
  const inOrder = [...list.children].sort(
    (one, other) => rank(other) - rank(one)
      || Number(one.dataset.accrues) - Number(other.dataset.accrues)
      || Number(one.dataset.errand) - Number(other.dataset.errand),
  );
  inOrder.forEach((row, place) => {
    if (list.children[place] !== row) list.insertBefore(row, list.children[place] ?? null);
    row.querySelector(".minutes").textContent = put(words.minutes, { n: waited(row) });
    explain(row, inOrder[place - 1]);
  });
  const count = document.querySelector("[data-count]");
  if (count) count.textContent = String(inOrder.length);
  const nobody = document.querySelector("[data-nobody]");
  if (nobody) nobody.hidden = inOrder.length > 0;
}

function explain(row, ahead) {
  const acts = row.querySelector(".lineacts");
  let link = acts.querySelector("[data-why]");
  if (!ahead) {
    link?.remove();
    return;
  }
  if (!link) {
    link = document.createElement("a");
    link.dataset.why = "";
    acts.prepend(link);
  }
  link.href = `${words.why_at}?before=${ahead.dataset.errand}&after=${row.dataset.errand}`;
  link.textContent = put(words.why, {
    before: ahead.querySelector(".ticket").textContent,
    ticket: row.querySelector(".ticket").textContent,
  });
}

function countDown() {
  for (const undo of document.querySelectorAll("[data-undo]")) {
    const left = Math.floor((Number(undo.dataset.undo) - now()) / 1000);
    const shown = undo.querySelector(".countdown");
    if (left > 0) {
      if (words.left) shown.textContent = put(words.left, { n: left });
    } else if (!undo.contains(document.activeElement)) {
      undo.remove();
    }
  }
}

// --- what the office tells -------------------------------------------------------------------------

let seq = Number(board?.dataset.seq ?? 0);
let reloading = null;

function chip(text, look = "") {
  const made = document.createElement("span");
  made.className = `chip ${look}`.trim();
  made.textContent = text;
  return made;
}

function rowOf(told) {
  const row = document.getElementById("row").content.firstElementChild.cloneNode(true);
  const accrues = told.accrues_from ?? told.at;
  Object.assign(row.dataset, {
    errand: told.errand, version: told.version, accrues: Date.parse(accrues), class: told.class,
  });
  row.querySelector(".ticket").textContent = told.number;
  row.querySelector(".about").textContent =
    words.services[told.service] ?? words.authorities[told.authority] ?? words.unsaid;
  const chips = row.querySelector(".chips");
  if (words.classes[told.class]) chips.append(chip(words.classes[told.class], told.class));
  if (words.languages[told.language]) chips.append(chip(words.languages[told.language]));
  if (told.interpreter) {
    const language = words.languages[told.interpreter] ?? told.interpreter;
    chips.append(chip(put(words.interpreter, { language }), "want"));
  }
  if (told.people > 1) chips.append(chip(put(words.people, { n: told.people })));
  if (told.place === "elsewhere") chips.append(chip(words.elsewhere));
  return row;
}

function listed(told) {
  const list = rows();
  const there = list?.querySelector(`[data-errand="${told.errand}"]`);
  if (!list || !told.errand) return;
  if (told.state !== "waiting") there?.remove();
  else if (there) there.dataset.version = told.version;
  else list.append(rowOf(told));
  orderRows();
}

function atCounter(told) {
  const line = [...document.querySelectorAll("[data-counter]")].find((one) => one.dataset.counter === told.counter);
  if (!line) return;
  const busy = { called: words.called, serving: words.served }[told.state];
  const doing = line.querySelector(".quiet");
  line.querySelector(".ticket")?.remove();
  if (busy) {
    const ticket = document.createElement("span");
    ticket.className = "ticket";
    ticket.textContent = told.number;
    doing.before(ticket, " ");
  }
  doing.textContent = busy ?? words.free;
}

const RELOADS = new Set([
  "session-opened", "session-closed", "missed", "reactivated", "left", "alarm", "released", "swept",
  "closed", "reopened", "day-ended", "invited", "came-in", "undone", "people-counted",
]);

function heard(told) {
  if (told.seq <= seq) return;
  const gap = told.after !== undefined && told.after > seq;
  seq = told.seq;
  if (gap || "whole" in board.dataset || RELOADS.has(told.kind)) reload();
  if (gap || Boolean(told.practice) !== ("practice" in board.dataset)) return;
  listed(told);
  if (told.counter) atCounter(told);
  const mine = board.dataset.errand;
  if (!leaving && mine && String(told.errand) === mine && told.version > Number(board.dataset.version)) {
    notice(words.changed);
  }
}

function notice(text) {
  let place = document.getElementById("told-live");
  if (!place) {
    place = document.createElement("p");
    place.id = "told-live";
    place.className = "notice";
    place.setAttribute("role", "status");
    board.prepend(place);
  }
  place.textContent = text;
  place.hidden = !text;
}

// The list alone is fetched anew, and whatever had the focus in it has it again.
function reload() {
  clearTimeout(reloading);
  reloading = setTimeout(async () => {
    const answer = await fetch(board.dataset.list, { credentials: "same-origin" }).catch(() => null);
    if (!answer?.ok || answer.redirected) return;
    const text = await answer.text();
    const list = document.getElementById("list");
    if (list.querySelector("form[data-sent]")) return;
    const had = list.contains(document.activeElement) ? placeOf(document.activeElement) : null;
    list.innerHTML = text;
    seq = Math.max(seq, Number(list.querySelector("[data-seq]")?.dataset.seq ?? 0));
    if (had) list.querySelector(had)?.focus();
    orderRows();
  }, 150);
}

function placeOf(element) {
  const form = element.closest("form");
  if (form) {
    const value = element.value ? `[value="${CSS.escape(element.value)}"]` : "";
    return `form[action="${CSS.escape(form.getAttribute("action"))}"] button${value}`;
  }
  const href = element.getAttribute("href");
  return href ? `a[href="${CSS.escape(href)}"]` : null;
}

function listen() {
  const source = new EventSource(`${board.dataset.live}&from=${seq}`);
  let down = null;
  source.addEventListener("open", () => {
    clearTimeout(down);
    notice("");
  });
  source.addEventListener("office", (event) => heard(JSON.parse(event.data)));
  source.addEventListener("snapshot", (event) => {
    const standing = JSON.parse(event.data);
    if (standing.seq === seq) return;
    seq = standing.seq;
    reload();
  });
  source.addEventListener("error", () => {
    clearTimeout(down);
    down = setTimeout(() => notice(words.lost), 5000);
    if (source.readyState === EventSource.CLOSED) setInterval(reload, 20_000);
  });
}

if (board?.dataset.live) {
  if (!words.lost) words.lost = board.dataset.lost ?? "";
  listen();
  setInterval(orderRows, 15_000);
  setInterval(countDown, 1000);
}
