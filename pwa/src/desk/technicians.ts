/**
 * The technicians' map. The list beside it is the server's and fetches itself again when somebody's state changes;
 * positions come as small events and move the marks on one canvas (`people-layer.ts`) and the lines of today.
 */
import { LatLngBounds } from "leaflet";
import { mapIn } from "./ground";
import { PeopleLayer, type Person } from "./people-layer";
import { TrackLines } from "./track-lines";

const FOLLOW_ZOOM = 15;
const NEAREST_ZOOM = 14;
const QUIET_MS = 400;

/** technician, latitude, longitude, metres of accuracy, milliseconds since 1970 */
type Movement = [string, number, number, number | null, number];

for (const place of document.querySelectorAll<HTMLElement>("[data-technicians]")) show(place);

function show(place: HTMLElement): void {
  const map = mapIn(place);
  const people = new PeopleLayer((id) => follow(id));
  const lines = new TrackLines(map);

  const readList = () => {
    const list = document.getElementById("technicians");
    people.show(JSON.parse(list?.dataset.markers ?? "[]") as Person[]);
    for (const button of document.querySelectorAll<HTMLElement>("[data-follow]")) {
      const isFollowed = button.dataset.follow === people.followed;
      button.setAttribute("aria-pressed", String(isFollowed));
      button.closest("li")?.classList.toggle("is-followed", isFollowed);
    }
  };
  const follow = (id: string | null) => {
    people.followed = id === people.followed ? null : id;
    lines.choose(people.followed);
    readList();
    const at = people.followed ? people.placeOf(people.followed) : null;
    if (at) {
      map.setView([at[0], at[1]], Math.max(map.getZoom(), FOLLOW_ZOOM), { animate: false });
      const row = document.getElementById(`technician-${people.followed}`);
      row?.scrollIntoView({ block: "nearest" });
    }
  };
  const strangers = new Set<string>();
  const moved = (movements: Movement[]) => {
    for (const [id, latitude, longitude, accuracy, fixed] of movements) {
      const before = people.placeOf(id);
      // Of the first position ever of somebody the list knows nothing yet; it is asked once for each.
      if (before === null && !strangers.has(id)) {
        strangers.add(id);
        askForList();
      }
      if (!people.move(id, [latitude, longitude], fixed)) continue;
      lines.extend(id, [latitude, longitude], fixed, before);
      tellSeen(id, fixed, accuracy, place.dataset.timezone);
      if (id === people.followed) map.panTo([latitude, longitude], { duration: 1, easeLinearity: 1 });
    }
  };

  readList();
  const places = people.places(({ duty }) => duty !== "off");
  const all = places.length > 0 ? places : people.places(() => true);
  if (all.length > 0) {
    const bounds = new LatLngBounds(all.map(([lat, lon]) => [lat, lon]));
    map.fitBounds(bounds, { padding: [40, 40], maxZoom: NEAREST_ZOOM, animate: false });
  } else map.setView([-15.8, -47.9], 4);
  people.addTo(map);
  void lines.load(place.dataset.tracks ?? "");

  document.addEventListener("htmx:finally:swap", readList);
  document.addEventListener("click", (event) => {
    const target = event.target as Element;
    const id =
      target.closest<HTMLElement>("[data-follow]")?.dataset.follow ??
      (target.closest("a, button")
        ? undefined
        : target.closest<HTMLElement>("[data-technician]")?.dataset.technician);
    if (id === undefined || people.placeOf(id) === null) return;
    follow(id);
    // On a phone the map is below the list.
    if (people.followed && place.getBoundingClientRect().top > window.innerHeight * 0.7) {
      place.scrollIntoView({ block: "start" });
    }
  });
  // The page's stream tells both: who moved, and after a gap that something was missed.
  place.addEventListener("told", (event) => moved((event as CustomEvent<Movement[]>).detail));
  place.addEventListener("changed", () => void lines.load(place.dataset.tracks ?? ""));
}

let asking = 0;

/** A moment later, so that what comes together asks once. */
function askForList(): void {
  clearTimeout(asking);
  asking = setTimeout(
    () => document.getElementById("technicians")?.dispatchEvent(new Event("changed")),
    QUIET_MS,
  );
}

/** The list's own words for a fix that came, until the server writes them again. */
function tellSeen(id: string, fixed: number, accuracy: number | null, timeZone: string | undefined): void {
  const seen = document.querySelector(`#technician-${CSS.escape(id)} [data-seen]`);
  if (!seen) return;
  const time = new Date(fixed).toLocaleTimeString("pt-BR", { hour: "2-digit", minute: "2-digit", timeZone });
  const words = `Última posição às ${time}${accuracy === null ? "" : ` (± ${Math.round(accuracy)} m)`}`;
  if (seen.textContent !== words) seen.textContent = words;
}
