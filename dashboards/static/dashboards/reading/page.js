/** The page of a dashboard, and those that show it elsewhere: wiring. */
import "../maps/element.js";
import "../panels/element.js";
import { panelActions } from "./actions.js";
import { followFilters } from "./filters.js";
import { openHall } from "./hall.js";
import { Panels } from "./panels.js";
import { refreshing } from "./refresh.js";

const root = document.querySelector("[data-dashboard]");
if (root) {
  const panels = new Panels(root);
  const filters = followFilters(root, panels);
  panelActions(root);
  if (root.dataset.hall) openHall(root, Number(root.dataset.hall));
  refreshing(root, Number(root.dataset.refresh), () => filters.show());
}
