import * as fs from 'node:fs';
import * as path from 'node:path';

/** Written by hand, so that these tests know every value that the local platform must find. */
export interface FixtureOptions {
  /** Code of the one function. */
  readonly functionCode?: string;
  /** Code of the worker's `index.js`. */
  readonly workerCode?: string;
  /** Changes the template before it is written. */
  readonly change?: (template: FixtureTemplate) => void;
}

export type FixtureResource = { Type: string; Properties: Record<string, any>; Condition?: string };
export type FixtureTemplate = {
  Parameters?: Record<string, any>;
  Mappings?: Record<string, any>;
  Conditions?: Record<string, any>;
  Outputs?: Record<string, any>;
  Resources: Record<string, FixtureResource>;
};

const ECHO = `exports.handler = async (event, context) => ({
  statusCode: 200,
  headers: { 'X-Function': context.functionName },
  body: JSON.stringify({ event, environment: process.env }),
});`;
const IDLE_WORKER = "setInterval(() => undefined, 1000); process.on('SIGTERM', () => process.exit(0));";

/** Writes a cloud assembly of one stack: a bucket, a queue, a function behind an API, and a worker. */
export function writeFixtureAssembly(directory: string, options: FixtureOptions = {}): string {
  const template = fixtureTemplate();
  options.change?.(template);
  writeFile(directory, 'asset.function/index.js', options.functionCode ?? ECHO);
  writeFile(directory, 'asset.worker/index.js', options.workerCode ?? IDLE_WORKER);
  writeFile(directory, 'Fixture.template.json', JSON.stringify(template));
  writeFile(directory, 'Fixture.assets.json', JSON.stringify({
    files: { code: { source: { path: 'asset.function' }, destinations: { here: { objectKey: 'code.zip' } } } },
    dockerImages: { image: { source: { directory: 'asset.worker' }, destinations: { here: { imageTag: 'image' } } } },
  }));
  writeFile(directory, 'manifest.json', JSON.stringify({
    version: '1',
    artifacts: {
      'Fixture.assets': { type: 'cdk:asset-manifest', properties: { file: 'Fixture.assets.json' } },
      Fixture: { type: 'aws:cloudformation:stack', environment: 'aws://unknown-account/unknown-region', properties: { templateFile: 'Fixture.template.json' } },
    },
  }));
  return directory;
}

function writeFile(directory: string, name: string, content: string): void {
  const file = path.join(directory, name);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, content);
}

const attribute = (logicalId: string, name: string) => ({ 'Fn::GetAtt': [logicalId, name] });
const ref = (logicalId: string) => ({ Ref: logicalId });

function fixtureTemplate(): FixtureTemplate {
  return { Resources: { ...data(), ...compute(), ...access() } };
}

function data(): FixtureTemplate['Resources'] {
  return {
    Bucket: {
      Type: 'AWS::S3::Bucket',
      Properties: { VersioningConfiguration: { Status: 'Enabled' }, NotificationConfiguration: { EventBridgeConfiguration: {} } },
    },
    Table: {
      Type: 'AWS::DynamoDB::Table',
      Properties: { KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }], AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }] },
    },
    DeadLetters: { Type: 'AWS::SQS::Queue', Properties: {} },
    Jobs: {
      Type: 'AWS::SQS::Queue',
      Properties: { VisibilityTimeout: 60, RedrivePolicy: { deadLetterTargetArn: attribute('DeadLetters', 'Arn'), maxReceiveCount: 3 } },
    },
    JobsPolicy: {
      Type: 'AWS::SQS::QueuePolicy',
      Properties: {
        Queues: [ref('Jobs')],
        PolicyDocument: {
          Statement: [{
            Effect: 'Allow',
            Action: 'sqs:SendMessage',
            Resource: attribute('Jobs', 'Arn'),
            Principal: { Service: 'events.amazonaws.com' },
            Condition: { ArnEquals: { 'aws:SourceArn': attribute('Arrivals', 'Arn') } },
          }],
        },
      },
    },
    Arrivals: {
      Type: 'AWS::Events::Rule',
      Properties: {
        EventPattern: { source: ['aws.s3'], detail: { bucket: { name: [ref('Bucket')] } } },
        Targets: [{ Id: 'Jobs', Arn: attribute('Jobs', 'Arn') }],
      },
    },
  };
}

