import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { AWS_NAMES } from '../../runtime/contract';

/** Which role API Gateway writes its logs with: one setting per account and region, shared by every REST API there. */
export enum ApiLogRole {
  /**
   * A role is created and set for the account and region. It replaces the role set before, if any, and stays when the stack is deleted,
   * so that other APIs keep their logs.
   */
  CREATE = 'CREATE',
  /** The account has one: its owner sets it elsewhere. Without one the first deployment of the stage fails. */
  EXISTING = 'EXISTING',
}

const MANAGED_POLICY = AWS_NAMES.apiLogPolicy.value;

/**
 * Sets the account's role for API Gateway logs. Without one, a stage that logs is refused: "CloudWatch Logs role ARN must be set in
 * account settings to enable logging" (API Gateway developer guide, "Set up CloudWatch logging for REST APIs").
 */
export function createApiLogRole(scope: Construct): apigateway.CfnAccount {
  const role = new iam.Role(scope, 'LogRole', {
    description: 'API Gateway writes the logs of all REST APIs of this account and region',
    assumedBy: new iam.ServicePrincipal('apigateway.amazonaws.com'),
    managedPolicies: [iam.ManagedPolicy.fromAwsManagedPolicyName(MANAGED_POLICY)],
  });
  Validations.of(role).acknowledge({
    id: `AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/${MANAGED_POLICY}]`,
    reason: 'The role is the account\'s, not this API\'s: API Gateway checks for the permissions of this managed policy when the role is set.',
  });
  const account = new apigateway.CfnAccount(scope, 'Account', { cloudWatchRoleArn: role.roleArn });
  account.node.addDependency(role);
  // Kept for the other APIs of the account, but not when the very first creation fails: the next try makes a new one.
  for (const kept of [role, account]) kept.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
  return account;
}
