import { operatorArn, PolicyAuthorizer, PolicyStatement, ResourcePolicy } from '../../../../local/aws/iam';
import { AccessDenied, Caller, ConditionContext } from '../../../../local/aws/types';

const ACCOUNT = '111122223333';
const WORKER = `arn:aws:iam::${ACCOUNT}:role/worker`;
const BUCKET = 'arn:aws:s3:::videos';
const QUEUE = `arn:aws:sqs:eu-central-1:${ACCOUNT}:jobs`;
const KEY = `arn:aws:kms:eu-central-1:${ACCOUNT}:key/1`;
const EVENTS = 'events.amazonaws.com';

function authorizer(statements: PolicyStatement[], resourcePolicies: ResourcePolicy[] = []): PolicyAuthorizer {
  return new PolicyAuthorizer({
    accountId: ACCOUNT,
    region: 'eu-central-1',
    principals: [{ arn: WORKER, policies: [{ name: 'worker', document: { Version: '2012-10-17', Statement: statements } }] }],
    resourcePolicies,
  });
}

function caller(principalArn: string = WORKER): Caller {
  return { accessKeyId: 'ASIATEST', principalArn };
}

function allows(subject: PolicyAuthorizer, action: string, resource: string, context?: ConditionContext, as = caller()): boolean {
  try {
    subject.authorize(as, action, resource, context);
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(AccessDenied);
    return false;
  }
}

function resourcePolicy(resourceArn: string, ...statements: PolicyStatement[]): ResourcePolicy {
  return { resourceArn, document: { Version: '2012-10-17', Statement: statements } };
}

describe('identity policies', () => {
  const subject = authorizer([
    { Effect: 'Allow', Action: ['s3:GetObject', 's3:List*'], Resource: [`${BUCKET}/uploads/*`, BUCKET] },
    { Effect: 'Allow', Action: 's3:*', Resource: `${BUCKET}/scratch/?.bin` },
    { Effect: 'Deny', Action: 's3:GetObject', Resource: `${BUCKET}/uploads/secret/*` },
  ]);

  test('an action and resource that a statement names are allowed', () => {
    expect(allows(subject, 's3:GetObject', `${BUCKET}/uploads/a/source`)).toBe(true);
  });

  test('anything no statement names is refused', () => {
    expect(allows(subject, 's3:PutObject', `${BUCKET}/uploads/a/source`)).toBe(false);
    expect(allows(subject, 's3:GetObject', `${BUCKET}/media/a`)).toBe(false);
    expect(allows(subject, 's3:GetObject', 'arn:aws:s3:::videos-of-others/uploads/a')).toBe(false);
  });

  test('an explicit deny wins over an allow', () => {
    expect(allows(subject, 's3:GetObject', `${BUCKET}/uploads/secret/a`)).toBe(false);
  });

  test('the action is compared without regard to case, the resource with', () => {
    expect(allows(subject, 'S3:getobject', `${BUCKET}/uploads/a`)).toBe(true);
    expect(allows(subject, 's3:GetObject', `${BUCKET}/Uploads/a`)).toBe(false);
  });

  test('* spans separators and may be empty, ? is exactly one character', () => {
    expect(allows(subject, 's3:GetObject', `${BUCKET}/uploads/`)).toBe(true);
    expect(allows(subject, 's3:ListBucket', BUCKET)).toBe(true);
    expect(allows(subject, 's3:DeleteObject', `${BUCKET}/scratch/1.bin`)).toBe(true);
    expect(allows(subject, 's3:DeleteObject', `${BUCKET}/scratch/12.bin`)).toBe(false);
    expect(allows(subject, 's3:DeleteObject', `${BUCKET}/scratch/1xbin`)).toBe(false);
  });

  test('NotAction and NotResource select everything else', () => {
    const inverse = authorizer([{ Effect: 'Allow', NotAction: 's3:Delete*', NotResource: `${BUCKET}/private/*` }]);
    expect(allows(inverse, 's3:GetObject', `${BUCKET}/a`)).toBe(true);
    expect(allows(inverse, 's3:DeleteObject', `${BUCKET}/a`)).toBe(false);
    expect(allows(inverse, 's3:GetObject', `${BUCKET}/private/a`)).toBe(false);
  });

  test('a principal that no template defines may do nothing', () => {
    expect(allows(subject, 's3:GetObject', `${BUCKET}/uploads/a`, {}, caller(`arn:aws:iam::${ACCOUNT}:role/stranger`))).toBe(false);
  });

  test('the refusal names principal, action, resource and reason', () => {
    expect(() => subject.authorize(caller(), 's3:PutObject', `${BUCKET}/x`))
      .toThrow(`${WORKER} is not authorized to perform s3:PutObject on ${BUCKET}/x: because no identity-based policy allows the action`);
    expect(() => subject.authorize(caller(), 's3:GetObject', `${BUCKET}/uploads/secret/a`)).toThrow('explicit deny');
  });

  test('the operator of the local platform is bound by no policy', () => {
    const denied = authorizer([], [resourcePolicy(BUCKET, { Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: '*' })]);
    expect(allows(denied, 's3:PutObject', `${BUCKET}/x`, {}, caller(operatorArn(ACCOUNT)))).toBe(true);
    expect(allows(denied, 's3:PutObject', `${BUCKET}/x`)).toBe(false);
  });
});

