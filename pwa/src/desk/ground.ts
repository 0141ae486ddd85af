/** What every map of the desk stands on: tiles or a grid, buttons in Portuguese, a scale. */
import { Control, Map as LeafletMap, TileLayer } from "leaflet";
import { PlainGrid } from "./grid-layer";

export function mapIn(place: HTMLElement): LeafletMap {
  const map = new LeafletMap(place, {
    zoomControl: false,
    attributionControl: false,
    scrollWheelZoom: false,
  });
  new Control.Zoom({ zoomInTitle: "Aproximar", zoomOutTitle: "Afastar" }).addTo(map);
  new Control.Scale({ imperial: false }).addTo(map);
  const { tiles, attribution } = place.dataset;
  (tiles ? new TileLayer(tiles, { maxZoom: 19 }) : new PlainGrid()).addTo(map);
  if (attribution) {
    new Control.Attribution({ prefix: false }).addAttribution(attribution).addTo(map);
  }
  return map;
}
