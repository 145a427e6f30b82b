import { AccessDenied, Authorizer, Caller, ConditionContext } from '../types';
import { BucketDefinition } from './types';

/** How the caller proved who it is, as the `s3:authType` condition key spells it. */
export type AuthType = 'REST-HEADER' | 'REST-QUERY-STRING' | 'POST';

/** Asks, for one call, whether its caller may; every handler states the IAM actions of its operation through this. */
export class Authorization {
  private readonly common: ConditionContext;

  constructor(
    private readonly authorizer: Authorizer, private readonly caller: Caller, authType: AuthType, private readonly region: string,
  ) {
    // The loopback gateway stands for the TLS endpoint of the cloud.
    this.common = {
      'aws:SecureTransport': 'true',
      's3:TlsVersion': '1.3',
      's3:authType': authType,
      's3:signatureversion': 'AWS4-HMAC-SHA256',
    };
  }

  /** What names no bucket. */
  account(action: string): void {
    this.authorizer.authorize(this.caller, action, '*', this.common);
  }

  bucket(bucket: BucketDefinition, action: string, context: ConditionContext = {}): void {
    this.authorizer.authorize(this.caller, action, bucket.arn, { ...this.common, ...context });
  }

  object(bucket: BucketDefinition, key: string, action: string, context: ConditionContext = {}): void {
    this.authorizer.authorize(this.caller, action, `${bucket.arn}/${key}`, { ...this.common, ...context });
  }

  /** S3 uses the bucket's key in the caller's name, so the caller needs the permission on the key itself. */
  encryptionKey(bucket: BucketDefinition, key: string, action: 'kms:GenerateDataKey' | 'kms:Decrypt'): void {
    if (bucket.encryptionKeyArn === undefined) return;
    this.authorizer.authorize(this.caller, action, bucket.encryptionKeyArn, {
      'aws:SecureTransport': 'true',
      'kms:ViaService': `s3.${this.region}.amazonaws.com`,
      'kms:CallerAccount': this.caller.principalArn.split(':')[4] ?? '',
      'kms:EncryptionContext:aws:s3:arn': bucket.bucketKeyEnabled ? bucket.arn : `${bucket.arn}/${key}`,
      'kms:EncryptionContextKeys': ['aws:s3:arn'],
    });
  }

  /** S3 tells a key's absence only to those who could have listed it. */
  mayList(bucket: BucketDefinition): boolean {
    try {
      this.bucket(bucket, 's3:ListBucket');
      return true;
    } catch (error) {
      if (error instanceof AccessDenied) return false;
      throw error;
    }
  }
}
