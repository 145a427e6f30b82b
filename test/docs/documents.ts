import * as fs from 'node:fs';
import * as path from 'node:path';

export const ROOT = path.resolve(__dirname, '../..');

/** Every Markdown page that a person reads, relative to the root; API.md is generated. */
export function documents(): string[] {
  const below = (folder: string): string[] => fs.readdirSync(path.join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && entry.name.endsWith('.md') && !entry.parentPath.includes('cdk.out'))
    .map(entry => path.relative(ROOT, path.join(entry.parentPath, entry.name)));
  return ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', ...below('docs'), ...below('examples')];
}
