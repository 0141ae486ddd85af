/**
 * The frame every screen stands in: title, state of the sync, what to do next, and the way to the other places.
 * htmx swaps the whole frame (`#screen`); a navigation gets it inside `Page`.
 */
import type { Child, FC, PropsWithChildren } from "hono/jsx";
import { Icon, type IconName } from "./icons";
import { DockCount, SyncChip, type SyncGlance } from "./sync-glance";

export type Place = "today" | "sync" | "account";

export interface Frame {
  title: string;
  glance: SyncGlance;
  place?: Place;
  /** where the arrow leads */
  back?: { href: string; label: string };
  /**
   * Asked again by itself when something was stored or sent: only for screens where nobody types, and not while
   * one of them says what went wrong.
   */
  refreshes?: string;
  /** the big next step, within the thumb's reach */
  action?: Child;
  isSignedOut?: boolean;
}

/** What the first place is called to whom a screen is drawn for: a driver's day is deliveries. */
let day = "Hoje";

/** Right before the drawing, which nothing comes between. Hono's contexts would say the same in 5 KB. */
export function drawFor(role: string | undefined): void {
  day = role === "driver" ? "Entregas" : "Hoje";
}

const PLACES: { place: Place; href: string; label?: string; icon: IconName }[] = [
  { place: "today", href: "/field/", icon: "agenda" },
  { place: "sync", href: "/field/sync", label: "Sincronização", icon: "sync" },
  { place: "account", href: "/field/account", label: "Conta", icon: "account" },
];

export const Screen: FC<PropsWithChildren<Frame>> = (props) => (
  <div
    id="screen"
    class="flex min-h-dvh flex-col"
    hx-get={props.refreshes}
    hx-trigger={props.refreshes ? "pws:changed from:body delay:250ms" : undefined}
    hx-swap={props.refreshes ? "outerMorph" : undefined}
    hx-sync={props.refreshes ? "this:replace" : undefined}
  >
    <header class="bg-primary text-primary-content sticky top-0 z-20 pt-[env(safe-area-inset-top)]">
      <div class="mx-auto flex min-h-15 w-full max-w-2xl items-center gap-1 pr-3 pl-2">
        {props.back ? (
          <a
            class="grid size-12 shrink-0 place-items-center rounded-full"
            href={props.back.href}
            aria-label={props.back.label}
          >
            <Icon name="back" class="size-7" />
          </a>
        ) : (
          <span class="w-2" />
        )}
        <h1 class="min-w-0 flex-1 truncate text-xl font-bold" tabindex={-1}>
          {props.title}
        </h1>
        {props.isSignedOut ? null : <SyncChip glance={props.glance} />}
      </div>
    </header>
    <p
      role="status"
      class="bg-neutral text-neutral-content flex items-center justify-center gap-2 px-4 py-2 text-[0.9375rem]"
      data-offline-banner
      hidden
    >
      <Icon name="offline" class="size-5" />
      Sem rede. Continue: tudo fica salvo no aparelho.
    </p>
    <div
      role="status"
      class="bg-accent text-accent-content flex items-center gap-3 px-4 py-2"
      data-update-prompt
      hidden
    >
      <p class="flex-1">Há uma versão nova do aplicativo.</p>
      <button class="btn btn-quiet" type="button" data-update-accept>
        Atualizar
      </button>
    </div>
    <main class="mx-auto grid w-full max-w-2xl flex-1 content-start gap-4 p-4">
      <div id="problem" class="scroll-mt-20 empty:hidden" hx-morph-skip-children />
      {props.children}
    </main>
    <footer class="sticky bottom-0 z-20 low:static">
      {props.action ? (
        <div class="border-base-300 bg-base-100 border-t px-4 py-3">
          <div class="mx-auto max-w-2xl">{props.action}</div>
        </div>
      ) : null}
      {props.isSignedOut ? null : <Dock place={props.place} glance={props.glance} />}
    </footer>
  </div>
);

const Dock: FC<{ place?: Place; glance: SyncGlance }> = ({ place, glance }) => (
  <nav class="border-base-300 bg-base-100 border-t pb-[env(safe-area-inset-bottom)]" aria-label="Principal">
    <ul class="mx-auto grid max-w-2xl grid-cols-3">
      {PLACES.map((item) => (
        <li>
          <a
            class={`flex min-h-15 flex-col items-center justify-center gap-0.5 border-t-3 text-[0.875rem] font-semibold ${
              item.place === place ? "border-primary text-primary" : "text-quiet border-transparent"
            }`}
            href={item.href}
            aria-current={item.place === place ? "page" : undefined}
          >
            <span class="relative">
              <Icon name={item.icon} />
              {item.place === "sync" ? <DockCount glance={glance} /> : null}
            </span>
            {item.label ?? day}
          </a>
        </li>
      ))}
    </ul>
  </nav>
);
