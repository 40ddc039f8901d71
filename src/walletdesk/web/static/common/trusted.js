/* The one Trusted Types policy of walletdesk.

   The pages are sent with `require-trusted-types-for 'script'; trusted-types wd default`, so the browser
   refuses every string that is about to become HTML, script or a script's address, unless the
   policy named "default" lets it pass. This file makes that policy, so nobody else can.

   What it lets pass, and why: htmx (desk pages only) turns the fragments that our own server rendered
   into nodes by `Document.parseHTMLUnsafe` where there is one (all that it adds is shadow roots, which
   the audit refuses), else by `DOMParser.parseFromString`. Only these two sinks, which make documents
   that run nothing, are open, only on pages that ask for it with
   <meta name="wd-fragments" content="htmx">, and only for HTML in which a walk over the parsed
   tree finds nothing that could run, load, navigate or restyle. The audit parses the very string that
   is returned, with the same parser, so both trees are the same. innerHTML and its kin, scripts and
   script addresses are refused everywhere. */

const FORBIDDEN_TAGS = new Set([
  "SCRIPT", "IFRAME", "FRAME", "OBJECT", "EMBED", "APPLET", "BASE", "LINK", "META", "STYLE", "PORTAL",
]);
const URL_ATTRIBUTES = new Set([
  "href", "src", "action", "formaction", "xlink:href", "poster", "background", "data",
]);
const SINKS = new Set(["DOMParser parseFromString", "Document parseHTMLUnsafe"]);
const SAFE_URL = /^(?:https?:|blob:|[^:]*$|[^:/?#]*[/?#])/i;

function refusalOfElement(element) {
  if (FORBIDDEN_TAGS.has(element.tagName.toUpperCase())) return `<${element.tagName}>`;
  for (const { name, value } of element.attributes) {
    const key = name.toLowerCase();
    if (key.startsWith("on") || key.startsWith("hx-on") || key.startsWith("data-hx-on")) return name;
    if (key === "style" || key === "srcdoc" || key === "shadowrootmode") return name;
    // eslint-disable-next-line no-control-regex -- browsers skip these inside a scheme
    if (URL_ATTRIBUTES.has(key) && !SAFE_URL.test(value.replace(/[\u0000-\u0020]/g, ""))) return name;
  }
  return null;
}

function refusal(root) {
  for (const element of root.querySelectorAll("*")) {
    const why =
      refusalOfElement(element) ||
      (element instanceof HTMLTemplateElement ? refusal(element.content) : null);
    if (why) return why;
  }
  return null;
}

if (window.trustedTypes && window.trustedTypes.createPolicy) {
  const open = document.querySelector('meta[name="wd-fragments"]')?.content === "htmx";
  const inert = open ? window.trustedTypes.createPolicy("wd", { createHTML: (text) => text }) : null;
  window.trustedTypes.createPolicy("default", {
    createHTML(text, _type, sink) {
      if (!inert || !SINKS.has(sink)) return null;
      const parsed = new DOMParser().parseFromString(inert.createHTML(text), "text/html");
      const why = refusal(parsed);
      if (why) throw new TypeError(`refused a fragment with ${why}`);
      return text;
    },
  });
}
