/** `npm run dev`: the platform on this machine, where a change in the sources is live a moment after it is saved. */
import './require-node';
import * as path from 'node:path';
import { bundleRuntime } from './demo/bundle';
import { choosePorts } from './demo/choose-port';
import { checkRoom, explainFailure } from './demo/explain-failure';
import { HelpRequest, UsageError } from './demo/options';
import { takeStateDirectory } from './demo/state-directory';
import { StopRequest } from './demo/stop-request';
import { ConsoleWatch } from './dev/console-watch';
import { LivePlatform } from './dev/live-platform';
import { DevOptions, readDevOptions } from './dev/options';
import { SourceWatch } from './dev/source-watch';
import { ensurePrerequisites } from './prerequisites';

const REPOSITORY = path.resolve(__dirname, '..');

async function main(): Promise<number> {
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
  const options = readDevOptions(process.argv.slice(2), REPOSITORY);
  const ports = await choosePorts(options.port);
  ensurePrerequisites();
  const stateDir = takeStateDirectory(options.stateRoot, options.example);
  try {
    checkRoom(stateDir);
    say('Bundling the runtime …');
    bundleRuntime(REPOSITORY);
    return await run(options, stateDir, ports);
  } catch (error) {
    throw new Error(explainFailure(error as Error, stateDir));
  }
}

async function run({ example }: DevOptions, stateDir: string, ports: readonly number[]): Promise<number> {
  const stop = new StopRequest();
  const live = await LivePlatform.start({ repository: REPOSITORY, example, stateDir, ports, say });
  stop.onSecond(() => live.platform.kill());
  const failed = (error: Error) => say(`Not live, the last good state goes on: ${error.message}`);
  const sources = new SourceWatch(REPOSITORY, ['src', `examples/${example}`], (files, since) => live.take(files, since).catch(failed));
  const site = path.join(stateDir, 'dev', 'site');
  const consoleWatch = await ConsoleWatch.open(REPOSITORY, site, failure => {
    if (failure !== undefined) return failed(new Error(failure));
    live.republishConsole(site).then(() => say('console is live: reload the page'), failed);
  });
  say(`Console:   ${live.platform.endpoints.api}/  (sign in with one click, as demo or as guest)\n`
    + `Logs:      ${live.platform.logDirectory}\nTools:     eval "$(npx cdk-video-platform local env)"\n`
    + 'A change below src/ or in the example is live when it is saved; press Ctrl-C to stop.');
  await stop.wait();
  say('Stopping; Ctrl-C again to stop at once.');
  sources.close();
  await consoleWatch.close();
  await live.close(true);
  return 0;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

main().then(
  status => process.exit(status),
  (error: Error) => {
    if (error instanceof HelpRequest) {
      process.stdout.write(`${error.message}\n`);
      process.exit(0);
    }
    process.stderr.write(`${error instanceof UsageError ? error.message : `The platform failed: ${error.message}`}\n`);
    process.exit(1);
  },
);
