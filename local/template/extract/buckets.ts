import type { BucketDefinition, CorsRule } from '../../aws/s3';
import { Resource } from '../resource';
import { TemplateEnvironment } from '../template-environment';

interface TemplateCorsRule {
  readonly AllowedOrigins: readonly string[];
  readonly AllowedMethods: readonly string[];
  readonly AllowedHeaders?: readonly string[];
  readonly ExposedHeaders?: readonly string[];
  readonly MaxAge?: number | string;
}

interface EncryptionRule {
  readonly BucketKeyEnabled?: boolean;
  readonly ServerSideEncryptionByDefault?: { readonly SSEAlgorithm: string; readonly KMSMasterKeyID?: string };
}

export function readBuckets(environment: TemplateEnvironment): BucketDefinition[] {
  return environment.ofType('AWS::S3::Bucket').map(readBucket);
}

function readBucket(resource: Resource): BucketDefinition {
  const [encryption] = resource.list<EncryptionRule>('BucketEncryption.ServerSideEncryptionConfiguration');
  return {
    name: resource.reference,
    arn: resource.arn,
    versioned: resource.text('VersioningConfiguration.Status') === 'Enabled',
    corsRules: resource.list<TemplateCorsRule>('CorsConfiguration.CorsRules').map(readCorsRule),
    encryptionKeyArn: encryption?.ServerSideEncryptionByDefault?.KMSMasterKeyID,
    bucketKeyEnabled: encryption?.BucketKeyEnabled ?? false,
    eventBridge: isEventBridgeOn(resource.get('NotificationConfiguration.EventBridgeConfiguration')),
  };
}

function readCorsRule(rule: TemplateCorsRule): CorsRule {
  return {
    allowedOrigins: rule.AllowedOrigins,
    allowedMethods: rule.AllowedMethods,
    allowedHeaders: rule.AllowedHeaders,
    exposedHeaders: rule.ExposedHeaders,
    maxAge: rule.MaxAge === undefined ? undefined : Number(rule.MaxAge),
  };
}

/** An empty configuration turns the events on; `EventBridgeEnabled` defaults to true. */
function isEventBridgeOn(configuration: unknown): boolean {
  if (typeof configuration !== 'object' || configuration === null) return false;
  return String((configuration as { EventBridgeEnabled?: unknown }).EventBridgeEnabled ?? true) === 'true';
}
