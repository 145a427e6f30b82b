import * as fs from 'node:fs';

export interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

/** Every process below this one, by what the kernel says of them. */
export function descendants(root: number): ProcessEntry[] {
  return below(root, everything());
}

/** Processes of these names that work below a folder and whose parent is gone. */
export function survivors(folder: string, names: readonly string[]): ProcessEntry[] {
  return everything().filter(({ pid, parent, command }) => names.includes(command) && parent === 1 && folderOf(pid).startsWith(folder));
}

function everything(): ProcessEntry[] {
  return fs.readdirSync('/proc').filter(name => /^\d+$/.test(name)).map(Number).map(read)
    .filter((entry): entry is ProcessEntry => entry !== undefined);
}

function folderOf(pid: number): string {
  try {
    return fs.readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return '';
  }
}

function below(parent: number, all: readonly ProcessEntry[]): ProcessEntry[] {
  return all.filter(entry => entry.parent === parent).flatMap(entry => [entry, ...below(entry.pid, all)]);
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
