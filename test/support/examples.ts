import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { App } from 'aws-cdk-lib';
import { temporaryFolder } from './temporary-folder';

const ROOT = path.resolve(__dirname, '..', '..');
const EXAMPLES = path.join(ROOT, 'examples');

/** Names of the folders that hold an app. */
export const EXAMPLE_NAMES = fs.readdirSync(EXAMPLES).filter(name => fs.existsSync(path.join(EXAMPLES, name, 'app.ts'))).sort();

export type Template = {
  readonly Resources: Record<string, { readonly Type: string; readonly Properties?: Record<string, any> }>;
};

export interface SynthesizedExample {
  readonly app: App;
  /** By stack name. */
  readonly templates: Record<string, Template>;
}

const synthesized = new Map<string, SynthesizedExample>();

/**
 * Loads an example into this process, where its construct tree can be looked at; once for all tests of a file.
 * Without CDK's own validation, which takes seconds to start: `runExample` has it.
 */
export function synthesizeExample(name: string): SynthesizedExample {
  const known = synthesized.get(name);
  if (known) return known;
  const outdir = temporaryFolder(`example-${name}`);
  process.env.CDK_OUTDIR = outdir;
  process.env.CDK_VALIDATION = 'false';
  try {
    const { app } = jest.requireActual<{ app: App }>(path.join(EXAMPLES, name, 'app.ts'));
    const example = { app, templates: templatesIn(outdir) };
    synthesized.set(name, example);
    return example;
  } finally {
    delete process.env.CDK_OUTDIR;
    delete process.env.CDK_VALIDATION;
  }
}

/** Runs an example as the CDK CLI does, with every validation; returns its templates by stack name. */
export function runExample(name: string): Record<string, Template> {
  const outdir = temporaryFolder(`example-${name}`);
  const tsx = require.resolve('tsx/cli');
  execFileSync(process.execPath, [tsx, '--tsconfig', path.join(ROOT, 'tsconfig.dev.json'), path.join(EXAMPLES, name, 'app.ts')], {
    // No credentials and no region: an example needs neither.
    env: { PATH: process.env.PATH, HOME: outdir, CDK_OUTDIR: outdir },
    cwd: ROOT,
    encoding: 'utf8',
    stdio: 'pipe',
  });
  return templatesIn(outdir);
}

function templatesIn(outdir: string): Record<string, Template> {
  const suffix = '.template.json';
  const files = fs.readdirSync(outdir).filter(file => file.endsWith(suffix));
  return Object.fromEntries(files.map(file => [
    file.slice(0, -suffix.length), JSON.parse(fs.readFileSync(path.join(outdir, file), 'utf8')) as Template,
  ]));
}
