/** The few icons of the app, drawn inline so that they need no request. Always beside words, so hidden from readers. */
import type { FC } from "hono/jsx";

const PATHS = {
  agenda: "M7 3v3m10-3v3M4 9h16M5 5h14a1 1 0 0 1 1 1v13a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V6a1 1 0 0 1 1-1Z",
  sync: "M20 11a8 8 0 0 0-14.3-4L4 9m0-5v5h5M4 13a8 8 0 0 0 14.3 4L20 15m0 5v-5h-5",
  account: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM4.5 20a7.5 7.5 0 0 1 15 0",
  back: "M15 5l-7 7 7 7",
  next: "M9 5l7 7-7 7",
  route: "M12 21s7-6.2 7-11.5A7 7 0 0 0 5 9.5C5 14.8 12 21 12 21Zm0-9a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5Z",
  phone: "M6 3h3l2 5-2.5 1.5a11 11 0 0 0 6 6L16 13l5 2v3a3 3 0 0 1-3 3A15 15 0 0 1 3 6a3 3 0 0 1 3-3Z",
  clock: "M12 7v5l3 2m6-2a9 9 0 1 1-18 0 9 9 0 0 1 18 0Z",
  check: "M5 12.5l4.5 4.5L19 7",
  warning: "M12 9v4m0 3.5v.01M10.3 4.3 2.7 18a2 2 0 0 0 1.7 3h15.2a2 2 0 0 0 1.7-3L13.7 4.3a2 2 0 0 0-3.4 0Z",
  info: "M12 11v5m0-8.5v.01M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0Z",
  close: "M6 6l12 12M18 6 6 18",
  camera:
    "M4 8h3l2-3h6l2 3h3a1 1 0 0 1 1 1v10a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V9a1 1 0 0 1 1-1Zm8 9a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7Z",
  form: "M8 4h8v3H8V4Zm0 1H5v15h14V5h-3M9 12h6m-6 4h4",
  signature: "M3 17c3 0 4-11 7-11 2.5 0-2 9 1 9 2 0 2-4 4-4 1.5 0 .5 3 2.5 3 1 0 2-.5 3.5-1.5M3 21h18",
  machine: "M7 9V3h10v6M7 17H4v-6a2 2 0 0 1 2-2h12a2 2 0 0 1 2 2v6h-3M7 14h10v7H7v-7Z",
  part: "M12 3l8 4.5v9L12 21l-8-4.5v-9L12 3Zm0 9 8-4.5M12 12 4 7.5M12 12v9",
  plus: "M12 5v14M5 12h14",
  download: "M12 4v11m0 0 4.5-4.5M12 15l-4.5-4.5M4 20h16",
  upload: "M12 16V5m0 0L7.5 9.5M12 5l4.5 4.5M4 20h16",
  offline:
    "M3 3l18 18M5 12.5a10 10 0 0 1 4-2.4m6.5.4a10 10 0 0 1 3.5 2M8.5 16a5 5 0 0 1 7 0M2 9a15 15 0 0 1 4-2.5M12 20h.01M11 5a15 15 0 0 1 11 4",
  copy: "M9 9h11v11H9V9Zm-5 6V4h11",
  note: "M5 4h14v11l-5 5H5V4Zm9 16v-5h5M8 9h8m-8 4h4",
  share:
    "M8 12l8-5M8 12l8 5M6 14.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5ZM18 9a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5Zm0 11a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5Z",
  box: "M12 3 3.5 7.5v9L12 21l8.5-4.5v-9L12 3Zm0 9 8.5-4.5M12 12 3.5 7.5M12 12v9M7.8 5.3l8.5 4.5",
  barcode: "M4 6v12m3-12v12m4-12v12m3-12v12m2-12v12m4-12v12",
  up: "M6 14l6-6 6 6",
  down: "M6 10l6 6 6-6",
  grip: "M9 6h.01M15 6h.01M9 12h.01M15 12h.01M9 18h.01M15 18h.01",
  undo: "M9 7 4 12l5 5M4 12h10a5 5 0 0 1 0 10h-2",
  search: "M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14Zm9 3-4.5-4.5",
  car: "M4 16v-4l2-5h12l2 5v4H4Zm0-4h16M7 16v2m10-2v2M7.5 14h.01m9 0h.01",
} as const;

export type IconName = keyof typeof PATHS;

export const Icon: FC<{ name: IconName; class?: string }> = ({ name, class: extra = "size-6" }) => (
  <svg
    class={`shrink-0 ${extra}`}
    viewBox="0 0 24 24"
    fill="none"
    stroke="currentColor"
    stroke-width="2"
    stroke-linecap="round"
    stroke-linejoin="round"
    aria-hidden="true"
  >
    <path d={PATHS[name]} />
  </svg>
);
