import * as wafv2 from 'aws-cdk-lib/aws-wafv2';
import { VIEWER_ADDRESS_HEADER } from '../../runtime/contract';
import { OriginSecret } from '../secrets/origin-secret';

export interface FirewallRuleOptions {
  /** Regular expression of the paths that the API serves. */
  readonly apiPaths: string;
  readonly requestsPerIp: number;
  /** Only requests that carry it pass. They connect from IP addresses of CloudFront, so viewers are told apart by what it says of them. */
  readonly originSecret?: OriginSecret;
}

/** The label that the common rule set puts on a request whose body is over 8 KB. */
const LARGE_BODY = 'awswaf:managed:aws:core-rule-set:SizeRestrictions_Body';

/** In the order WAF asks them: cheap and certain ones first. */
export function firewallRules(options: FirewallRuleOptions): wafv2.CfnWebACL.RuleProperty[] {
  return [
    ...(options.originSecret ? [onlyFromDistribution(options.originSecret)] : []),
    managedRules('AWSManagedRulesAmazonIpReputationList'),
    rateLimit(options),
    managedRules('AWSManagedRulesKnownBadInputsRuleSet'),
    managedRules('AWSManagedRulesCommonRuleSet', [{ name: 'SizeRestrictions_BODY', actionToUse: { count: {} } }]),
    largeBodyOutsideApi(options),
  ].map((rule, priority) => ({ ...rule, priority }));
}

type Rule = Omit<wafv2.CfnWebACL.RuleProperty, 'priority'>;

function managedRules(name: string, ruleActionOverrides?: wafv2.CfnWebACL.RuleActionOverrideProperty[]): Rule {
  return {
    name,
    overrideAction: { none: {} },
    statement: { managedRuleGroupStatement: { vendorName: 'AWS', name, ruleActionOverrides } },
    visibilityConfig: metrics(name),
  };
}

/** Compared exactly: that the header is there would prove nothing. */
function onlyFromDistribution({ headerName, accepted }: OriginSecret): Rule {
  const carries = accepted.map((searchString): wafv2.CfnWebACL.StatementProperty => ({
    byteMatchStatement: {
      searchString,
      positionalConstraint: 'EXACTLY',
      fieldToMatch: { singleHeader: { Name: headerName } },
      textTransformations: [{ priority: 0, type: 'NONE' }],
    },
  }));
  // An OR of one is refused.
  const carriesOne = carries.length === 1 ? carries[0] : { orStatement: { statements: carries } };
  return {
    name: 'OnlyFromDistribution',
    action: { block: {} },
    statement: { notStatement: { statement: carriesOne } },
    visibilityConfig: metrics('OnlyFromDistribution'),
  };
}

function rateLimit({ requestsPerIp, originSecret }: FirewallRuleOptions): Rule {
  return {
    name: 'RequestsPerIp',
    action: { block: { customResponse: { responseCode: 429 } } },
    statement: {
      rateBasedStatement: {
        limit: requestsPerIp,
        evaluationWindowSec: 300,
        ...originSecret
          ? {
            aggregateKeyType: 'CUSTOM_KEYS',
            customKeys: [{ header: { name: VIEWER_ADDRESS_HEADER, textTransformations: [{ priority: 0, type: 'NONE' }] } }],
          }
          : { aggregateKeyType: 'IP' },
      },
    },
    visibilityConfig: metrics('RequestsPerIp'),
  };
}

/** The common rule set only counts large bodies; this blocks those it labelled, unless they go to the API. */
function largeBodyOutsideApi({ apiPaths }: FirewallRuleOptions): Rule {
  const toApi: wafv2.CfnWebACL.StatementProperty = {
    regexMatchStatement: {
      regexString: apiPaths,
      fieldToMatch: { uriPath: {} },
      textTransformations: [{ priority: 0, type: 'NORMALIZE_PATH' }],
    },
  };
  return {
    name: 'LargeBodyOutsideApi',
    action: { block: {} },
    statement: {
      andStatement: {
        statements: [{ labelMatchStatement: { scope: 'LABEL', key: LARGE_BODY } }, { notStatement: { statement: toApi } }],
      },
    },
    visibilityConfig: metrics('LargeBodyOutsideApi'),
  };
}

function metrics(metricName: string): wafv2.CfnWebACL.VisibilityConfigProperty {
  return { cloudWatchMetricsEnabled: true, sampledRequestsEnabled: true, metricName };
}
