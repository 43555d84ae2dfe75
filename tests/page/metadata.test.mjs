// What looks into files, without a page: above all what it does with files that are broken, or made to break it.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { strToU8, zipSync } from "fflate";
import { NotUnderstood, finding, once } from "../../offramp/static/metadata/blocks.mjs";
import { cleanJpeg } from "../../offramp/static/metadata/jpeg.mjs";
import { kindOf } from "../../offramp/static/metadata/kinds.mjs";
import * as office from "../../offramp/static/metadata/office.mjs";
import { Package } from "../../offramp/static/metadata/office_package.mjs";
import { orientationBlock, orientationOf } from "../../offramp/static/metadata/orientation.mjs";
import * as pdf from "../../offramp/static/metadata/pdf.mjs";
import * as picture from "../../offramp/static/metadata/picture.mjs";
import { cleanPng } from "../../offramp/static/metadata/png.mjs";
import { leftOf, removedOf } from "../../offramp/static/metadata/words.mjs";
import { elementsOf, textsOf, withAttributes, withoutElements } from "../../offramp/static/metadata/xml.mjs";

const SOURCES = "offramp/static/metadata";
const ascii = (text) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
const bytes = (...parts) => Uint8Array.from(parts.flatMap((part) => [...(typeof part === "string" ? ascii(part) : part)]));
const segment = (marker, content) => bytes([0xff, marker, 0, content.length + 2], content);
const PIXELS = bytes([0xff, 0xda, 0, 3, 0, 1, 2, 0xff, 0, 3, 0xff, 0xd0, 4]);
const JPEG = bytes([0xff, 0xd8], segment(0xdb, "table"), PIXELS, [0xff, 0xd9]);
const chunk = (type, content) => bytes([0, 0, 0, content.length], type, content, [1, 2, 3, 4]);
const PNG = bytes("\x89PNG\r\n\x1a\n", chunk("IHDR", "size"), chunk("IDAT", "pixels"), chunk("IEND", ""));
const PDF = ascii(
  "%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [] /Count 0 >>\nendobj\n" +
    "3 0 obj\n<< /Author (Jane) >>\nendobj\ntrailer\n<< /Root 1 0 R /Info 3 0 R >>\nstartxref\n0\n%%EOF\n",
);
const RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const relationships = (...all) =>
  `<Relationships>${all.map(([id, type, target]) => `<Relationship Id="${id}" Type="${RELATIONS}/${type}" Target="${target}"/>`).join("")}</Relationships>`;
const PARTS = {
  "[Content_Types].xml": "<Types/>",
  "_rels/.rels": relationships(["rId1", "officeDocument", "word/document.xml"]),
  "word/document.xml": '<w:document w:rsidR="1"/>',
};
const zipped = (parts) => zipSync(Object.fromEntries(Object.entries(parts).map(([name, text]) => [name, strToU8(text)])));

/** The same numbers each time. */
function* numbers(seed) {
  for (let n = seed; ; ) yield (n = (n * 1103515245 + 12345) % 2147483648);
}

test("every kind is known by how it begins, whatever its name", () => {
  const kinds = {
    picture: [JPEG, PNG],
    pdf: [PDF, bytes("junk before it\n", PDF)],
    office: [zipped(PARTS)],
    text: [ascii("Words.\r\n\tMore of them."), new Uint8Array(), new TextEncoder().encode("Años")],
    media: [ascii("GIF89a"), bytes([0, 0, 0, 24], "ftypheic"), ascii("RIFF1234WEBP")],
    other: [ascii("<html>"), ascii("{\\rtf1"), zipped({ "mimetype": "application/vnd.oasis.opendocument.text" }), bytes([0xd0, 0xcf, 0x11, 0xe0])],
  };
  for (const [kind, all] of Object.entries(kinds)) for (const one of all) assert.equal(kindOf(one), kind);
});

test("of a JPEG the pixels stay, and what is needed to read them", () => {
  const told = bytes([0xff, 0xd8], segment(0xe1, "Exif\0\0"), segment(0xee, "Adobe1234567"), segment(0xdb, "table"), [0xff], segment(0xfe, "note"), PIXELS, [0xff, 0xd9], "behind");
  const { data, removed } = cleanJpeg(told);
  assert.deepEqual(data, bytes([0xff, 0xd8], segment(0xee, "Adobe1234567"), segment(0xdb, "table"), PIXELS, [0xff, 0xd9]));
  assert.deepEqual(removed.map(({ what }) => what), ["note", "after", "camera"]);
});

