/** Every screen of the field app, mounted at `/field`. */
import { Hono } from "hono/tiny";
import type { Screens } from "../app";
import type { FieldEnv } from "../shell/deps";
import { Refusal } from "../store/failures";
import { account } from "./account/router";
import { deliveries } from "./deliveries/router";
import { delivery } from "./delivery/router";
import { failure } from "./failure";
import { login } from "./login/router";
import { newOrder } from "./new-order/router";
import { orders } from "./orders/router";
import { partRequests } from "./part-requests/router";
import { sync } from "./sync/router";
import { today } from "./today/router";
import { visitForm } from "./visit-form/router";
import { visitPhotos } from "./visit-photos/router";
import { visitSignature } from "./visit-signature/router";
import { visits } from "./visits/router";

const routes = new Hono<FieldEnv>();

// `/orders/new` before `/orders/:id`, and the list's own addresses before `/deliveries/:id`.
for (const feature of [
  today,
  login,
  newOrder,
  orders,
  partRequests,
  deliveries,
  delivery,
  visits,
  visitForm,
  visitPhotos,
  visitSignature,
  sync,
  account,
]) {
  routes.route("/", feature);
}
routes.all("*", () => {
  throw new Refusal("not_found", "Esta página não existe no aplicativo.");
});

export const screens: Screens = { routes, failure };
