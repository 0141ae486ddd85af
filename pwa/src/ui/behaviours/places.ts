/** `data-geo`: on Android the person's own choice of map app, which also works without network. */
export function installPlaces(): void {
  if (!/android/i.test(navigator.userAgent)) return;
  document.addEventListener("click", (event) => {
    const link = (event.target as Element).closest<HTMLElement>("[data-geo]");
    if (!link?.dataset.geo) return;
    event.preventDefault();
    location.href = link.dataset.geo;
  });
}
