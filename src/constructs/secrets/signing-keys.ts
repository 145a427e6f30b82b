import { CustomResource, Duration, RemovalPolicy, SecretValue, Validations } from 'aws-cdk-lib';
import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { AWS_LIMITS, SIGNING_ENVIRONMENT, SIGNING_RETIREMENT_SECONDS } from '../../runtime/contract';
import { createRuntimeFunction } from '../functions/runtime-function';
import { edgeName } from '../shared/edge-name';
import { grantExactly } from '../shared/exact-grant';
import { known, validateRules } from '../shared/validation';

/** Keys that open media: the signer reads the secret, CloudFront verifies with the public keys. */
export interface ISigningKeys {
  /** Public keys that signed cookies are checked with. */
  readonly keyGroup: cloudfront.IKeyGroup;
  /** Keys that path tokens are checked with, by key id. */
  readonly tokenKeys: cloudfront.IKeyValueStore;
  /** Holds the private keys. */
  readonly secret: secretsmanager.ISecret;

  /**
   * Lets a principal sign. Goes with the variable `SIGNING_KEYS_ARN`.
   */
  grantSign(grantee: iam.IGrantable): iam.Grant;
}

/** Properties of `SigningKeys`. */
export interface SigningKeysProps {
  /**
   * How long a key is signed with before the next one takes over: at least 2 days, so that the last signature of a key has ended before
   * the next is due.
   *
   * @default Duration.days(30)
   */
  readonly rotationPeriod?: Duration;

  /**
   * Least severe level that the rotation logs: DEBUG, INFO, WARN or ERROR.
   *
   * @default 'INFO'
   */
  readonly logLevel?: string;

  /**
   * How long logs are kept.
   *
   * @default RetentionDays.ONE_YEAR
   */
  readonly logRetention?: logs.RetentionDays;

  /**
   * The key that logs are encrypted with. Its policy is extended so that CloudWatch Logs may use it.
   *
   * @default - a new key, rotated every year
   */
  readonly logEncryptionKey?: kms.IKey;

  /**
   * What happens to the log group and its key when they leave the stack. The signing keys themselves always go.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/** Often enough for a key to be published, used and retired on time; a run with nothing to do makes five calls. */
const SCHEDULE = Duration.hours(12);

/**
 * Keys for signed playback, made and rotated by a function of this library: an RSA pair for CloudFront's signed cookies, a shared
 * secret for tokens in the path. Private keys exist in Secrets Manager alone: not in the template, a log or an environment variable.
 *
 * Two are published at any time: the one that signs, and the one before or after it. The next one is published long before its first
 * use, the last one long after, so that a rotation breaks nobody's playback. Costs $0.40 per month for the secret (AWS Secrets Manager
 * pricing); the rest is cents. An account has ten public keys unless it asks for more (CloudFront quotas), so room for five platforms.
 *
 * Invoke the function with `{"action": "rotate"}` to rotate now, or `{"action": "revoke"}` when a key has leaked.
 */
export class SigningKeys extends Construct implements ISigningKeys {
  public readonly keyGroup: cloudfront.IKeyGroup;
  public readonly tokenKeys: cloudfront.IKeyValueStore;
  public readonly secret: secretsmanager.ISecret;
  /** Makes and rotates the keys. */
  public readonly function: lambda.Function;
  /** Log of the function that makes and rotates the keys. */
  public readonly logGroup: logs.LogGroup;

