/** The sections of another dashboard, as it publishes them now: read from its page, shown still. */

const REFERENCES = ["aria-labelledby", "aria-describedby", "aria-controls", "for"];

/** Show an include in `body`; `address` gives the page of a dashboard, `fail(error)` tells what went wrong. */
export async function showInclude(body, { include, section }, server, address, fail) {
  try {
    const page = new DOMParser().parseFromString(await server.page(address(include)), "text/html");
    const all = [...page.querySelectorAll(".dashboard-section")];
    const chosen = section ? all.filter(({ id }) => id === `section-${section}`) : all;
    for (const part of chosen) rename(part, include);
    const adopted = chosen.map((part) => document.adoptNode(part));
    for (const part of adopted) part.inert = true;
    body.replaceChildren(...adopted);
    watch(body, include, server);
  } catch (error) {
    fail(error);
  }
}

/** Ids are said once in a page: those that come from another one are called after it. */
function rename(root, name) {
  for (const element of [root, ...root.querySelectorAll("[id]")]) {
    if (element.id) element.id = `${name}--${element.id}`;
  }
  for (const attribute of REFERENCES) {
    for (const element of [root, ...root.querySelectorAll(`[${attribute}]`)]) {
      const names = element.getAttribute(attribute)?.split(" ") ?? [];
      if (names.length) element.setAttribute(attribute, names.map((id) => `${name}--${id}`).join(" "));
    }
  }
}

/** Read the panels that are not there yet when they come near the screen. */
function watch(body, include, server) {
  const seen = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        if (!isIntersecting) continue;
        seen.unobserve(target);
        load(target, include, server);
      }
    },
    { rootMargin: "300px" },
  );
  for (const panel of body.querySelectorAll("[data-waiting]")) seen.observe(panel);
}

async function load(panel, include, server) {
  try {
    const holder = document.createElement("template");
    holder.innerHTML = await server.part(panel.dataset.address);
    const read = holder.content.querySelector("article");
    if (!read) {
      panel.remove();
      return;
    }
    rename(read, include);
    panel.replaceWith(read);
  } catch {
    panel.removeAttribute("aria-busy");
  }
}
