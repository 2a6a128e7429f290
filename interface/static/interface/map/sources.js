/** Which tiles each layer is drawn from. Pure: one source carries several layers, and stays as long as it serves. */

/**
 * Share layers among sources: `wanted` maps a layer to the query string asked of it.
 *
 * A source that exists keeps its layers, so that switching one on loads its tiles alone; the layers that no source
 * carries come together in one new source for each question. Returns the sources to keep and those to add.
 */
export function allocate(existing, wanted, prefix) {
  const serves = ({ query, slugs }) => slugs.some((slug) => wanted.get(slug) === query);
  const kept = existing.filter(serves);
  const isCarried = (slug, query) => kept.some((one) => one.query === query && one.slugs.includes(slug));
  const missing = new Map();
  for (const [slug, query] of wanted)
    if (!isCarried(slug, query)) missing.set(query, [...(missing.get(query) ?? []), slug]);
  let number = Math.max(-1, ...existing.map(({ id }) => Number(id.slice(prefix.length + 1))));
  const added = [...missing].map(([query, slugs]) => {
    number += 1;
    return { id: `${prefix}:${number}`, query, slugs };
  });
  return { kept, added };
}

/** The source that carries a layer for a question. */
export function sourceOf(sources, slug, query) {
  return sources.find((one) => one.query === query && one.slugs.includes(slug));
}

/** The address of the tiles of a source, from the template of the page (`{layers}` then `{z}`, `{x}`, `{y}`). */
export function tileAddress(template, { slugs, query }) {
  return template.replace("{layers}", slugs.join(",")) + (query ? `?${query}` : "");
}

/** What is drawn, from the lowest to the highest: each layer, dimmed under what answers when something is asked. */
export function drawn({ layers, opacity: percents = {} }, queries) {
  const entries = [...layers].reverse().flatMap((slug) => {
    const opacity = (percents[slug] ?? 100) / 100;
    const query = queries[slug] ?? "";
    const whole = { slug, query: "", opacity, isDim: query !== "" };
    return query ? [whole, { slug, query, opacity, isDim: false }] : [whole];
  });
  return entries.map((entry) => ({ ...entry, id: entryId(entry) }));
}

function entryId({ slug, query }) {
  return query ? `${slug}?` : slug;
}
