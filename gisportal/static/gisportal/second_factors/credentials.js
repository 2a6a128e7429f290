/** Public key credentials as JSON: what the server sends becomes bytes, and what the device answers becomes text. */

const GROUP = 4;

/** Return the bytes that a base64url text holds. */
export function bytesOf(text) {
  const base64 = text.replaceAll("-", "+").replaceAll("_", "/");
  const padded = base64.padEnd(Math.ceil(base64.length / GROUP) * GROUP, "=");
  return Uint8Array.from(atob(padded), (character) => character.charCodeAt(0));
}

/** Return bytes as base64url text, without padding. */
export function textOf(buffer) {
  const characters = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte));
  return btoa(characters.join("")).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

const withBytes = (descriptor) => ({ ...descriptor, id: bytesOf(descriptor.id) });

/** Return the options of `navigator.credentials.create`; `passwordless` asks for a passkey that signs in by itself. */
export function creationOptions(sent, passwordless) {
  const { publicKey } = sent;
  const selection = {
    ...publicKey.authenticatorSelection,
    residentKey: passwordless ? "required" : "discouraged",
    requireResidentKey: passwordless,
  };
  if (passwordless) selection.userVerification = "required";
  return {
    publicKey: {
      ...publicKey,
      challenge: bytesOf(publicKey.challenge),
      user: withBytes(publicKey.user),
      excludeCredentials: (publicKey.excludeCredentials ?? []).map(withBytes),
      authenticatorSelection: selection,
    },
  };
}

/** Return the options of `navigator.credentials.get`. */
export function requestOptions(sent) {
  const { publicKey } = sent;
  return {
    publicKey: {
      ...publicKey,
      challenge: bytesOf(publicKey.challenge),
      allowCredentials: (publicKey.allowCredentials ?? []).map(withBytes),
    },
  };
}

const RESPONSE_PARTS = [
  "clientDataJSON",
  "attestationObject",
  "authenticatorData",
  "signature",
  "userHandle",
];

/** Return what a device answered as the server reads it. */
export function credentialJson(credential) {
  const response = {};
  for (const part of RESPONSE_PARTS) {
    if (credential.response[part]) response[part] = textOf(credential.response[part]);
  }
  if (credential.response.getTransports) response.transports = credential.response.getTransports();
  return {
    id: credential.id,
    rawId: textOf(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment ?? null,
    clientExtensionResults: credential.getClientExtensionResults(),
    response,
  };
}

/** Return the word of what went wrong: each has its sentence in the page. */
export function faultOf(error) {
  const words = { NotAllowedError: "cancelled", AbortError: "cancelled", InvalidStateError: "known" };
  return words[error?.name] ?? (error?.name === "SecurityError" ? "insecure" : "failed");
}
