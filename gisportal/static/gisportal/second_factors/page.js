/** Forms that ask a device for a passkey, to make one (`data-passkey="create"`) or to use one (`"get"`). */
import { creationOptions, credentialJson, faultOf, requestOptions } from "./credentials.js";

/** Return what the server asks of the device: written in the page, or asked when it is needed. */
async function askedOptions(form) {
  if (form.dataset.options) return JSON.parse(document.getElementById(form.dataset.options).textContent);
  const answer = await fetch(form.dataset.optionsUrl, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`${answer.status}`);
  return (await answer.json()).request_options;
}

async function askDevice(form) {
  const sent = await askedOptions(form);
  if (form.dataset.passkey === "get") return navigator.credentials.get(requestOptions(sent));
  const passwordless = form.elements.namedItem("passwordless")?.checked ?? false;
  return navigator.credentials.create(creationOptions(sent, passwordless));
}

function showFault(form, word) {
  for (const sentence of form.querySelectorAll("[data-passkey-fault]")) {
    sentence.hidden = sentence.dataset.passkeyFault !== word;
  }
}

async function submit(event) {
  const form = event.currentTarget;
  event.preventDefault();
  showFault(form, "");
  const button = form.querySelector("[type=submit]");
  button.disabled = true;
  try {
    const credential = await askDevice(form);
    form.elements.namedItem("credential").value = JSON.stringify(credentialJson(credential));
    form.submit();
  } catch (error) {
    showFault(form, faultOf(error));
    button.disabled = false;
  }
}

for (const form of document.querySelectorAll("[data-passkey]")) {
  if (!globalThis.PublicKeyCredential) {
    showFault(form, globalThis.isSecureContext ? "" : "insecure");
    form.querySelector("[data-passkey-missing]").hidden = !globalThis.isSecureContext;
    continue;
  }
  form.querySelector("[type=submit]").hidden = false;
  form.addEventListener("submit", submit);
}
