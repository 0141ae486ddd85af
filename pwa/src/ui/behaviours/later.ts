/** Behaviours that answer a tap, and that no first screen needs before it is drawn. */
import { fieldPlace } from "../../push/field";
import { installPushSwitch } from "../../push/switch";
import { installCamera } from "./camera";
import { installCopy } from "./copy";
import { installDownload } from "./download";
import { installPlaces } from "./places";
import { installScan } from "./scan";
import { installSignaturePad } from "./signature-pad";
import { installSortable } from "./sortable";

export function installLater(): void {
  for (const install of [
    installCamera,
    installCopy,
    installDownload,
    installPlaces,
    installScan,
    installSignaturePad,
    installSortable,
  ]) {
    install();
  }
  installPushSwitch(fieldPlace);
}
