/** The desk's script: htmx, and behaviours that any page may ask for by a `data-` attribute. */

import "htmx.org";
import { watchDrafts } from "./draft";
import { watchFills } from "./fills";
import { trimAddresses } from "./filters";
import { watchKeyboard } from "./keyboard";
import { openStream } from "./live";
import { watchMenus } from "./menus";
import { watchPrint } from "./print";
import { watchPush } from "./push";
import { watchShare } from "./share";
import { watchUploads } from "./uploads";
import { watchViewer } from "./viewer";

document.documentElement.classList.add("scripted");
trimAddresses();
watchKeyboard();
watchMenus();
watchViewer();
watchPrint();
watchShare();
watchPush();
watchUploads();
watchFills();
watchDrafts();
openStream();
