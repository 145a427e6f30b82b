import { App, Environment, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks } from 'cdk-nag';
import { IConstruct } from 'constructs';
import { VideoBucket } from '../../src/constructs/storage/video-bucket';
import { IVideoBucket } from '../../src/constructs/storage/video-bucket-base';
import { IVideoCatalog, VideoCatalog } from '../../src/constructs/storage/video-catalog';

/** A stack with a known region, as WAF and CloudFront want one, and without anybody's account. */
export function testStack(env: Environment = { region: 'us-east-1', account: '111122223333' }): Stack {
  // CDK's own template validation takes seconds to start, in every test file; the examples are synthesized with it.
  const app = new App({ builtinCloudFormationValidation: false });
  return new Stack(app, 'Test', { env });
}

export function storage(stack: Stack): { bucket: IVideoBucket; catalog: IVideoCatalog } {
  return { bucket: new VideoBucket(stack, 'Bucket'), catalog: new VideoCatalog(stack, 'Catalog') };
}

export interface TemplateResource {
  readonly Type: string;
  readonly Properties: Record<string, any>;
  readonly DependsOn?: string[];
}

/** The resources of one type by logical id. */
export function resources(stack: Stack, type: string): Record<string, TemplateResource> {
  return Template.fromStack(stack).findResources(type) as Record<string, TemplateResource>;
}

/** The properties of the only resource of a type; fails when there are none or more. */
export function only(stack: Stack, type: string): Record<string, any> {
  const found = Object.values(resources(stack, type));
  if (found.length !== 1) throw new Error(`expected one ${type}, found ${found.length}`);
  return found[0].Properties;
}

/** What AwsSolutions still objects to, as `rule path` lines. Synthesize first: some acknowledgements are made then. */
export function findings(scope: IConstruct): string[] {
  return new AwsSolutionsChecks().validateScope(scope).violations
    .flatMap(violation => violation.violatingResources.map(resource => `${violation.ruleName} ${resource.constructPath}`));
}

export interface Statement {
  readonly Action: string | string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
}

/** The statements of every policy whose logical id matches. */
export function statementsOf(stack: Stack, logicalId: RegExp): Statement[] {
  return ['AWS::IAM::ManagedPolicy', 'AWS::IAM::Policy'].flatMap(type => Object.entries(resources(stack, type)))
    .filter(([id]) => logicalId.test(id))
    .flatMap(([, policy]) => policy.Properties.PolicyDocument.Statement as Statement[]);
}
