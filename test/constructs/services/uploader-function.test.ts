import { Duration, RemovalPolicy, Size, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as logs from 'aws-cdk-lib/aws-logs';
import { UploaderFunction, UploaderFunctionProps } from '../../../src/constructs/services/uploader-function';
import { findings, only, resources, statementsOf, storage, testStack } from '../../support/stacks';

function uploader(stack: Stack, props: Partial<UploaderFunctionProps> = {}): UploaderFunction {
  return new UploaderFunction(stack, 'Uploader', { ...storage(stack), ...props });
}

describe('UploaderFunction', () => {
  it('runs the shipped handler on the newest runtime, on ARM, traced, with logs of its own', () => {
    const stack = testStack();
    uploader(stack);
    expect(only(stack, 'AWS::Lambda::Function')).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
      TracingConfig: { Mode: 'Active' },
      LoggingConfig: { LogFormat: 'JSON', ApplicationLogLevel: 'INFO', LogGroup: { Ref: expect.stringMatching(/^UploaderLog/) } },
    });
    expect(findings(stack)).toEqual([]);
  });

  it('may write its logs, add to the catalog and put sources, and nothing more', () => {
    const stack = testStack();
    uploader(stack);

    const allowed = statementsOf(stack, /^Uploader/).flatMap(statement => [statement.Action].flat());
    expect(allowed.sort()).toEqual([
      'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'kms:Decrypt', 'kms:GenerateDataKey', 'logs:CreateLogStream',
      'logs:PutLogEvents', 's3:AbortMultipartUpload', 's3:ListMultipartUploadParts', 's3:PutObject', 'xray:PutTelemetryRecords', 'xray:PutTraceSegments',
    ]);
    const put = statementsOf(stack, /^Uploader/).find(statement => [statement.Action].flat().includes('s3:PutObject'))!;
    expect(JSON.stringify(put.Resource)).toContain('/uploads/*');
  });

  it('holds no managed policy of AWS and no inline one', () => {
    const stack = testStack();
    uploader(stack);
    Object.values(resources(stack, 'AWS::IAM::Role')).forEach(role => {
      expect(role.Properties.ManagedPolicyArns).toBeUndefined();
      expect(role.Properties.Policies).toBeUndefined();
    });
    Template.fromStack(stack).resourceCountIs('AWS::IAM::Policy', 0);
  });

  it('tells the handler its limits in bytes and seconds', () => {
    const stack = testStack();
    uploader(stack, {
      maxUploadSize: Size.gibibytes(2), uploadExpiry: Duration.minutes(5), allowedOrigins: ['https://a.example'], logLevel: 'DEBUG',
    });
    expect(only(stack, 'AWS::Lambda::Function').Environment.Variables).toMatchObject({
      MAX_UPLOAD_BYTES: '2147483648', UPLOAD_EXPIRY_SECONDS: '300', ALLOWED_ORIGINS: '["https://a.example"]', LOG_LEVEL: 'DEBUG',
    });
  });

  it('keeps executions for itself and logs for as long as asked', () => {
    const stack = testStack();
    uploader(stack, {
      reservedConcurrentExecutions: 5, logRetention: logs.RetentionDays.ONE_WEEK, removalPolicy: RemovalPolicy.DESTROY,
    });
    expect(only(stack, 'AWS::Lambda::Function').ReservedConcurrentExecutions).toBe(5);
    Template.fromStack(stack).hasResource('AWS::Logs::LogGroup', {
      DeletionPolicy: 'Delete', Properties: { RetentionInDays: 7, KmsKeyId: Match.anyValue() },
    });
  });

  it('says how to get a handler that is missing', () => {
    const exists = jest.spyOn(jest.requireActual<typeof import('fs')>('fs'), 'existsSync').mockReturnValue(false);
    try {
      expect(() => uploader(testStack())).toThrow(/bundled uploader handler is missing: there is no index.js in .*run `npx projen bundle`/);
    } finally {
      exists.mockRestore();
    }
  });

  it.each([
    [{ maxUploadSize: Size.bytes(0) }, /maxUploadSize must be from 1 byte to 5 GiB.*got 0 bytes/],
    [{ maxUploadSize: Size.gibibytes(6) }, /maxUploadSize must be from 1 byte to 5 GiB.*got 6442450944 bytes/],
    [{ uploadExpiry: Duration.minutes(16) }, /uploadExpiry must be from 1 to 15 minutes, got 16 minutes/],
    [{ uploadExpiry: Duration.seconds(59) }, /uploadExpiry must be from 1 to 15 minutes, got 59 seconds/],
    [{ reservedConcurrentExecutions: 0 }, /reservedConcurrentExecutions must be a whole number of at least 1, got 0/],
    [{ logLevel: 'VERBOSE' }, /logLevel must be one of DEBUG, INFO, WARN, ERROR, got 'VERBOSE'/],
  ])('refuses %j', (props, message) => {
    expect(() => uploader(testStack(), props)).toThrow(message);
  });
});