  /**
   * @throws when `rotationPeriod` is too short.
   */
  constructor(scope: Construct, id: string, props: SigningKeysProps = {}) {
    super(scope, id);
    const rotationPeriod = props.rotationPeriod ?? Duration.days(30);
    validateRules(this, [{
      broken: known(rotationPeriod) && rotationPeriod.toSeconds() < 2 * 86_400,
      message: () => `rotationPeriod must be at least 2 days, got ${rotationPeriod.toHumanString()}. `
        + `A key stays published for ${Math.ceil(SIGNING_RETIREMENT_SECONDS / 3600)} hours after its last use, and CloudFront holds two.`,
    }]);
    this.secret = this.createSecret();
    this.tokenKeys = new cloudfront.KeyValueStore(this, 'TokenKeys', {
      keyValueStoreName: edgeName(this, 'TokenKeys', AWS_LIMITS.keyValueStoreName.value),
      comment: 'Keys of path tokens; written by the signing function',
    });
    const { function: handler, role, logGroup } = createRuntimeFunction<typeof SIGNING_ENVIRONMENT>(this, props, {
      service: 'signing',
      description: 'Makes and rotates the keys of signed playback',
      timeout: Duration.minutes(1),
      environment: (grantee, { LOG_LEVEL }) => {
        this.grantRotate(grantee);
        return {
          LOG_LEVEL,
          SIGNING_KEYS_ARN: this.secret.secretArn,
          KEY_VALUE_STORE_ARN: this.tokenKeys.keyValueStoreArn,
          KEY_NAME_PREFIX: edgeName(this, 'Keys', 100),
          ROTATION_SECONDS: rotationPeriod.toSeconds().toString(),
        };
      },
    });
    handler.node.addDependency(this.node.findChild('PublicKeyPolicy'));
    this.function = handler;
    this.logGroup = logGroup;
    this.keyGroup = this.createFirstKeys(role);
    new events.Rule(this, 'Schedule', {
      description: 'Rotates the keys of signed playback when it is time',
      schedule: events.Schedule.rate(SCHEDULE),
      targets: [new targets.LambdaFunction(handler, { event: events.RuleTargetInput.fromObject({ action: 'advance' }) })],
    });
  }

  public grantSign(grantee: iam.IGrantable): iam.Grant {
    return grantExactly(grantee, { actions: ['secretsmanager:GetSecretValue'], resourceArns: [this.secret.secretArn] });
  }

  private createSecret(): secretsmanager.Secret {
    const secret = new secretsmanager.Secret(this, 'Secret', {
      description: `Private keys of signed playback of ${this.node.path}`,
      // Nothing secret yet: the function puts the first keys in.
      secretStringValue: SecretValue.unsafePlainText('{}'),
      removalPolicy: RemovalPolicy.DESTROY,
    });
    Validations.of(secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason: 'The function of this construct rotates the keys on a schedule of its own: public keys and the key value store must follow in the '
        + 'right order, which the rotation protocol of Secrets Manager does not know.',
    });
    return secret;
  }

  private grantRotate(grantee: iam.IRole): void {
    grantExactly(grantee, { actions: ['secretsmanager:GetSecretValue', 'secretsmanager:PutSecretValue'], resourceArns: [this.secret.secretArn] });
    grantExactly(grantee, {
      actions: ['cloudfront-keyvaluestore:DescribeKeyValueStore', 'cloudfront-keyvaluestore:ListKeys', 'cloudfront-keyvaluestore:UpdateKeys'],
      resourceArns: [this.tokenKeys.keyValueStoreArn],
    });
    const policy = new iam.ManagedPolicy(this, 'PublicKeyPolicy', {
      description: 'Publishes and removes the public keys of signed playback',
      roles: [grantee],
      statements: [new iam.PolicyStatement({
        actions: [
          'cloudfront:CreateKeyGroup', 'cloudfront:CreatePublicKey', 'cloudfront:DeleteKeyGroup', 'cloudfront:DeletePublicKey',
          'cloudfront:GetKeyGroup', 'cloudfront:GetPublicKey', 'cloudfront:ListKeyGroups', 'cloudfront:ListPublicKeys', 'cloudfront:UpdateKeyGroup',
        ],
        resources: ['*'],
      })],
    });
    Validations.of(policy).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'Public keys and key groups are no resource types of the service authorization reference (Amazon CloudFront), so no statement can '
        + 'name them. The function touches those alone whose names begin with this stack\'s prefix.',
    });
  }

  /** The group does not exist before the function has made it, so whatever names it waits for the keys. */
  private createFirstKeys(role: iam.IRole): cloudfront.IKeyGroup {
    const keys = new CustomResource(this, 'Keys', {
      resourceType: 'Custom::VideoSigningKeys',
      serviceToken: this.function.functionArn,
      serviceTimeout: Duration.minutes(5),
    });
    // Policies too: without them the function could neither make keys nor, when the stack goes, remove them.
    keys.node.addDependency(this.function, role, this.node.findChild('PublicKeyPolicy'));
    return cloudfront.KeyGroup.fromKeyGroupId(this, 'KeyGroup', keys.getAttString('KeyGroupId'));
  }
}
