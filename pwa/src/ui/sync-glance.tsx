/**
 * The state of the sync at one glance, on every screen. It asks for itself again (`/field/sync/glance`) whenever
 * something was stored or sent, so that the same renderer draws it first and later.
 */
import type { FC } from "hono/jsx";
import { plural } from "./format";
import { Icon, type IconName } from "./icons";

export interface SyncGlance {
  /** facts and files that are only on this phone */
  waiting: number;
  /** what the portal refused, put aside or flagged, and nobody has looked at */
  troubled: number;
  mode: "idle" | "busy" | "offline" | "login" | "stopped";
}

export const SyncChip: FC<{ glance: SyncGlance }> = ({ glance }) => {
  const { text, icon, alarm } = words(glance);
  return (
    <span
      id="sync-chip"
      hx-get="/field/sync/glance"
      hx-trigger="pws:changed from:body delay:150ms"
      hx-swap="outerHTML"
      data-sync-mode={glance.mode}
      data-sync-waiting={glance.waiting}
    >
      <a
        class={`flex min-h-12 shrink-0 items-center gap-1.5 rounded-full px-3 text-[0.9375rem] font-semibold ${
          alarm ? "bg-warning text-warning-content" : "text-primary-content bg-[#0a3f4a]"
        }`}
        href="/field/sync"
      >
        <Icon name={icon} class="size-5" />
        <span>
          <span class="sr-only">Sincronização: </span>
          {text}
        </span>
      </a>
    </span>
  );
};

export const DockCount: FC<{ glance: SyncGlance; isOutOfBand?: boolean }> = ({ glance, isOutOfBand }) => {
  const count = glance.troubled || glance.waiting;
  return (
    <span
      id="dock-count"
      hx-swap-oob={isOutOfBand ? "true" : undefined}
      hidden={count === 0}
      class={`absolute -top-1.5 left-3.5 min-w-5 rounded-full px-1 text-center text-[0.8125rem] leading-5 font-bold ${
        glance.troubled ? "bg-error text-error-content" : "bg-primary text-primary-content"
      }`}
    >
      {count}
      <span class="sr-only">{glance.troubled ? " para conferir" : " a enviar"}</span>
    </span>
  );
};

function words({ waiting, troubled, mode }: SyncGlance): { text: string; icon: IconName; alarm: boolean } {
  if (mode === "login") return { text: "Entre de novo", icon: "account", alarm: true };
  if (mode === "stopped") return { text: "Parada", icon: "warning", alarm: true };
  if (troubled > 0) return { text: plural(troubled, "aviso", "avisos"), icon: "warning", alarm: true };
  if (waiting > 0) {
    return { text: `${waiting} a enviar`, icon: mode === "offline" ? "offline" : "upload", alarm: false };
  }
  if (mode === "offline") return { text: "Sem rede", icon: "offline", alarm: false };
  return { text: "Em dia", icon: "check", alarm: false };
}
