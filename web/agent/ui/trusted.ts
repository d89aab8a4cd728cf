// The only places where a string becomes something the browser acts on (Trusted Types): the addresses of our own two
// workers, and mail text that is read into a document that is never shown.
interface Policy { createHTML(text: string): string; createScriptURL(address: string): string }
interface Factory { createPolicy(name: string, rules: { createHTML(text: string): string; createScriptURL(address: string): string }): Policy }

const rules: Policy = {
  createHTML: (text) => text,
  createScriptURL: (address) => {
    if (!/^\/assets\/(stream|push)-[A-Z0-9]+\.js$/.test(address)) throw new TypeError("not our worker");
    return address;
  },
};
const factory = (globalThis as { trustedTypes?: Factory }).trustedTypes;
const policy: Policy = factory ? factory.createPolicy("balie", rules) : rules;

export const workerAddress = (address: string): string => policy.createScriptURL(address);

export const pushAddress = workerAddress;

/** Reads markup into a document of its own, where nothing runs and nothing loads. */
export function inert(html: string): Document {
  return new DOMParser().parseFromString(policy.createHTML(html), "text/html");
}
