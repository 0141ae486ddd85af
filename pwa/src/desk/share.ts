/** `[data-share]`: hand an address to another app, where the browser can; elsewhere the button stays hidden. */

export function watchShare(): void {
  if (!navigator.share) return;
  document.documentElement.classList.add("can-share");
  document.addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLElement>("[data-share]");
    if (button) void share(button.dataset.share ?? "", button.dataset.shareTitle ?? document.title);
  });
}

/** The PDF itself where files can be shared, since its receiver may have no login; else its address. */
async function share(address: string, title: string): Promise<void> {
  const url = new URL(address, location.href).href;
  try {
    const file = await fetchFile(url, title);
    await navigator.share(
      file && navigator.canShare?.({ files: [file] }) ? { files: [file], title } : { url, title },
    );
  } catch (error) {
    if ((error as Error).name !== "AbortError") location.assign(url);
  }
}

async function fetchFile(url: string, title: string): Promise<File | null> {
  const response = await fetch(url);
  if (!response.ok) return null;
  return new File([await response.blob()], `${title}.pdf`, { type: "application/pdf" });
}
