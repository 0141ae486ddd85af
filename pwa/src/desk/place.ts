/**
 * Where a customer is. With `data-movable` its marker is dragged, or put where the map is clicked; the form's two
 * plain fields say the same, follow the marker, and move it.
 */

import { DivIcon, FeatureGroup, type LatLng, type Map as LeafletMap, Marker } from "leaflet";
import { baseMap, CUSTOMER, dot, PETROL, showAll, tip } from "./base-map";
import { type Place, placesOf, readDegrees, writeDegrees } from "./place-values";
import type { Point } from "./route";

const PROPOSED = "#f3bd4b";
const ROUGH = "#7b959b";
// Brazil, for a customer of whom nothing is known.
const COUNTRY: Point[] = [
  [-33.7, -73.9],
  [5.2, -34.8],
];
const CITY_ZOOM = 13;

export function showPlace(element: HTMLElement): void {
  const isMovable = "movable" in element.dataset;
  let marker: Marker | undefined;
  const map = baseMap(element, "data-place", (map) => {
    const place = JSON.parse(element.dataset.place ?? "") as Place;
    const group = drawn(map, place);
    marker = undefined;
    if (isMovable) {
      const typed = readFields();
      if (typed ?? place.at) marker = movable((typed ?? place.at) as Point).addTo(group);
    } else if (place.at) dot(place.at, "Cliente", CUSTOMER, 9).addTo(group);
    return group;
  });
  if (!isMovable) return;
  const put = (at: Point) => {
    if (marker) marker.setLatLng([at[0], at[1]]);
    else marker = movable(at).addTo(map);
  };
  map.on("click", ({ latlng }: { latlng: LatLng }) => {
    put([latlng.lat, latlng.lng]);
    writeFields(latlng);
  });
  document.addEventListener("change", ({ target }) => {
    if (target !== field("latitude") && target !== field("longitude")) return;
    const typed = readFields();
    if (!typed) return;
    put(typed);
    map.panTo([typed[0], typed[1]]);
  });
}

function drawn(map: LeafletMap, place: Place): FeatureGroup {
  const group = new FeatureGroup();
  if (place.rough) dot(place.rough, "Região aproximada", ROUGH, 14).addTo(group);
  for (const at of place.proposed) dot(at, "Posição proposta", PROPOSED, 12).addTo(group);
  for (const at of place.arrivals) dot(at, "Chegada de um atendimento", PETROL, 4).addTo(group);
  group.addTo(map);
  const places = placesOf(place);
  if (places.length === 0) showAll(map, COUNTRY);
  else showAll(map, places, place.at || place.proposed.length > 0 ? undefined : CITY_ZOOM);
  return group;
}

function movable(at: Point): Marker {
  const icon = new DivIcon({ className: "place-pin", iconSize: [26, 26], iconAnchor: [13, 13] });
  const marker = new Marker([at[0], at[1]], { icon, draggable: true, keyboard: false });
  marker.bindTooltip(tip("Cliente: arraste para corrigir"), { className: "route-tip", direction: "top" });
  marker.on("dragend", () => writeFields(marker.getLatLng()));
  return marker;
}

function field(name: string): HTMLInputElement | null {
  return document.querySelector<HTMLInputElement>(`#position-form [name="${name}"]`);
}

function readFields(): Point | null {
  const latitude = readDegrees(field("latitude")?.value ?? "");
  const longitude = readDegrees(field("longitude")?.value ?? "");
  return latitude === null || longitude === null ? null : [latitude, longitude];
}

function writeFields(at: LatLng): void {
  for (const [name, degrees] of [
    ["latitude", at.lat],
    ["longitude", at.lng],
  ] as const) {
    const input = field(name);
    if (input) input.value = writeDegrees(degrees);
  }
}
