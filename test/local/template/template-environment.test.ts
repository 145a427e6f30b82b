import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import {
  readBuckets, readEnvironmentTemplate, readFunction, readPrincipal, readQueues, readResourcePolicies, readRestApi, readRules, readTables,
  readUserPool, readWorker, TemplateEnvironment,
} from '../../../local/template';
import { FixtureTemplate, writeFixtureAssembly } from '../support/fixture-assembly';

const ENDPOINT = 'http://127.0.0.1:4566';
let directory: string;

beforeEach(() => { directory = fs.mkdtempSync(path.join(os.tmpdir(), 'assembly-')); });
afterEach(() => fs.rmSync(directory, { recursive: true, force: true }));

function read(change?: (template: FixtureTemplate) => void): TemplateEnvironment {
  return readEnvironmentTemplate(writeFixtureAssembly(directory, { change }), { aws: () => ENDPOINT });
}

describe('what the template defines is found with local values', () => {
  test('a stack without account and region gets the default ones', () => {
    expect(read().main).toMatchObject({ account: '000000000000', region: 'us-east-1' });
  });

  test('buckets: versioning, events, and a name that is the same on every run', () => {
    const [bucket] = readBuckets(read());
    expect(bucket).toMatchObject({ versioned: true, eventBridge: true, arn: `arn:aws:s3:::${bucket.name}` });
    expect(bucket.name).toMatch(/^fixture-bucket-[a-z0-9]{12}$/);
    expect(readBuckets(read())[0].name).toBe(bucket.name);
  });

  test('a bucket without a notification configuration sends no events', () => {
    const [bucket] = readBuckets(read(({ Resources }) => { delete Resources.Bucket.Properties.NotificationConfiguration; }));
    expect(bucket.eventBridge).toBe(false);
  });

  test('queues: their settings, and the dead-letter queue by its ARN', () => {
    const environment = read();
    const [deadLetters, jobs] = readQueues(environment);
    expect(jobs).toMatchObject({ visibilityTimeout: 60, redrivePolicy: { deadLetterTargetArn: deadLetters.arn, maxReceiveCount: 3 } });
  });

  test('tables: their keys', () => {
    expect(readTables(read())[0].keySchema).toEqual([{ AttributeName: 'pk', KeyType: 'HASH' }]);
  });

  test('rules: the pattern names the bucket, the target the queue', () => {
    const environment = read();
    const [rule] = readRules(environment);
    expect(rule.eventPattern).toEqual({ source: ['aws.s3'], detail: { bucket: { name: [readBuckets(environment)[0].name] } } });
    expect(rule.targets).toEqual([{ id: 'Jobs', arn: readQueues(environment)[1].arn, deadLetterArn: undefined }]);
  });

  test('a function has exactly the variables of the template, as strings', () => {
    const environment = read();
    const { integration } = readRestApi(environment).methods.find(({ path: at }) => at === '/api/{videoId}')!;
    const definition = readFunction(environment, integration.type === 'lambda' ? integration.functionArn : '');
    expect(definition.environment).toEqual({ VIDEO_BUCKET: readBuckets(environment)[0].name, LIMIT: '5' });
    expect(definition).toMatchObject({ handler: 'index.handler', timeoutSeconds: 2, memoryMegabytes: 256, codeDirectory: path.join(directory, 'asset.function') });
  });

  test('a role has the managed policies that name it, and those of a policy resource', () => {
    const environment = read();
    const [functionRole, taskRole] = environment.ofType('AWS::IAM::Role').map(role => readPrincipal(environment, role.arn));
    expect(functionRole.policies.map(({ name }) => name)).toEqual(['FunctionPolicy']);
    expect(taskRole.policies.map(({ name }) => name)).toEqual(['Worker']);
    expect(taskRole.policies[0].document.Statement).toEqual([{ Effect: 'Allow', Action: 'sqs:ReceiveMessage', Resource: readQueues(environment)[1].arn }]);
  });

  test('a role may also name its managed policies, or hold policies inline', () => {
    const environment = read(({ Resources }) => {
      delete Resources.FunctionPolicy.Properties.Roles;
      Resources.FunctionRole.Properties = { ManagedPolicyArns: [{ Ref: 'FunctionPolicy' }], Policies: [{ PolicyName: 'Inline', PolicyDocument: { Statement: [] } }] };
    });
    const [role] = environment.ofType('AWS::IAM::Role');
    expect(readPrincipal(environment, role.arn).policies.map(({ name }) => name)).toEqual(['Inline', 'FunctionPolicy']);
  });

  test('a permission of a function is a statement of its policy', () => {
    const environment = read();
    const [functionResource] = environment.ofType('AWS::Lambda::Function');
    const policy = readResourcePolicies(environment).find(({ resourceArn }) => resourceArn === functionResource.arn)!;
    expect(policy.document.Statement).toEqual([expect.objectContaining({
      Action: 'lambda:InvokeFunction',
      Principal: { Service: 'apigateway.amazonaws.com' },
      Condition: { ArnLike: { 'aws:SourceArn': expect.stringMatching(/^arn:aws:execute-api:us-east-1:000000000000:[a-z0-9]{10}\/\*$/) } },
    })]);
  });

  test('the worker: image, role, stop timeout, and the queue by its local URL', () => {
    const worker = readWorker(read());
    expect(worker).toMatchObject({ containerName: 'processor', imageDirectory: path.join(directory, 'asset.worker'), stopTimeoutSeconds: 5 });
    expect(worker.environment).toEqual({
      JOB_QUEUE_URL: expect.stringMatching(new RegExp(`^${ENDPOINT}/000000000000/Fixture-Jobs-[a-z0-9]{12}$`)), SCRATCH_DIR: 'scratch',
    });
    expect(worker.taskRoleArn).toMatch(/:role\/Fixture-TaskRole-/);
    expect(worker.clusterArn).toMatch(/^arn:aws:ecs:us-east-1:000000000000:cluster\/Fixture-Cluster-/);
  });

  test('the user pool: issuer, client and scopes', () => {
    const pool = readUserPool(read());
    expect(pool.scopes).toEqual(['videos/watch', 'videos/upload']);
    expect(pool.issuer).toBe(`https://cognito-idp.us-east-1.amazonaws.com/${pool.poolId}`);
    expect(pool.accessTokenSeconds).toBe(3600);
  });

  test('the API: paths, authorizer and mock answers', () => {
    const { methods, stage } = readRestApi(read());
    expect(stage).toBe('v1');
    expect(methods.map(({ httpMethod, path: at }) => `${httpMethod} ${at}`))
      .toEqual(['GET /api/health', 'POST /api/health', 'GET /api/{videoId}', 'OPTIONS /api/{videoId}']);
    expect(methods[0].authorizer).toBeUndefined();
    expect(methods[2].authorizer).toMatchObject({ header: 'authorization', scopes: ['videos/watch'] });
    expect(methods[3].integration).toMatchObject({ type: 'mock', status: 204, headers: { 'Access-Control-Allow-Origin': 'https://console.example.com' } });
  });

  test('a preflight for several origins names them all', () => {
    const { methods } = readRestApi(read(({ Resources }) => {
      Resources.Preflight.Properties.Integration.IntegrationResponses[0].ResponseTemplates = {
        'application/json': '#set($origin = $input.params().header.get("Origin"))\n#if($origin == "https://a.example" || $origin == "https://b.example")\n'
          + '  #set($context.responseOverride.header.Access-Control-Allow-Origin = $origin)\n#end',
      };
    }));
    expect(methods[3].integration).toMatchObject({ furtherOrigins: ['https://a.example', 'https://b.example'] });
  });

  test('a resource whose condition does not hold is not there', () => {
    const environment = read(template => {
      template.Conditions = { Never: { 'Fn::Equals': ['a', 'b'] } };
      template.Resources.DeadLetters.Condition = 'Never';
    });
    expect(readQueues(environment)).toHaveLength(1);
  });
});

