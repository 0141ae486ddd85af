/** The map of a visit or of deliveries: every `[data-route]` becomes one; `[data-place]` is a customer's. */

import { FeatureGroup, type Map as LeafletMap, Polyline } from "leaflet";
import { baseMap, CUSTOMER, dot, PETROL, showAll } from "./base-map";
import { showPlace } from "./place";
import { bridges, extent, type Point, type Route } from "./route";

for (const place of document.querySelectorAll<HTMLElement>("[data-route]")) {
  baseMap(place, "data-route", (map) => draw(map, JSON.parse(place.dataset.route ?? "") as Route));
}
for (const place of document.querySelectorAll<HTMLElement>("[data-place]")) showPlace(place);

function draw(map: LeafletMap, route: Route): FeatureGroup {
  const group = new FeatureGroup();
  for (const segment of route.segments) line(segment, {}).addTo(group);
  for (const bridge of bridges(route)) line(bridge, { dashArray: "4 8", opacity: 0.6 }).addTo(group);
  if (route.customer) dot(route.customer, "Endereço do cliente", CUSTOMER, 9).addTo(group);
  for (const stop of route.stops) dot(stop.at, stop.label, PETROL, 6).addTo(group);
  group.addTo(map);
  showAll(map, extent(route));
  return group;
}

function line(points: readonly Point[], look: object): Polyline {
  const path = points.map(([lat, lon]): [number, number] => [lat, lon]);
  return new Polyline(path, { color: PETROL, weight: 4, interactive: false, ...look });
}
