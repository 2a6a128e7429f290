/** Photos are made lighter before they leave a phone: the server writes them anew in any case. */

const LONGEST_PX = 2048;
const LIGHT_BYTES = 700_000;
const QUALITY = 0.85;

/**
 * Replace the heavy photos of an input by lighter ones; a browser that cannot sends them as they are.
 *
 * @param {HTMLInputElement} input
 */
export async function lighten(input) {
  const files = [...(input.files ?? [])];
  if (!files.some(({ size }) => size > LIGHT_BYTES) || typeof DataTransfer === "undefined") return;
  const transfer = new DataTransfer();
  for (const file of files) transfer.items.add(await lighter(file));
  if ([...(input.files ?? [])].every((file, index) => file === files[index])) input.files = transfer.files;
}

/** @param {File} file @returns {Promise<File>} */
async function lighter(file) {
  if (file.size <= LIGHT_BYTES || !/^image\/(jpeg|png|webp)$/.test(file.type)) return file;
  try {
    const picture = await createImageBitmap(file);
    const ratio = Math.min(1, LONGEST_PX / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * ratio);
    canvas.height = Math.round(picture.height * ratio);
    canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    /** @type {Blob | null} */
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
    return blob && blob.size < file.size ? new File([blob], file.name, { type: "image/jpeg" }) : file;
  } catch {
    return file; // the server says what is wrong with it
  }
}
