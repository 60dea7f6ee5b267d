// Follows the search of a study: its sentence and its chart. Without it the page reloads itself.
"use strict";

const progress = document.getElementById("progress");
const course = document.getElementById("course");

if (progress && progress.dataset.state) {
  const answered = progress.dataset.answered === "yes";

  const ask = async () => {
    try {
      const answer = await fetch(progress.dataset.state);
      if (answer.ok) {
        const told = await answer.json();
        if (!told.under_way || told.answered !== answered) return location.reload();
        const sentence = answered ? document.getElementById("priced") : progress;
        if (sentence.textContent !== told.sentence) sentence.textContent = told.sentence;
        // What a reader has opened or selected stays while nothing has changed.
        if (!answered && course.dataset.shown !== told.course) {
          course.innerHTML = course.dataset.shown = told.course;
        }
      }
    } catch {
      // The server is away for a moment; the next question may be answered.
    }
    return setTimeout(ask, 1000);
  };

  ask();
}
