import { costOf, idleBill } from '../../../src/cli/cost';
import { FREE_WHILE_IDLE } from '../../../src/cli/cost/free-types';
import { IDLE_RULES } from '../../../src/cli/cost/idle-rules';

const template = (...resources: Array<{ Type: string; Properties?: Record<string, unknown> }>) => ({
  Resources: Object.fromEntries(resources.map((resource, index) => [`R${index}`, resource])),
});
const totalOf = (...resources: Parameters<typeof template>) => idleBill(template(...resources), 'us-east-1').total;

describe('the idle bill', () => {
  test('charges an interface endpoint for each of its zones, a gateway endpoint not at all', () => {
    const endpoint = (VpcEndpointType: string, zones: number) => ({ Type: 'AWS::EC2::VPCEndpoint', Properties: { VpcEndpointType, SubnetIds: Array(zones).fill('s') } });
    expect(totalOf(endpoint('Interface', 3), endpoint('Interface', 1), endpoint('Gateway', 0))).toBeCloseTo(4 * 7.3);
    expect(idleBill(template(endpoint('Interface', 1)), 'eu-west-1').total).toBeCloseTo(8.03);
  });

  test('charges a web ACL, its rules, and the groups that have a price of their own', () => {
    const managed = (Name: string) => ({ Statement: { ManagedRuleGroupStatement: { Name } } });
    const acl = (...names: string[]) => ({ Type: 'AWS::WAFv2::WebACL', Properties: { Rules: names.map(managed) } });
    expect(totalOf(acl('AWSManagedRulesCommonRuleSet', 'AWSManagedRulesKnownBadInputsRuleSet'))).toBe(7);
    expect(totalOf(acl('AWSManagedRulesBotControlRuleSet'))).toBe(16);
  });

  test('charges an alarm for every metric that it reads, target tracking for the alarms it will make', () => {
    const queries = [{ Expression: 'a / b', ReturnData: true }, { MetricStat: {} }, { MetricStat: {} }];
    expect(totalOf({ Type: 'AWS::CloudWatch::Alarm', Properties: { MetricName: 'Errors' } })).toBeCloseTo(0.1);
    expect(totalOf({ Type: 'AWS::CloudWatch::Alarm', Properties: { Metrics: queries } })).toBeCloseTo(0.2);
    const tracking = (DisableScaleIn: boolean) => ({
      Type: 'AWS::ApplicationAutoScaling::ScalingPolicy',
      Properties: { PolicyType: 'TargetTrackingScaling', TargetTrackingScalingPolicyConfiguration: { DisableScaleIn, CustomizedMetricSpecification: { Metrics: queries } } },
    });
    expect(totalOf(tracking(true))).toBeCloseTo(0.2);
    expect(totalOf(tracking(false))).toBeCloseTo(0.4);
  });

  test('charges workers that always run', () => {
    const worker = [
      { Type: 'AWS::ECS::TaskDefinition', Properties: { Cpu: '1024', Memory: '2048', RuntimePlatform: { CpuArchitecture: 'ARM64' }, ContainerDefinitions: [{ Environment: [{ Name: 'LADDER_PROFILE', Value: '{"rungs":[]}' }] }] } },
      { Type: 'AWS::ECS::Service' },
    ];
    const target = (MinCapacity: number) => ({ Type: 'AWS::ApplicationAutoScaling::ScalableTarget', Properties: { MinCapacity } });
    expect(totalOf(...worker, target(0))).toBe(0);
    expect(totalOf(...worker, target(2))).toBeCloseTo(2 * 730 * (0.03238 + 2 * 0.00356));
  });

  test('refuses what it does not know, by its name and with the fix', () => {
    expect(() => totalOf({ Type: 'AWS::RDS::DBInstance' })).toThrow('R0 is of type AWS::RDS::DBInstance, of which the cost is not known. Add it');
    expect(() => totalOf({ Type: 'AWS::DynamoDB::Table', Properties: {} })).toThrow('R0 has provisioned capacity of a table, which has no price');
    expect(() => idleBill(template(), 'mars-north-1')).toThrow("There are no prices for region 'mars-north-1'. Known are us-east-1, eu-west-1");
  });

  test('prices a region that it does not know as the one it is told', () => {
    const key = { stack: 'S', region: 'eu-central-1', template: template({ Type: 'AWS::KMS::Key' }) };
    expect(() => costOf(key)).toThrow('eu-central-1');
    expect(costOf(key, 'eu-west-1')).toMatchObject({ region: 'eu-central-1', pricedAs: 'eu-west-1', idle: { total: 1 } });
  });

  test('holds no type for free and priced at once', () => {
    expect(Object.keys(IDLE_RULES).filter(type => FREE_WHILE_IDLE.has(type))).toEqual([]);
  });
});
