import assert from "node:assert/strict";
import test from "node:test";
import {
  facesFrom,
  linesOf,
  marksOf,
  overviewLayers,
  POINTS_FROM,
  placesOf,
} from "../../../../explorer/static/explorer/map/overview.js";

const COMMUNES = [
  { code: "92048", name: "Meudon", label: [2.235, 48.805], room: 0.015, bounds: [2.2, 48.78, 2.26, 48.83] },
  { code: "92072", name: "Sèvres", label: [2.21, 48.823], room: 0.01, bounds: [2.19, 48.81, 2.23, 48.83] },
];
const layer = (slug) => ({ slug, token: "t-nature", opacity: 1 });
const counts = (...pairs) => new Map(pairs.map(([slug, ...own]) => [slug, new Map(own)]));
const PALETTE = { ink: "#14242b", paper: "#ffffff", "paper-2": "#f3f5f4" };

const marks = marksOf(
  COMMUNES,
  [layer("trees"), layer("parks"), layer("wells")],
  counts(
    ["trees", ["92048", 14], ["92072", 1200], ["", 3]],
    ["parks", ["92048", 3]],
    ["wells", ["92072", null]],
  ),
  "fr",
);
const of = (kind) =>
  marks.filter(({ properties }) => properties.kind === kind).map(({ properties }) => properties);

test("each commune has the count of each layer with features in it, and their total", () => {
  assert.deepEqual(
    of("face").map(({ code, face, text }) => [code, face, text]),
    [
      ["92048", "face trees", "14"],
      ["92048", "face parks", "3"],
      ["92072", "face trees", (1200).toLocaleString("fr")],
      ["92072", "face wells", "…"],
    ],
  );
  assert.deepEqual(
    of("total").map(({ text }) => text),
    ["17", `${(1200).toLocaleString("fr")}…`],
    "a suppressed count is left open in the total",
  );
});

test("a commune without features has its name alone", () => {
  const few = marksOf(COMMUNES, [layer("trees")], counts(["trees", ["92048", 2]]), "fr");
  assert.deepEqual(
    few.map(({ properties: { kind, name } }) => [kind, name]),
    [
      ["total", "Meudon"],
      ["face", "Meudon"],
      ["none", "Sèvres"],
    ],
  );
  const drawn = overviewLayers("o", few, PALETTE, (shares) => `ring ${shares}`);
  const named = drawn.filter(({ id }) => id.startsWith("o:names"));
  assert.ok(named.length > 0);
  for (const { filter } of named) assert.deepEqual(filter, ["!=", ["get", "kind"], "face"]);
  const none = overviewLayers("o", marksOf(COMMUNES, [], new Map(), "fr"), PALETTE, (shares) => shares);
  const matches = none
    .flatMap(({ layout }) => Object.values(layout ?? {}))
    .filter((one) => one[0] === "match");
  assert.deepEqual(matches, [], "without any layer of points no expression lacks its cases");
});

test("faces stand in a block around the middle of their commune", () => {
  const four = placesOf(4, 33);
  for (const axis of [0, 1])
    assert.equal(new Set(four.map((place) => place[axis])).size, 2, "two columns and two rows");
  assert.equal(four[0][1], -four[2][1], "as much above the middle as below");
  assert.equal(four[1][0] + 33, -four[0][0], "as much at the left as at the right");
  assert.ok(four[1][0] >= four[0][0] + 33, "columns do not meet");
});

test("a long name is on two lines", () => {
  assert.deepEqual(
    ["Meudon", "Ville-d’Avray", "Boulogne-Billancourt", "Saint Germain en Laye"].map(linesOf),
    [["Meudon"], ["Ville-", "d’Avray"], ["Boulogne-", "Billancourt"], ["Saint Germain", "en Laye"]],
  );
});

test("faces are drawn from the zoom where no commune’s lie over another’s", () => {
  const zoom = facesFrom(marks);
  assert.ok(zoom > 9 && zoom < POINTS_FROM, String(zoom));
  const pixels = 512 * 2 ** zoom;
  const across = ((2.235 - 2.21) / 360) * pixels;
  const down = ((48.823 - 48.805) / 360 / Math.cos((48.81 * Math.PI) / 180)) * pixels;
  const [meudon, sevres] = ["92048", "92072"].map(
    (code) => of("face").find((face) => face.code === code).column,
  );
  assert.ok(across >= meudon + sevres || down >= 2 * 23, `${across} ${down}`);
  assert.equal(facesFrom(marks.slice(0, 3)), 0, "one commune alone has them from afar");
});

test("faces are drawn from the zoom where they are inside their communes", () => {
  const inside = (room) =>
    facesFrom(marks.map((mark) => ({ ...mark, properties: { ...mark.properties, room } })));
  const [narrow, wide] = [inside(0.003), inside(0.006)];
  assert.ok(narrow < POINTS_FROM);
  assert.ok(Math.abs(narrow - wide - 1) < 0.01, "half the room, twice as near");
  const pixels = (512 * 2 ** narrow * 0.003) / 360;
  const [left, down] = placesOf(2, of("face")[0].column)[0];
  assert.ok(Math.hypot(0.6 * (left + 10), down) <= pixels + 0.01, "in an ellipse wider than high");
});

test("totals stop where faces begin, and both where points do", () => {
  const near = facesFrom(marks);
  const layers = Object.fromEntries(
    overviewLayers("o", marks, PALETTE, (shares) => `ring ${shares}`).map((one) => [one.id, one]),
  );
  assert.equal(layers["o:total"].maxzoom, near);
  assert.equal(layers["o:faces"].minzoom, near);
  assert.equal(layers["o:faces"].maxzoom, POINTS_FROM);
  for (const id of ["o:total", "o:faces"]) {
    assert.equal(layers[id].layout["icon-allow-overlap"], true, "no count is cut");
    assert.equal(layers[id].layout["text-allow-overlap"], true, "no count is cut");
  }
});

test("the opacity of faces is a number, unless their layers differ", () => {
  /** @param {number[]} opacities */
  const paintOf = (...opacities) => {
    const layers = opacities.map((opacity, at) => ({ slug: `l${at}`, token: "t-nature", opacity }));
    const some = marksOf(COMMUNES, layers, counts(["l0", ["92048", 2]], ["l1", ["92048", 3]]), "fr");
    return overviewLayers("o", some, PALETTE, (shares) => shares).find(({ id }) => id === "o:faces").paint;
  };
  assert.equal(paintOf(0.4, 0.4)["icon-opacity"], 0.4);
  assert.equal(paintOf(1)["text-opacity"], 1);
  assert.deepEqual(paintOf(0.4, 1)["icon-opacity"], ["get", "opacity"]);
});

test("a ring has the share of each layer, a small or suppressed one too", () => {
  const [, , ...pies] = overviewLayers("o", marks, PALETTE, (shares) => `ring ${shares}`).find(
    ({ id }) => id === "o:total",
  ).layout["icon-image"];
  assert.deepEqual(pies, [
    "92048",
    "ring @t-nature 10 @t-nature 2",
    "92072",
    "ring @t-nature 12 @t-nature 1",
    "",
  ]);
});
