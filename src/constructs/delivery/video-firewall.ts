import { ArnFormat, Fn, Names, RemovalPolicy, Stack, Token } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as wafv2 from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';
import { firewallRules } from './firewall-rules';
import { AWS_LIMITS, AWS_NAMES, ORIGIN_SECRET_HEADER } from '../../runtime/contract';
import { OriginSecret } from '../secrets/origin-secret';
import { createEncryptedLogGroup } from '../shared/encrypted-log-group';
import { known, validateRules } from '../shared/validation';

/** What a web ACL protects. */
export enum FirewallScope {
  /** A CloudFront distribution. WAF keeps such a web ACL in us-east-1, so its stack must be there. */
  CLOUDFRONT = 'CLOUDFRONT',
  /** An API Gateway stage (or another regional resource) in the stack's own region. */
  REGIONAL = 'REGIONAL',
}

/** Properties of `VideoFirewall`. */
export interface VideoFirewallProps {
  /**
   * What the web ACL protects.
   *
   * @default FirewallScope.CLOUDFRONT
   */
  readonly scope?: FirewallScope;

  /**
   * Requests that one IP address may send in five minutes before it is blocked: 10 to 2,000,000,000 (WAF's own range).
   *
   * @default 2000
   */
  readonly requestsPerIp?: number;

  /**
   * For a web ACL of the API: only requests that carry this secret pass, so that nobody goes round the distribution. Such requests
   * connect from IP addresses of CloudFront; the limit then counts by the viewer's IP address as the distribution reports it.
   *
   * @default - requests of all origins pass, and each connecting IP address is counted
   */
  readonly originSecret?: OriginSecret;

  /**
   * How long logs of blocked and counted requests are kept.
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
   * What happens to the log group and its key when they leave the stack.
   *
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/** API Gateway shows WAF the stage in front of a path; CloudFront does not. */
const API_PATHS: Record<FirewallScope, string> = {
  [FirewallScope.CLOUDFRONT]: '^/api/',
  [FirewallScope.REGIONAL]: '^(/[^/]+)?/api/',
};

/**
 * A WAFv2 web ACL: AWS's lists of bad IP addresses, known bad inputs and common attacks, and a rate limit per IP address.
 *
 * The common rule that blocks bodies over 8 KB applies outside the API's paths; on these it only counts, because the API
 * limits its bodies itself.
 */
export class VideoFirewall extends Construct {
  /** The web ACL, with its rules in order of priority. */
  public readonly webAcl: wafv2.CfnWebACL;
  /** Pass it to `VideoDistribution` or `VideoApi`. */
  public readonly webAclArn: string;
  /** Requests that were blocked or counted, without tokens, cookies and the origin secret. */
  public readonly logGroup: logs.LogGroup;

  /**
   * @throws when the scope is CLOUDFRONT and the stack's region is not, or not known to be, us-east-1.
   */
  constructor(scope: Construct, id: string, props: VideoFirewallProps = {}) {
    super(scope, id);
    const firewallScope = props.scope ?? FirewallScope.CLOUDFRONT;
    this.validate(firewallScope, props);

    this.webAcl = new wafv2.CfnWebACL(this, 'WebAcl', {
      scope: firewallScope,
      description: `Protects ${firewallScope === FirewallScope.CLOUDFRONT ? 'the distribution' : 'the API'} of ${this.node.path}`
        .replace(/[^\w+=:#@/\-,. ]/g, '-').slice(0, AWS_LIMITS.webAclDescription.value),
      defaultAction: { allow: {} },
      visibilityConfig: { cloudWatchMetricsEnabled: true, sampledRequestsEnabled: true, metricName: 'VideoFirewall' },
      rules: firewallRules({
        apiPaths: API_PATHS[firewallScope],
        requestsPerIp: props.requestsPerIp ?? 2000,
        originSecret: props.originSecret,
      }),
    });
    this.webAclArn = this.webAcl.attrArn;
    this.logGroup = this.log(props);
  }

  private log(props: VideoFirewallProps): logs.LogGroup {
    // The stack's UUID, so that a group that outlived a deleted stack is not in the way of the next one.
    const stackUuid = Fn.select(2, Fn.split('/', Stack.of(this).stackId));
    const logGroup = createEncryptedLogGroup(this, 'Log', {
      logGroupName: `${AWS_NAMES.wafLogPrefix.value}${Names.uniqueResourceName(this, { maxLength: 64, separator: '-' })}-${stackUuid}`,
      encryptionKey: props.logEncryptionKey,
      retention: props.logRetention,
      removalPolicy: props.removalPolicy,
    });
    new wafv2.CfnLoggingConfiguration(this, 'Logging', {
      resourceArn: this.webAclArn,
      // WAF refuses the `:*` that ends the ARN CloudFormation gives for a log group.
      logDestinationConfigs: [Stack.of(this).formatArn({
        service: 'logs', resource: 'log-group', resourceName: logGroup.logGroupName, arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      })],
      redactedFields: ['authorization', 'cookie', ORIGIN_SECRET_HEADER].map(Name => ({ singleHeader: { Name } })),
      loggingFilter: {
        DefaultBehavior: 'DROP',
        Filters: [{
          Behavior: 'KEEP',
          Requirement: 'MEETS_ANY',
          Conditions: ['BLOCK', 'COUNT', 'EXCLUDED_AS_COUNT'].map(Action => ({ ActionCondition: { Action } })),
        }],
      },
    });
    return logGroup;
  }

  private validate(firewallScope: FirewallScope, props: VideoFirewallProps): void {
    const { region } = Stack.of(this);
    const fix = "Put it into a stack with env: { region: 'us-east-1' }, such as VideoEdgeStack, and pass its webAclArn on; "
      + 'or choose FirewallScope.REGIONAL to protect the API in this region.';
    const rate = props.requestsPerIp;
    const [least, most] = [AWS_LIMITS.minRequestsPerIp.value, AWS_LIMITS.requestsPerIp.value];
    validateRules(this, [
      {
        broken: firewallScope === FirewallScope.CLOUDFRONT && Token.isUnresolved(region),
        message: () => `a web ACL of scope CLOUDFRONT must be in us-east-1, and the region of stack '${Stack.of(this).stackName}' is not known. ${fix}`,
      },
      {
        broken: firewallScope === FirewallScope.CLOUDFRONT && known(region) && region !== 'us-east-1',
        message: () => `a web ACL of scope CLOUDFRONT must be in us-east-1, got a stack in '${region}'. ${fix}`,
      },
      {
        broken: known(rate) && !(Number.isInteger(rate) && rate! >= least && rate! <= most),
        message: () => `requestsPerIp must be a whole number from ${least} to ${most.toLocaleString('en')}, got ${rate}. The default is 2000.`,
      },
      {
        broken: props.originSecret !== undefined && firewallScope === FirewallScope.CLOUDFRONT,
        message: () => 'originSecret was given to a web ACL of scope CLOUDFRONT, which viewers meet before CloudFront adds the secret. '
          + 'Give it to the web ACL of the API (FirewallScope.REGIONAL), or leave it out.',
      },
    ]);
  }
}
