import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';

export interface ServiceRoleProps {
  readonly service: string;
  readonly description: string;
  /** Conditions on the trust, against the confused deputy. */
  readonly conditions?: Record<string, Record<string, unknown>>;
}

/**
 * A role whose permissions stand in one customer managed policy: reviewable on its own, and not inline, which the
 * HIPAA, NIST and PCI rule packs refuse.
 */
export class ServiceRole extends iam.Role {
  private readonly summary: string;
  private policy?: iam.ManagedPolicy;

  constructor(scope: Construct, id: string, props: ServiceRoleProps) {
    super(scope, id, {
      assumedBy: new iam.ServicePrincipal(props.service, { conditions: props.conditions }),
      description: props.description,
    });
    this.summary = props.description;
  }

  public addToPrincipalPolicy(statement: iam.PolicyStatement): iam.AddToPrincipalPolicyResult {
    this.policy ??= new iam.ManagedPolicy(this, 'Policy', { description: this.summary, roles: [this] });
    this.policy.addStatements(statement);
    return { statementAdded: true, policyDependable: this.policy };
  }
}
