import * as wafv2 from 'aws-cdk-lib/aws-wafv2';

export interface FirewallRuleOptions {
  /** Regular expression of the paths that the API serves. */
  readonly apiPaths: string;
  readonly requestsPerIp: number;
  /** Requests with this header are not counted by their address. */
  readonly proxyHeader?: string;
}

/** The label that the common rule set puts on a request whose body is over 8 KB. */
const LARGE_BODY = 'awswaf:managed:aws:core-rule-set:SizeRestrictions_Body';

/** In the order WAF asks them: cheap and certain ones first. */
export function firewallRules(options: FirewallRuleOptions): wafv2.CfnWebACL.RuleProperty[] {
  return [
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

function rateLimit({ requestsPerIp, proxyHeader }: FirewallRuleOptions): Rule {
  return {
    name: 'RequestsPerIp',
    action: { block: { customResponse: { responseCode: 429 } } },
    statement: {
      rateBasedStatement: {
        limit: requestsPerIp,
        evaluationWindowSec: 300,
        aggregateKeyType: 'IP',
        scopeDownStatement: proxyHeader ? { notStatement: { statement: hasHeader(proxyHeader) } } : undefined,
      },
    },
    visibilityConfig: metrics('RequestsPerIp'),
  };
}

/** WAF has no statement for it: a header that is absent has no size to compare. */
function hasHeader(name: string): wafv2.CfnWebACL.StatementProperty {
  return {
    sizeConstraintStatement: {
      comparisonOperator: 'GT',
      size: 0,
      fieldToMatch: { singleHeader: { Name: name.toLowerCase() } },
      textTransformations: [{ priority: 0, type: 'NONE' }],
    },
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
