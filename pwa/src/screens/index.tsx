/** Every screen of the field app, mounted at `/field`. */
import { Hono } from "hono/tiny";
import type { Screens } from "../app";
import type { FieldEnv } from "../shell/deps";
import { Refusal } from "../store/failures";
import { failure } from "./failure";
import { answerLater } from "./later";
import { login } from "./login/router";
import { orders } from "./orders/router";
import { sync } from "./sync/router";
import { today } from "./today/router";
import { visitForm } from "./visit-form/router";
import { visitPhotos } from "./visit-photos/router";
import { visitSignature } from "./visit-signature/router";
import { visits } from "./visits/router";

const routes = new Hono<FieldEnv>();

// `/orders/new` before `/orders/:id`.
const more = () => import("./more");
for (const [path, feature] of [
  ["/deliveries", "driver"],
  ["/deliveries/*", "driver"],
  ["/orders/new", "newOrder"],
  ["/orders/new/*", "newOrder"],
  ["/orders/:id/parts", "partRequests"],
  ["/orders/:id/parts/*", "partRequests"],
  ["/account", "account"],
  ["/account/*", "account"],
] as const) {
  routes.all(path, (c) =>
    answerLater(
      c,
      more().then((screens) => screens[feature]),
      unknown,
    ),
  );
}

for (const feature of [today, login, orders, visits, visitForm, visitPhotos, visitSignature, sync]) {
  routes.route("/", feature);
}
routes.all("*", unknown);

function unknown(): never {
  throw new Refusal("not_found", "Esta página não existe no aplicativo.");
}

export const screens: Screens = { routes, failure };
