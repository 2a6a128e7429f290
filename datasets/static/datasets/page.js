/** Pages of the datasets: each comfort is an addition, without it the forms still work. */
import { bindBusyForms } from "./busy-form.js";
import { bindMap } from "./preview-map.js";
import { bindRefresh } from "./refresh.js";
import { bindDropZones } from "./wizard/drop-zone.js";
import { bindReading } from "./wizard/reading.js";
import { bindTickAll } from "./wizard/tick-all.js";

bindDropZones(document);
bindRefresh(document);
bind(document);

/** What a part of the page that was read again needs too. */
function bind(root) {
  bindReading(root, bind);
  bindBusyForms(root);
  bindTickAll(root);
  bindMap(root).catch((error) => console.warn(error));
}
