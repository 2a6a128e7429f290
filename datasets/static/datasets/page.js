/** Pages of the datasets: each comfort is an addition, without it the forms still work. */
import { bindBusyForms } from "./busy-form.js";
import { bindMap } from "./preview-map.js";
import { bindRefresh } from "./refresh.js";

bindBusyForms(document);
bindRefresh(document);
bindMap(document).catch((error) => console.warn(error));
