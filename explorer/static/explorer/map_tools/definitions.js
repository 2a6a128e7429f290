/** What each tool draws, tells and asks, from the points put down. Pure: places in, items of the overlay and words out. */
import { areaText, lengthText, squareMetresText } from "./figures.js";
import { cleaned, faultOf, freehandRing, rectangle, toWkt } from "./shapes.js";

const NO_LIMIT = Number.POSITIVE_INFINITY;
const TOLERANCE_DEG = 2e-5;

const dots = (points) => points.map((place) => ({ shape: "dot", place, radius: 5, look: "is-draft" }));
const area = (places) => ({ shape: "area", places, look: "is-draft" });
const line = (places) => ({ shape: "line", places, look: "is-draft" });
const middle = ([x, y], [otherX, otherY]) => [(x + otherX) / 2, (y + otherY) / 2];
const withHover = ({ points, hover }) => (hover ? [...points, hover] : points);
const nothing = () => ({});

/** Return the tools by name; `earth` measures, `say` writes sentences, `language` writes numbers. */
export function toolsOf({ earth, say, language }) {
  const length = (metres) => lengthText(metres, language);
  const labels = (path) =>
    earth
      .segments(path)
      .map((metres, at) => ({ shape: "label", place: middle(path[at], path[at + 1]), text: length(metres) }));
  const segmentsOf = (path) =>
    earth.segments(path).map((metres, at) => say("segment", { rank: at + 1, length: length(metres) }));
  const circleItems = (centre, metres) => [
    ...(metres ? [area(earth.circle(centre, metres))] : []),
    ...dots([centre]),
  ];
  const radiusOf = ({ points: [centre, edge], hover }) => {
    const reached = edge ?? hover;
    return centre && reached ? Math.max(1, Math.round(earth.distance(centre, reached))) : 0;
  };
  const within = (ring) => {
    const fault = faultOf(ring);
    return fault ? { fault } : { patch: { within: toWkt(ring), near: "", radius: "" } };
  };
  const around = (centre, metres) => ({
    patch: { near: centre.map((value) => value.toFixed(5)).join(","), radius: String(metres), within: "" },
  });

  return {
    distance: {
      limit: NO_LIMIT,
      least: 2,
      draw: (sketch) => {
        const path = withHover(sketch);
        return [line(path), ...dots(sketch.points), ...labels(path)];
      },
      tell: ({ points }) => {
        const lengths = earth.segments(points);
        if (!lengths.length) return nothing();
        const total = length(lengths.reduce((sum, metres) => sum + metres, 0));
        return {
          result: say("distance.result", { total }),
          segments: segmentsOf(points),
          said: say("distance.said", { rank: points.length, last: length(lengths.at(-1)), total }),
        };
      },
    },
    area: {
      limit: NO_LIMIT,
      least: 3,
      draw: (sketch) => [area(withHover(sketch)), ...dots(sketch.points)],
      tell: ({ points }) => {
        if (points.length < 3) return nothing();
        if (faultOf(cleaned(points)) === "crossed")
          return { result: say("fault.crossed"), said: say("fault.crossed") };
        const { area: found, perimeter } = earth.surface(points);
        const result = say("area.result", {
          area: areaText(found, language),
          metres: squareMetresText(found, language),
          perimeter: length(perimeter),
        });
        return { result, said: result, segments: segmentsOf([...points, points[0]]) };
      },
    },
    rectangle: {
      limit: 2,
      drags: true,
      draw: (sketch) => {
        const [from, to] = withHover(sketch);
        return from && to ? [area(rectangle(from, to)), ...dots([from])] : dots(sketch.points);
      },
      tell: nothing,
      ask: ({ points: [from, to] }) => within(cleaned(rectangle(from, to))),
    },
    polygon: {
      limit: NO_LIMIT,
      least: 3,
      draw: (sketch) => [area(withHover(sketch)), ...dots(sketch.points)],
      tell: ({ points }) => ({ said: say("polygon.said", { rank: points.length }) }),
      ask: ({ points }) => within(cleaned(points)),
    },
    circle: {
      limit: 2,
      drags: true,
      draw: (sketch) => (sketch.points.length ? circleItems(sketch.points[0], radiusOf(sketch)) : []),
      tell: (sketch) => {
        const metres = radiusOf(sketch);
        return metres ? { result: say("circle.result", { radius: length(metres) }) } : nothing();
      },
      ask: (sketch) => around(sketch.points[0], radiusOf(sketch)),
    },
    freehand: {
      limit: NO_LIMIT,
      least: 3,
      drags: true,
      follows: true,
      draw: ({ points }) => [area(points)],
      tell: nothing,
      ask: ({ points }) => within(freehandRing(points, TOLERANCE_DEG)),
    },
    radius: {
      limit: 1,
      hasRadius: true,
      stays: true,
      draw: ({ points, hover, radius }) => [
        ...points.flatMap((centre) => circleItems(centre, radius)),
        ...(hover && !points.length ? circleItems(hover, radius) : []),
      ],
      tell: ({ points, radius }) =>
        points.length ? { said: say("radius.said", { radius: length(radius) }) } : nothing(),
      ask: ({ points: [centre], radius }) => around(centre, radius),
    },
    goto: {
      limit: 0,
      hasRadius: true,
      isTyped: true,
      draw: ({ points }) => dots(points),
      tell: nothing,
      ask: ({ points: [centre], radius }) => around(centre, radius),
    },
  };
}
