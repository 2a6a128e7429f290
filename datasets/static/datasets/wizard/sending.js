/** Sends a form with one file, and tells how far it is; the page stays, whatever happens. */

/**
 * Post `form` with `file` in the place of its file input. `onProgress(sent, total)` is called meanwhile; `signal` stops
 * it. Resolves to `{ url }`, where to go, or `{ faults }`, what to correct; rejects with the name of what went wrong:
 * `aborted`, `network` or `server`.
 */
export function send(form, file, { onProgress, signal }) {
  const body = new FormData(form);
  body.set(form.querySelector("input[type=file]").name, file, file.name);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "application/json");
    request.responseType = "json";
    request.upload.addEventListener("progress", ({ loaded, total }) => onProgress(loaded, total));
    request.addEventListener("load", () => {
      if (request.response?.url || request.response?.faults) resolve(request.response);
      else reject(new Error("server"));
    });
    request.addEventListener("error", () => reject(new Error("network")));
    request.addEventListener("abort", () => reject(new Error("aborted")));
    signal.addEventListener("abort", () => request.abort());
    request.send(body);
  });
}
