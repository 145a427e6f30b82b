import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Template } from './template';

export interface StackTemplate {
  readonly stack: string;
  /** Undefined when the app leaves it to the CLI. */
  readonly region?: string;
  readonly template: Template;
}

interface Manifest {
  readonly artifacts?: Readonly<Record<string, {
    readonly type: string;
    readonly environment?: string;
    readonly displayName?: string;
    readonly properties?: { readonly templateFile?: string; readonly stackName?: string; readonly directoryName?: string };
  }>>;
}

/**
 * Reads the stacks of a `cdk.out` folder, stages included, or a single template.
 *
 * @throws when there is no such file, or it is neither
 */
export function readStacks(file: string): StackTemplate[] {
  const stats = fs.statSync(file, { throwIfNoEntry: false });
  if (!stats) throw new Error(`There is no ${file}. Run 'npx cdk synth' first, and pass its cdk.out folder or a template.`);
  if (stats.isDirectory()) return readAssembly(file);
  const template = readJson(file) as Template;
  if (!template.Resources) throw new Error(`${file} is no CloudFormation template: it has no Resources. Pass a *.template.json file or a cdk.out folder.`);
  return [{ stack: path.basename(file).replace(/\.template\.json$|\.json$/, ''), template }];
}

function readAssembly(folder: string): StackTemplate[] {
  const manifest = path.join(folder, 'manifest.json');
  if (!fs.existsSync(manifest)) throw new Error(`${folder} is no cdk.out folder: it has no manifest.json. Run 'npx cdk synth' first.`);
  const { artifacts = {} } = readJson(manifest) as Manifest;
  const stacks = Object.entries(artifacts).flatMap(([id, { type, environment, properties = {} }]) => {
    if (type === 'cdk:cloud-assembly') return readAssembly(path.join(folder, properties.directoryName!));
    if (type !== 'aws:cloudformation:stack') return [];
    const region = environment?.split('/').at(-1);
    const template = readJson(path.join(folder, properties.templateFile!)) as Template;
    return [{ stack: properties.stackName ?? id, region: region === 'unknown-region' ? undefined : region, template }];
  });
  if (stacks.length === 0) throw new Error(`${folder} holds no stack.`);
  return stacks;
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Error(`${file} is not JSON: ${(error as Error).message}`);
  }
}
