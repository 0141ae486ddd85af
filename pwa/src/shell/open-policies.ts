/**
 * Documents that wait to be confirmed: the portal tells of them when it can be reached, and a bar shows the way.
 * Never in the way of work: without network, or while the session has ended, there is nothing to see.
 */
import type { Fetch } from "../sync/portal";

const BAR = "open-policies";

export async function showOpenPolicies(fetch: Fetch, document: Document): Promise<void> {
  const response = await fetch("/session", { headers: { accept: "application/json" } }).catch(() => null);
  if (!response?.ok) {
    return;
  }
  const { user } = (await response.json().catch(() => ({}))) as { user?: { has_open_policies?: boolean } };
  document.getElementById(BAR)?.remove();
  if (user?.has_open_policies) {
    document.body.prepend(bar(document));
  }
}

function bar(document: Document): HTMLElement {
  const notice = document.createElement("p");
  notice.id = BAR;
  notice.className = "banner tone-info m-4 flex items-center gap-3";
  notice.setAttribute("role", "status");
  const way = document.createElement("a");
  way.className = "link font-bold";
  way.href = "/consents?next=/field/";
  way.textContent = "Ler e confirmar";
  notice.append("Há documentos de privacidade para você confirmar. ", way);
  return notice;
}
