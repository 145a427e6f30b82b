import { spawnSync } from 'node:child_process';
import { CheckResult, missing, ok, warning } from './check';

const NAME = 'Container builder';
const PLATFORMS: Readonly<Record<string, string>> = { arm64: 'linux/arm64', x86_64: 'linux/amd64' };
const HOSTS: Readonly<Partial<Record<NodeJS.Architecture, string>>> = { arm64: 'linux/arm64', x64: 'linux/amd64' };

/** `cdk deploy` builds the worker's image here, for the worker's architecture: elsewhere its RUN steps need emulation. */
export function checkBuilder(architecture: string): CheckResult {
  // The CDK's own variable for Finch, Podman and the like.
  const builder = process.env.CDK_DOCKER || 'docker';
  const platform = PLATFORMS[architecture];
  const info = spawnSync(builder, ['version', '--format', '{{.Server.Version}}'], { encoding: 'utf8', timeout: 20_000 });
  if (info.error) return missing(NAME, `there is no ${builder}`, 'install Docker or Finch; for another builder set CDK_DOCKER');
  if (info.status !== 0) return missing(NAME, `${builder} does not answer`, `start it, and check that '${builder} version' works`);
  if (HOSTS[process.arch] === platform) return ok(NAME, `${builder} ${info.stdout.trim()}, ${platform} natively`);
  const { stdout = '' } = spawnSync(builder, ['buildx', 'inspect'], { encoding: 'utf8', timeout: 20_000 });
  if (stdout.includes(platform)) return ok(NAME, `${builder} ${info.stdout.trim()}, ${platform} by emulation: slow`);
  return warning(NAME, `${builder} cannot build ${platform}`,
    `docker run --privileged --rm tonistiigi/binfmt --install ${platform.split('/')[1]}, or cpuArchitecture: CpuArchitecture.X86_64`);
}
