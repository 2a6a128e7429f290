/** Which tiles each layer is drawn from. Pure: one source carries several layers, and stays as long as it serves. */

/** @typedef {{ id: string, query: string, slugs: string[] }} TileSource */
/** @typedef {"left" | "right"} Side - of the divider */
/** @typedef {{ side: Side, layer: string, query: string, isOther: boolean }} SideDrawing */
/** @typedef {{ bases?: Record<string, string>, sides?: SideDrawing[] }} Variants - what `drawn` draws otherwise */
/**
 * A layer as it is drawn once: whole, as what answers over the rest of it, or on a side of the divider.
 *
 * @typedef {object} DrawingEntry
 * @property {string} id
 * @property {string} slug
 * @property {string} query - what is asked of its tiles, as a query string
 * @property {number} opacity - from 0 to 1
 * @property {boolean} isDim
 * @property {Side} [side]
 * @property {boolean} [isVersion]
 */

/**
 * Share layers among sources: `wanted` holds pairs of a layer and the query string asked of it.
 *
 * A source that exists keeps its layers, so that switching one on loads its tiles alone; the layers that no source
 * carries come together in one new source for each question; a version is asked of one layer alone. Returns the
 * sources to keep and those to add.
 *
 * @param {TileSource[]} existing
 * @param {Iterable<[slug: string, query: string]>} wanted
 * @param {string} prefix
 * @returns {{ remaining: TileSource[], added: TileSource[] }}
 */
export function allocate(existing, wanted, prefix) {
  /** @param {TileSource} source */
  const serves = ({ query, slugs }) =>
    [...wanted].some(([slug, other]) => other === query && slugs.includes(slug));
  const remaining = existing.filter(serves);
  /** @param {string} slug @param {string} query */
  const isCarried = (slug, query) => remaining.some((one) => one.query === query && one.slugs.includes(slug));
  /** @type {Map<string, { query: string, slugs: string[] }>} */
  const missing = new Map();
  for (const [slug, query] of wanted)
    if (!isCarried(slug, query)) {
      const key = isVersion(query) ? `${slug} ${query}` : query;
      missing.set(key, { query, slugs: [...(missing.get(key)?.slugs ?? []), slug] });
    }
  let number = Math.max(-1, ...existing.map(({ id }) => Number(id.slice(prefix.length + 1))));
  const added = [...missing.values()].map(({ query, slugs }) => {
    number += 1;
    return { id: `${prefix}:${number}`, query, slugs };
  });
  return { remaining, added };
}

/** @param {string} query */
const isVersion = (query) => new URLSearchParams(query).has("version");

/**
 * The source that carries a layer for a question.
 *
 * @param {TileSource[]} sources
 * @param {string} slug
 * @param {string} query
 */
export function sourceOf(sources, slug, query) {
  return sources.find((one) => one.query === query && one.slugs.includes(slug));
}

/**
 * The address of the tiles of a source, from the template of the page (`{layers}` then `{z}`, `{x}`, `{y}`).
 *
 * @param {string} template
 * @param {Pick<TileSource, "slugs" | "query">} source
 * @returns {string}
 */
export function tileAddress(template, { slugs, query }) {
  return template.replace("{layers}", slugs.join(",")) + (query ? `?${query}` : "");
}

/**
 * What is drawn, from the lowest to the highest: each layer, dimmed under what answers when something is asked.
 *
 * `bases` are the query strings of the layers drawn as a version of theirs. `sides` are those of the divider
 * (`{ side, layer, query, isOther }`): a layer that is there otherwise than it is asked is drawn on these sides alone.
 *
 * @param {{ layers: string[], opacity?: Record<string, number> }} drawing
 * @param {Record<string, string>} queries
 * @param {Variants} [variants]
 * @returns {DrawingEntry[]}
 */
export function drawn({ layers, opacity: percents = {} }, queries, { bases = {}, sides = [] } = {}) {
  const entries = [...layers].reverse().flatMap((slug) => {
    const opacity = (percents[slug] ?? 100) / 100;
    const own = sides.filter(({ layer }) => layer === slug);
    if (own.some(({ isOther }) => isOther))
      return own.map(({ side, query }) => ({
        slug,
        query,
        opacity,
        isDim: false,
        side,
        id: slug + MARKS[side],
      }));
    const base = bases[slug] ?? "";
    const query = queries[slug] ?? "";
    const whole = { slug, query: base, opacity, isDim: query !== base, id: slug };
    return query === base ? [whole] : [whole, { slug, query, opacity, isDim: false, id: `${slug}?` }];
  });
  return entries.map((entry) => (isVersion(entry.query) ? { ...entry, isVersion: true } : entry));
}

const MARKS = { left: "<", right: ">" };
