/** Screens that a technician's day does not begin with, in one chunk: each further one costs the first screen, too. */
export { account } from "./account/router";
export { showDeliveries } from "./deliveries/router";
export { driver } from "./driver";
export { newOrder } from "./new-order/router";
export { partRequests } from "./part-requests/router";
