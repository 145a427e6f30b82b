import * as fs from 'node:fs';

export interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

/** Every process below this one, by what the kernel says of them. */
export function descendants(root: number): ProcessEntry[] {
  const all = fs.readdirSync('/proc').filter(name => /^\d+$/.test(name)).map(Number).map(read)
    .filter((entry): entry is ProcessEntry => entry !== undefined);
  const below = (parent: number): ProcessEntry[] => all.filter(entry => entry.parent === parent).flatMap(entry => [entry, ...below(entry.pid)]);
  return below(root);
}

function read(pid: number): ProcessEntry | undefined {
  try {
    const text = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
    const end = text.lastIndexOf(')');
    return { pid, command: text.slice(text.indexOf('(') + 1, end), parent: Number(text.slice(end + 2).split(' ')[1]) };
  } catch {
    return undefined;
  }
}
