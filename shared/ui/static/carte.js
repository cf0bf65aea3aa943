/* A map without tiles: outlines we serve ourselves, and the points of the table beside it. */
(() => {
  "use strict";

  const place = document.querySelector("[data-carte]");
  if (!place || typeof L === "undefined") return;

  const reduced = matchMedia("(prefers-reduced-motion: reduce)").matches;

  const points = JSON.parse(place.dataset.points || "[]");
  place.hidden = false;
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
  if (bounds.isValid()) map.fitBounds(bounds.pad(0.3), { maxZoom: 11 });
  else map.setView([47.62, 1.43], 9);

  const read = (url) =>
    fetch(url).then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error(answer.status))));

  const outline = (url, className) =>
    read(url)
      .then((shape) => L.geoJSON(shape, { style: { className, weight: 1 }, interactive: false }).addTo(map).bringToBack())
      .catch(() => {});

  // Each outline in the colour of its class: the words are in the legend and in the table.
  const dress = (zone, layer) => {
    const label = document.createElement("span");
    label.textContent = zone.label;
    layer.bindTooltip(label, { sticky: true, direction: "top" });
    layer.on("click", () => location.assign(zone.url));
  };
  const coloured = (shape, zones) => {
    const known = (feature) => zones[feature.properties.code];
    const layer = L.geoJSON(shape, {
      filter: (feature) => Boolean(known(feature)),
      style: (feature) => ({ className: `carte-zone carte-zone-${known(feature).classe}`, weight: 1 }),
      onEachFeature: (feature, own) => dress(known(feature), own),
    }).addTo(map);
    if (!bounds.isValid()) map.fitBounds(layer.getBounds(), { padding: [8, 8] });
  };

  if (place.dataset.zones) {
    Promise.all([read(place.dataset.communes), read(place.dataset.zones)])
      .then(([shape, zones]) => coloured(shape, zones))
      .catch(() => { place.hidden = true; });
  } else {
    outline(place.dataset.communes, "carte-commune");
  }
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
