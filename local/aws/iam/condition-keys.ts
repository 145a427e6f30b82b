import { UnsupportedPolicy } from './policy-document';

/**
 * Condition keys that the gateway puts into a call's context, or that are rightly absent from a call on one machine
 * (a VPC endpoint, an organization). A key of these services that is in neither group would make a condition
 * silently false, so it is refused while policies are loaded.
 */
const UNDERSTOOD: Readonly<Record<string, readonly string[]>> = {
  aws: [
    'PrincipalArn', 'PrincipalAccount', 'PrincipalType', 'PrincipalIsAWSService', 'PrincipalServiceName', 'SourceArn', 'SourceAccount',
    'SecureTransport', 'RequestedRegion', 'ResourceAccount', 'ViaAWSService', 'CalledVia', 'SourceVpce', 'SourceVpc',
    'PrincipalOrgID', 'ResourceOrgID', 'SourceOrgID',
  ],
  s3: [
    'prefix', 'delimiter', 'max-keys', 'authType', 'signatureversion', 'signatureAge', 'TlsVersion', 'ResourceAccount', 'VersionId',
    'x-amz-acl', 'x-amz-content-sha256', 'x-amz-server-side-encryption', 'x-amz-server-side-encryption-aws-kms-key-id',
    'x-amz-storage-class', 'if-match', 'if-none-match', 'ObjectCreationOperation', 'DataAccessPointArn',
  ],
  sqs: [],
  dynamodb: [],
  kms: ['ViaService', 'CallerAccount', 'GrantIsForAWSResource', 'EncryptionContextKeys'],
};
const UNDERSTOOD_PREFIXES = ['kms:encryptioncontext:'];

export function checkConditionKey(where: string, key: string): void {
  const [service, ...rest] = key.split(':');
  // Statements about services that the gateway does not speak are never evaluated.
  if (!Object.hasOwn(UNDERSTOOD, service)) return;
  const name = rest.join(':').toLowerCase();
  if (UNDERSTOOD[service].some(known => known.toLowerCase() === name)) return;
  if (UNDERSTOOD_PREFIXES.some(prefix => key.toLowerCase().startsWith(prefix))) return;
  throw new UnsupportedPolicy(where,
    `condition key "${key}" is not understood by the local platform; supply it in the service's context and list it in condition-keys.ts`);
}
