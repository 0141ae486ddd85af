/**
 * Small generic behaviours, bound to `data-` attributes by delegation, so that whatever htmx swaps in works at
 * once. Each screen is complete without them except where the phone's hardware is the point.
 */
import { installCamera } from "./camera";
import { installCopy } from "./copy";
import { installDownload } from "./download";
import { installDraftFlush } from "./draft-flush";
import { installFocus } from "./focus";
import { installInstallOffer } from "./install-offer";
import { installNetworkBanner } from "./network-banner";
import { installPermissions } from "./permissions";
import { installPlaces } from "./places";
import { installScan } from "./scan";
import { installSortable } from "./sortable";
import { installUpdatePrompt } from "./update-prompt";

export function installBehaviours(): void {
  for (const install of [
    installCamera,
    installCopy,
    installDownload,
    installDraftFlush,
    installFocus,
    installInstallOffer,
    installNetworkBanner,
    installPermissions,
    installPlaces,
    installScan,
    installSortable,
    installUpdatePrompt,
  ]) {
    install();
  }
  // The largest of them is not needed for the first screen.
  void import("./signature-pad").then(({ installSignaturePad }) => installSignaturePad());
}
