import { Resource } from '../resource';
import { TemplateEnvironment } from '../template-environment';

/** A resource that a function of the template makes. */
export interface CustomResourceDefinition {
  readonly resource: Resource;
  readonly functionArn: string;
  readonly stackId: string;
}

/** Those that run locally. CDK's own, which empty buckets and the like, have nothing to do here. */
const TYPES = ['Custom::VideoSigningKeys', 'Custom::VideoConsole'];

export function readCustomResources(environment: TemplateEnvironment): CustomResourceDefinition[] {
  return environment.ofType(...TYPES).map(resource => ({
    resource,
    functionArn: resource.requiredText('ServiceToken'),
    stackId: `arn:aws:cloudformation:${resource.stack.region}:${resource.stack.account}:stack/${resource.stack.name}/local`,
  }));
}
