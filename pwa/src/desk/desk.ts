/** The desk's script: htmx, and behaviours that any page may ask for by a `data-` attribute. */

import "htmx.org";
import { watchKeyboard } from "./keyboard";
import { openStreams } from "./live";
import { watchPrint } from "./print";
import { watchShare } from "./share";
import { watchViewer } from "./viewer";

document.documentElement.classList.add("scripted");
watchKeyboard();
watchViewer();
watchPrint();
watchShare();
openStreams();
