import assert from "node:assert/strict";
import test from "node:test";
import { localVoice, typedText } from "../../../../explorer/static/explorer/question/typed.js";

const kept = ["couches", "arbres"];

for (const [name, entries, text] of [
  ["metres", [kept, ["arbres.touching.couche", "zones"], ["arbres.touching.metres", "350"]], "350"],
  ["a radius", [kept, ["radius", "800"]], "800"],
  ["two bounds", [kept, ["arbres.hauteur.de", "10"], ["arbres.hauteur.a", "20"]], "10..20"],
  [
    "one bound",
    [
      ["arbres.hauteur.de", ""],
      ["arbres.hauteur.a", "20"],
    ],
    "..20",
  ],
  [
    "no bound",
    [
      ["arbres.hauteur.de", ""],
      ["arbres.hauteur.a", ""],
    ],
    "",
  ],
  ["words", [kept, ["arbres.nom", "  cèdre "]], "cèdre"],
])
  test(`the form of a menu says ${name}`, () => assert.equal(typedText(entries), text));

test("only a voice of the machine reads, in the language of the page", () => {
  const voices = [
    { lang: "fr-FR", localService: false, name: "cloud" },
    { lang: "en-GB", localService: true, name: "english" },
    { lang: "fr_FR", localService: true, name: "local" },
  ];
  assert.equal(localVoice(voices, "fr-FR").name, "local");
  assert.equal(localVoice(voices, "de"), null);
});
