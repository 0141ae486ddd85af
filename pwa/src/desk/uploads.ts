/**
 * `[data-uploads="/…"]`: files go up as they are chosen, each with its progress, and the form then carries their
 * ids. What is plainly too large is refused here; everything else is judged by the portal, whose answer is the
 * line of the list. Without script the files go with the form.
 */

export function watchUploads(): void {
  document.addEventListener("change", (event) => {
    const input = event.target as HTMLInputElement;
    const field = input.closest<HTMLElement>("[data-uploads]");
    if (!field || input.type !== "file" || !input.files) return;
    const files = [...input.files];
    input.value = "";
    for (const file of files) void add(field, file);
  });
  document.addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLElement>("[data-detach]");
    if (!button) return;
    const address = button.dataset.detach;
    if (address) void fetch(address, { method: "POST" });
    button.closest("li")?.remove();
  });
  // Who sends before the last byte is up waits for it.
  document.addEventListener(
    "submit",
    (event) => {
      const form = event.target as HTMLFormElement;
      if (!form.querySelector("[data-uploading]")) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      const submitter = event.submitter;
      const again = new MutationObserver(() => {
        if (form.querySelector("[data-uploading]")) return;
        again.disconnect();
        form.requestSubmit(submitter);
      });
      again.observe(form, { childList: true, subtree: true });
    },
    true,
  );
}

async function add(field: HTMLElement, file: File): Promise<void> {
  const list = field.querySelector<HTMLElement>("[data-attachments]");
  if (!list) return;
  const most = Number(field.dataset.most);
  const mostBytes = Number(field.dataset.mostBytes);
  const held = list.querySelectorAll("[data-attached], [data-uploading]").length;
  if (held >= most) return refuse(list, `No máximo ${most} anexos de cada vez.`);
  if (file.size > mostBytes) {
    return refuse(list, `“${file.name}” passa de ${Math.round(mostBytes / 1024 / 1024)} MB. Envie um menor.`);
  }
  const line = document.createElement("li");
  line.className = "attached";
  line.dataset.uploading = "";
  const name = document.createElement("span");
  name.className = "min-w-0 flex-1 truncate";
  name.textContent = file.name;
  const progress = document.createElement("progress");
  progress.className = "w-32";
  progress.max = 100;
  progress.ariaLabel = `Enviando ${file.name}`;
  line.append(name, progress);
  list.append(line);
  const answer = await send(field.dataset.uploads ?? "", file, (share) => {
    progress.value = share * 100;
  });
  if (answer) {
    // Our own partial, rendered and escaped by the portal.
    line.insertAdjacentHTML("afterend", answer);
  } else {
    refuse(list, `“${file.name}” não chegou. Confira a conexão e escolha o arquivo de novo.`);
  }
  line.remove();
}

/** The portal's line for the list, also when it refuses; null when nothing came back that is one. */
function send(address: string, file: File, told: (share: number) => void): Promise<string | null> {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("POST", address);
    request.setRequestHeader("Accept", "text/html");
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) told(event.loaded / event.total);
    });
    request.addEventListener("loadend", () => {
      const isLine = /^\s*<li/.test(request.responseText);
      resolve((request.status === 201 || request.status === 422) && isLine ? request.responseText : null);
    });
    const body = new FormData();
    body.set("files", file);
    request.send(body);
  });
}

function refuse(list: HTMLElement, text: string): void {
  const line = document.createElement("li");
  line.className = "attached";
  line.role = "alert";
  const told = document.createElement("span");
  told.className = "field-error min-w-0 flex-1";
  told.textContent = text;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-quiet btn-sm";
  button.dataset.detach = "";
  button.textContent = "Dispensar";
  line.append(told, button);
  list.append(line);
}
