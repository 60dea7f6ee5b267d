// Follows the search of a study: its sentence, its map and its chart. Without it the page reloads
// itself.
"use strict";

const progress = document.getElementById("progress");
const course = document.getElementById("course");
const map = document.getElementById("map");

if (progress && progress.dataset.state) {
  const answered = progress.dataset.answered === "yes";

  // What a reader has opened or selected stays while nothing has changed.
  const show = (place, told) => {
    if (!place || place.dataset.shown === told) return;
    const open = [...place.querySelectorAll("details")].map((one) => one.open);
    place.innerHTML = place.dataset.shown = told;
    place.querySelectorAll("details").forEach((one, number) => {
      one.open = Boolean(open[number]);
    });
  };

  const hear = (told) => {
    const sentence = answered ? document.getElementById("priced") : progress;
    if (sentence.textContent !== told.sentence) sentence.textContent = told.sentence;
    sentence.hidden = !told.sentence;
    if (answered) return;
    if (told.map) {
      show(map, told.map);
      map.dataset.number = told.map_number;
    }
    show(course, told.course);
  };

  const ask = async () => {
    try {
      const drawn = map ? `?map=${map.dataset.number}` : "";
      const answer = await fetch(progress.dataset.state + drawn);
      if (answer.ok) {
        const told = await answer.json();
        if (!told.under_way || told.answered !== answered) return location.reload();
        hear(told);
      }
    } catch {
      // The server is away for a moment; the next question may be answered.
    }
    return setTimeout(ask, 1000);
  };

  ask();
}
