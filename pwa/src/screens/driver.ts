/** A driver's screens. */
import { Hono } from "hono/tiny";
import type { FieldEnv } from "../shell/deps";
import { deliveries } from "./deliveries/router";
import { delivery } from "./delivery/router";

export const driver = new Hono<FieldEnv>();
// The list's own addresses before `/deliveries/:id`.
driver.route("/", deliveries);
driver.route("/", delivery);
