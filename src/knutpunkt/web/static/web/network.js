// Moves the page of the network through time without leaving it.
"use strict";

const form = document.getElementById("time");
const slider = document.getElementById("slider");

if (form && slider) {
  const output = document.getElementById("slider-day");
  const language = document.documentElement.lang;
  const words = new Intl.DateTimeFormat(language, { dateStyle: "long", timeZone: "UTC" });
  let asked = 0;
  let timer = 0;

  const day = () => {
    const [year, month] = form.dataset.first.split("-").map(Number);
    if (Number(slider.value) === 0) return new Date(form.dataset.first);
    // Every later stop is the last day of a month, and the last one not later than today.
    const end = new Date(Date.UTC(year, month - 1 + Number(slider.value) + 1, 0));
    const now = new Date();
    return end > now && Number(slider.value) === Number(slider.max) ? now : end;
  };

  const show = async (address, number) => {
    const answer = await fetch(address);
    if (!answer.ok || number !== asked) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (number !== asked) return;
    for (const id of ["network", "days"]) {
      document.getElementById(id).replaceWith(document.adoptNode(fresh.getElementById(id)));
    }
    document.title = fresh.title;
    history.replaceState(null, "", address);
  };

  slider.closest(".slider").hidden = false;
  slider.addEventListener("input", () => {
    const iso = day().toISOString().slice(0, 10);
    output.textContent = words.format(day());
    form.elements.on.value = iso;
    clearTimeout(timer);
    asked += 1;
    const number = asked;
    const address = new URL(form.action);
    address.searchParams.set("on", iso);
    if (form.elements.known_on.value) {
      address.searchParams.set("known_on", form.elements.known_on.value);
    }
    timer = setTimeout(() => show(address, number), 120);
  });
}
