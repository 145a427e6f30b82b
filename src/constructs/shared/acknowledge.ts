import { Stack, Validations } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';

/**
 * Acknowledges that statements below `scope` name these ARNs with a wildcard in them, finding by finding.
 *
 * The finding's id spells the ARN as the template does. A reference to another stack is spelled differently once the
 * app has been prepared, therefore the acknowledgement is repeated at that time.
 */
export function acknowledgeWildcards(scope: IConstruct, arns: readonly string[], reason: string): void {
  const wildcards = arns.filter(arn => arn.includes('*'));
  if (wildcards.length === 0) return;
  const acknowledge = () => wildcards.forEach(arn => acknowledgeOnce(scope, wildcardFinding(scope, arn), reason));
  acknowledge();
  scope.node.addValidation({
    validate: () => {
      acknowledge();
      return [];
    },
  });
}

function acknowledgeOnce(scope: IConstruct, id: string, reason: string): void {
  const seen = scope.node.metadata.some(
    entry => entry.type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY && Object.keys(entry.data ?? {}).some(key => key.endsWith(id)),
  );
  if (!seen) Validations.of(scope).acknowledge({ id, reason });
}

function wildcardFinding(scope: IConstruct, arn: string): string {
  return `AwsSolutions-IAM5[Resource::${flatten(Stack.of(scope).resolve(arn))}]`;
}

/** Spells an intrinsic function the way cdk-nag does in its finding ids. */
function flatten(value: unknown): string {
  if (typeof value === 'string') return value.replace(/\${/g, '<').replace(/}/g, '>');
  const node = value as Record<string, unknown>;
  if (node.Ref) return `<${flatten(node.Ref)}>`;
  if (node['Fn::GetAtt']) return `<${(node['Fn::GetAtt'] as unknown[]).map(flatten).join('.')}>`;
  if (node['Fn::ImportValue']) return flatten(node['Fn::ImportValue']);
  if (node['Fn::Sub']) return flatten(node['Fn::Sub']);
  if (node['Fn::Join']) {
    const [delimiter, items] = node['Fn::Join'] as [string, unknown[]];
    return items.map(flatten).join(delimiter);
  }
  return JSON.stringify(value);
}

/** Acknowledges the same finding of several rule packs for one reason. */
export function acknowledgeFinding(scope: IConstruct, ids: readonly string[], reason: string): void {
  Validations.of(scope).acknowledge(...ids.map(id => ({ id, reason })));
}
