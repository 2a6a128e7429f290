/** The dialog of sharing: its content comes from the server at each opening. */

const PICTURE = "portal:picture";

/** Open the ways to share that an address gives; when they cannot be read, go to their page, which says why. */
export async function openShare(address) {
  const answer = await fetch(address, { headers: { "HX-Request": "true" } }).catch(() => null);
  if (!answer?.ok) {
    location.assign(address);
    return;
  }
  const dialog = dialogOf(document);
  dialog.querySelector("[data-share-content]").innerHTML = await answer.text();
  offerPicture(dialog);
  offerNative(dialog);
  dialog.showModal();
}

function dialogOf(page) {
  const found = page.querySelector("[data-share-dialog]");
  if (found) return found;
  const template = page.querySelector("template[data-share-template]");
  page.body.append(template.content.cloneNode(true));
  return page.querySelector("[data-share-dialog]");
}

/** A page that can draw what it shows says so: it answers the event with a promise of its name and its content. */
function offerPicture(dialog) {
  const line = dialog.querySelector("[data-share-picture]");
  if (!line || !document.querySelector("[data-makes-picture]")) return;
  const [button, said] = [line.querySelector("button"), line.querySelector("[data-share-said]")];
  line.hidden = false;
  button.addEventListener("click", async () => {
    said.textContent = said.dataset.wait;
    button.disabled = true;
    try {
      await new Promise((resolve, reject) =>
        document.dispatchEvent(
          new CustomEvent(PICTURE, { detail: { ...JSON.parse(line.dataset.sharePicture), resolve, reject } }),
        ),
      );
      said.textContent = said.dataset.done;
    } catch (error) {
      console.warn(error);
      said.textContent = said.dataset.failed;
    }
    button.disabled = false;
    button.focus();
  });
}

/** Phones send a link by what is installed on them. */
function offerNative(dialog) {
  const button = dialog.querySelector("[data-share-native]");
  if (!button || !navigator.share) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    const { shareNative: url, title } = button.dataset;
    navigator.share({ url, title }).catch(() => {}); // closed without a choice
  });
}
