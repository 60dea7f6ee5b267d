/* What a script adds to the kiosk: one press is one press, time that can be had, arrows to move. */
"use strict";

const start = document.body.dataset.start;
const home = () => location.replace(start);

// A page from the browser's memory may be another visitor's: ask for it anew.
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

// The first press sends the form; the button then rests, so that the next finds nothing to press.
for (const form of document.querySelectorAll("form[data-once]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "yes";
    form.setAttribute("aria-busy", "true");
    for (const button of form.querySelectorAll("button")) button.setAttribute("aria-disabled", "true");
  });
}

// Arrows move between choices, beside Tab.
const STEP = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };
document.addEventListener("keydown", (event) => {
  const here = document.activeElement;
  if (!STEP[event.key] || !here.closest("[data-arrows]")) return;
  const all = [...document.querySelectorAll("[data-arrows] .choice")];
  const sideways = event.key === "ArrowLeft" || event.key === "ArrowRight";
  const step = sideways && document.dir === "rtl" ? -STEP[event.key] : STEP[event.key];
  const next = all[all.indexOf(here) + step];
  if (next) { next.focus(); event.preventDefault(); }
});

// Counts down in words; said aloud only every fifteen seconds, by the page that shows it.
function countdown(element, seconds, over) {
  const show = () => { element.textContent = element.dataset.countdown.replace("{seconds}", seconds); };
  show();
  const clock = setInterval(() => {
    seconds -= 1;
    if (seconds <= 0) { clearInterval(clock); over(); } else { show(); }
  }, 1000);
  return { stop: () => clearInterval(clock) };
}

// The ticket: it stays a while, longer for whoever asks.
const closes = document.getElementById("closes");
if (closes) {
  document.getElementById("number").focus();
  let clock = countdown(closes, Number(closes.dataset.stays), home);
  const longer = document.querySelector("[data-longer]");
  longer.addEventListener("click", (event) => {
    event.preventDefault();
    clock.stop();
    clock = countdown(closes, Number(longer.dataset.longer), home);
  });
}

// A page somebody walked away from goes back to the start, after asking.
const idle = document.getElementById("idle");
if (idle) {
  let waiting;
  let clock;
  const again = () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, Number(idle.dataset.after) * 1000);
  };
  const ask = () => {
    idle.showModal();
    clock = countdown(idle.querySelector("[data-countdown]"), Number(idle.dataset.closes), home);
  };
  const stay = () => { clock?.stop(); if (idle.open) idle.close(); again(); };
  idle.querySelector("[data-stay]").addEventListener("click", stay);
  idle.addEventListener("cancel", stay);
  for (const touch of ["pointerdown", "keydown", "scroll"]) {
    document.addEventListener(touch, () => { if (!idle.open) again(); }, { passive: true });
  }
  again();
}
