// Bundle entry.js into charts.min.js, with the licences of all that is in it on top.
import { build } from "esbuild";
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";

const bundle = await build({
  entryPoints: ["entry.js"], bundle: true, minify: true, format: "iife", globalName: "charts",
  charset: "ascii", legalComments: "none", metafile: true, write: false,
});

const folders = new Set();
for (const file of Object.keys(bundle.metafile.inputs)) {
  const found = file.match(/^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//);
  if (found) folders.add(found[1]);
}

// Packages by the text of their licence: most of d3's modules share one.
const licences = new Map();
for (const folder of [...folders].sort()) {
  const { name, version, license } = JSON.parse(readFileSync(`${folder}/package.json`));
  const file = readdirSync(folder).find((one) => /^licen[sc]e/i.test(one));
  const text = file ? readFileSync(`${folder}/${file}`, "utf8").trim() : `Licence: ${license}`;
  licences.set(text, [...(licences.get(text) ?? []), `${name} ${version}`]);
}
const notices = [...licences].map(([text, names]) => `${names.join(", ")}\n\n${text}`);
const banner = notices.join(`\n\n${"-".repeat(40)}\n\n`).replaceAll("*/", "* /");
writeFileSync("charts.min.js", `/*!\n${banner}\n*/\n${bundle.outputFiles[0].text}`);
