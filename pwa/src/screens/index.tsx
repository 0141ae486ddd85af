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
import { visits } from "./visits/router";

const routes = new Hono<FieldEnv>();

// `/orders/new` before `/orders/:id`.
const more = () => import("./more");
const evidence = () => import("./evidence");
for (const [path, feature] of [
  ["/deliveries", () => more().then((screens) => screens.driver)],
  ["/orders/new", () => more().then((screens) => screens.newOrder)],
  ["/orders/:id/parts", () => more().then((screens) => screens.partRequests)],
  ["/account", () => more().then((screens) => screens.account)],
  ["/visits/:id/form", () => evidence().then((screens) => screens.visitForm)],
  ["/visits/:id/photos", () => evidence().then((screens) => screens.visitPhotos)],
  ["/visits/:id/signature", () => evidence().then((screens) => screens.visitSignature)],
] as const) {
  for (const all of [path, `${path}/*`]) routes.all(all, (c) => answerLater(c, feature(), unknown));
}

for (const feature of [today, login, orders, visits, sync]) {
  routes.route("/", feature);
}
routes.all("*", unknown);

function unknown(): never {
  throw new Refusal("not_found", "Esta página não existe no aplicativo.");
}

export const screens: Screens = { routes, failure };
