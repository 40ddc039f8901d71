/* What is known of the links in a thread, and the second look at those that one sends. */

import { watchLinks } from "../common/verdicts.js";
import { fill } from "../common/text.js";
import { call, strings } from "./page.js";

/** Show verdicts beside the links of a thread; staff can report what is not official. */
export function watchThread(thread, ref) {
  const path = `/desk/c/${ref}/links`;
  watchLinks(thread, {
    ask: (links) => call(path, { body: { links } }),
    report: (link) => call(`${path}/report`, { body: { link } }),
  });
}

/** The question about links that are not official, out of the server's answer. */
export function unofficial({ links }, text = "unofficial_link") {
  return fill(strings[text], { hosts: links.map(({ host }) => host).join(", ") });
}
