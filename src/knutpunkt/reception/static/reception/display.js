// Follows the live stream of the office. The page shows the same without it, reloading itself.
"use strict";

const SHOWN_BEFORE = 5;
const SILENT_TOO_LONG = 45_000; // the hub says something every 20 seconds
const DOWN_AFTER = 5_000;
const LONGEST_PAUSE = 30_000;
const BETWEEN_CALLS = 3_000;
const BETWEEN_LOOKS = 15_000;
const AT_THE_COUNTER = ["called", "serving"];
const BEGINNINGS = ["issued", "checked-in", "added"];

const display = document.getElementById("display");
const at = (id) => document.getElementById(id);
const wording = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

// --- what is shown ---------------------------------------------------------------------------

// `there` has the numbers at a counter, each with its counter; `lookAgain` is when a closing may be over.
const shown = { seq: -1, recent: null, there: new Map(), closed: false, closedSince: 0, heard: Date.now(), down: 0, lookAgain: null };
const day = (call) => call.at.slice(0, 10);

function showCalls(fresh) {
  const last = shown.recent.find((call) => shown.there.has(call.number) && Date.parse(call.at) >= shown.closedSince);
  const earlier = shown.recent.filter((call) => call !== last);
  at("calls").hidden = shown.closed && !last;
  at("last").hidden = !last;
  at("nobody").hidden = shown.recent.length > 0;
  at("between").hidden = Boolean(last) || !earlier.length;
  at("number").textContent = last ? last.number : "";
  at("counter").textContent = last ? last.counter : "";
  at("earlier").replaceChildren(...earlier.slice(0, SHOWN_BEFORE).map(row));
  if (!fresh) return;
  display.classList.remove("fresh");
  void display.offsetWidth; // lets the animation begin anew
  display.classList.add("fresh");
}

function row(call) {
  const item = at("row").content.cloneNode(true);
  const [number, counter] = item.querySelectorAll("b");
  number.textContent = call.number;
  counter.textContent = call.counter;
  return item;
}

// Whoever is called while the office is closed was kept inside; calls from before it are over.
function showClosed(closed, until, since, now) {
  shown.closed = closed;
  shown.closedSince = closed && since ? Date.parse(since) : 0;
  at("closed").hidden = !closed;
  const ends = until ? Date.parse(until) : midnightAfter(now);
  shown.lookAgain = closed ? Math.max(ends, Date.now() + BETWEEN_LOOKS) : null;
}

const midnightAfter = (now) => Date.parse(`${now.slice(0, 10)}T00:00:00${now.slice(-6)}`) + 86_400_000;

function takeSnapshot(told) {
  const missed = shown.recent && told.recent[0] && newer(told.recent[0], shown.recent[0]);
  shown.seq = told.seq;
  shown.recent = told.recent;
  shown.there = new Map(told.now.map((one) => [one.number, one.counter]));
  at("waiting").textContent = told.waiting;
  at("simulated").hidden = !told.simulated;
  showClosed(told.closed, told.closed_until, told.closed_since, told.at);
  showCalls(missed);
  if (missed && shown.there.has(told.recent[0].number)) announce(told.recent[0]);
}

const newer = (call, than) => !than || call.number !== than.number || call.at !== than.at;

function takeEvent(told) {
  if (told.seq <= shown.seq) return true;
  if (shown.recent === null || told.after > shown.seq) return false; // something was missed
  shown.seq = told.seq;
  at("waiting").textContent = told.waiting;
  const called = told.kind === "called" || told.kind === "recalled";
  const takenBack = told.kind === "undone" && told.state === "waiting";
  const kept = shown.recent.filter((call) => day(call) === day(told));
  shown.recent = called || takenBack ? kept.filter((call) => call.number !== told.number) : kept;
  if (called) shown.recent.unshift(told);
  move(told);
  if (told.kind === "closed") showClosed(true, told.closed_until, told.at, told.at);
  showCalls(called);
  if (called) announce(told);
  // The end of a day may be that of yesterday; what opens again may be a day that has ended.
  if (told.kind === "reopened" || told.kind === "day-ended") ask().catch(() => undefined);
  return true;
}

// A number stands at its counter until its errand there is over; another of its errands may wait.
function move(told) {
  if (AT_THE_COUNTER.includes(told.state)) {
    shown.there.set(told.number, told.counter);
    return;
  }
  const over = told.state && told.kind !== "invited" && !BEGINNINGS.includes(told.kind);
  const there = told.kind === "undone" || told.counter === shown.there.get(told.number);
  if (over && there) shown.there.delete(told.number);
}

// --- what is said ----------------------------------------------------------------------------

const toSay = [];
let saying = false;
let sound = null;

function announce(call) {
  toSay.push(call);
  if (!saying) sayNext();
}

function sayNext() {
  const call = toSay.shift();
  saying = Boolean(call);
  if (!call) return;
  const sentence = (language) => {
    const part = document.createElement("span");
    part.lang = language;
    part.textContent = wording(display.dataset[language === "sv" ? "callSv" : "callEn"], call) + ". ";
    return part;
  };
  at("said").replaceChildren(sentence("sv"), sentence("en"));
  tone(660, 0);
  tone(523, 0.28);
  setTimeout(sayNext, BETWEEN_CALLS);
}