describe('resource policies', () => {
  const sendMessage: PolicyStatement = {
    Effect: 'Allow',
    Principal: { Service: EVENTS },
    Action: 'sqs:SendMessage',
    Resource: QUEUE,
    Condition: { ArnEquals: { 'aws:SourceArn': 'arn:aws:events:eu-central-1:111122223333:rule/created' } },
  };

  test('a service is allowed only under the conditions of the queue policy', () => {
    const subject = authorizer([], [resourcePolicy(QUEUE, sendMessage)]);
    const source = (rule: string) => ({ 'aws:SourceArn': `arn:aws:events:eu-central-1:${ACCOUNT}:rule/${rule}` });
    expect(allows(subject, 'sqs:SendMessage', QUEUE, source('created'), caller(EVENTS))).toBe(true);
    expect(allows(subject, 'sqs:SendMessage', QUEUE, source('other'), caller(EVENTS))).toBe(false);
    expect(allows(subject, 'sqs:SendMessage', QUEUE, {}, caller(EVENTS))).toBe(false);
    expect(allows(subject, 'sqs:SendMessage', QUEUE, source('created'), caller('s3.amazonaws.com'))).toBe(false);
  });

  test('a resource policy that names the role is enough by itself', () => {
    const subject = authorizer([], [resourcePolicy(BUCKET, {
      Effect: 'Allow', Principal: { AWS: WORKER }, Action: 's3:GetObject', Resource: `${BUCKET}/*`,
    })]);
    expect(allows(subject, 's3:GetObject', `${BUCKET}/a`)).toBe(true);
    expect(allows(subject, 's3:PutObject', `${BUCKET}/a`)).toBe(false);
  });

  test('a resource policy that names only the account grants nothing by itself', () => {
    const account = resourcePolicy(BUCKET, {
      Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: 's3:GetObject', Resource: `${BUCKET}/*`,
    });
    expect(allows(authorizer([], [account]), 's3:GetObject', `${BUCKET}/a`)).toBe(false);
  });

  test('a deny of the bucket policy overrides what the role allows', () => {
    const subject = authorizer([{ Effect: 'Allow', Action: 's3:*', Resource: '*' }], [resourcePolicy(BUCKET,
      { Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: [BUCKET, `${BUCKET}/*`], Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
      {
        Effect: 'Deny',
        Principal: { AWS: '*' },
        Action: 's3:PutObject',
        Resource: `${BUCKET}/*`,
        Condition: { Null: { 's3:x-amz-server-side-encryption': 'false' }, StringNotEquals: { 's3:x-amz-server-side-encryption': 'aws:kms' } },
      })]);
    expect(allows(subject, 's3:PutObject', `${BUCKET}/a`)).toBe(true);
    expect(allows(subject, 's3:PutObject', `${BUCKET}/a`, { 's3:x-amz-server-side-encryption': 'aws:kms' })).toBe(true);
    expect(allows(subject, 's3:PutObject', `${BUCKET}/a`, { 's3:x-amz-server-side-encryption': 'AES256' })).toBe(false);
    expect(allows(subject, 's3:GetObject', `${BUCKET}/a`, { 'aws:SecureTransport': 'false' })).toBe(false);
  });

  test('a key needs its key policy to let identity policies count', () => {
    const identity: PolicyStatement[] = [{ Effect: 'Allow', Action: 'kms:Decrypt', Resource: KEY }];
    const delegating = resourcePolicy(KEY, { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: 'kms:*', Resource: '*' });
    const closed = resourcePolicy(KEY, { Effect: 'Allow', Principal: { Service: EVENTS }, Action: 'kms:Decrypt', Resource: '*' });
    expect(allows(authorizer(identity, [delegating]), 'kms:Decrypt', KEY)).toBe(true);
    expect(allows(authorizer([], [delegating]), 'kms:Decrypt', KEY)).toBe(false);
    expect(allows(authorizer(identity, [closed]), 'kms:Decrypt', KEY)).toBe(false);
    expect(allows(authorizer(identity), 'kms:Decrypt', KEY)).toBe(true);
  });
});

describe('what was used', () => {
  test('every allowed call is reported once, refused ones not at all', () => {
    const subject = authorizer([{ Effect: 'Allow', Action: 's3:GetObject', Resource: `${BUCKET}/*` }]);
    allows(subject, 's3:GetObject', `${BUCKET}/a`);
    allows(subject, 's3:GetObject', `${BUCKET}/a`);
    allows(subject, 's3:PutObject', `${BUCKET}/a`);
    expect(subject.usage()).toEqual([{ principalArn: WORKER, action: 's3:GetObject', resource: `${BUCKET}/a` }]);
  });

  test('grants that nothing exercised are listed as action and resource pairs', () => {
    const subject = authorizer([
      { Sid: 'Media', Effect: 'Allow', Action: ['s3:GetObject', 's3:PutObject'], Resource: [`${BUCKET}/uploads/*`, `${BUCKET}/media/*`] },
      { Effect: 'Deny', Action: 's3:DeleteBucket', Resource: '*' },
    ]);
    allows(subject, 's3:GetObject', `${BUCKET}/uploads/a`);
    allows(subject, 's3:PutObject', `${BUCKET}/media/a`);
    expect(subject.unusedGrants(WORKER)).toEqual([
      { policy: 'worker', statement: 'Media', action: 's3:GetObject', resource: `${BUCKET}/media/*` },
      { policy: 'worker', statement: 'Media', action: 's3:PutObject', resource: `${BUCKET}/uploads/*` },
    ]);
  });

  test('asking about a principal that does not exist is an error, not an empty list', () => {
    expect(() => authorizer([]).unusedGrants('arn:aws:iam::1:role/none')).toThrow('no principal arn:aws:iam::1:role/none');
  });
});

describe('what the evaluator does not understand is refused while policies are loaded', () => {
  const allow = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' };
  test.each<[string, PolicyStatement, string]>([
    ['an unknown operator', { ...allow, Condition: { IpAddress: { 'aws:SourceArn': '10.0.0.0/8' } } }, 'condition operator "IpAddress"'],
    ['an operator named after an object method', { ...allow, Condition: { toString: { 'aws:SourceArn': 'x' } } }, 'condition operator "toString"'],
    ['an unknown quantifier', { ...allow, Condition: { 'ForSome:StringLike': { 'aws:SourceArn': 'x' } } }, 'condition operator "ForSome:StringLike"'],
    ['a condition key of our services that nobody supplies', { ...allow, Condition: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': 'x' } } },
      'condition key "dynamodb:LeadingKeys"'],
    ['a policy variable in a resource', { ...allow, Resource: 'arn:aws:s3:::videos/${aws:username}/*' }, 'policy variable'],
    ['a policy variable in a condition', { ...allow, Condition: { StringEquals: { 'aws:SourceArn': '${aws:username}' } } }, 'policy variable'],
    ['an effect that is neither', { ...allow, Effect: 'Permit' }, 'Effect must be Allow or Deny, received "Permit"'],
    ['no action', { Effect: 'Allow', Resource: '*' }, 'exactly one of Action and NotAction'],
    ['both resource elements', { ...allow, NotResource: 'x' }, 'exactly one of Resource and NotResource'],
    ['an unresolved template function', { ...allow, Resource: { Ref: 'Bucket' } as unknown as string }, 'resolve the template first'],
    ['a principal in an identity policy', { ...allow, Principal: '*' }, 'an identity policy has no Principal'],
  ])('%s', (_, statement, message) => {
    expect(() => authorizer([statement])).toThrow(message);
  });

  test.each<[string, PolicyStatement, string]>([
    ['NotPrincipal', { ...allow, NotPrincipal: { AWS: WORKER } }, 'NotPrincipal'],
    ['no principal', allow, 'names its Principal'],
    ['a federated principal', { ...allow, Principal: { Federated: 'x' } }, 'Principal of kind "Federated"'],
  ])('in a resource policy: %s', (_, statement, message) => {
    expect(() => authorizer([], [resourcePolicy(BUCKET, statement)])).toThrow(message);
  });

  test('conditions of services that the gateway does not speak are left alone', () => {
    const statement = { Effect: 'Allow', Action: 'cloudwatch:PutMetricData', Resource: '*', Condition: { StringEquals: { 'cloudwatch:namespace': 'Video' } } };
    expect(() => authorizer([statement])).not.toThrow();
  });
});