test("a JPEG whose end is missing gets one, and one without pixels is none", () => {
  assert.deepEqual(cleanJpeg(JPEG.subarray(0, -2)).data, JPEG);
  assert.throws(() => cleanJpeg(bytes([0xff, 0xd8], segment(0xdb, "table"))), NotUnderstood);
});

test("a JPEG's small copy goes out of its head, which stays", () => {
  const head = (copy) => segment(0xe0, `JFIF\0\x01\x01\0\0\x01\0\x01${copy}`);
  const told = bytes([0xff, 0xd8], head("\x01\x01rgb"), PIXELS, [0xff, 0xd9]);
  const { data, removed } = cleanJpeg(told);
  assert.deepEqual(data, bytes([0xff, 0xd8], head("\0\0"), PIXELS, [0xff, 0xd9]));
  assert.deepEqual(removed, [finding("preview")]);
});

test("which side is up is read in both orders of bytes, and written in one", () => {
  for (let side = 1; side <= 8; side++) assert.equal(orientationOf(orientationBlock(side)), side);
  const little = bytes("II*\0", [8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0]);
  assert.equal(orientationOf(little), 6);
  for (const wrong of [[], [0x4d], little.with(4, 255), little.with(18, 9), little.subarray(0, 15)]) {
    assert.equal(orientationOf(Uint8Array.from(wrong)), 1);
  }
});

test("of a PNG only the known chunks stay, and a sort that is not known is left alone", () => {
  const told = bytes(PNG.subarray(0, -12), chunk("tEXt", "Author\0Jane"), chunk("teSt", "?"), chunk("IEND", ""), "rest");
  const { data, removed } = cleanPng(told);
  assert.deepEqual(data, PNG);
  assert.deepEqual(removed, [finding("note", "Author: Jane"), finding("other"), finding("after")]);
  assert.throws(() => cleanPng(bytes(PNG.subarray(0, 8), chunk("CgBI", "phone"), PNG.subarray(8))), NotUnderstood);
});

test("a PDF without secrets comes back as it was, and one with an author without them", async () => {
  const { data, removed } = await pdf.clean(PDF);
  assert.deepEqual(removed, [finding("name", "Jane")]);
  assert.ok(!new TextDecoder("latin1").decode(data).includes("Jane"));
  assert.equal((await pdf.clean(data)).data, data);
});

test("a PDF that is locked, or has objects that nobody understands, is left alone", async () => {
  const locked = new TextDecoder().decode(PDF).replace("/Info", "/Encrypt 3 0 R /Info");
  const odd = new TextDecoder().decode(PDF).replace("/Kids []", "/Kids [4 0 R]").replace("trailer", "4 0 obj\n<< /A ?? >>\nendobj\ntrailer");
  for (const wrong of [locked, odd, "%PDF-1.7", "%PDF-1.7\n%%EOF"]) await assert.rejects(pdf.clean(ascii(wrong)), NotUnderstood, wrong);
});

test("a PDF of which a part was not understood is left alone; one that leads nowhere is not", async () => {
  const text = new TextDecoder().decode(PDF);
  const page = "4 0 obj\n<< /Type /Page /Contents 5 0 R >>\nendobj\n";
  const leading = (more) => ascii(text.replace("/Kids []", "/Kids [4 0 R]").replace("trailer", `${page}${more}trailer`));
  await assert.rejects(pdf.clean(leading("5 0 obj\n<< /Length 3 >>\nstream\nabc\n")), NotUnderstood);
  assert.deepEqual((await pdf.clean(leading(""))).removed, [finding("name", "Jane")]);
});

test("in an Office file, what nothing leads to goes, with its type and what was attached", async () => {
  const told = {
    ...PARTS,
    "[Content_Types].xml": '<Types><Override PartName="/Custom.xml"/><Override PartName="/word/document.xml"/></Types>',
    "_rels/.rels": relationships(["rId1", "officeDocument", "/word/document.xml"], ["rId2", "custom-properties", "custom.xml"]),
    "word/_rels/document.xml.rels": relationships(["rId1", "image", "media/a%20b.gif"], ["rId2", "image", "../word/MEDIA/c.gif"]),
    "custom.xml": '<property name="Station"/>',
    "word/media/a b.gif": "GIF8",
    "word/media/c.gif": "GIF8",
    "word/media/unused.gif": "GIF8",
  };
  const { data, removed } = await office.clean(zipped(told));
  const parts = new Package(data);
  assert.deepEqual(parts.names.sort(), Object.keys(told).filter((name) => !/custom|unused/.test(name)).sort());
  assert.equal(parts.text("[Content_Types].xml"), '<Types><Override PartName="/word/document.xml"/></Types>');
  assert.deepEqual(removed, [finding("attached", "Station"), finding("attached"), finding("ids")]);
});

