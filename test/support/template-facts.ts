import { App, Stack, StackProps, Validations } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks, HIPAASecurityChecks, NagPack, NIST80053R5Checks, PCIDSS321Checks, ServerlessChecks } from 'cdk-nag';
import { IConstruct } from 'constructs';

/** What the tests of constructs read out of templates. */

export function newStack(props?: StackProps): Stack {
  // CDK only warns of circular references and bad values unless told otherwise.
  return new Stack(new App({ context: { '@aws-cdk/core:strictCfnValidateErrors': true } }), 'Stack', props);
}

export interface Statement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: string | string[];
  readonly Resource: unknown;
  readonly Principal?: unknown;
  readonly Condition?: Record<string, Record<string, unknown>>;
}

interface TemplateResource {
  readonly Type: string;
  readonly Properties: Record<string, any>;
  readonly DependsOn?: string[];
}

export function resourcesOf(template: Template, type: string): Record<string, TemplateResource> {
  return template.findResources(type) as Record<string, TemplateResource>;
}

export function onlyResource(template: Template, type: string): TemplateResource {
  const found = Object.values(resourcesOf(template, type));
  if (found.length !== 1) throw new Error(`Expected one ${type}, found ${found.length}`);
  return found[0];
}

/** Statements of every identity policy, inline or managed. */
export function identityStatements(template: Template): Statement[] {
  return ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy'].flatMap(type => Object.values(resourcesOf(template, type)))
    .flatMap(policy => policy.Properties.PolicyDocument.Statement as Statement[]);
}

/** `action on resource` for everything that identity policies allow; a resource is spelled with its logical ids. */
export function permissions(template: Template): string[] {
  return identityStatements(template)
    .filter(statement => statement.Effect === 'Allow')
    .flatMap(statement => list(statement.Action).flatMap(action => list(statement.Resource).map(resource => `${action} on ${spell(resource)}`)))
    .sort();
}

function list<T>(value: T | T[]): T[] {
  return Array.isArray(value) ? value : [value];
}

/** Intrinsic functions as text; hashes of logical ids are dropped. */
export function spell(value: unknown): string {
  if (typeof value === 'string') return value;
  const node = value as Record<string, any>;
  if (node.Ref) return node.Ref.startsWith('AWS::') ? node.Ref : `<${withoutHash(node.Ref)}>`;
  if (node['Fn::GetAtt']) return `<${withoutHash(node['Fn::GetAtt'][0])}>`;
  if (node['Fn::Join']) return node['Fn::Join'][1].map(spell).join(node['Fn::Join'][0]);
  return JSON.stringify(value);
}

function withoutHash(logicalId: string): string {
  return logicalId.replace(/[0-9A-F]{8}$/, '');
}

const ALL_PACKS = (): NagPack[] => [
  new AwsSolutionsChecks(), new HIPAASecurityChecks(), new NIST80053R5Checks(), new PCIDSS321Checks(), new ServerlessChecks(),
];

/** `rule: path` for every finding of every rule pack that is not acknowledged. */
export function findings(scope: IConstruct): string[] {
  return ALL_PACKS().flatMap(pack => pack.validateScope(scope).violations)
    .flatMap(violation => violation.violatingResources.map(resource => `${violation.ruleName}: ${resource.constructPath}`));
}

/** Acknowledgements below the scope that no finding of any rule pack asks for. */
export function needlessAcknowledgements(scope: IConstruct): string[] {
  const asked = new Set(ALL_PACKS().flatMap(pack => {
    // Without a way to acknowledge, every finding is one.
    Object.assign(pack, { isAcknowledged: () => false });
    return pack.validateScope(scope).violations.map(violation => violation.ruleName);
  }));
  return scope.node.findAll().flatMap(construct => construct.node.metadata
    .filter(entry => entry.type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
    .flatMap(entry => Object.keys(entry.data).map(id => id.replace(/^annotation::/i, '')))
    .filter(id => !asked.has(id))
    .map(id => `${construct.node.path}: ${id}`));
}
