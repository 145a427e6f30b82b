import { spawnSync } from 'node:child_process';
import { CheckResult, missing, ok } from './check';
import { ROUTES } from '../../runtime/contract';
import { explain } from '../errors';
import { FoundLocal, findLocal } from '../platform/local-platform';

/** What `npm run demo` needs, and whether the platform that it starts answers. */
export async function localChecks(state?: string): Promise<CheckResult[]> {
  return [...['ffmpeg', 'ffprobe'].map(checkTool), ...await checkPlatform(state)];
}

function checkTool(tool: string): CheckResult {
  const { error, status, stdout } = spawnSync(tool, ['-version'], { encoding: 'utf8', timeout: 20_000 });
  const version = /version (\S+)/.exec(stdout ?? '')?.[1];
  if (error || status !== 0 || !version) return missing(tool, 'not on the PATH, or it does not run', 'apt-get install ffmpeg, or brew install ffmpeg');
  return ok(tool, version);
}

async function checkPlatform(state?: string): Promise<CheckResult[]> {
  const name = 'Local platform';
  let found: FoundLocal;
  try {
    found = findLocal(state);
  } catch (error) {
    const { message, fix } = explain(error);
    return [missing(name, message, fix)];
  }
  const { url, logDirectory } = found;
  const unhealthy = (await Promise.all([ROUTES.uploaderHealth, ROUTES.analyticsHealth].map(async ({ path }) => {
    const answer = await fetch(url + path).catch(() => undefined);
    return answer?.ok ? [] : [`${path} answers ${answer?.status ?? 'nothing'}`];
  }))).flat();
  if (unhealthy.length) return [missing(name, unhealthy.join(', '), `see the logs in ${logDirectory}`)];
  return [ok(name, url)];
}