function tone(hertz, after) {
  if (!sound || sound.state !== "running") return;
  const begin = sound.currentTime + after;
  const voice = sound.createOscillator();
  const loudness = sound.createGain();
  voice.frequency.value = hertz;
  loudness.gain.setValueAtTime(0, begin);
  loudness.gain.linearRampToValueAtTime(0.35, begin + 0.02);
  loudness.gain.exponentialRampToValueAtTime(0.001, begin + 0.7);
  voice.connect(loudness).connect(sound.destination);
  voice.start(begin);
  voice.stop(begin + 0.75);
}

function soundButton() {
  const button = at("sound");
  if (typeof AudioContext === "undefined") return;
  button.hidden = false;
  const show = () => {
    const on = Boolean(sound) && sound.state === "running";
    button.toggleAttribute("data-sounds", on);
    for (const part of button.querySelectorAll("[lang]")) {
      const word = `${on ? "on" : "off"}${part.lang === "sv" ? "Sv" : "En"}`;
      part.textContent = display.dataset[word];
    }
  };
  button.addEventListener("click", async () => {
    sound ??= new AudioContext();
    await (sound.state === "running" && button.hasAttribute("data-sounds") ? sound.suspend() : sound.resume());
    show();
    tone(660, 0);
  });
}

// --- how old it is ---------------------------------------------------------------------------

function ago(language, milliseconds) {
  const words = new Intl.RelativeTimeFormat(language);
  const minutes = Math.floor(milliseconds / 60_000);
  if (minutes < 1) return words.format(-Math.floor(milliseconds / 1000), "second");
  return minutes < 120 ? words.format(-minutes, "minute") : words.format(-Math.floor(minutes / 60), "hour");
}

function showAge() {
  const silent = Date.now() - shown.heard;
  const old = shown.down > 0 && Date.now() - shown.down > DOWN_AFTER;
  at("age").classList.toggle("old", old);
  at("age").hidden = !old;
  if (old) {
    const parts = ["sv", "en"].map((language) => {
      const part = document.createElement("span");
      part.lang = language;
      const text = display.dataset[language === "sv" ? "ageSv" : "ageEn"];
      part.textContent = wording(text, { ago: ago(language, silent) });
      return part;
    });
    at("age").replaceChildren(parts[0], " · ", parts[1]);
  }
  if (shown.lookAgain && Date.now() > shown.lookAgain) {
    shown.lookAgain = Date.now() + BETWEEN_LOOKS;
    ask().catch(() => undefined);
  }
}

// --- the stream ------------------------------------------------------------------------------

// Read by hand: unlike EventSource this hears the hub's sign of life, so a cut line is noticed.
async function follow() {
  const cut = new AbortController();
  const watch = setInterval(() => {
    if (Date.now() - shown.heard > SILENT_TOO_LONG) cut.abort();
  }, 5_000);
  try {
    const asked = { signal: cut.signal, cache: "no-store", headers: { Accept: "text/event-stream" } };
    if (shown.seq >= 0) asked.headers["Last-Event-ID"] = String(shown.seq);
    shown.heard = shown.down ? shown.heard : Date.now();
    const answer = await fetch(display.dataset.live, asked);
    if (!answer.ok) return false;
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    await listen(reader);
    return true;
  } finally {
    clearInterval(watch);
    cut.abort();
  }
}

async function listen(reader) {
  let text = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    hear();
    text += value;
    const parts = text.split("\n\n");
    text = parts.pop();
    for (const part of parts) if (!take(part)) return;
  }
}

function take(part) {
  const fields = new Map(part.split("\n").map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 2)]));
  if (!fields.has("data")) return true;
  const told = JSON.parse(fields.get("data"));
  if (fields.get("event") === "snapshot") takeSnapshot(told);
  else if (fields.get("event") === "office" && !takeEvent(told)) {
    shown.seq = -1; // the next connection begins with the whole state
    return false;
  }
  return true;
}

function hear() {
  shown.heard = Date.now();
  shown.down = 0;
}

async function ask() {
  const answer = await fetch(display.dataset.state, { cache: "no-store" });
  if (!answer.ok) return;
  const told = await answer.json();
  if (told.seq < shown.seq && !shown.down) return; // the stream was faster
  hear();
  takeSnapshot(told);
}

const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

async function keepFollowing() {
  let wait = 1_000;
  for (;;) {
    const begun = Date.now();
    const followed = await follow().catch(() => true);
    shown.down ||= Date.now();
    // Where the hub takes no more streams the screen asks instead.
    if (!followed) await ask().catch(() => undefined);
    wait = Date.now() - begun > LONGEST_PAUSE ? 1_000 : Math.min(wait * 2, LONGEST_PAUSE);
    await pause(wait / 2 + Math.random() * (wait / 2));
  }
}

soundButton();
setInterval(showAge, 1_000);
showAge();
keepFollowing();
