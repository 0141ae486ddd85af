/** A notice inside a screen: what happened, and what it means for the person. */
import type { FC, PropsWithChildren } from "hono/jsx";
import { Icon, type IconName } from "./icons";

export type Tone = "ok" | "warn" | "bad" | "info" | "quiet";

const ICON: Record<Tone, IconName> = {
  ok: "check",
  warn: "warning",
  bad: "warning",
  info: "info",
  quiet: "info",
};

export const Banner: FC<
  PropsWithChildren<{ tone: Tone; title: string; icon?: IconName; id?: string; role?: "alert" | "status" }>
> = ({ tone, title, icon, id, role, children }) => (
  <div id={id} class={`banner tone-${tone}`} role={role}>
    <Icon name={icon ?? ICON[tone]} />
    <div class="min-w-0 flex-1">
      <p class="font-bold">{title}</p>
      {children}
    </div>
  </div>
);

export const Tag: FC<PropsWithChildren<{ tone: Tone; icon?: IconName }>> = ({ tone, icon, children }) => (
  <span class={`tag tone-${tone}`}>
    {icon ? <Icon name={icon} class="size-4" /> : null}
    {children}
  </span>
);
