/** What every map of the desk has: the ground, zoom, scale, and a drawing that follows its data and its size. */

import { CircleMarker, type FeatureGroup, LatLngBounds, type Map as LeafletMap } from "leaflet";
import { mapIn } from "./ground";
import type { Point } from "./route";

export const PETROL = "#0b4f5c";
export const CUSTOMER = "#a34a08";
const NEAREST_ZOOM = 17;

/** `draw` is called again when `attribute` changes, and when the place gets a size. */
export function baseMap(
  place: HTMLElement,
  attribute: string,
  draw: (map: LeafletMap) => FeatureGroup,
): LeafletMap {
  const map = mapIn(place);
  let drawn = draw(map);
  const drawAgain = () => {
    drawn.remove();
    drawn = draw(map);
  };
  new MutationObserver(drawAgain).observe(place, { attributeFilter: [attribute] });
  // In a fold the map has no size until that is opened.
  let isShown = place.clientWidth > 0;
  new ResizeObserver(() => {
    if (isShown === place.clientWidth > 0) return;
    isShown = !isShown;
    map.invalidateSize({ animate: false });
    drawAgain();
  }).observe(place);
  return map;
}

export function showAll(map: LeafletMap, places: readonly Point[], maxZoom = NEAREST_ZOOM): void {
  if (places.length === 0) return;
  const bounds = new LatLngBounds(places.map(([lat, lon]) => [lat, lon]));
  map.fitBounds(bounds, { padding: [28, 28], maxZoom, animate: false });
}

export function dot(at: Point, label: string, fillColor: string, radius: number): CircleMarker {
  const marker = new CircleMarker([at[0], at[1]], {
    radius,
    color: "#fff",
    weight: 2,
    fillColor,
    fillOpacity: 1,
  });
  return marker.bindTooltip(tip(label), { className: "route-tip", direction: "top" });
}

/** Text, not HTML: a label is whatever was typed. */
export function tip(label: string): HTMLElement {
  const text = document.createElement("span");
  text.textContent = label;
  return text;
}
