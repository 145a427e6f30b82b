import { DescribeServicesCommand, ECSClient, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { GetQueueAttributesCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { AwsClientStub, mockClient } from 'aws-sdk-client-mock';
import { EcsWorkerFleet } from '../../../../src/runtime/adapters/aws/ecs-worker-fleet';
import { SqsJobCounter } from '../../../../src/runtime/adapters/aws/sqs-job-counter';
import { ACCOUNT, Platform, REGION } from '../../../local/aws/support/platform';

const CLUSTER = `arn:aws:ecs:${REGION}:${ACCOUNT}:cluster/videos`;
const SERVICE = `arn:aws:ecs:${REGION}:${ACCOUNT}:service/videos/workers`;
const SCALER = `arn:aws:iam::${ACCOUNT}:role/scaler`;
const JOBS = `arn:aws:sqs:${REGION}:${ACCOUNT}:jobs`;

describe('against the local services, under the grants of the role', () => {
  let platform: Platform;
  let started: number[];

  beforeEach(async () => {
    started = [];
    const statements = [
      { Effect: 'Allow' as const, Action: ['ecs:DescribeServices', 'ecs:UpdateService'], Resource: SERVICE },
      { Effect: 'Allow' as const, Action: 'sqs:GetQueueAttributes', Resource: JOBS },
    ];
    platform = await Platform.start({
      ecsServices: [{ arn: SERVICE, clusterArn: CLUSTER, desiredCount: 0, onDesiredCount: count => started.push(count) }],
      principals: [{ arn: SCALER, policies: [{ name: 'scaler', document: { Version: '2012-10-17', Statement: statements } }] }],
    });
  });
  afterEach(() => platform.close());

  test('reads the number of workers and asks for another one', async () => {
    const fleet = new EcsWorkerFleet(new ECSClient(platform.config(SCALER)), { cluster: 'videos', service: SERVICE });
    expect(await fleet.wanted()).toBe(0);
    await fleet.want(1);
    expect([await fleet.wanted(), started]).toEqual([1, [1]]);
  });

  test('a service that is not there has no number, and nobody is started', async () => {
    const fleet = new EcsWorkerFleet(new ECSClient(platform.config(SCALER)), { cluster: 'videos', service: 'others' });
    expect(await fleet.wanted()).toBeUndefined();
    await fleet.want(1);
    expect(started).toEqual([]);
  });

  test('changes of another kind are refused, not ignored', async () => {
    const client = new ECSClient(platform.config());
    await expect(client.send(new UpdateServiceCommand({ cluster: 'videos', service: 'workers', desiredCount: 1, forceNewDeployment: true })))
      .rejects.toMatchObject({ name: 'InvalidParameterException' });
  });

  test('counts the jobs that wait and those in flight', async () => {
    const sqs = platform.sqs();
    for (const body of ['a', 'b']) await sqs.send(new SendMessageCommand({ QueueUrl: platform.jobsUrl, MessageBody: body }));
    const counter = new SqsJobCounter(new SQSClient(platform.config(SCALER)), platform.jobsUrl);
    expect(await counter.count()).toEqual({ waiting: 2, inFlight: 0 });
  });
});

describe('what ECS may answer', () => {
  let ecs: AwsClientStub<ECSClient>;
  const fleet = new EcsWorkerFleet(new ECSClient({ region: REGION }), { cluster: 'videos', service: SERVICE });
  const failure = (name: string, httpStatusCode = 400) => Object.assign(new Error('from the service'), { name, $metadata: { httpStatusCode } });
  beforeEach(() => { ecs = mockClient(ECSClient); });
  afterEach(() => ecs.restore());

  test.each(['DRAINING', 'INACTIVE'])('a service that is %s takes no workers', async status => {
    ecs.on(DescribeServicesCommand).resolves({ services: [{ status, desiredCount: 0 }] });
    expect(await fleet.wanted()).toBeUndefined();
  });

  test('a failure that is no missing service is one', async () => {
    ecs.on(DescribeServicesCommand).resolves({ services: [], failures: [{ arn: SERVICE, reason: 'ACCESS' }] });
    await expect(fleet.wanted()).rejects.toMatchObject({ code: 'ACCESS_OR_CONFIGURATION' });
  });

  test.each(['ServiceNotActiveException', 'ServiceNotFoundException'])('%s: the stack goes, nobody is to be started', async name => {
    ecs.on(UpdateServiceCommand).rejects(failure(name));
    await expect(fleet.want(1)).resolves.toBeUndefined();
  });

  test.each([['AccessDeniedException', 'ACCESS_OR_CONFIGURATION'], ['ThrottlingException', 'SERVICE_UNAVAILABLE']])('%s is thrown as %s', async (name, code) => {
    ecs.on(UpdateServiceCommand).rejects(failure(name));
    ecs.on(DescribeServicesCommand).rejects(failure(name));
    await expect(fleet.want(1)).rejects.toMatchObject({ code });
    await expect(fleet.wanted()).rejects.toMatchObject({ code });
  });

  test('changes nothing but the number', async () => {
    ecs.on(UpdateServiceCommand).resolves({});
    await fleet.want(3);
    expect(ecs.commandCalls(UpdateServiceCommand).map(call => call.args[0].input)).toEqual([{ cluster: 'videos', service: SERVICE, desiredCount: 3 }]);
  });

  test('a queue without attributes has no jobs', async () => {
    const sqs = mockClient(SQSClient);
    sqs.on(GetQueueAttributesCommand).resolves({});
    expect(await new SqsJobCounter(new SQSClient({ region: REGION }), 'url').count()).toEqual({ waiting: 0, inFlight: 0 });
    sqs.restore();
  });
});
