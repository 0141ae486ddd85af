/**
 * The editor of a checklist: questions put in order by hand, and what the technician will see. The preview is drawn
 * by the field app's own component, in a shadow root, so that neither style sheet knows of the other's.
 */
import type { ChecklistItem } from "../protocol/rows";
import { Checklist } from "../screens/visit-form/checklist";
import { installSortable } from "../ui/behaviours/sortable";

const ITEMS = "checklist-items";

// Before the sortable's own: it forgets what was dragged, and no field tells of another order.
for (const end of ["pointerup", "pointercancel"]) {
  document.addEventListener(end, () => {
    document.querySelector("[data-dragged]")?.dispatchEvent(new Event("change", { bubbles: true }));
  });
}
installSortable();

const phone = document.getElementById("phone");
const style = document.getElementById("checklist-script")?.dataset.style;
if (phone && style) {
  const screen = phone.attachShadow({ mode: "open" });
  screen.innerHTML = `<link rel="stylesheet" href="${style}"><div class="bg-base-200 text-base-content p-3 text-[1.0625rem] leading-snug" data-theme="pws"></div>`;
  const frame = screen.querySelector("div");
  const draw = () => frame && void drawInto(frame);
  document.addEventListener("htmx:finally:swap", draw);
  draw();
}

async function drawInto(frame: HTMLElement): Promise<void> {
  const items = JSON.parse(document.getElementById(ITEMS)?.dataset.items || "[]") as ChecklistItem[];
  const name = document.querySelector("h1")?.textContent ?? "";
  // What was tried out in the preview stays as long as its question does.
  const tried = new Map(
    [...frame.querySelectorAll<HTMLInputElement | HTMLSelectElement>("input, select")]
      .filter((field) => !(field instanceof HTMLInputElement && field.type === "radio" && !field.checked))
      .map((field) => [field.name, field.value]),
  );
  const checklist = { name, version: 0, items: items.filter((item) => item.label !== "") };
  frame.innerHTML = String(
    await (
      <Checklist
        checklist={checklist}
        value={(field) => tried.get(field) ?? ""}
        photos={() => 0}
        errors={{}}
      />
    ).toString(),
  );
}
