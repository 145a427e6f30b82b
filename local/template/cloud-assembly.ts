import * as fs from 'node:fs';
import * as path from 'node:path';
import { TemplateError } from './errors';

export interface ResourceDefinition {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly Condition?: string;
}

/** The parts of a CloudFormation template that the local platform reads. */
export interface Template {
  readonly Parameters?: Readonly<Record<string, { readonly Type: string; readonly Default?: unknown }>>;
  readonly Mappings?: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;
  readonly Conditions?: Readonly<Record<string, unknown>>;
  readonly Resources?: Readonly<Record<string, ResourceDefinition>>;
  readonly Outputs?: Readonly<Record<string, { readonly Value: unknown; readonly Export?: { readonly Name: unknown } }>>;
}

export interface AssemblyStack {
  /** Artifact id: unique in the assembly. */
  readonly id: string;
  /** Name in CloudFormation. */
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly template: Template;
  /** Artifact ids of the stacks that are deployed before this one because it needs them. */
  readonly dependencies: readonly string[];
}

interface Artifact {
  readonly type: string;
  readonly environment?: string;
  readonly dependencies?: readonly string[];
  readonly properties?: {
    readonly templateFile?: string;
    readonly stackName?: string;
    /** Of an asset manifest. */
    readonly file?: string;
    /** Of a nested assembly. */
    readonly directoryName?: string;
  };
}

interface AssetManifest {
  readonly files?: Readonly<Record<string, { source: { path?: string }; destinations: Record<string, { objectKey: string }> }>>;
  readonly dockerImages?: Readonly<Record<string, { source: { directory?: string }; destinations: Record<string, { imageTag: string }> }>>;
}

/** Stacks that name no account or region are deployed wherever the CLI points; locally these stand for that. */
const DEFAULT_ACCOUNT = '000000000000';
const DEFAULT_REGION = 'us-east-1';

/** A `cdk.out` folder: its stacks and assets, those of nested stages included. */
export class CloudAssembly {
  /** @throws TemplateError when the folder holds no synthesized app. */
  static read(directory: string): CloudAssembly {
    const assembly = new CloudAssembly(directory);
    assembly.load(path.resolve(directory));
    if (assembly.stacks.length === 0) throw new TemplateError(`${directory}: the cloud assembly holds no stack; does its app create one?`);
    return assembly;
  }

  readonly stacks: AssemblyStack[] = [];
  private readonly files = new Map<string, string>();
  private readonly images = new Map<string, string>();

  private constructor(readonly directory: string) {}

  /** Folder of the code whose zip the template would fetch from the assets bucket. */
  fileAsset(objectKey: string): string | undefined {
    return this.files.get(objectKey);
  }

  /** Build context of the image that the template pulls by this tag. */
  imageAsset(imageTag: string): string | undefined {
    return this.images.get(imageTag);
  }

  private load(directory: string): void {
    const manifestFile = path.join(directory, 'manifest.json');
    if (!fs.existsSync(manifestFile)) {
      throw new TemplateError(`${directory}: no manifest.json, so not a cloud assembly; synthesize the app first (npm run synth)`);
    }
    const artifacts = readJson<{ artifacts?: Record<string, Artifact> }>(manifestFile).artifacts ?? {};
    const isStack = (id: string) => artifacts[id]?.type === 'aws:cloudformation:stack';
    for (const [id, artifact] of Object.entries(artifacts)) {
      if (isStack(id)) this.stacks.push(readStack(directory, id, artifact, isStack));
      else if (artifact.type === 'cdk:asset-manifest') this.loadAssets(directory, artifact.properties!.file!);
      else if (artifact.type === 'cdk:cloud-assembly') this.load(path.join(directory, artifact.properties!.directoryName!));
    }
  }

  private loadAssets(directory: string, file: string): void {
    const manifest = readJson<AssetManifest>(path.join(directory, file));
    for (const { source, destinations } of Object.values(manifest.files ?? {})) {
      for (const { objectKey } of Object.values(destinations)) {
        if (source.path) this.files.set(objectKey, path.resolve(directory, source.path));
      }
    }
    for (const { source, destinations } of Object.values(manifest.dockerImages ?? {})) {
      for (const { imageTag } of Object.values(destinations)) {
        if (source.directory) this.images.set(imageTag, path.resolve(directory, source.directory));
      }
    }
  }
}

function readStack(directory: string, id: string, artifact: Artifact, isStack: (id: string) => boolean): AssemblyStack {
  const [, account, region] = /^aws:\/\/([^/]+)\/(.+)$/.exec(artifact.environment ?? '') ?? [];
  return {
    id,
    name: artifact.properties?.stackName ?? id,
    account: account === undefined || account === 'unknown-account' ? DEFAULT_ACCOUNT : account,
    region: region === undefined || region === 'unknown-region' ? DEFAULT_REGION : region,
    template: readJson<Template>(path.join(directory, artifact.properties!.templateFile!)),
    dependencies: (artifact.dependencies ?? []).filter(isStack),
  };
}

function readJson<T>(file: string): T {
  return JSON.parse(fs.readFileSync(file, 'utf8')) as T;
}
