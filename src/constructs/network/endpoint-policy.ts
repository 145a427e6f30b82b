import { IResolvable, Lazy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';

/**
 * What may be reached through an endpoint. To begin with: everything of this account, by principals of this account, so that a stolen or
 * planted credential of another account is of no use inside the network. Once resources have been named: those alone.
 */
export class EndpointPolicy {
  private readonly named: string[] = [];

  constructor(private readonly scope: Construct, private readonly service: string, private readonly always: iam.PolicyStatement[] = []) {}

  public allowOnly(...arns: string[]): void {
    this.named.push(...arns);
  }

  /** The document as it will be when the template is written. */
  public render(): IResolvable {
    return Lazy.any({ produce: () => new iam.PolicyDocument({ statements: [this.ownStatement(), ...this.always] }).toJSON() });
  }

  private ownStatement(): iam.PolicyStatement {
    const { account } = Stack.of(this.scope);
    const restricted = this.named.length > 0;
    return new iam.PolicyStatement({
      sid: restricted ? 'NamedResources' : 'OwnAccount',
      principals: [new iam.AnyPrincipal()],
      // What a principal may do is its role's affair; the endpoint says with what.
      actions: [`${this.service}:*`],
      resources: restricted ? this.named : ['*'],
      conditions: {
        StringEquals: { 'aws:PrincipalAccount': account },
        // "If exists": requests that name no resource, such as for an ECR token, carry no account of one.
        ...(restricted ? {} : { StringEqualsIfExists: { 'aws:ResourceAccount': account } }),
      },
    });
  }
}

/**
 * ECR hands out image layers from a bucket of AWS's own, by URLs that ECR itself signs. Without this statement no task
 * ever starts (ECR user guide, "Minimum Amazon S3 bucket permissions for Amazon ECR").
 */
export function imageLayers(scope: Construct): iam.PolicyStatement {
  const { partition, region } = Stack.of(scope);
  return new iam.PolicyStatement({
    sid: 'ImageLayers',
    principals: [new iam.AnyPrincipal()],
    actions: ['s3:GetObject'],
    resources: [`arn:${partition}:s3:::prod-${region}-starport-layer-bucket/*`],
  });
}
