// Marks the sentences that are translated. The build puts the sentences of one language in the place of the calls
// (tools/translating.mjs), so that a page loads no catalogue; only sources that run as they are get here.

/** The sentence, with `{name}` replaced by `values.name`. */
export const _ = (sentence, values = {}) => sentence.replace(/\{(\w+)\}/g, (_all, name) => values[name]);

/** As `_`, of two sentences the one for so many. */
export const _n = (one, many, count, values = {}) => _(count === 1 ? one : many, values);
