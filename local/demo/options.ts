import * as fs from 'node:fs';
import * as path from 'node:path';
import { parseArgs } from 'node:util';

export interface DemoOptions {
  /** Files to upload; a test clip is made when there are none. */
  readonly videos: readonly string[];
  /** Exit when everything is done. */
  readonly once: boolean;
  /** One JSON object on the last line of standard output, everything else on standard error. */
  readonly json: boolean;
  readonly port?: number;
  readonly fresh: boolean;
  readonly example: string;
  /** Holds a folder of state for each example. */
  readonly stateRoot: string;
}

/** The user's own mistake: shown as one line, without a stack. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}

const USAGE = 'npm run demo -- [--video FILE]… [--once] [--json] [--port N] [--fresh] [--example NAME] [--state DIR]';

/** @throws UsageError */
export function readDemoOptions(argv: readonly string[], repository: string): DemoOptions {
  const { video = [], once = false, json = false, port, fresh = false, example = 'minimal', state = '.local' } = parse(argv);
  if (!/^[\w-]+$/.test(example) || !fs.existsSync(path.join(repository, 'examples', example, 'app.ts'))) {
    throw new UsageError(`--example ${example}: there is no examples/${example}/app.ts`);
  }
  return {
    videos: video.map(checkFile),
    once,
    json,
    fresh,
    example,
    stateRoot: checkStateRoot(state, repository),
    port: port === undefined ? undefined : readPort(port),
  };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        video: { type: 'string', multiple: true },
        once: { type: 'boolean' },
        json: { type: 'boolean' },
        port: { type: 'string' },
        fresh: { type: 'boolean' },
        example: { type: 'string' },
        state: { type: 'string' },
      },
    }).values;
  } catch (error) {
    throw new UsageError(`${(error as Error).message}. Usage: ${USAGE}`);
  }
}

function checkFile(file: string): string {
  const stats = fs.statSync(file, { throwIfNoEntry: false });
  if (!stats) throw new UsageError(`--video ${file}: there is no such file`);
  if (!stats.isFile()) throw new UsageError(`--video ${file}: it is not a regular file`);
  return path.resolve(file);
}

function checkStateRoot(directory: string, repository: string): string {
  const root = path.resolve(directory);
  if (root.startsWith(repository + path.sep)) return root;
  throw new UsageError(`--state ${directory} must lie inside ${repository}: the worker finds its native modules in node_modules above it`);
}

function readPort(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new UsageError(`--port must be a whole number from 1 to 65535, got '${text}'`);
  return port;
}
