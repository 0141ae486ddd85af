/** The desk's script: htmx, and behaviours that any page may ask for by a `data-` attribute. */

import "htmx.org";
import { trimAddresses } from "./filters";
import { watchKeyboard } from "./keyboard";
import { openStream } from "./live";
import { watchPrint } from "./print";
import { watchShare } from "./share";
import { watchViewer } from "./viewer";

document.documentElement.classList.add("scripted");
trimAddresses();
watchKeyboard();
watchViewer();
watchPrint();
watchShare();
openStream();
