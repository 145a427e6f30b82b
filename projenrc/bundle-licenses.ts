import * as fs from 'node:fs';
import * as path from 'node:path';

/** Licences that may be in what we ship; anything else fails the bundle. */
const PERMISSIVE = /^\(?(MIT|MIT-0|Apache-2\.0|BSD-2-Clause|BSD-3-Clause|0BSD|ISC|Unlicense|OFL-1\.1)( (OR|AND) [\w.-]+)*\)?$/;

/**
 * The notices that the licences of bundled packages ask for, each text once with the packages it covers.
 *
 * @param inputs files that esbuild put into a bundle, relative to `root`
 * @throws when a bundled package is not under a permissive licence
 */
export function thirdPartyNotices(inputs: readonly string[], root: string): string {
  const folders = new Set(inputs.map(packageFolder).filter(folder => folder !== undefined));
  const coveredBy = new Map<string, string[]>();
  for (const folder of [...folders].sort()) {
    const { name, version, ...manifest } = JSON.parse(fs.readFileSync(path.join(root, folder, 'package.json'), 'utf8'));
    // Before npm settled on one `license`, packages listed `licenses`; async 0.2, which fluent-ffmpeg uses, still does.
    const license: string | undefined = manifest.license ?? manifest.licenses?.[0]?.type;
    if (!PERMISSIVE.test(license ?? '')) throw new Error(`${name}@${version} is bundled, but its licence '${license}' is not one we ship`);
    const text = licenseText(path.join(root, folder)) ?? `${license}\n`;
    coveredBy.set(text, [...coveredBy.get(text) ?? [], `${name} ${version} (${license})`]);
  }
  return [...coveredBy].map(([text, packages]) => `${packages.join('\n')}\n\n${text.trim()}\n`).join(`\n${'-'.repeat(80)}\n\n`);
}

function packageFolder(input: string): string | undefined {
  return /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1];
}

function licenseText(folder: string): string | undefined {
  const file = fs.readdirSync(folder).find(name => /^(licen[cs]e|copying)/i.test(name));
  return file && fs.readFileSync(path.join(folder, file), 'utf8');
}
