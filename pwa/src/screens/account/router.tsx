import { Hono } from "hono/tiny";
import { isSharing } from "../../rules/seen";
import type { FieldEnv } from "../../shell/deps";
import { readMeta } from "../../store/meta";
import { readView } from "../../store/view";
import { type FieldContext, leaveTo, show } from "../../ui/respond";
import { fieldsOf } from "../form-data";
import { readGlance } from "../glance";
import { notices } from "../notices/router";
import { Account } from "./account";

export const account = new Hono<FieldEnv>();

account.route("/", notices);

account.get("/account", (c) => showAccount(c, false));

/** Without an answer to the second question, unsent work keeps the person here. */
account.post("/account/logout", async (c) => {
  const said = (await fieldsOf(c)).text("insist");
  const insist = said === "keep" || said === "discard" ? said : undefined;
  const outcome = await c.var.deps.session.logout(insist);
  return outcome.kind === "left" ? leaveTo(c, "/field/login") : showAccount(c, true, 422);
});

async function showAccount(c: FieldContext, isLeaving: boolean, status = 200): Promise<Response> {
  const { store, deps, person } = c.var;
  const [view, meta, glance, unsent] = await Promise.all([
    readView(store),
    readMeta(store),
    readGlance(store),
    deps.session.unsent(),
  ]);
  return show(
    c,
    "Conta",
    <Account
      person={person}
      resellerName={view.me?.reseller_name ?? meta.reseller_name}
      clientId={meta.is_enrolled ? meta.client_id : null}
      version={versionOf(deps.assets.js)}
      keepsPhotoPosition={view.me?.keep_photo_position ?? false}
      trackIntervalS={view.me?.track_interval_s ?? 10}
      isSharing={isSharing(view)}
      unsent={unsent}
      isLeaving={isLeaving}
      glance={glance}
    />,
    status,
  );
}

/** The hash in the script's name tells builds apart: `/field/page-A1B2C3D4.js` → `A1B2C3D4`. */
function versionOf(script: string): string {
  return /([A-Z0-9]{6,})\.js$/i.exec(script)?.[1] ?? script;
}
