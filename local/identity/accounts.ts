import * as fs from 'node:fs';
import * as path from 'node:path';

/** Who may sign in with one click without having been added: the demo's own user, and somebody to share with. */
const BUILT_IN: readonly string[] = ['demo', 'guest'];

/** The users of the pool, kept with the platform's state. Nobody has a password. */
export class Accounts {
  private readonly file: string;

  constructor(stateDirectory: string) {
    this.file = path.join(stateDirectory, 'accounts.json');
  }

  list(): readonly string[] {
    return [...BUILT_IN, ...this.added()];
  }

  /** @returns false when there is such a user */
  add(name: string): boolean {
    if (this.list().includes(name)) return false;
    fs.mkdirSync(path.dirname(this.file), { recursive: true });
    fs.writeFileSync(this.file, JSON.stringify([...this.added(), name]));
    return true;
  }

  private added(): readonly string[] {
    return fs.existsSync(this.file) ? JSON.parse(fs.readFileSync(this.file, 'utf8')) as string[] : [];
  }
}

export function emailOf(account: string): string {
  return account.includes('@') ? account : `${account}@localhost`;
}
