/** The map of a visit or of deliveries: every `[data-route]` becomes one, drawn again when the live page changes it. */

import { CircleMarker, FeatureGroup, LatLngBounds, type Map as LeafletMap, Polyline } from "leaflet";
import { mapIn } from "./ground";
import { bridges, extent, type Point, type Route } from "./route";

const PETROL = "#0b4f5c";
const CUSTOMER = "#a34a08";
const NEAREST_ZOOM = 17;

for (const place of document.querySelectorAll<HTMLElement>("[data-route]")) show(place);

function show(place: HTMLElement): void {
  const map = mapIn(place);
  let drawn = draw(map, routeOf(place));
  const drawAgain = () => {
    drawn.remove();
    drawn = draw(map, routeOf(place));
  };
  new MutationObserver(drawAgain).observe(place, { attributeFilter: ["data-route"] });
  // In a fold the map has no size until that is opened.
  let isShown = place.clientWidth > 0;
  new ResizeObserver(() => {
    if (isShown === place.clientWidth > 0) return;
    isShown = !isShown;
    map.invalidateSize({ animate: false });
    drawAgain();
  }).observe(place);
}

function routeOf(place: HTMLElement): Route {
  return JSON.parse(place.dataset.route ?? "") as Route;
}

function draw(map: LeafletMap, route: Route): FeatureGroup {
  const group = new FeatureGroup();
  for (const segment of route.segments) line(segment, {}).addTo(group);
  for (const bridge of bridges(route)) line(bridge, { dashArray: "4 8", opacity: 0.6 }).addTo(group);
  if (route.customer) dot(route.customer, "Endereço do cliente", CUSTOMER, 9).addTo(group);
  for (const stop of route.stops) dot(stop.at, stop.label, PETROL, 6).addTo(group);
  group.addTo(map);
  const places = extent(route);
  if (places.length > 0) {
    const bounds = new LatLngBounds(places.map(([lat, lon]) => [lat, lon]));
    map.fitBounds(bounds, { padding: [28, 28], maxZoom: NEAREST_ZOOM, animate: false });
  }
  return group;
}

function line(points: readonly Point[], look: object): Polyline {
  const path = points.map(([lat, lon]): [number, number] => [lat, lon]);
  return new Polyline(path, { color: PETROL, weight: 4, interactive: false, ...look });
}

function dot(at: Point, label: string, fillColor: string, radius: number): CircleMarker {
  const marker = new CircleMarker([at[0], at[1]], {
    radius,
    color: "#fff",
    weight: 2,
    fillColor,
    fillOpacity: 1,
  });
  // Text, not HTML: a label is whatever was typed.
  const text = document.createElement("span");
  text.textContent = label;
  return marker.bindTooltip(text, { className: "route-tip", direction: "top" });
}
