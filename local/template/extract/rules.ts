import type { JsonRecord, Rule, RuleTarget } from '../../aws/events';
import { TemplateError } from '../errors';
import { Resource } from '../resource';
import { TemplateEnvironment } from '../template-environment';

interface TemplateTarget {
  readonly Arn: string;
  readonly Id: string;
  readonly DeadLetterConfig?: { readonly Arn?: string };
  readonly RetryPolicy?: { readonly MaximumRetryAttempts?: number | string };
}

const TARGET_PROPERTIES = ['Arn', 'Id', 'DeadLetterConfig', 'RetryPolicy', 'RoleArn'];

/** Rules on what S3 reports, the only events here. Schedules are left out: nothing runs by the clock locally. */
export function readRules(environment: TemplateEnvironment): Rule[] {
  return environment.ofType('AWS::Events::Rule').filter(isOnS3).map(readRule);
}

function isOnS3(resource: Resource): boolean {
  const pattern = resource.get('EventPattern') as JsonRecord | undefined;
  return pattern !== undefined && (!Array.isArray(pattern.source) || pattern.source.includes('aws.s3'));
}

function readRule(resource: Resource): Rule {
  return {
    name: resource.reference,
    arn: resource.arn,
    eventPattern: resource.get('EventPattern') as JsonRecord,
    state: resource.text('State'),
    targets: resource.list<TemplateTarget>('Targets').map(target => readTarget(resource, target)),
  };
}

/** @throws TemplateError for an input transformer and the like: the event would arrive in another shape than in AWS. */
function readTarget(resource: Resource, target: TemplateTarget): RuleTarget {
  const unknown = Object.keys(target).filter(property => !TARGET_PROPERTIES.includes(property));
  if (unknown.length > 0) throw new TemplateError(`${resource.name}: target ${target.Id} uses ${unknown.join(', ')}, which is not implemented locally`);
  const attempts = target.RetryPolicy?.MaximumRetryAttempts;
  return {
    id: target.Id,
    arn: target.Arn,
    deadLetterArn: target.DeadLetterConfig?.Arn,
    ...attempts === undefined ? {} : { maximumRetryAttempts: Number(attempts) },
  };
}
