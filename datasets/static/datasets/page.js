/** Pages of the datasets: each comfort is an addition, without it the forms still work. */
import { bindBusyForms } from "./busy-form.js";
import { bindMap } from "./preview-map.js";
import { bindRefresh } from "./refresh.js";
import { bindDropZones } from "./wizard/drop-zone.js";

bindBusyForms(document);
bindDropZones(document);
bindRefresh(document);
bindMap(document).catch((error) => console.warn(error));
