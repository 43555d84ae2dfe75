// Leaves out what the pages do not need of two large libraries: as they come, they are four times as long.

import { readFileSync } from "node:fs";

// ExifReader's own switches for what is built in; its own build puts them in the same way.
const EXIFREADER = ["USE_EXIF", "USE_TIFF"];
// pdf-lib's measures of the letters of fonts: the pages write no words into a PDF.
const FONTS = "export const Font = {}; export const FontNames = {}; export const Encodings = {};";

/** An esbuild plugin. */
export const trimmed = {
  name: "trimmed",
  setup(build) {
    build.onLoad({ filter: /[/\\]exifreader[/\\]src[/\\][a-z0-9-]+\.js$/ }, ({ path }) => {
      const isBuiltIn = (_all, name) => EXIFREADER.includes(name);
      return { contents: readFileSync(path, "utf8").replace(/Constants\.(USE_\w+)/g, isBuiltIn), loader: "js" };
    });
    build.onLoad({ filter: /[/\\]pdf-lib[/\\]es[/\\]packages[/\\]standard-fonts[/\\]index\.js$/ }, () => ({
      contents: FONTS,
      loader: "js",
    }));
    // Nothing happens when a part of pdf-lib is loaded, so what is not used of it can stay away.
    build.onResolve({ filter: /^@cantoo\/pdf-lib$|^\.{1,2}\/.*\.js$|^tslib$|^culori$|^fflate$/ }, async (asked) => {
      const { path, kind, importer, resolveDir, pluginData } = asked;
      const isOfPdfLib = path === "@cantoo/pdf-lib" || /[/\\]pdf-lib[/\\]es[/\\]/.test(importer);
      if (pluginData === trimmed || !isOfPdfLib) return undefined;
      return { ...(await build.resolve(path, { kind, importer, resolveDir, pluginData: trimmed })), sideEffects: false };
    });
  },
};
