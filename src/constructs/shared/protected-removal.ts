import { RemovalPolicy } from 'aws-cdk-lib';

/**
 * The removal policy of a resource that may refuse to be deleted. CloudFormation deletes what is retained "except on create" when the
 * first creation fails; a protected resource would refuse, and the rollback would fail. Such a resource is retained plainly instead: its
 * name is generated, so what stays behind is in nobody's way.
 */
export function protectedRemoval(removalPolicy: RemovalPolicy, deletionProtection: boolean): RemovalPolicy {
  const exceptOnCreate = removalPolicy === RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE;
  return exceptOnCreate && deletionProtection ? RemovalPolicy.RETAIN : removalPolicy;
}
