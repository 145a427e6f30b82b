/** Programs that npm cannot install: ffmpeg, and Chromium for browser tests. Run by `npm test` and `npm run demo`. */
import './require-node';
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';

interface Prerequisite {
  readonly name: string;
  /** What is missing; undefined when all is well. */
  readonly problem: () => string | undefined;
  readonly aptPackages: readonly string[];
  readonly brewArguments: readonly string[];
}

const OLDEST_FFMPEG = 5;
/** Where the worker looks for ffmpeg (`ffmpeg-launcher.sh`): the system's folders, then the PATH. */
const ffmpegPath = () => `/usr/local/bin:/usr/bin:/bin:${process.env.PATH ?? ''}`;
const CHROMIUM_FILES = [
  '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium', '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

const FFMPEG: Prerequisite = {
  name: `ffmpeg ${OLDEST_FFMPEG} or newer`,
  problem: () => toolProblem('ffmpeg') ?? toolProblem('ffprobe'),
  aptPackages: ['ffmpeg'],
  brewArguments: ['install', 'ffmpeg'],
};

const CHROMIUM: Prerequisite = {
  name: 'Chromium',
  problem: () => findChromium() === undefined ? 'no Chromium or Chrome is installed' : undefined,
  aptPackages: ['chromium'],
  brewArguments: ['install', '--cask', 'chromium'],
};

/** The browser for tests, or undefined when the machine has none. */
export function findChromium(): string | undefined {
  return CHROMIUM_FILES.find(file => fs.existsSync(file));
}

/** @throws Error with one line that says what to install and how. */
export function ensurePrerequisites(options: { readonly browser?: boolean } = {}): void {
  for (const prerequisite of options.browser ? [FFMPEG, CHROMIUM] : [FFMPEG]) {
    const problem = prerequisite.problem();
    if (problem !== undefined) install(prerequisite, problem);
  }
}

function install(prerequisite: Prerequisite, problem: string): void {
  process.stderr.write(`${problem}; installing ${prerequisite.name}\n`);
  const installed = process.platform === 'darwin' ? run('brew', prerequisite.brewArguments) : aptInstall(prerequisite.aptPackages);
  const remaining = prerequisite.problem();
  if (installed && remaining === undefined) return;
  const command = process.platform === 'darwin' ? `brew ${prerequisite.brewArguments.join(' ')}`
    : `sudo apt-get update && sudo apt-get install -y ${prerequisite.aptPackages.join(' ')}`;
  throw new Error(`${remaining}. Install ${prerequisite.name}: ${command} (or your system's own way).`);
}

/** A list of packages may be stale or not there yet (fresh containers): then it is fetched and the install tried again. */
function aptInstall(packages: readonly string[]): boolean {
  const installation = ['install', '-y', '--no-install-recommends', ...packages];
  return aptGet(installation) || (aptGet(['update']) && aptGet(installation));
}

function aptGet(args: readonly string[]): boolean {
  if (process.getuid?.() === 0) return run('apt-get', args);
  // Without a terminal nobody can answer a question for a password.
  return run('sudo', [...process.stdin.isTTY ? [] : ['-n'], 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', ...args]);
}

function run(command: string, args: readonly string[]): boolean {
  // Standard output may be parsed by the caller.
  const { status } = spawnSync(command, args, { stdio: ['inherit', 2, 2], env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } });
  return status === 0;
}

/** A tool that does not run to its end, or does not say what it is, is as good as none. */
export function toolProblem(tool: 'ffmpeg' | 'ffprobe'): string | undefined {
  const { stdout, error, status, signal } = spawnSync(tool, ['-version'], { encoding: 'utf8', env: { ...process.env, PATH: ffmpegPath() } });
  if ((error as NodeJS.ErrnoException)?.code === 'ENOENT') return `${tool} is missing`;
  if (error || status !== 0) return `${tool} does not run (${error?.message ?? signal ?? `exit status ${status}`})`;
  // `ffmpeg version 5.1.9-0+deb12u1`, `ffmpeg version n7.1`; builds from git (`N-118000-g…`) are newer than any release.
  const version = /version (\S+)/.exec(stdout)?.[1];
  if (version === undefined) return `${tool} -version says no version`;
  const major = /^n?(\d+)\./.exec(version)?.[1];
  return major !== undefined && Number(major) < OLDEST_FFMPEG ? `${tool} is version ${major}, older than ${OLDEST_FFMPEG}` : undefined;
}

if (require.main === module) {
  try {
    ensurePrerequisites({ browser: process.argv.includes('--browser') });
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exitCode = 1;
  }
}
