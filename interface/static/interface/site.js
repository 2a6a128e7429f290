/** Small comforts of every page. Each one is an addition: without it the page still works. */
import { copyButtons } from "./controls/copy.js";
import { dialogs } from "./controls/dialogs.js";
import { closingMenus } from "./controls/menus.js";
import { revealButtons } from "./controls/reveal.js";
import { searchBoxes } from "./controls/search-box.js";
import { shareLinks } from "./controls/share.js";
import { tabLists } from "./controls/tabs.js";
import { toasts } from "./controls/toast.js";
import { rememberOffline } from "./offline.js";

copyButtons(document);
closingMenus(document);
searchBoxes(document);
dialogs(document);
shareLinks(document);
tabLists(document);
revealButtons(document);
toasts(document);
rememberOffline(document);