test("an Office file without secrets comes back as it was", async () => {
  const plain = zipped({ ...PARTS, "word/document.xml": "<w:document/>" });
  assert.equal((await office.clean(plain)).data, plain);
});

test("a picture in an Office file that cannot be cleaned is told of", async () => {
  const parts = { ...PARTS, "word/_rels/document.xml.rels": relationships(["rId1", "image", "media/a.jpg"]) };
  const broken = bytes([0xff, 0xd8], segment(0xf0, "?"), PIXELS);
  const told = zipSync({ ...Object.fromEntries(Object.entries(parts).map(([name, text]) => [name, strToU8(text)])), "word/media/a.jpg": broken });
  assert.deepEqual((await office.clean(told)).left, [finding("media")]);
});

test("no Office file unpacks to more than there is room for", () => {
  const bomb = zipped(PARTS);
  const entry = new TextDecoder("latin1").decode(bomb).lastIndexOf("PK\x01\x02");
  new DataView(bomb.buffer).setUint32(entry + 24, 200_000_000, true); // what it says that it unpacks to
  assert.throws(() => new Package(bomb), NotUnderstood);
});

test("XML changes only where it has to", () => {
  const xml = `<?xml version="1.0"?><w:a w:rsidR="1" b = 'x > y'>author="Jane"<w:del w:author='J &amp; &#x4a;' /></w:a>`;
  const change = (name, value) => (name === "rsidR" ? null : name === "author" ? `<${value}>` : undefined);
  assert.equal(
    withAttributes(xml, change),
    `<?xml version="1.0"?><w:a b = 'x > y'>author="Jane"<w:del w:author="&lt;J &amp; J&gt;" /></w:a>`,
  );
  assert.equal(withoutElements("<w:a><w:b/><w:bc/><w:b x='1'>t<c/></w:b></w:a>", ["b"]), "<w:a><w:bc/></w:a>");
  assert.deepEqual(textsOf("<a:t x='1'> J &lt; </a:t><t></t><tt>no</tt>", "t"), ["J <"]);
  assert.deepEqual(elementsOf(`<R Id="1" x:T='&#9731;'/><Rs/>`, "R")[0].attributes, { Id: "1", T: "☃" });
});

test("whatever is broken is left alone, and nothing hangs", { timeout: 60_000 }, async () => {
  const random = numbers(7);
  const looking = { [kindOf(JPEG)]: picture, pdf, office };
  for (const whole of [JPEG, PNG, PDF, zipped(PARTS)]) {
    const { clean } = looking[kindOf(whole)];
    for (let i = 0; i < 300; i++) {
      const broken = whole.slice(0, i % 3 ? whole.length : random.next().value % whole.length);
      for (let j = 0; j < 3 && broken.length; j++) broken[random.next().value % broken.length] = random.next().value;
      try {
        const { data } = await clean(broken);
        assert.ok(data instanceof Uint8Array);
      } catch (error) {
        if (error instanceof assert.AssertionError) throw error;
      }
    }
  }
});

test("what stands in a file is shown as one short line that turns nothing around", () => {
  assert.deepEqual(finding("name", " a\n\0b\u202ec "), { what: "name", value: "a b c" });
  assert.equal(finding("note", "🕊".repeat(100)).value.length, 81);
  assert.ok(finding("note", "🕊".repeat(100)).value.isWellFormed());
  assert.deepEqual(["2024:03:04 17:15:00", "2024-03-04T17:15:00Z", "soon"].map((time) => finding("time", time).value), ["2024-03-04", "2024-03-04", "soon"]);
  assert.deepEqual(once([finding("a", 1), finding("b"), finding("a", 1)]), [finding("a", 1), finding("b")]);
});

test("everything that can be found has its words", () => {
  const sources = readdirSync(SOURCES).map((name) => readFileSync(`${SOURCES}/${name}`, "utf8")).join("");
  const named = [...sources.matchAll(/(?:finding|note)\("([\w-]+)"/g)].map(([, what]) => what);
  assert.ok(named.length > 30);
  for (const what of named) assert.ok(removedOf(what) || leftOf(what), what);
});
