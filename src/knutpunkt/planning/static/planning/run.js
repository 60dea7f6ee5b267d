// Tells how far a run is, and shows the plan when it is there. Without it the page reloads itself.
"use strict";

const progress = document.getElementById("progress");

if (progress && progress.dataset.state) {
  const over = (state) => !["queued", "running"].includes(state);

  const ask = async () => {
    try {
      const answer = await fetch(progress.dataset.state);
      if (answer.ok) {
        const told = await answer.json();
        if (over(told.state)) return location.reload();
        if (progress.textContent !== told.sentence) progress.textContent = told.sentence;
      }
    } catch {
      // The server is away for a moment; the next question may be answered.
    }
    return setTimeout(ask, 1000);
  };

  // The live hub tells at once; where there is none, the page asks.
  const hub = new EventSource(progress.dataset.live);
  hub.addEventListener("run", async () => {
    const answer = await fetch(progress.dataset.state);
    if (!answer.ok) return;
    const told = await answer.json();
    if (over(told.state)) location.reload();
    else progress.textContent = told.sentence;
  });
  hub.onerror = () => {
    hub.close();
    ask();
  };
}
