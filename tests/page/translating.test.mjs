// How the build puts a language's sentences into the scripts, and that no sentence of a page escapes it.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { build } from "esbuild";
import { minify } from "terser";
import { _, _n } from "../../offramp/static/gettext.mjs";
import { catalogueOf, sentencesOf, translating } from "../../tools/translating.mjs";

const STATIC = new URL("../../offramp/static/", import.meta.url).pathname;

/** A catalogue of these entries, each `{ msgid, msgstr: [...] }`, with a plural rule. */
function catalogue(plural, ...entries) {
  const translations = { "": Object.fromEntries(entries.map((entry) => [entry.msgid, entry])) };
  return { headers: { "Plural-Forms": plural }, translations };
}

/** What a script exports as `said` after the build put a catalogue into it. */
async function said(catalogue, script) {
  // The build knows scripts with sentences by their folder.
  const place = {
    name: "place",
    setup: (build) => build.onResolve({ filter: /^script$/ }, () => ({ path: join(STATIC, "script.mjs") })),
  };
  const plugins = [place, translating(catalogue, () => script)];
  const { outputFiles } = await build({ entryPoints: ["script"], bundle: true, format: "esm", write: false, logLevel: "silent", plugins });
  return import(`data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`);
}

const WITH = 'import { _, _n } from "./gettext.mjs";\n';
const TWO = "nplurals=2; plural=(n != 1);";

test("a sentence is replaced, with its values in the translation's own order", async () => {
  const own = catalogue(TWO, { msgid: "{a} before {b}", msgstr: ["`{b}` ${ {a}\\"] });
  const { say } = await said(own, `${WITH}export const say = (a, b) => _("{a} " + "before {b}", { a, b });`);
  assert.equal(say(1, 2), "`2` ${ 1\\");
});

test("where there is no translation, or a doubtful one, the English sentence stays", async () => {
  const own = catalogue(TWO, { msgid: "Yes", msgstr: [""] }, { msgid: "No", msgstr: ["Nein"], comments: { flag: "fuzzy" } });
  const { all } = await said(own, `${WITH}export const all = [_("Yes"), _("No"), _("Perhaps")];`);
  assert.deepEqual(all, ["Yes", "No", "Perhaps"]);
});

test("plurals follow the language's own rule, with as many forms as it has", async () => {
  const script = `${WITH}export const say = (count) => _n("{count} file", "{count} files", count, { count });`;
  const polish = "nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);";
  const own = catalogue(polish, { msgid: "{count} file", msgid_plural: "{count} files", msgstr: ["{count} plik", "{count} pliki", "{count} plików"] });
  const { say } = await said(own, script);
  assert.deepEqual([0, 1, 2, 5, 12, 22].map(say), ["0 plików", "1 plik", "2 pliki", "5 plików", "12 plików", "22 pliki"]);
  const one = await said(catalogue("nplurals=1; plural=0;", { msgid: "{count} file", msgstr: ["{count}個"] }), script);
  assert.deepEqual([1, 2].map(one.say), ["1個", "2個"]);
  const english = await said(catalogueOf(), script);
  assert.deepEqual([0, 1, 2].map(english.say), ["0 files", "1 file", "2 files"]);
});

test("a translation that names what it is not given fails the build", async () => {
  const own = catalogue(TWO, { msgid: "Hello {name}", msgstr: ["Hola {nombre}"] });
  await assert.rejects(said(own, `${WITH}export const say = (name) => _("Hello {name}", { name });`), /nombre/);
});

test("a sentence that is put together at run time fails the build", async () => {
  await assert.rejects(said(catalogueOf(), `${WITH}export const say = (name) => _("Hello " + name);`), /literal/);
});

test("what runs without the build says the same in English", () => {
  assert.equal(_("{a} before {b}", { a: 1, b: 2 }), "1 before 2");
  assert.deepEqual([1, 2].map((n) => _n("{n} file", "{n} files", n, { n })), ["1 file", "2 files"]);
});

test("sentences are found with their lines, plurals and values", async () => {
  const found = await sentencesOf(`${WITH}const a = _("One");\nconst b = (n) => \`\${_n("{n} x", "{n} y", n, { n })} z\`;\n`);
  assert.deepEqual(found, [
    { line: 2, one: "One", many: null, names: [] },
    { line: 3, one: "{n} x", many: "{n} y", names: ["n"] },
  ]);
});

// The desk's are for organizers, and in English.
const NOT_THE_PAGES = /^(built|desk)\//;
// Full of what identifies people, and of names in files' formats; both are never shown.
const LISTS = /^(saying_less|metadata)\/(?!.*words)/;
// What looks like a sentence and is none: constants of a format, headers, and what browsers call things.
const NOT_SHOWN = /^(#[a-z-]+, #[a-z-]+|Content-(Type|Length)|[A-Z][a-z]+([A-Z][a-z]+)+|POST|GET|UTC|Enter|Shift|Escape|Refused|Stopped|JFIF|Exif)$/;

for (const name of readdirSync(STATIC, { recursive: true }).filter((name) => name.endsWith(".mjs") && !NOT_THE_PAGES.test(name))) {
  test(`no sentence escapes translation: ${name}`, async () => {
    const texts = await textsOf(readFileSync(join(STATIC, name), "utf8"));
    assert.deepEqual(texts.filter(LISTS.test(name) ? isSentenceOfNoPattern : looksSaid), []);
  });
}

/** Whether a text is surely for people. */
const isSentence = (text) => /^\P{Ps}*\p{L}{2,} \p{L}{2,}.*[.…:!?]$/u.test(text);

/** The same among patterns, in which alternatives stand side by side. */
const isSentenceOfNoPattern = (text) => isSentence(text) && !text.includes("|");

/** Whether a text is for people: more than one word, or one that begins as a sentence does. */
function looksSaid(text) {
  if (NOT_SHOWN.test(text.trim())) return false;
  return isSentence(text) || /\p{L}{2,},? \p{L}{2,}/u.test(text) || /^\s*\p{Lu}\p{Ll}+[\p{Ll}.…:!?]*\s*$/u.test(text);
}

/** The texts of a script that stand in no call of `_` or `_n`. */
async function textsOf(source) {
  const { ast } = await minify(source, { module: true, compress: false, mangle: false, format: { spidermonkey: true, code: false } });
  const texts = [];
  const walk = (node) => {
    if (node?.type === "CallExpression" && /^_n?$/.test(node.callee.name)) return node.arguments.slice(1).forEach((one) => one.type !== "Literal" && one.type !== "BinaryExpression" && walk(one));
    if (/^(Import|Export(Named|All))/.test(node?.type) && node.source) return undefined;
    if (node?.type === "ExpressionStatement" && node.directive) return undefined;
    if (node?.type === "Literal" && typeof node.value === "string") texts.push(node.value);
    if (node?.type === "TemplateElement") texts.push(node.value.cooked ?? node.value.raw);
    for (const part of Object.values(node ?? {})) if (part && typeof part === "object") walk(part);
    return undefined;
  };
  walk(ast);
  return texts;
}
