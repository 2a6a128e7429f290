/** Small comforts of every page. Each one is an addition: without it the page still works. */
import { copyButtons } from "./copy.js";
import { dialogs } from "./dialogs.js";
import { closingMenus } from "./menus.js";
import { rememberOffline } from "./offline.js";
import { searchBoxes } from "./search-box.js";
import { tabLists } from "./tabs.js";
import { toasts } from "./toast.js";

copyButtons(document);
closingMenus(document);
searchBoxes(document);
dialogs(document);
tabLists(document);
toasts(document);
rememberOffline(document);
