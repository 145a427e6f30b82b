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
  /** Bundle the runtime first. */
  readonly bundle: boolean;
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

/** The user asked for help, not for a platform. */
export class HelpRequest extends Error {}

const HELP = `Usage: npm run demo -- [options]

Boots the platform on this machine from the template of an example, sends a video through it, and stays up until Ctrl-C.

  --video FILE    upload this file (may be repeated); without one, a test clip is made
  --once          end when everything is processed; the exit status is 0 when every rendition decodes
  --json          print one JSON object at the end, and everything else on standard error
  --port N        port of the console and the API (default: 8080, or a free one)
  --fresh         forget what earlier runs left
  --example NAME  folder below examples/ (default: minimal)
  --state DIR     where state is kept, inside the checkout (default: .local)
  --no-bundle     use the bundles in assets/ as they are
  --help          this text`;

/** @throws UsageError, HelpRequest */
export function readDemoOptions(argv: readonly string[], repository: string): DemoOptions {
  const { video = [], once = false, json = false, port, fresh = false, example = 'minimal', state = '.local', help, 'no-bundle': asItIs = false } = parse(argv);
  if (help) throw new HelpRequest(HELP);
  return {
    videos: video.map(checkFile),
    once,
    json,
    fresh,
    bundle: !asItIs,
    example: checkExample(example, repository),
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
        help: { type: 'boolean', short: 'h' },
        'no-bundle': { type: 'boolean' },
      },
    }).values;
  } catch (error) {
    throw new UsageError(`${(error as Error).message.split('. To specify')[0]}. 'npm run demo -- --help' lists the options`);
  }
}

function checkFile(file: string): string {
  const stats = fs.statSync(file, { throwIfNoEntry: false });
  if (!stats) throw new UsageError(`--video ${file}: there is no such file`);
  if (!stats.isFile()) throw new UsageError(`--video ${file}: it is not a regular file`);
  return path.resolve(file);
}

export function checkExample(example: string, repository: string): string {
  if (/^[\w-]+$/.test(example) && fs.existsSync(path.join(repository, 'examples', example, 'app.ts'))) return example;
  throw new UsageError(`--example ${example}: there is no examples/${example}/app.ts`);
}

export function checkStateRoot(directory: string, repository: string): string {
  const root = path.resolve(directory);
  if (root.startsWith(repository + path.sep)) return root;
  throw new UsageError(`--state ${directory} must lie inside ${repository}: the worker finds its native modules in node_modules above it`);
}

export function readPort(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new UsageError(`--port must be a whole number from 1 to 65535, got '${text}'`);
  return port;
}
