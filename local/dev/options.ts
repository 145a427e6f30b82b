import { parseArgs } from 'node:util';
import { checkExample, checkStateRoot, HelpRequest, readPort, UsageError } from '../demo/options';

export interface DevOptions {
  readonly example: string;
  readonly port?: number;
  readonly stateRoot: string;
}

const HELP = `Usage: npm run dev -- [options]

Boots the platform as 'npm run demo' does, and makes changes live while it runs: handlers, worker, console, constructs. State stays.

  --port N        port of the console and the API (default: 8080, or a free one)
  --example NAME  folder below examples/ (default: minimal)
  --state DIR     where state is kept, inside the checkout (default: .local)
  --help          this text`;

/** @throws UsageError, HelpRequest */
export function readDevOptions(argv: readonly string[], repository: string): DevOptions {
  const { example = 'minimal', port, state = '.local', help } = parse(argv);
  if (help) throw new HelpRequest(HELP);
  return {
    example: checkExample(example, repository),
    port: port === undefined ? undefined : readPort(port),
    stateRoot: checkStateRoot(state, repository),
  };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv], options: { example: { type: 'string' }, port: { type: 'string' }, state: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
    }).values;
  } catch (error) {
    throw new UsageError(`${(error as Error).message.split('. To specify')[0]}. 'npm run dev -- --help' lists the options`);
  }
}
