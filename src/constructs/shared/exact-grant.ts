import { Aws, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { Construct, IConstruct } from 'constructs';
import { acknowledgeWildcards } from './acknowledge';

export interface ExactGrant {
  readonly actions: string[];
  readonly resourceArns: string[];
  /** Why a wildcard in an ARN is as narrow as it can be. */
  readonly wildcardReason?: string;
  readonly conditions?: Record<string, Record<string, unknown>>;
}

/** Gives exactly these actions, and acknowledges the prefix wildcards on the principal that now holds them. */
export function grantExactly(grantee: iam.IGrantable, grant: ExactGrant): iam.Grant {
  const given = iam.Grant.addToPrincipal({
    grantee, actions: grant.actions, resourceArns: grant.resourceArns, conditions: grant.conditions,
  });
  const principal = grantee.grantPrincipal as iam.IPrincipal & Partial<IConstruct>;
  if (grant.wildcardReason && Construct.isConstruct(principal)) {
    acknowledgeWildcards(principal, grant.resourceArns, grant.wildcardReason);
  }
  return given;
}

/**
 * Lets a principal use a key, but only through one service. The key's policy must leave the decision to IAM, as the
 * policy of every key that CDK creates does.
 */
export function grantKeyThrough(service: 's3' | 'dynamodb' | 'sqs', key: kms.IKey, grantee: iam.IGrantable, actions: string[]): iam.Grant {
  return grantExactly(grantee, {
    actions,
    resourceArns: [key.keyArn],
    conditions: { StringEquals: { 'kms:ViaService': `${service}.${Stack.of(key).region}.${Aws.URL_SUFFIX}` } },
  });
}
