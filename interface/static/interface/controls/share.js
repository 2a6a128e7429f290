/** Links and buttons that open the ways to share a page: `data-share` is `here` for the page as it is at that instant. */

/** Bind those of `root`, present or to come; without this the links lead to a page that says the same. */
export function shareLinks(root) {
  root.addEventListener("click", async (event) => {
    const opener = event.target.closest("[data-share]");
    if (!opener || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    const address = new URL(opener.dataset.address ?? opener.href, document.baseURI);
    if (opener.dataset.share === "here")
      address.searchParams.set("page", location.pathname + location.search + location.hash);
    const { openShare } = await import("../share/dialog.js");
    openShare(address.href);
  });
}