describe('what cannot run locally is an error that says why', () => {
  test.each<[string, (template: FixtureTemplate) => void, (environment: TemplateEnvironment) => unknown, RegExp]>([
    ['an attribute that nobody knows', ({ Resources }) => { Resources.Task.Properties.ContainerDefinitions[0].Environment[1].Value = { 'Fn::GetAtt': ['Bucket', 'WebsiteURL'] }; },
      environment => readWorker(environment).environment,
      /Task\.Properties\.ContainerDefinitions\.0\.Environment\.1\.Value needs attribute WebsiteURL of Bucket \(AWS::S3::Bucket\)/],
    ['a type that nobody knows', ({ Resources }) => {
      Resources.Stream = { Type: 'AWS::Kinesis::Stream', Properties: {} };
      Resources.Function.Properties.Environment.Variables.STREAM = { Ref: 'Stream' };
    }, environment => readFunction(environment, environment.ofType('AWS::Lambda::Function')[0].arn).environment, /needs Ref of Stream \(AWS::Kinesis::Stream\)/],
    ['a reference to nothing', ({ Resources }) => { Resources.Function.Properties.Role = { Ref: 'Nobody' }; },
      environment => readFunction(environment, environment.ofType('AWS::Lambda::Function')[0].arn), /no resource or parameter Nobody/],
    ['an input transformer', ({ Resources }) => { Resources.Arrivals.Properties.Targets[0].InputTransformer = {}; }, readRules, /InputTransformer, which is not implemented/],
    ['an image from elsewhere', ({ Resources }) => { Resources.Task.Properties.ContainerDefinitions[0].Image = 'public.ecr.aws/x/y:1'; }, readWorker,
      /no container uses an image asset.*public\.ecr\.aws\/x\/y:1/],
    ['a container with secrets', ({ Resources }) => { Resources.Task.Properties.ContainerDefinitions[0].Secrets = [{ Name: 'A', ValueFrom: 'b' }]; }, readWorker, /sets Secrets/],
    ['code that is no asset', ({ Resources }) => { Resources.Function.Properties.Code = { S3Bucket: 'b', S3Key: 'other.zip' }; },
      environment => readFunction(environment, environment.ofType('AWS::Lambda::Function')[0].arn), /not a file asset.*other\.zip/],
    ['an HTTP integration', ({ Resources }) => { Resources.GetVideo.Properties.Integration = { Type: 'HTTP', Uri: 'https://x' }; }, readRestApi, /integration HTTP https:\/\/x is not/],
    ['a custom authorizer', ({ Resources }) => { Resources.GetVideo.Properties.AuthorizationType = 'CUSTOM'; }, readRestApi, /authorization CUSTOM is not/],
    ['a response template that is no preflight', ({ Resources }) => {
      Resources.Preflight.Properties.Integration.IntegrationResponses[0].ResponseTemplates = { 'application/json': '$input.body' };
    }, readRestApi, /response template of a mock is not implemented/],
  ])('%s', (_, change, use, message) => {
    expect(() => use(read(change))).toThrow(message);
  });

  test('a value that nobody asks for may be anything', () => {
    const environment = read(({ Resources }) => { Resources.Function.Properties.KmsKeyArn = { 'Fn::GetAtt': ['Nobody', 'Nothing'] }; });
    expect(readFunction(environment, environment.ofType('AWS::Lambda::Function')[0].arn).handler).toBe('index.handler');
  });

  test('a folder without an assembly', () => {
    expect(() => readEnvironmentTemplate(path.join(directory, 'nothing'), { aws: () => ENDPOINT })).toThrow(/no manifest\.json.*npm run synth/);
  });
});
