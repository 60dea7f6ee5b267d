// The map one can move: the same offices as the list beside it, on our own municipalities.
// It asks nothing of any other host; there are no tiles and no fonts.
import * as maplibre from "../vendor/maplibre-gl/maplibre-gl.mjs";

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

const SWEDEN = [
  [10.4, 55.1],
  [24.6, 69.2],
];

/** Offices of the list as points, each with the number of its entry. */
function points(entries) {
  const features = entries
    .map((entry, number) => ({ entry, number }))
    .filter(({ entry }) => entry.dataset.lat)
    .map(({ entry, number }) => ({
      type: "Feature",
      id: number,
      properties: { look: entry.dataset.look },
      geometry: {
        type: "Point",
        coordinates: [Number(entry.dataset.lon), Number(entry.dataset.lat)],
      },
    }));
  return { type: "FeatureCollection", features };
}

function style(basemap, offices) {
  const accent = colour("--accent");
  const raised = colour("--raised");
  const filled = { open: accent, closed: colour("--ink") };
  return {
    version: 8,
    sources: {
      municipalities: { type: "geojson", data: basemap },
      offices: { type: "geojson", data: offices },
    },
    layers: [
      { id: "sea", type: "background", paint: { "background-color": colour("--tint") } },
      {
        id: "land",
        type: "fill",
        source: "municipalities",
        paint: { "fill-color": colour("--land") },
      },
      {
        id: "borders",
        type: "line",
        source: "municipalities",
        paint: { "line-color": colour("--border"), "line-width": 1 },
      },
      {
        id: "offices",
        type: "circle",
        source: "offices",
        paint: {
          "circle-radius": ["case", ["boolean", ["feature-state", "pointed"], false], 11, 6.5],
          "circle-color": ["match", ["get", "look"], "open", filled.open, "closed", filled.closed, raised],
          "circle-stroke-width": 2.5,
          "circle-stroke-color": ["match", ["get", "look"], "open", raised, "closed", raised, accent],
        },
      },
    ],
  };
}

function nearestEntries(found) {
  if (found.features.length === 0) return SWEDEN;
  const bounds = new maplibre.LngLatBounds();
  for (const feature of found.features) bounds.extend(feature.geometry.coordinates);
  return bounds;
}

/** Replace the drawing in the aside by a map that can be moved. */
export function open(aside) {
  const entries = [...document.querySelectorAll("#offices .office")];
  const found = points(entries);
  const box = document.createElement("div");
  box.className = "moving";
  aside.querySelector(".drawn").replaceWith(box);

  const map = new maplibre.Map({
    container: box,
    style: style(new URL(aside.dataset.basemap, location.href).href, found),
    bounds: nearestEntries(found),
    fitBoundsOptions: { padding: 40, maxZoom: 9 },
    maxBounds: [
      [3, 53.5],
      [32, 71],
    ],
    maxZoom: 11,
    dragRotate: false,
    pitchWithRotate: false,
    attributionControl: false,
    fadeDuration: 0,
  });
  map.touchZoomRotate.disableRotation();
  map.addControl(new maplibre.NavigationControl({ showCompass: false }));
  map.getCanvas().setAttribute("aria-label", aside.dataset.label);

  // Pointing at an entry of the list marks its dot, and a dot leads to its office.
  const mark = (number, pointed) =>
    map.getSource("offices") && map.setFeatureState({ source: "offices", id: number }, { pointed });
  entries.forEach((entry, number) => {
    entry.addEventListener("mouseenter", () => mark(number, true));
    entry.addEventListener("mouseleave", () => mark(number, false));
    entry.addEventListener("focusin", () => mark(number, true));
    entry.addEventListener("focusout", () => mark(number, false));
  });
  map.on("click", "offices", ({ features }) => entries[features[0].id].querySelector("a").click());
  map.on("mouseenter", "offices", ({ features }) => {
    map.getCanvas().style.cursor = "pointer";
    map.getCanvas().title = entries[features[0].id].querySelector("a").textContent;
  });
  map.on("mouseleave", "offices", () => {
    map.getCanvas().style.cursor = "";
    map.getCanvas().title = "";
  });
  map.once("idle", () => {
    box.dataset.ready = String(found.features.length);
  });
  map.getCanvas().focus({ preventScroll: true });
}
