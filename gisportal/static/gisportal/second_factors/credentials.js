/** Public key credentials as JSON: what the server sends becomes bytes, and what the device answers becomes text. */

/** @typedef {PublicKeyCredentialCreationOptionsJSON} CreationJson - what the server sends to make a credential */
/** @typedef {PublicKeyCredentialRequestOptionsJSON} RequestJson - and to use one */

const GROUP = 4;

/**
 * Return the bytes that a base64url text holds.
 *
 * @param {string} text
 */
export function bytesOf(text) {
  const base64 = text.replaceAll("-", "+").replaceAll("_", "/");
  const padded = base64.padEnd(Math.ceil(base64.length / GROUP) * GROUP, "=");
  return Uint8Array.from(atob(padded), (character) => character.charCodeAt(0));
}

/**
 * Return bytes as base64url text, without padding.
 *
 * @param {ArrayBuffer | ArrayLike<number>} buffer
 */
export function textOf(buffer) {
  const characters = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte));
  return btoa(characters.join("")).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/**
 * @template {{ id: string }} T
 * @param {T} descriptor
 * @returns {Omit<T, "id"> & { id: Uint8Array<ArrayBuffer> }}
 */
const withBytes = (descriptor) => ({ ...descriptor, id: bytesOf(descriptor.id) });

/**
 * Return the options of `navigator.credentials.create`; `passwordless` asks for a passkey that signs in by itself.
 *
 * @param {{ publicKey: CreationJson }} sent
 * @param {boolean} passwordless
 * @returns {CredentialCreationOptions}
 */
export function creationOptions(sent, passwordless) {
  const { publicKey } = sent;
  /** @type {AuthenticatorSelectionCriteria} */
  const selection = {
    ...publicKey.authenticatorSelection,
    residentKey: passwordless ? "required" : "discouraged",
    requireResidentKey: passwordless,
  };
  if (passwordless) selection.userVerification = "required";
  const options = {
    ...publicKey,
    challenge: bytesOf(publicKey.challenge),
    user: withBytes(publicKey.user),
    excludeCredentials: (publicKey.excludeCredentials ?? []).map(withBytes),
    authenticatorSelection: selection,
  };
  return { publicKey: /** @type {PublicKeyCredentialCreationOptions} */ (options) };
}

/**
 * Return the options of `navigator.credentials.get`.
 *
 * @param {{ publicKey: RequestJson }} sent
 * @returns {CredentialRequestOptions}
 */
export function requestOptions(sent) {
  const { publicKey } = sent;
  const options = {
    ...publicKey,
    challenge: bytesOf(publicKey.challenge),
    allowCredentials: (publicKey.allowCredentials ?? []).map(withBytes),
  };
  return { publicKey: /** @type {PublicKeyCredentialRequestOptions} */ (options) };
}

const RESPONSE_PARTS = /** @type {const} */ ([
  "clientDataJSON",
  "attestationObject",
  "authenticatorData",
  "signature",
  "userHandle",
]);

/**
 * Return what a device answered as the server reads it.
 *
 * @param {PublicKeyCredential} credential
 */
export function credentialJson(credential) {
  /** @type {Record<string, string | string[]>} */
  const response = {};
  // That of a new credential, or of one that is used: each has its own parts.
  const answer = /** @type {Partial<AuthenticatorAttestationResponse & AuthenticatorAssertionResponse>} */ (
    credential.response
  );
  for (const part of RESPONSE_PARTS) {
    const bytes = answer[part];
    if (bytes) response[part] = textOf(bytes);
  }
  if (answer.getTransports) response.transports = answer.getTransports();
  return {
    id: credential.id,
    rawId: textOf(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment ?? null,
    clientExtensionResults: credential.getClientExtensionResults(),
    response,
  };
}

/**
 * Return the word of what went wrong: each has its sentence in the page.
 *
 * @param {unknown} error
 * @returns {string}
 */
export function faultOf(error) {
  const name = /** @type {{ name?: string } | undefined} */ (error)?.name ?? "";
  /** @type {Record<string, string>} */
  const words = { NotAllowedError: "cancelled", AbortError: "cancelled", InvalidStateError: "known" };
  return words[name] ?? (name === "SecurityError" ? "insecure" : "failed");
}
