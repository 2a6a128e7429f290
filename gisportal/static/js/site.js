/** Small comforts of every page. Each one is an addition: without it the page still works. */
import { copyButtons } from "./copy.js";
import { closingMenus } from "./menus.js";

copyButtons(document);
closingMenus(document);
