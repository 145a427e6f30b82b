import { TemplateError } from '../errors';
import { Resource } from '../resource';
import { TemplateEnvironment } from '../template-environment';

/** A Lambda function as the template defines it. */
export interface FunctionDefinition {
  readonly name: string;
  readonly arn: string;
  readonly logicalId: string;
  /** `index.handler` */
  readonly handler: string;
  /** `nodejs24.x` */
  readonly runtime: string;
  /** Folder that holds the code. */
  readonly codeDirectory: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly roleArn: string;
  readonly timeoutSeconds: number;
  readonly memoryMegabytes: number;
  readonly reservedConcurrency?: number;
}

/** @param arn of the function, or of one of its versions or aliases. */
export function readFunction(environment: TemplateEnvironment, arn: string): FunctionDefinition {
  const resource = environment.findByReference('AWS::Lambda::Function', unqualifiedArn(arn));
  if (!resource) throw new TemplateError(`The template holds no function ${arn}, so it cannot be invoked locally`);
  return {
    name: resource.reference,
    arn: resource.arn,
    logicalId: resource.logicalId,
    handler: resource.requiredText('Handler'),
    runtime: resource.requiredText('Runtime'),
    codeDirectory: codeDirectory(environment, resource),
    // Read late: it may name endpoints that are not known before the roles are.
    get environment() { return stringValues(resource.get('Environment.Variables')); },
    roleArn: resource.requiredText('Role'),
    // Lambda's own defaults.
    timeoutSeconds: resource.number('Timeout') ?? 3,
    memoryMegabytes: resource.number('MemorySize') ?? 128,
    reservedConcurrency: resource.number('ReservedConcurrentExecutions'),
  };
}

/** Without version or alias: they all run the one code that the template holds. */
export function unqualifiedArn(arn: string): string {
  return arn.split(':').slice(0, 7).join(':');
}

function codeDirectory(environment: TemplateEnvironment, resource: Resource): string {
  const objectKey = resource.text('Code.S3Key');
  const directory = objectKey && environment.assembly.fileAsset(objectKey);
  if (!directory) throw new TemplateError(`${resource.name}: its code is not a file asset of the assembly (Code.S3Key is ${objectKey}); only those run locally`);
  return directory;
}

function stringValues(variables: unknown): Record<string, string> {
  return Object.fromEntries(Object.entries(variables ?? {}).map(([name, value]) => [name, String(value)]));
}
