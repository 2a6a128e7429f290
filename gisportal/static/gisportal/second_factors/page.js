/** Forms that ask a device for a passkey, to make one (`data-passkey="create"`) or to use one (`"get"`). */
import { find, findAll } from "../../interface/dom.js";
import { creationOptions, credentialJson, faultOf, requestOptions } from "./credentials.js";

/** @import { CreationJson, RequestJson } from "./credentials.js" */

/**
 * Return what the server asks of the device: written in the page, or asked when it is needed.
 *
 * @param {HTMLFormElement} form
 * @returns {Promise<{ publicKey: CreationJson & RequestJson }>}
 */
async function optionsOf(form) {
  if (form.dataset.options) return JSON.parse(find(document, `#${form.dataset.options}`).textContent);
  const answer = await fetch(form.dataset.optionsUrl ?? "", { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`${answer.status}`);
  return (await answer.json()).request_options;
}

/** @param {HTMLFormElement} form */
async function askDevice(form) {
  const sent = await optionsOf(form);
  if (form.dataset.passkey === "get") return navigator.credentials.get(requestOptions(sent));
  const input = form.elements.namedItem("passwordless");
  const passwordless = input instanceof HTMLInputElement && input.checked;
  return navigator.credentials.create(creationOptions(sent, passwordless));
}

/** @param {HTMLFormElement} form @param {string} word */
function showFault(form, word) {
  for (const sentence of findAll(form, "[data-passkey-fault]")) {
    sentence.hidden = sentence.dataset.passkeyFault !== word;
  }
}

/** @param {HTMLFormElement} form */
async function submit(form) {
  showFault(form, "");
  const button = find(form, "[type=submit]", HTMLButtonElement);
  button.disabled = true;
  try {
    const credential = /** @type {PublicKeyCredential} */ (await askDevice(form));
    find(form, "[name=credential]", HTMLInputElement).value = JSON.stringify(credentialJson(credential));
    form.submit();
  } catch (error) {
    showFault(form, faultOf(error));
    button.disabled = false;
  }
}

for (const form of findAll(document, "[data-passkey]", HTMLFormElement)) {
  if (!globalThis.PublicKeyCredential) {
    showFault(form, globalThis.isSecureContext ? "" : "insecure");
    find(form, "[data-passkey-missing]").hidden = !globalThis.isSecureContext;
    continue;
  }
  find(form, "[type=submit]").hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit(form);
  });
}
