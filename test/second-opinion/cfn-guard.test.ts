import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { CfnGuardValidator } from '@cdklabs/cdk-validator-cfnguard';
import { synthesizeExample } from '../support/examples';

const PACKAGE = path.dirname(require.resolve('@cdklabs/cdk-validator-cfnguard/package.json'));
const RULES = path.join(PACKAGE, 'rules/control-tower/cfn-guard');
/** Rules of other services find nothing in our templates, and take most of the time. */
const SERVICES = ['apigateway', 'cloudfront', 'cloudwatch', 'dynamodb', 'ec2', 'ecs', 'identityandaccessmanagement', 'keymanagementservice', 'lambda', 's3', 'sqs', 'waf'];

/** One stack of each kind: dev, prod with its edge, and a landing zone. */
const STACKS = [['minimal', 'Videos'], ['three-environments', 'ProdVideos'], ['three-environments', 'ProdVideosEdge'], ['bring-your-own', 'LandingZoneVideos']] as const;

/** What AWS Control Tower's rules object to, and why it is so. A finding without a reason here fails, and so does a reason without a finding. */
const REASONS: Readonly<Record<string, string>> = {
  cloudfront_access_logs_enabled_check: 'Standard logging v2 (AWS::Logs::Delivery) is no property of the distribution, which is what the rule looks at.',
  cloudfront_custom_ssl_certificate_check: 'The examples have no domain names; with them the certificate is given.',
  cloudfront_default_root_object_configured_check: 'The landing zone has a user pool of its own and no console: nothing is served at the root.',
  cloudfront_origin_failover_enabled_check: 'There is one bucket in one region; disaster recovery to a second is not part of a platform.',
  cloudfront_security_policy_check: 'CloudFront fixes the policy of its own certificate; with domain names it is TLSv1.2_2021.',
  cloudfront_sni_enabled_check: 'SNI is a setting of custom certificates, which the examples have not.',
  cloudwatch_alarm_action_check: 'Who is notified is for the owner to say: platform.alarms.notify(topic).',
  cloudwatch_log_group_retention_period_check: 'Logs of dev are kept for a week; those of prod for a year, as the rule asks.',
  ecs_service_assign_public_ip_disabled_check: 'Only dev has public subnets, because an idle network then costs nothing; uat and prod are isolated.',
  ecs_task_definition_memory_hard_limit_check: 'The task has the limit, and its one container may use all of it.',
  ecs_task_definition_nonroot_user_check: "The image itself runs as uid 1000 (its USER instruction), and an image of the user's own may have another user.",
  kms_create_grant_aws_service_check: 'The statement is the one that gives the account its key: without it IAM could not delegate and the key could be lost.',
  lambda_function_public_access_prohibited_check: 'The permissions are for API Gateway, narrowed to one method by SourceArn; the rule wants SourceAccount as well.',
  lambda_inside_vpc_check: 'The functions reach AWS services alone, which need signed requests from anywhere; in a VPC each would cost endpoints.',
  s3_bucket_default_encryption_kms_check: 'Buckets of logs and of public files: encrypted by S3, so that log delivery depends on no key policy.',
  s3_bucket_logging_enabled_check: 'The buckets that receive the logs: logging access to them would add an entry for every entry.',
  s3_bucket_object_lock_enabled_check: 'Owners delete their videos, which object lock forbids.',
  s3_bucket_versioning_enabled_check: 'Access logs of the distribution are written once.',
  s3_event_notifications_enabled_check: 'Nobody waits for logs or pages to arrive; the bucket of videos notifies EventBridge.',
  sqs_dlq_check: 'It is the dead-letter queue itself.',
};

describe('AWS Control Tower, by cfn-guard', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'cfn-guard-'));
  afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

  const broken = (templates: Readonly<Record<string, object>>): string[] => {
    const templatePaths = Object.entries(templates).map(([name, template]) => {
      const file = path.join(folder, `${name}.template.json`);
      fs.writeFileSync(file, JSON.stringify(template));
      return file;
    });
    const guard = new CfnGuardValidator({
      controlTowerRulesEnabled: false, rules: SERVICES.map(service => path.join(RULES, service)), maxBuffer: 256 * 1024 * 1024,
    });
    return [...new Set(guard.validate({ templatePaths } as unknown as Parameters<typeof guard.validate>[0]).violations.map(({ ruleName }) => ruleName))].sort();
  };

  test('objects to nothing in any kind of stack but for a reason', () => {
    const templates = Object.fromEntries(STACKS.map(([example, stack]) => [stack, synthesizeExample(example).templates[stack]]));
    expect(broken(templates)).toEqual(Object.keys(REASONS).sort());
  }, 600_000);

  test('objects to a queue without encryption', () => {
    expect(broken({ Open: { Resources: { Queue: { Type: 'AWS::SQS::Queue', Properties: { SqsManagedSseEnabled: false } } } } })).toContain('sqs_queue_encrypted_check');
  }, 600_000);
});
