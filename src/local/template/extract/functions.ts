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
  /** Folder that holds the code. */
  readonly codeDirectory: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly roleArn: string;
  readonly timeoutSeconds: number;
  readonly memoryMegabytes: number;
  readonly reservedConcurrency?: number;
  readonly permissions: readonly InvokePermission[];
}

/** A statement of the function's resource policy. */
export interface InvokePermission {
  readonly principal: string;
  /** May hold wildcards; without it the principal may call from anywhere. */
  readonly sourceArn?: string;
}

/** @param arn of the function, or of one of its versions or aliases. */
export function readFunction(environment: TemplateEnvironment, arn: string): FunctionDefinition {
  const unqualified = arn.split(':').slice(0, 7).join(':');
  const resource = environment.findByReference('AWS::Lambda::Function', unqualified);
  if (!resource) throw new TemplateError(`The template holds no function ${arn}, so it cannot be invoked locally`);
  return {
    name: resource.reference,
    arn: resource.arn,
    logicalId: resource.logicalId,
    handler: resource.requiredText('Handler'),
    codeDirectory: codeDirectory(environment, resource),
    environment: stringValues(resource.get('Environment.Variables')),
    roleArn: resource.requiredText('Role'),
    // Lambda's own defaults.
    timeoutSeconds: resource.number('Timeout') ?? 3,
    memoryMegabytes: resource.number('MemorySize') ?? 128,
    reservedConcurrency: resource.number('ReservedConcurrentExecutions'),
    permissions: readPermissions(environment, resource),
  };
}

function codeDirectory(environment: TemplateEnvironment, resource: Resource): string {
  const objectKey = resource.text('Code.S3Key');
  const directory = objectKey && environment.assembly.fileAsset(objectKey);
  if (!directory) throw new TemplateError(`${resource.name}: its code is not a file asset of the assembly (Code.S3Key is ${objectKey}); only those run locally`);
  return directory;
}

function readPermissions(environment: TemplateEnvironment, resource: Resource): InvokePermission[] {
  return environment.ofType('AWS::Lambda::Permission')
    .filter(permission => permission.text('Action') === 'lambda:InvokeFunction')
    .filter(permission => [resource.reference, resource.arn].includes(permission.requiredText('FunctionName').split(':').slice(0, 7).join(':')))
    .map(permission => ({ principal: permission.requiredText('Principal'), sourceArn: permission.text('SourceArn') }));
}

function stringValues(variables: unknown): Record<string, string> {
  return Object.fromEntries(Object.entries(variables ?? {}).map(([name, value]) => [name, String(value)]));
}
