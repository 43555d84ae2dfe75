// Puts the sentences of one language into the scripts, so that a page loads them and no others.
//
// A sentence is `_("… {name} …", { name })` or `_n("one …", "many …", count, { … })` of offramp/static/gettext.mjs, whose
// first arguments are literals. Each call becomes a literal, a template, or a choice by the language's own plural rule.

import { readFileSync } from "node:fs";
import { po } from "gettext-parser";
import { parsed, printed, replaced } from "./trees.mjs";

const MARKED = /\b_n?\(/;
const SENTENCES = /offramp[/\\]static[/\\][a-z_/\\]+\.mjs$/;
const ENGLISH = { translations: { "": {} }, headers: { "plural-forms": "nplurals=2; plural=(n != 1);" } };

/** The catalogue of a language; English is in the sources. */
export function catalogueOf(path) {
  return path ? po.parse(readFileSync(path), { defaultCharset: "utf-8" }) : ENGLISH;
}

/** An esbuild plugin that translates what it loads. */
export function translating(catalogue, test_only_read = (path) => readFileSync(path, "utf8")) {
  return {
    name: "translating",
    setup(build) {
      build.onLoad({ filter: SENTENCES }, async ({ path }) => {
        if (path.endsWith("gettext.mjs")) return undefined;
        const source = test_only_read(path);
        if (!MARKED.test(source)) return undefined;
        const plural = await pluralOf(catalogue);
        const tree = replaced(await parsed(source), (node) => translatedCall(node, catalogue, plural));
        return { contents: await printed(tree), loader: "js" };
      });
    },
  };
}

/**
 * The sentences of a source: `{ line, one, many, names }`, counted from 1, `many` null where there are no plurals, and
 * the names of the values that it is given.
 */
export async function sentencesOf(source) {
  const found = [];
  if (!MARKED.test(source)) return found;
  replaced(await parsed(source), (node) => {
    const marked = markedCall(node);
    if (marked) found.push({ line: node.loc.start.line, ...marked, names: [...valuesOf(marked.values).keys()] });
    return null;
  });
  return found.sort((a, b) => a.line - b.line).map(({ line, one, many, names }) => ({ line, one, many, names }));
}

function translatedCall(node, catalogue, plural) {
  const marked = markedCall(node);
  if (!marked) return null;
  const { one, many, count, values } = marked;
  const forms = translations(catalogue, one, many).map((form) => filledIn(form, values));
  return many === null ? forms[0] : call(arrow("n", chosen(forms, plural)), count);
}

/** What a node marks, if it is a call of `_` or `_n`. */
function markedCall(node) {
  if (node.type !== "CallExpression" || node.callee.type !== "Identifier") return null;
  if (node.callee.name === "_") {
    const [sentence, values] = node.arguments;
    return { one: literal(sentence), many: null, count: null, values };
  }
  if (node.callee.name !== "_n") return null;
  const [one, many, count, values] = node.arguments;
  return { one: literal(one), many: literal(many), count, values };
}

/** The translations of a sentence, one for each plural; the sentence itself where there is none. */
function translations(catalogue, one, many) {
  const entry = catalogue.translations[""]?.[one];
  const found = entry?.comments?.flag?.includes("fuzzy") ? [] : (entry?.msgstr ?? []);
  if (found.length && found.every(Boolean)) return found;
  return many === null ? [one] : [one, many];
}

/** The text of a literal, or of literals that are joined with `+`. */
function literal(node) {
  if (node?.type === "BinaryExpression" && node.operator === "+") return literal(node.left) + literal(node.right);
  if (node?.type === "Literal" && typeof node.value === "string") return node.value;
  throw new Error("A sentence that is translated has to be a literal.");
}

const valuesOf = (values) =>
  new Map((values?.properties ?? []).map((property) => [property.key.name, property.value]));

/** `text` as a node, with the values in the places of their names. */
function filledIn(text, values) {
  const named = valuesOf(values);
  const [first, ...rest] = text.split(/\{(\w+)\}/);
  const texts = [first];
  const expressions = [];
  for (let i = 0; i < rest.length; i += 2) {
    if (!named.has(rest[i])) throw new Error(`“${text}” names {${rest[i]}}, which it is not given.`);
    expressions.push(structuredClone(named.get(rest[i])));
    texts.push(rest[i + 1]);
  }
  if (!expressions.length) return { type: "Literal", value: text };
  const quasis = texts.map((part, i) => ({
    type: "TemplateElement",
    value: { raw: part.replace(/[\\`]|\$\{/g, "\\$&"), cooked: part },
    tail: i === texts.length - 1,
  }));
  return { type: "TemplateLiteral", quasis, expressions };
}

async function pluralOf({ headers }) {
  const rule = Object.entries(headers).find(([name]) => name.toLowerCase() === "plural-forms")?.[1] ?? "";
  const expression = /plural=([^;]+)/.exec(rule)?.[1];
  if (!expression) throw new Error("A catalogue lacks its Plural-Forms.");
  // What stands there is an expression in n, of C and of JavaScript alike: a number, or whether it is not the first.
  return (await parsed(`x = +(${expression});`)).body[0].expression.right;
}

function chosen(forms, plural) {
  return forms.reduceRight((otherwise, form, index) =>
    otherwise === null ? form : {
      type: "ConditionalExpression",
      test: { type: "BinaryExpression", operator: "===", left: structuredClone(plural), right: { type: "Literal", value: index } },
      consequent: form,
      alternate: otherwise,
    }, null);
}

const arrow = (name, body) => ({
  type: "ArrowFunctionExpression",
  params: [{ type: "Identifier", name }],
  body,
  expression: true,
  async: false,
});

const call = (callee, argument) => ({ type: "CallExpression", callee, arguments: [argument], optional: false });
