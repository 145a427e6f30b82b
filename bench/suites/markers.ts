/** Tables in pages, written from what they are about: each stands between `<!-- NAME:begin … -->` and `<!-- NAME:end -->`. */
import * as fs from 'node:fs';

function partsOf(file: string, name: string): [string, string, string] | undefined {
  const found = new RegExp(`^([^]*<!-- ${name}:begin[^]*?-->)([^]*)(<!-- ${name}:end -->[^]*)$`).exec(fs.readFileSync(file, 'utf8'));
  return found ? [found[1], found[2], found[3]] : undefined;
}

/** Undefined when the file has no such markers. */
export function readBetweenMarkers(file: string, name: string): string | undefined {
  return partsOf(file, name)?.[1].trim();
}

/** @throws when the file has no such markers */
export function writeBetweenMarkers(file: string, name: string, content: string): void {
  const parts = partsOf(file, name);
  if (!parts) throw new Error(`${file} has no markers for the table '${name}'`);
  fs.writeFileSync(file, `${parts[0]}\n${content}\n${parts[2]}`);
}
