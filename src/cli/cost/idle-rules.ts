import { HOURS_PER_MONTH, RegionPrices } from './prices';
import { listOf, Properties, recordOf } from './template';

/** What one resource costs per month while nobody uses the platform. */
export interface Charge {
  readonly item: string;
  readonly quantity: number;
  readonly unit: string;
  /** Dollars per unit and month. */
  readonly price: number;
}

/** Undefined: priced by its properties, and these cost nothing. */
type Rule = (properties: Properties, prices: RegionPrices) => readonly Charge[];

/** Managed rule groups with a subscription of their own, dollars per month (https://aws.amazon.com/waf/pricing/). */
const PAID_RULE_GROUPS: Readonly<Record<string, number>> = {
  AWSManagedRulesBotControlRuleSet: 10,
  AWSManagedRulesATPRuleSet: 10,
  AWSManagedRulesACFPRuleSet: 10,
  AWSManagedRulesAntiDDoSRuleSet: 20,
};

/** Rules of the types that cost money by standing there. */
export const IDLE_RULES: Readonly<Record<string, Rule>> = {
  'AWS::EC2::VPCEndpoint': (properties, prices) => properties.VpcEndpointType === 'Interface'
    ? [{
      item: 'Interface endpoints',
      quantity: listOf(properties.SubnetIds).length,
      unit: 'endpoint × zone',
      price: prices.interfaceEndpointHour * HOURS_PER_MONTH,
    }]
    : [],
  'AWS::EC2::NatGateway': (_, prices) => one('NAT gateways', prices.natGatewayHour * HOURS_PER_MONTH),
  'AWS::EC2::EIP': (_, prices) => one('Public IPv4 addresses', prices.publicIpv4Hour * HOURS_PER_MONTH),
  'AWS::WAFv2::WebACL': webAcl,
  'AWS::KMS::Key': (_, prices) => one('KMS keys', prices.kmsKey),
  'AWS::SecretsManager::Secret': (_, prices) => one('Secrets', prices.secret),
  'AWS::CloudWatch::Alarm': (properties, prices) => alarmMetrics(metricsOfAlarm(properties), prices),
  'AWS::CloudWatch::CompositeAlarm': (_, prices) => one('Composite alarms', prices.compositeAlarm),
  'AWS::CloudWatch::Dashboard': (_, prices) => one('Dashboards', prices.dashboard),
  'AWS::ApplicationAutoScaling::ScalingPolicy': scalingPolicy,
  'AWS::ApiGateway::Stage': properties => properties.CacheClusterEnabled === true ? refuse('a cache of an API stage') : [],
  'AWS::Lambda::Function': () => [],
  'AWS::ECS::Service': () => [],
  'AWS::DynamoDB::Table': properties => properties.BillingMode === 'PAY_PER_REQUEST' ? [] : refuse('provisioned capacity of a table'),
  'AWS::SSM::Parameter': properties => properties.Tier === 'Advanced' ? refuse('a parameter of the advanced tier') : [],
};

function one(item: string, price: number): readonly Charge[] {
  return [{ item, quantity: 1, unit: 'each', price }];
}

function webAcl(properties: Properties, prices: RegionPrices): readonly Charge[] {
  const rules = listOf(properties.Rules);
  const subscriptions = rules.flatMap(rule => {
    const group = String(recordOf(recordOf(recordOf(rule).Statement).ManagedRuleGroupStatement).Name);
    return PAID_RULE_GROUPS[group] === undefined ? [] : one(`Subscription to ${group}`, PAID_RULE_GROUPS[group]);
  });
  return [
    ...one('Web ACLs', prices.webAcl),
    { item: 'Web ACL rules', quantity: rules.length, unit: 'rule', price: prices.webAclRule },
    ...subscriptions,
  ];
}

/** An alarm on metric math is charged for every metric that it reads. */
function metricsOfAlarm(properties: Properties): number {
  const queries = listOf(properties.Metrics).filter(query => recordOf(query).MetricStat !== undefined).length;
  return Math.max(1, queries);
}

/** Target tracking makes alarms of its own: one to scale out and, unless that is disabled, one to scale in. */
function scalingPolicy(properties: Properties, prices: RegionPrices): readonly Charge[] {
  const tracking = recordOf(properties.TargetTrackingScalingPolicyConfiguration);
  if (properties.PolicyType !== 'TargetTrackingScaling') return [];
  const queries = listOf(recordOf(tracking.CustomizedMetricSpecification).Metrics)
    .filter(query => recordOf(query).MetricStat !== undefined).length;
  return alarmMetrics(Math.max(1, queries) * (tracking.DisableScaleIn === true ? 1 : 2), prices);
}

function alarmMetrics(quantity: number, prices: RegionPrices): readonly Charge[] {
  return [{ item: 'Alarms', quantity, unit: 'metric', price: prices.alarmMetric }];
}

function refuse(what: string): never {
  throw new Error(`has ${what}, which has no price in src/cli/cost/prices.ts. Add it there with its source.`);
}
