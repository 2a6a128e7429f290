/** The dialog of sharing asks the map for its picture: what draws it comes when somebody wants one. */

/** Answer `portal:picture`, whose detail has the words of the picture and what to call when it is saved, or is not. */
export function offerPicture(root, map) {
  root.querySelector("[data-map]").dataset.makesPicture = "";
  document.addEventListener("portal:picture", async ({ detail }) => {
    try {
      const { savePicture } = await import("./picture.js");
      detail.resolve(await savePicture(root, map, detail));
    } catch (error) {
      detail.reject(error);
    }
  });
}
