import { CommanderError } from 'commander';
import { CliError, EXIT, explain, usageError } from './errors';
import { createProgram, statusOf } from './program';
import { version } from '../../package.json';
import { Output } from './terminal/output';

async function main(argv: readonly string[]): Promise<number> {
  let status: number = EXIT.ok;
  try {
    await createProgram(version, result => { status = result; }).parseAsync(argv);
    return status;
  } catch (error) {
    if (error instanceof CommanderError && /^commander\.(help|version)/.test(error.code)) return statusOf(error.exitCode);
    if (process.env.DEBUG) process.stderr.write(`${(error as Error).stack}\n`);
    const failure = error instanceof CommanderError ? misuse(error) : explain(error);
    new Output(argv.includes('--json')).fail(failure);
    return failure.exitCode;
  }
}

function misuse({ message }: CommanderError): CliError {
  return usageError(`${message.replace(/^error: /, '').split('\n')[0].replace(/[.]?$/, '.')}`, 'See --help.');
}

// The SDK is newer than the oldest Node that we run on; that is known.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
main(process.argv).then(status => { process.exitCode = status; }, () => { process.exitCode = EXIT.failed; });
