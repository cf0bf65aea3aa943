/* A map without tiles: outlines we serve ourselves, and the points of the table beside it. */
(() => {
  "use strict";

  const place = document.querySelector("[data-carte]");
  if (!place || typeof L === "undefined") return;

  const reduced = matchMedia("(prefers-reduced-motion: reduce)").matches;

  const points = JSON.parse(place.dataset.points);
  const map = L.map(place, {
    attributionControl: false,
    zoomControl: false,
    zoomAnimation: !reduced,
    fadeAnimation: !reduced,
    scrollWheelZoom: false,
    minZoom: 8,
    maxZoom: 15,
  });
  L.control.scale({ imperial: false }).addTo(map);
  L.control.zoom({ zoomInTitle: "Agrandir", zoomOutTitle: "Réduire" }).addTo(map);

  const bounds = L.latLngBounds(points.map((point) => [point.lat, point.lon]));
  map.fitBounds(bounds.pad(0.3), { maxZoom: 11 });

  const outline = (url, className) =>
    fetch(url)
      .then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error(answer.status))))
      .then((shape) => L.geoJSON(shape, { style: { className, weight: 1 }, interactive: false }).addTo(map).bringToBack())
      .catch(() => {});

  outline(place.dataset.communes, "carte-commune");
  outline(place.dataset.contour, "carte-contour");

  // Homes of one commune may share a point: they are said together.
  const together = new Map();
  points.forEach((point) => {
    const key = `${point.kind}:${point.lat}:${point.lon}`;
    together.set(key, [...(together.get(key) || []), point]);
  });
  together.forEach((same) => {
    const [first] = same;
    const goal = first.kind === "stage";
    const label = document.createElement("span");
    label.textContent = same.map((point) => point.label).join(" · ");
    L.circleMarker([first.lat, first.lon], {
      radius: goal ? 10 : 8,
      className: goal ? "carte-stage" : "carte-offre",
    })
      .bindTooltip(label, { permanent: goal, direction: "top", offset: [0, -8] })
      .addTo(map);
  });
})();
