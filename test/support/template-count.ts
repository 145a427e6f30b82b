import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';

/** One line per template that the deployment rules ran on, of all test files together. */
const FILE = path.resolve(__dirname, '../../test-reports/deployment-rules.txt');
const seen = new Set<string>();

/** @returns false when this process has had the same template before */
export function recordTemplate(template: object): boolean {
  const hash = createHash('sha256').update(JSON.stringify(template)).digest('hex').slice(0, 16);
  if (seen.has(hash)) return false;
  seen.add(hash);
  fs.mkdirSync(path.dirname(FILE), { recursive: true });
  fs.appendFileSync(FILE, `${hash}\n`);
  return true;
}

export function forgetTemplates(): void {
  fs.rmSync(FILE, { force: true });
}

export function countTemplates(): number {
  return fs.existsSync(FILE) ? new Set(fs.readFileSync(FILE, 'utf8').split('\n').filter(Boolean)).size : 0;
}
