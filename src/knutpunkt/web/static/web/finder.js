// Fills in the visitor's position when asked to, and offers the map one can move.
"use strict";

const form = document.getElementById("finder");
const locate = document.getElementById("locate");
const located = document.getElementById("located");

if (form && locate && "geolocation" in navigator) {
  locate.hidden = false;
  locate.addEventListener("click", () => {
    located.textContent = located.dataset.asking;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        // Two decimals, about a kilometre: enough to sort offices, and kind to the visitor.
        form.elements.lat.value = coords.latitude.toFixed(2);
        form.elements.lon.value = coords.longitude.toFixed(2);
        form.elements.q.value = "";
        form.submit();
      },
      () => {
        located.textContent = located.dataset.refused;
      },
      { maximumAge: 600000, timeout: 10000 },
    );
  });
  form.elements.q.addEventListener("input", () => {
    form.elements.lat.value = form.elements.lon.value = "";
  });
}

// An address without empty questions is easier to read and to send to somebody.
if (form) {
  form.addEventListener("formdata", (event) => {
    for (const [name, value] of [...event.formData]) {
      if (value === "") event.formData.delete(name);
    }
  });
}

// The map one can move is large, so it is fetched only when somebody asks for it.
const aside = document.getElementById("map");
if (aside && "noModule" in HTMLScriptElement.prototype) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "second";
  button.textContent = aside.dataset.open;
  aside.append(button);
  button.addEventListener("click", async () => {
    button.disabled = true;
    const sheet = document.createElement("link");
    sheet.rel = "stylesheet";
    sheet.href = aside.dataset.style;
    document.head.append(sheet);
    const map = await import(new URL(aside.dataset.script, location.href).href);
    button.remove();
    map.open(aside);
  });
}
