/**
 * Small generic behaviours, bound to `data-` attributes by delegation, so that whatever htmx swaps in works at
 * once. Each screen is complete without them except where the phone's hardware is the point.
 */
import { installDraftFlush } from "./draft-flush";
import { installFocus } from "./focus";
import { installInstallOffer } from "./install-offer";
import { installNetworkBanner } from "./network-banner";
import { installPermissions } from "./permissions";
import { installUpdatePrompt } from "./update-prompt";

export function installBehaviours(): void {
  for (const install of [
    installDraftFlush,
    installFocus,
    installInstallOffer,
    installNetworkBanner,
    installPermissions,
    installUpdatePrompt,
  ]) {
    install();
  }
  void import("./later").then(({ installLater }) => installLater());
}
