import * as fs from 'node:fs';
import * as path from 'node:path';

const RUNTIME = path.resolve(__dirname, '..', '..', '..', 'src', 'runtime');

/** Entry points, and the one spec that each may read. */
const ENTRY_POINTS: Record<string, string> = {
  'uploader/handler.ts': 'UPLOADER_ENVIRONMENT',
  'analytics/handler.ts': 'ANALYTICS_ENVIRONMENT',
  'worker/main.ts': 'PROCESSOR_ENVIRONMENT',
  'scaler/handler.ts': 'SCALER_ENVIRONMENT',
  'signing/handler.ts': 'SIGNING_ENVIRONMENT',
  'publisher/handler.ts': 'PUBLISHER_ENVIRONMENT',
};
/** Set by AWS, not by a construct. */
const SET_BY_AWS = ['ECS_AGENT_URI', 'ECS_CONTAINER_METADATA_URI_V4', 'AWS_REGION'];

function sources(folder = RUNTIME): string[] {
  return fs.readdirSync(folder, { withFileTypes: true }).flatMap(entry => {
    const file = path.join(folder, entry.name);
    return entry.isDirectory() ? sources(file) : file.endsWith('.ts') ? [file] : [];
  });
}

/** Uses of `process.env` in a file, without those of variables that AWS sets. */
function uses(file: string): string[] {
  const found = fs.readFileSync(file, 'utf8').match(/readEnvironment\(\w+, process\.env\)|process\.env(\.\w+|\[[^\]]*\])?/g) ?? [];
  return found.filter(use => !SET_BY_AWS.includes(use.replace('process.env.', '')));
}

describe('handlers', () => {
  it.each(Object.entries(ENTRY_POINTS))('%s reads its environment by %s and by nothing else', (entryPoint, spec) => {
    expect(uses(path.join(RUNTIME, entryPoint))).toEqual([`readEnvironment(${spec}, process.env)`]);
  });

  it('leave the environment to their entry points', () => {
    const others = sources().filter(file => !Object.keys(ENTRY_POINTS).includes(path.relative(RUNTIME, file)));
    expect(others.filter(file => uses(file).length > 0)).toEqual([]);
  });
});
