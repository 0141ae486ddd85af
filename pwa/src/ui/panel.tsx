/** A titled block of a screen, and the label–value pairs inside it. */
import type { Child, FC, PropsWithChildren } from "hono/jsx";
import { Icon } from "./icons";

export const Panel: FC<PropsWithChildren<{ title: string; id?: string; aside?: Child }>> = ({
  title,
  id,
  aside,
  children,
}) => (
  <section id={id} class="panel">
    <div class="flex items-baseline gap-2">
      <h2 class="panel-title flex-1">{title}</h2>
      {aside}
    </div>
    {children}
  </section>
);

export const Facts: FC<PropsWithChildren> = ({ children }) => (
  <dl class="mt-3 grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1.5">{children}</dl>
);

/** Says nothing where nothing is known. */
export const Fact: FC<PropsWithChildren<{ label: string }>> = ({ label, children }) => {
  const isBlank = children === null || children === undefined || children === "" || children === "—";
  return isBlank ? null : (
    <>
      <dt class="text-quiet">{label}</dt>
      <dd class="font-semibold break-words">{children}</dd>
    </>
  );
};

/** A part of a screen that opens on demand; its line is a full-size target. */
export const Fold: FC<PropsWithChildren<{ title: Child; isOpen?: boolean; id?: string }>> = ({
  title,
  isOpen,
  id,
  children,
}) => (
  <details id={id} class="group -mb-2" open={isOpen}>
    <summary class="text-primary flex min-h-12 items-center gap-2 font-semibold">
      <Icon name="next" class="size-5 transition-transform group-open:rotate-90" />
      {title}
    </summary>
    <div class="pt-1 pb-2">{children}</div>
  </details>
);
