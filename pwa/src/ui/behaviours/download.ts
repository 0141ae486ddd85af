/**
 * An answer that is an attachment is saved or shared, not swapped in: the app answers inside the page, where the
 * browser's own download does not happen.
 */
interface ResponseContext {
  response: { raw: Response };
}

export function installDownload(): void {
  document.addEventListener("htmx:before:response", (event) => {
    const { raw } = (event as CustomEvent<{ ctx: ResponseContext }>).detail.ctx.response;
    const disposition = raw.headers.get("content-disposition");
    if (!disposition?.startsWith("attachment")) return;
    event.preventDefault();
    void save(raw, /filename="([^"]+)"/.exec(disposition)?.[1] ?? "pws");
  });
}

async function save(response: Response, name: string): Promise<void> {
  const file = new File([await response.blob()], name, {
    type: response.headers.get("content-type") ?? "application/octet-stream",
  });
  if (navigator.canShare?.({ files: [file] }) && navigator.maxTouchPoints > 0) {
    const isShared = await navigator.share({ files: [file], title: name }).then(
      () => true,
      (error: unknown) => error instanceof Error && error.name === "AbortError",
    );
    if (isShared) return;
  }
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
