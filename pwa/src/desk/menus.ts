/** `details[data-menu]`: folds again with Escape, and when somebody goes elsewhere. */

export function watchMenus(): void {
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of open()) {
      const isInside = menu.contains(document.activeElement);
      menu.open = false;
      if (isInside) menu.querySelector("summary")?.focus();
    }
  });
  for (const type of ["pointerdown", "focusin"] as const) {
    document.addEventListener(type, ({ target }) => {
      for (const menu of open()) if (!menu.contains(target as Node)) menu.open = false;
    });
  }
}

function open(): Iterable<HTMLDetailsElement> {
  return document.querySelectorAll<HTMLDetailsElement>("details[data-menu][open]");
}