function compute(): FixtureTemplate['Resources'] {
  const role = { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: {} } };
  return {
    FunctionRole: { ...role },
    FunctionPolicy: {
      Type: 'AWS::IAM::ManagedPolicy',
      Properties: {
        Roles: [ref('FunctionRole')],
        PolicyDocument: { Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: { 'Fn::Join': ['', [attribute('Bucket', 'Arn'), '/*']] } }] },
      },
    },
    Function: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        Code: { S3Bucket: 'assets', S3Key: 'code.zip' },
        Handler: 'index.handler',
        Runtime: 'nodejs24.x',
        Role: attribute('FunctionRole', 'Arn'),
        Timeout: 2,
        MemorySize: 256,
        Environment: { Variables: { VIDEO_BUCKET: ref('Bucket'), LIMIT: 5 } },
      },
    },
    FunctionPermission: {
      Type: 'AWS::Lambda::Permission',
      Properties: {
        Action: 'lambda:InvokeFunction',
        FunctionName: attribute('Function', 'Arn'),
        Principal: 'apigateway.amazonaws.com',
        SourceArn: { 'Fn::Sub': 'arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/*' },
      },
    },
    TaskRole: { ...role },
    TaskRolePolicy: {
      Type: 'AWS::IAM::Policy',
      Properties: {
        PolicyName: 'Worker',
        Roles: [ref('TaskRole')],
        PolicyDocument: { Statement: [{ Effect: 'Allow', Action: 'sqs:ReceiveMessage', Resource: attribute('Jobs', 'Arn') }] },
      },
    },
    Task: {
      Type: 'AWS::ECS::TaskDefinition',
      Properties: {
        TaskRoleArn: attribute('TaskRole', 'Arn'),
        ContainerDefinitions: [{
          Name: 'processor',
          Image: { 'Fn::Sub': 'repository.${AWS::URLSuffix}/images:image' },
          StopTimeout: 5,
          Environment: [{ Name: 'JOB_QUEUE_URL', Value: ref('Jobs') }, { Name: 'SCRATCH_DIR', Value: 'scratch' }],
        }],
      },
    },
    Cluster: { Type: 'AWS::ECS::Cluster', Properties: {} },
    Service: { Type: 'AWS::ECS::Service', Properties: { Cluster: ref('Cluster'), TaskDefinition: ref('Task') } },
  };
}

function access(): FixtureTemplate['Resources'] {
  const resource = (parent: object, PathPart: string): FixtureResource =>
    ({ Type: 'AWS::ApiGateway::Resource', Properties: { RestApiId: ref('Api'), ParentId: parent, PathPart } });
  const uri = ['arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/', attribute('Function', 'Arn'), '/invocations'];
  const method = (of: object, HttpMethod: string, more: object = {}): FixtureResource => ({
    Type: 'AWS::ApiGateway::Method',
    Properties: { RestApiId: ref('Api'), ResourceId: of, HttpMethod, Integration: { Type: 'AWS_PROXY', Uri: { 'Fn::Join': ['', uri] } }, ...more },
  });
  const guarded = { AuthorizationType: 'COGNITO_USER_POOLS', AuthorizerId: ref('Authorizer'), AuthorizationScopes: ['videos/watch'] };
  return {
    Pool: { Type: 'AWS::Cognito::UserPool', Properties: {} },
    Client: { Type: 'AWS::Cognito::UserPoolClient', Properties: { UserPoolId: ref('Pool') } },
    Scopes: {
      Type: 'AWS::Cognito::UserPoolResourceServer',
      Properties: { UserPoolId: ref('Pool'), Identifier: 'videos', Scopes: [{ ScopeName: 'watch' }, { ScopeName: 'upload' }] },
    },
    Api: { Type: 'AWS::ApiGateway::RestApi', Properties: { Name: 'fixture' } },
    Authorizer: {
      Type: 'AWS::ApiGateway::Authorizer',
      Properties: { RestApiId: ref('Api'), Type: 'COGNITO_USER_POOLS', IdentitySource: 'method.request.header.Authorization', ProviderARNs: [attribute('Pool', 'Arn')] },
    },
    ApiRoot: resource(attribute('Api', 'RootResourceId'), 'api'),
    Health: resource(ref('ApiRoot'), 'health'),
    Video: resource(ref('ApiRoot'), '{videoId}'),
    GetHealth: method(ref('Health'), 'GET'),
    PostHealth: method(ref('Health'), 'POST'),
    GetVideo: method(ref('Video'), 'GET', guarded),
    Preflight: {
      Type: 'AWS::ApiGateway::Method',
      Properties: {
        RestApiId: ref('Api'),
        ResourceId: ref('Video'),
        HttpMethod: 'OPTIONS',
        AuthorizationType: 'NONE',
        Integration: {
          Type: 'MOCK',
          IntegrationResponses: [{
            StatusCode: '204', ResponseParameters: { 'method.response.header.Access-Control-Allow-Origin': "'https://console.example.com'" },
          }],
        },
      },
    },
    Stage: { Type: 'AWS::ApiGateway::Stage', Properties: { RestApiId: ref('Api'), StageName: 'v1' } },
  };
}
