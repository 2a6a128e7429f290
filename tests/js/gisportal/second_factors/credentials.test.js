import assert from "node:assert/strict";
import { test } from "node:test";
import {
  bytesOf,
  creationOptions,
  credentialJson,
  faultOf,
  requestOptions,
  textOf,
} from "../../../../gisportal/static/gisportal/second_factors/credentials.js";

test("base64url of RFC 4648 is read with its own alphabet and no padding", () => {
  assert.deepEqual([...bytesOf("-_8")], [251, 255]);
});

test("what is read is written again as it was", () => {
  assert.equal(textOf(bytesOf("AQIDBA-_")), "AQIDBA-_");
});

const CREATION = {
  publicKey: {
    challenge: "AQ",
    user: { id: "Ag", name: "urbaniste" },
    excludeCredentials: [{ type: "public-key", id: "Aw" }],
    authenticatorSelection: { userVerification: "preferred" },
  },
};

test("a passkey that signs in by itself is kept by the device and checks its owner", () => {
  const { authenticatorSelection } = creationOptions(CREATION, true).publicKey;
  assert.deepEqual(authenticatorSelection, {
    residentKey: "required",
    requireResidentKey: true,
    userVerification: "required",
  });
});

test("a key that is a second factor only needs neither", () => {
  const { authenticatorSelection } = creationOptions(CREATION, false).publicKey;
  assert.deepEqual(authenticatorSelection, {
    residentKey: "discouraged",
    requireResidentKey: false,
    userVerification: "preferred",
  });
});

test("keys that the account has are excluded by their bytes", () => {
  assert.deepEqual([...creationOptions(CREATION, true).publicKey.excludeCredentials[0].id], [3]);
});

test("a request without allowed keys lets the device choose", () => {
  assert.deepEqual(requestOptions({ publicKey: { challenge: "AQ" } }).publicKey.allowCredentials, []);
});

test("an answer is sent as text, without the parts it lacks", () => {
  const answer = credentialJson({
    id: "AQ",
    rawId: new Uint8Array([1]),
    type: "public-key",
    getClientExtensionResults: () => ({ credProps: { rk: true } }),
    response: { clientDataJSON: new Uint8Array([2]), userHandle: null },
  });
  assert.deepEqual(answer.response, { clientDataJSON: "Ag" });
});

test("a refused request and a device already known have their own sentences", () => {
  assert.deepEqual(
    ["NotAllowedError", "InvalidStateError", "SecurityError", "TypeError"].map((name) => faultOf({ name })),
    ["cancelled", "known", "insecure", "failed"],
  );
});
