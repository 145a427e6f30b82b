/** `npm run demo`: the whole platform on this machine, from the example's own template, with a real video going through it. */
import './require-node';
import * as path from 'node:path';
import { ApiClient } from './demo/api-client';
import { BucketReader } from './demo/bucket-reader';
import { bundleRuntime } from './demo/bundle';
import { choosePorts } from './demo/choose-port';
import { checkRoom, explainFailure } from './demo/explain-failure';
import { DemoOptions, HelpRequest, readDemoOptions, UsageError } from './demo/options';
import { processVideo } from './demo/process-video';
import { Progress } from './demo/progress';
import { jsonReport, succeeded, textReport, VideoReport } from './demo/report';
import { clearStateDirectory, takeStateDirectory } from './demo/state-directory';
import { StopRequest } from './demo/stop-request';
import { synthesizeExample } from './demo/synthesize';
import { makeTestClip } from './demo/test-clip';
import { Waiting } from './demo/waiting';
import { LocalPlatform } from './platform';
import { ensurePrerequisites } from './prerequisites';
import { toolEnvironment } from '../src/runtime/contract';

const REPOSITORY = path.resolve(__dirname, '..');
const USER = 'demo';
/** A day, the longest that Cognito gives: hours of encoding must not outlast it. */
const TOKEN_SECONDS = 24 * 3600;

async function main(): Promise<number> {
  // The SDK is newer than the Node that we promise to run on; that is known.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
  const options = readDemoOptions(process.argv.slice(2), REPOSITORY);
  const ports = await choosePorts(options.port);
  const say = (text: string) => (options.json ? process.stderr : process.stdout).write(`${text}\n`);
  ensurePrerequisites();
  const stateDir = takeStateDirectory(options.stateRoot, options.example);
  try {
    return await boot(options, stateDir, ports, say);
  } catch (error) {
    throw new Error(explainFailure(error as Error, stateDir));
  }
}

async function boot(options: DemoOptions, stateDir: string, ports: readonly number[], say: (text: string) => void): Promise<number> {
  if (options.fresh) clearStateDirectory(stateDir);
  checkRoom(stateDir);
  if (options.bundle) {
    say('Bundling the runtime …');
    bundleRuntime(REPOSITORY);
  }
  // Not the example's own folder: `npm run synth` may write there while the platform still runs from it.
  const assemblyDir = path.join(stateDir, 'cdk.out');
  say(`Synthesizing examples/${options.example} …`);
  synthesizeExample(REPOSITORY, options.example, assemblyDir);
  // From here on Ctrl-C ends things in order.
  const stop = new StopRequest();
  const platform = await LocalPlatform.start({ assemblyDir, stateDir, ports });
  stop.onSecond(() => platform.kill());
  const demo = new Demo(platform, options, stateDir, say);
  try {
    const status = await stop.orResultOf(demo.run());
    if (!options.once && !stop.requested) {
      say(`Look inside with your own tools (docs/local-platform.md; again with 'npx cdk-video-platform local env'):\n${shellLines(platform)}\n`);
      say(`Console:   ${platform.endpoints.api}/  (sign in with one click, as demo or as guest)\n`
        + 'The platform stays up; press Ctrl-C to stop it.');
      await stop.wait();
    }
    return status;
  } finally {
    if (stop.requested) say('Stopping; Ctrl-C again to stop at once.');
    demo.close();
    await platform.close(stop.requested);
  }
}

/** The demo's own part: a viewer with files to upload. */
class Demo {
  private bucket?: BucketReader;
  private waiting?: Waiting;

  constructor(
    private readonly platform: LocalPlatform,
    private readonly options: DemoOptions,
    private readonly stateDir: string,
    private readonly say: (text: string) => void,
  ) {}

  /** Exit status once every file has come to its end. */
  async run(): Promise<number> {
    const { platform, options, stateDir, say } = this;
    const { endpoints } = platform;
    const tokens = await platform.issueTokens(USER, { lifetimeSeconds: TOKEN_SECONDS });
    const api = new ApiClient(endpoints.api, tokens.accessToken);
    this.bucket = new BucketReader(platform);
    this.waiting = new Waiting(platform);
    say(`Console:   ${endpoints.api}/\nLogs:      ${platform.logDirectory}\n`);
    const progress = new Progress(process.stderr);
    const files = options.videos.length > 0 ? options.videos : [await this.testClip(progress)];
    const parts = { platform, api, bucket: this.bucket, waiting: this.waiting, progress, mediaDirectory: path.join(stateDir, 'media') };
    const reports: VideoReport[] = [];
    for (const file of files) {
      say(path.basename(file));
      const report = await processVideo(parts, file);
      reports.push(report);
      say(textReport(report, !options.once));
    }
    if (options.json) process.stdout.write(`${jsonReport(reports, endpoints, tokens)}\n`);
    return succeeded(reports) ? 0 : 1;
  }

  private async testClip(progress: Progress): Promise<string> {
    const file = await makeTestClip(path.join(this.stateDir, 'clips'), percent => progress.update('test clip', percent));
    progress.finish();
    return file;
  }

  close(): void {
    this.bucket?.close();
    this.waiting?.close();
  }
}

function shellLines({ connection }: LocalPlatform): string {
  return Object.entries(toolEnvironment(connection)).map(([name, value]) => `  export ${name}='${value}'`).join('\n');
}

main().then(
  status => process.exit(status),
  (error: Error) => {
    if (error instanceof HelpRequest) {
      process.stdout.write(`${error.message}\n`);
      process.exit(0);
    }
    process.stderr.write(`${error instanceof UsageError ? error.message : `The demo failed: ${error.message}`}\n`);
    process.exit(1);
  },
);
