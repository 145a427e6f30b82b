import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { ORIGIN_SECRET_HEADER } from '../../runtime/contract';
import { known, validateRules } from '../shared/validation';

/** Properties of `OriginSecret`. */
export interface OriginSecretProps {
  /**
   * Raise it by one and deploy to rotate: a new secret is made and sent, and the one before is still accepted, since CloudFront takes
   * some minutes to send the new one everywhere. The next deployment that raises it removes the older one.
   *
   * @default 1
   */
  readonly generation?: number;
}

/**
 * What proves to the API that a request came through the distribution: a generated secret that CloudFront adds as a header and the
 * API's web ACL compares exactly. It is in Secrets Manager and never in the template, which only refers to it.
 *
 * Costs $0.40 per secret and month: one, two after the first rotation (AWS Secrets Manager pricing).
 */
export class OriginSecret extends Construct {
  /** Name of the header that carries it. */
  public readonly headerName = ORIGIN_SECRET_HEADER;
  /** What CloudFront sends, as a dynamic reference that CloudFormation resolves. */
  public readonly sent: string;
  /** What the API accepts: the sent one, and the one of the generation before. */
  public readonly accepted: string[];

  /**
   * @throws when `generation` is not a whole number of at least 1.
   */
  constructor(scope: Construct, id: string, props: OriginSecretProps = {}) {
    super(scope, id);
    const { generation = 1 } = props;
    validateRules(this, [{
      broken: known(generation) && !(Number.isInteger(generation) && generation >= 1),
      message: () => `generation must be a whole number of at least 1, got ${generation}. Raise it by one to rotate the secret.`,
    }]);
    const generations = [generation, generation - 1].filter(each => each >= 1);
    this.accepted = generations.map(each => this.createSecret(each));
    this.sent = this.accepted[0];
  }

  private createSecret(generation: number): string {
    const secret = new secretsmanager.Secret(this, `Generation${generation}`, {
      description: `Sent by the distribution of ${this.node.path} to its API, generation ${generation}`,
      generateSecretString: { passwordLength: 64, excludePunctuation: true },
      removalPolicy: RemovalPolicy.DESTROY,
    });
    Validations.of(secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason: 'CloudFront and the web ACL hold copies that only a deployment changes, so the secret is rotated by one: `generation` makes a new '
        + 'secret and accepts the one before for as long as CloudFront needs.',
    });
    // Not exposed: the value becomes a dynamic reference, which CloudFormation resolves when it sets header and rule.
    return secret.secretValue.unsafeUnwrap();
  }
}
