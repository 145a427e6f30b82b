import { ChildProcess, spawn, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { WorkerLauncher } from '../faults/support/worker-process';

/** The image's user. */
const USER = 1000;

/** Starts workers in containers of the image as Fargate would: no right, no root, nothing to write but the scratch folder. */
export class ContainerLauncher implements WorkerLauncher {
  private readonly names = new Map<ChildProcess, string>();

  constructor(private readonly storage: readonly string[], private readonly image: string) {}

  start(directory: string, { PATH: _, ...environment }: NodeJS.ProcessEnv): ChildProcess {
    const scratch = path.join(directory, 'scratch');
    fs.mkdirSync(scratch, { recursive: true });
    fs.chownSync(scratch, USER, USER);
    const name = `worker-${process.pid}-${this.names.size}`;
    const child = spawn('podman', [
      ...this.storage, '--cgroup-manager=cgroupfs', 'run', '--rm', '--no-healthcheck', '--name', name, ...RESTRICTIONS, '--volume', `${scratch}:/worker/scratch`,
      ...Object.keys(environment).flatMap(variable => ['--env', variable]), this.image,
    ], { env: { ...environment, PATH: process.env.PATH }, stdio: ['ignore', 'pipe', 'pipe'] });
    this.names.set(child, name);
    return child;
  }

  /** To the container: whoever kills podman leaves the container running. */
  signal(child: ChildProcess, signal: NodeJS.Signals): void {
    const { status, stderr } = this.podman('kill', '--signal', signal, this.names.get(child)!);
    if (status !== 0 && !/no such container|not running|no container with/i.test(stderr)) throw new Error(`podman could not send ${signal}: ${stderr}`);
  }

  /** Runs a program of the image in place of the worker. @throws when it fails */
  inspect(script: string): string {
    const { status, signal, stdout, stderr } = this.podman('run', '--rm', ...RESTRICTIONS, '--entrypoint', '/bin/sh', this.image, '-c', script);
    if (status !== 0) throw new Error(`podman ended with ${signal ?? status}: ${stderr}`);
    return stdout;
  }

  private podman(...args: string[]): ReturnType<typeof spawnSync> & { stdout: string; stderr: string } {
    return spawnSync('podman', [...this.storage, '--cgroup-manager=cgroupfs', ...args], { encoding: 'utf8' });
  }
}

/** The limits are those that a container inside a container may still set. */
const RESTRICTIONS = [
  '--runtime', 'runc', '--network', 'host', '--read-only', '--cap-drop', 'all', '--security-opt', 'no-new-privileges',
  '--ulimit', 'nofile=4096:4096', '--ulimit', 'nproc=4096:4096',
];
