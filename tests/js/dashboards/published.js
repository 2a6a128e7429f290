/** Static files of all applications are published under one address: find those of the map kit where they are written. */

const KIT = /^[./]+\/interface\/map\//;

export function resolve(name, context, next) {
  if (!KIT.test(name) || !context.parentURL?.includes("/dashboards/static/")) return next(name, context);
  const [root] = context.parentURL.split("/dashboards/static/");
  return next(name.replace(KIT, `${root}/interface/static/interface/map/`), context);
}
