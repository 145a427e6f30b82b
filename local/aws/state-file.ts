import * as fs from 'fs';
import * as path from 'path';

/** A small state as one JSON file, written whole with every change and readable by its owner alone. */
export class StateFile<T> {
  constructor(private readonly file: string) {
    fs.mkdirSync(path.dirname(file), { recursive: true });
  }

  read(initial: T): T {
    return fs.existsSync(this.file) ? JSON.parse(fs.readFileSync(this.file, 'utf8')) as T : initial;
  }

  /** Beside and renamed, so that a kill leaves the old state or the new one. */
  write(state: T): void {
    const next = `${this.file}.next`;
    fs.writeFileSync(next, JSON.stringify(state), { mode: 0o600 });
    fs.renameSync(next, this.file);
  }
}
