import { AccessDenied, Authorizer, Caller, ConditionContext } from '../types';
import { GrantUsage, Usage } from './grant-usage';
import { many, PrincipalPolicies, ResourcePolicy } from './policy-document';
import { accountOf } from './principal';
import { CallFacts, CompiledStatement, compileStatements, Grant } from './statement';

export interface PolicyAuthorizerOptions {
  readonly accountId: string;
  readonly region: string;
  readonly principals: readonly PrincipalPolicies[];
  readonly resourcePolicies?: readonly ResourcePolicy[];
}

/**
 * The demo and the test harness themselves: no template defines this principal and no policy binds it. A process that
 * the template describes must never sign with it.
 */
export function operatorArn(accountId: string): string {
  return `arn:aws:iam::${accountId}:role/local-platform-operator`;
}

/**
 * Decides as IAM does within one account, from the synthesized policies: an explicit deny wins; otherwise the role's
 * policies or the resource's own policy may allow; otherwise the call is refused. A KMS key differs: its key policy
 * must let the account's identity policies count.
 */
export class PolicyAuthorizer implements Authorizer {
  private readonly identities: ReadonlyMap<string, readonly CompiledStatement[]>;
  private readonly resources: ReadonlyMap<string, readonly CompiledStatement[]>;
  private readonly grantUsage = new GrantUsage();

  constructor(private readonly options: PolicyAuthorizerOptions) {
    this.identities = new Map(options.principals.map(({ arn, policies }) =>
      [arn, policies.flatMap(policy => compileStatements(policy, 'identity'))]));
    this.resources = groupByResource(options.resourcePolicies ?? []);
  }

  authorize(caller: Caller, action: string, resourceArn: string, context: ConditionContext = {}): void {
    const { principalArn } = caller;
    if (principalArn !== operatorArn(this.options.accountId)) this.decide(caller, action, resourceArn, context);
    this.grantUsage.record({ principalArn, action, resource: resourceArn });
  }

  /** Every call that was allowed, once per principal, action and resource. */
  usage(): readonly Usage[] {
    return this.grantUsage.usage();
  }

  /** The action × resource pairs of the role's own policies that no allowed call has needed so far. */
  unusedGrants(principalArn: string): readonly Grant[] {
    const statements = this.identities.get(principalArn);
    if (!statements) throw new Error(`unusedGrants: no principal ${principalArn}; known: ${[...this.identities.keys()].join(', ')}`);
    return statements.flatMap(statement => statement.grants().filter(grant => !this.grantUsage.isUsed(principalArn, grant)));
  }

  private decide(caller: Caller, action: string, resourceArn: string, context: ConditionContext): void {
    const { principalArn } = caller;
    const call: CallFacts = { action, resource: resourceArn, context: { ...this.globalContext(principalArn), ...context } };
    const identity = (this.identities.get(principalArn) ?? []).filter(statement => statement.matches(call));
    const policies = this.policiesOf(resourceArn);
    const resource = (policies ?? []).filter(statement => statement.principal!(caller) !== 'none' && statement.matches(call));

    const denial = [...identity, ...resource].find(statement => !statement.allows);
    if (denial) throw new AccessDenied(principalArn, action, resourceArn, `with an explicit deny in ${denial.name}`);

    const named = resource.filter(statement => statement.principal!(caller) === 'direct');
    const identityCounts = !isKey(resourceArn) || policies === undefined || resource.length > named.length;
    const allowing = [...identityCounts ? identity : [], ...named];
    if (allowing.length === 0) throw new AccessDenied(principalArn, action, resourceArn, this.whyNot(principalArn, identity.length > 0));
    for (const statement of allowing) {
      for (const grant of statement.grantsUsedBy(call)) this.grantUsage.markUsed(principalArn, grant);
    }
  }

  private whyNot(principalArn: string, identityAllows: boolean): string {
    if (identityAllows) return 'because the key policy does not let identity policies of this account count';
    if (!principalArn.startsWith('arn:')) return 'because no resource-based policy allows this service to do it';
    if (!this.identities.has(principalArn)) return 'because the template defines no such principal';
    return 'because no identity-based policy allows the action';
  }

  private globalContext(principalArn: string): ConditionContext {
    const account = accountOf(principalArn);
    const isService = account === undefined;
    return {
      'aws:PrincipalArn': principalArn,
      'aws:PrincipalType': isService ? 'Service' : 'AssumedRole',
      'aws:PrincipalIsAWSService': String(isService),
      ...isService ? { 'aws:PrincipalServiceName': principalArn } : { 'aws:PrincipalAccount': account },
      'aws:RequestedRegion': this.options.region,
      'aws:ResourceAccount': this.options.accountId,
      // Loopback stands for TLS: the local endpoint has no certificate, the deployed one always does.
      'aws:SecureTransport': 'true',
    };
  }

  /** The policy of the resource, or of the bucket or table that the resource is part of. */
  private policiesOf(resourceArn: string): readonly CompiledStatement[] | undefined {
    return this.resources.get(resourceArn) ?? this.resources.get(/^(arn:[\w-]+:s3:::[^/]+)\//.exec(resourceArn)?.[1] ?? '')
      ?? this.resources.get(/^(arn:[\w-]+:dynamodb:.*:table\/[^/]+)\//.exec(resourceArn)?.[1] ?? '');
  }
}

function isKey(resourceArn: string): boolean {
  return /^arn:[\w-]+:kms:/.test(resourceArn);
}

function groupByResource(policies: readonly ResourcePolicy[]): Map<string, CompiledStatement[]> {
  const grouped = new Map<string, CompiledStatement[]>();
  for (const { resourceArn, document } of policies) {
    const statements = many(document.Statement)
      // In a resource policy the resource may be left out or be "*": both mean the resource that carries it.
      .map(statement => (statement.Resource === undefined && statement.NotResource === undefined ? { ...statement, Resource: '*' } : statement));
    const compiled = compileStatements({ name: `of ${resourceArn}`, document: { ...document, Statement: statements } }, 'resource');
    grouped.set(resourceArn, [...grouped.get(resourceArn) ?? [], ...compiled]);
  }
  return grouped;
}
