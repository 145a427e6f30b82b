import { Duration, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { ProcessingQueue, ProcessingQueueAttributes, ProcessingQueueProps } from '../../../src/constructs/queue/processing-queue';
import { IProcessingQueue } from '../../../src/constructs/queue/processing-queue-base';
import { findings, identityStatements, newStack, permissions, resourcesOf, spell, Statement } from '../../support/template-facts';

function synth(props?: ProcessingQueueProps): { stack: Stack; queue: ProcessingQueue; template: Template } {
  const stack = newStack();
  const queue = new ProcessingQueue(stack, 'Jobs', props);
  return { stack, queue, template: Template.fromStack(stack) };
}

function queues(template: Template): { jobs: Record<string, any>; letters: Record<string, any> } {
  const all = Object.values(resourcesOf(template, 'AWS::SQS::Queue')).map(({ Properties }) => Properties);
  return { jobs: all.find(queue => queue.RedrivePolicy)!, letters: all.find(queue => !queue.RedrivePolicy)! };
}

describe('a new queue', () => {
  const { stack, template } = synth();

  test('polls long, hides a job for three heartbeats, and gives up after three receives', () => {
    expect(queues(template).jobs).toMatchObject({
      ReceiveMessageWaitTimeSeconds: 20, VisibilityTimeout: 180, RedrivePolicy: { maxReceiveCount: 3 }, SqsManagedSseEnabled: true,
    });
  });

  test('keeps dead letters for 14 days, longer than jobs', () => {
    const { jobs, letters } = queues(template);
    expect(letters).toMatchObject({ MessageRetentionPeriod: 14 * 86_400, SqsManagedSseEnabled: true });
    expect(jobs.MessageRetentionPeriod).toBeLessThan(letters.MessageRetentionPeriod);
  });

  test('refuses requests without TLS', () => {
    const policies = Object.values(resourcesOf(template, 'AWS::SQS::QueuePolicy'));
    expect(policies).toHaveLength(2);
    for (const { Properties } of policies) {
      expect(Properties.PolicyDocument.Statement[0]).toMatchObject({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } });
    }
  });

  test('passes every rule pack', () => {
    expect(findings(stack)).toEqual([]);
  });
});

describe('props that cannot work', () => {
  test.each<[string, ProcessingQueueProps, RegExp]>([
    ['no visibility', { visibilityTimeout: Duration.seconds(0) }, /visibilityTimeout must be 1 second to 12 hours in whole seconds, got 0 seconds/],
    ['a visibility of half a second', { visibilityTimeout: Duration.millis(500) }, /got 0.5 seconds/],
    ['a visibility beyond SQS', { visibilityTimeout: Duration.hours(13) }, /got 46800 seconds/],
    ['no receive', { maxReceiveCount: 0 }, /maxReceiveCount must be a whole number from 1 to 1000, got 0/],
    ['half a receive', { maxReceiveCount: 2.5 }, /got 2.5/],
    ['a retention beyond SQS', { deadLetterRetention: Duration.days(15) }, /deadLetterRetention must be 60 seconds to 14 days, got 1296000/],
    ['a retention below SQS', { retention: Duration.seconds(30) }, /retention must be 60 seconds to 14 days, got 30/],
    ['letters that vanish before jobs do', { retention: Duration.days(14) }, /longer than retention, got 1209600 and 1209600/],
    ['jobs that expire before their receives are used up', {
      retention: Duration.minutes(5), visibilityTimeout: Duration.minutes(2), maxReceiveCount: 3,
    }, /maxReceiveCount × visibilityTimeout, got 300 seconds and 3 × 120.*use days/],
  ])('%s', (_name, props, message) => {
    expect(() => synth(props)).toThrow(message);
  });
});

describe('as target of a rule', () => {
  function withRule(encryptionKey?: (stack: Stack) => kms.IKey): Template {
    const stack = newStack();
    const queue = new ProcessingQueue(stack, 'Jobs', { encryptionKey: encryptionKey?.(stack) });
    new events.Rule(stack, 'Rule', { eventPattern: { source: ['test'] } }).addTarget(queue.ruleTarget());
    return Template.fromStack(stack);
  }

  test('gets the whole event; what cannot be delivered goes to the dead-letter queue', () => {
    const [rule] = Object.values(resourcesOf(withRule(), 'AWS::Events::Rule'));
    expect(rule.Properties.Targets).toHaveLength(1);
    const [target] = rule.Properties.Targets;
    expect([spell(target.Arn), spell(target.DeadLetterConfig.Arn)]).toEqual(['<JobsQueue>', '<JobsDeadLetterQueue>']);
    expect(target).not.toHaveProperty('Input');
    expect(target).not.toHaveProperty('InputTransformer');
  });

  test('both queues accept that rule alone', () => {
    const policies = Object.values(resourcesOf(withRule(), 'AWS::SQS::QueuePolicy'));
    for (const { Properties } of policies) {
      const allowed = (Properties.PolicyDocument.Statement as Statement[]).filter(({ Effect }) => Effect === 'Allow');
      expect(allowed).toHaveLength(1);
      expect(allowed[0]).toMatchObject({ Action: 'sqs:SendMessage', Principal: { Service: 'events.amazonaws.com' } });
      expect(spell(allowed[0].Condition!.ArnEquals['aws:SourceArn'])).toBe('<Rule>');
    }
  });

  test('a customer managed key serves EventBridge for this account only', () => {
    const [key] = Object.values(resourcesOf(withRule(stack => new kms.Key(stack, 'Key')), 'AWS::KMS::Key'));
    const statements = (key.Properties.KeyPolicy.Statement as Statement[]).filter(({ Principal }) => JSON.stringify(Principal).includes('events'));
    expect(statements).toEqual([expect.objectContaining({
      Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
      Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
    })]);
  });
});

describe('grants', () => {
  function granted(grant: (queue: IProcessingQueue, role: iam.IRole) => iam.Grant, encrypted = false): Template {
    const stack = newStack();
    const queue = new ProcessingQueue(stack, 'Jobs', { encryptionKey: encrypted ? new kms.Key(stack, 'Key') : undefined });
    grant(queue, new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('ecs-tasks.amazonaws.com') }));
    return Template.fromStack(stack);
  }

  test('consuming takes, renews and deletes jobs, and nothing of the dead-letter queue', () => {
    expect(permissions(granted((queue, role) => queue.grantConsume(role)))).toEqual([
      'sqs:ChangeMessageVisibility on <JobsQueue>', 'sqs:DeleteMessage on <JobsQueue>', 'sqs:ReceiveMessage on <JobsQueue>',
    ]);
  });

  test('redriving moves dead letters back', () => {
    expect(permissions(granted((queue, role) => queue.grantRedrive(role)))).toEqual([
      'sqs:CancelMessageMoveTask on <JobsDeadLetterQueue>',
      'sqs:DeleteMessage on <JobsDeadLetterQueue>',
      'sqs:GetQueueAttributes on <JobsDeadLetterQueue>',
      'sqs:ListMessageMoveTasks on <JobsDeadLetterQueue>',
      'sqs:ReceiveMessage on <JobsDeadLetterQueue>',
      'sqs:SendMessage on <JobsQueue>',
      'sqs:StartMessageMoveTask on <JobsDeadLetterQueue>',
    ]);
  });

  test('with a customer managed key redriving decrypts dead letters and encrypts jobs, through SQS alone', () => {
    const statements = identityStatements(granted((queue, role) => queue.grantRedrive(role), true)).filter(({ Action }) => String(Action).startsWith('kms:'));
    expect(statements).toHaveLength(1);
    expect(statements[0].Action).toEqual(['kms:Decrypt', 'kms:GenerateDataKey']);
    expect(spell(statements[0].Resource)).toBe('<Key>');
    expect(JSON.stringify(statements[0].Condition)).toContain('"kms:ViaService":{"Fn::Join":["",["sqs."');
  });

  test('with a customer managed key a consumer may decrypt through SQS', () => {
    const statements = identityStatements(granted((queue, role) => queue.grantConsume(role), true)).filter(({ Action }) => Action === 'kms:Decrypt');
    expect(statements).toHaveLength(1);
    expect(JSON.stringify(statements[0].Condition)).toContain('"kms:ViaService":{"Fn::Join":["",["sqs."');
  });
});

describe('existing queues', () => {
  const arn = (name: string) => `arn:aws:sqs:eu-west-1:111122223333:${name}`;
  const imported = (stack: Stack, id: string, name: string) => sqs.Queue.fromQueueArn(stack, id, arn(name));
  const TIMES = { visibilityTimeout: Duration.minutes(10), maxReceiveCount: 5 };

  test('are used as they are', () => {
    const stack = newStack();
    const queue = ProcessingQueue.fromQueues(stack, 'Jobs', {
      ...TIMES, queue: imported(stack, 'Queue', 'jobs'), deadLetterQueue: imported(stack, 'Letters', 'letters'),
    });
    queue.grantConsume(new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('ecs-tasks.amazonaws.com') }));
    expect(queue.visibilityTimeout.toMinutes()).toBe(10);
    expect(permissions(Template.fromStack(stack))).toContain(`sqs:ReceiveMessage on ${arn('jobs')}`);
    Template.fromStack(stack).resourceCountIs('AWS::SQS::Queue', 0);
  });

  test('whose policies are out of reach get a warning each that says what to add, or no job would ever arrive', () => {
    const stack = newStack();
    const queue = ProcessingQueue.fromQueues(stack, 'Jobs', {
      ...TIMES,
      queue: imported(stack, 'Queue', 'jobs'),
      deadLetterQueue: imported(stack, 'Letters', 'letters'),
      encryptionKey: kms.Key.fromKeyArn(stack, 'Key', 'arn:aws:kms:eu-west-1:111122223333:key/00000000-0000-0000-0000-000000000000'),
    });
    new events.Rule(stack, 'Rule', { eventPattern: { source: ['test'] } }).addTarget(queue.ruleTarget());
    const warnings = Annotations.fromStack(stack).findWarning('/Stack/Jobs', Match.stringLikeRegexp('jobsNotDeliverable'))
      .map(({ entry }) => String(entry.data));
    expect(warnings).toEqual([
      expect.stringMatching(/^Stack\/Queue belongs to another app.*"sqs:SendMessage".*"events.amazonaws.com"/),
      expect.stringMatching(/^Stack\/Letters belongs to another app.*"sqs:SendMessage"/),
      expect.stringMatching(/^Stack\/Key belongs to another app.*"kms:Decrypt","kms:GenerateDataKey"/),
    ]);
  });

  test('of the same app need no warning', () => {
    const stack = newStack();
    const deadLetterQueue = new sqs.Queue(stack, 'Letters');
    const queue = ProcessingQueue.fromQueues(stack, 'Jobs', {
      ...TIMES, queue: new sqs.Queue(stack, 'Queue', { deadLetterQueue: { queue: deadLetterQueue, maxReceiveCount: 5 } }), deadLetterQueue,
    });
    new events.Rule(stack, 'Rule', { eventPattern: { source: ['test'] } }).addTarget(queue.ruleTarget());
    Annotations.fromStack(stack).hasNoWarning('*', Match.stringLikeRegexp('jobsNotDeliverable'));
  });

  test.each<[string, (stack: Stack) => Partial<ProcessingQueueAttributes>, RegExp]>([
    ['no receive', () => ({ maxReceiveCount: 0 }), /Stack\/Jobs: maxReceiveCount must be .* got 0.*Use 3/],
    ['a visibility beyond SQS', () => ({ visibilityTimeout: Duration.hours(13) }), /got 46800 seconds/],
    ['one queue for both', stack => ({ deadLetterQueue: imported(stack, 'Same', 'jobs') }), /must be two queues, got Stack\/Queue twice/],
    ['a FIFO queue', stack => ({ queue: imported(stack, 'Fifo', 'jobs.fifo') }), /queue must be a standard queue, got the FIFO queue Stack\/Fifo/],
    ['a FIFO dead-letter queue', stack => ({ deadLetterQueue: imported(stack, 'Fifo', 'letters.fifo') }), /deadLetterQueue must be a standard/],
    ['a queue that never gives up', stack => ({ queue: new sqs.Queue(stack, 'Own') }), /must have a redrive policy, got Stack\/Own without/],
    ['letters that go elsewhere', stack => ({
      queue: new sqs.Queue(stack, 'Own', { deadLetterQueue: { queue: new sqs.Queue(stack, 'Elsewhere'), maxReceiveCount: 5 } }),
    }), /redrive policy names, got Stack\/Letters, not Stack\/Elsewhere/],
    ['another count than the queue has', stack => {
      const deadLetterQueue = new sqs.Queue(stack, 'OwnLetters');
      return { deadLetterQueue, queue: new sqs.Queue(stack, 'Own', { deadLetterQueue: { queue: deadLetterQueue, maxReceiveCount: 4 } }) };
    }, /that of the queue's redrive policy, got 5, not 4/],
  ])('are refused with %s', (_name, attrs, message) => {
    const stack = newStack();
    const usual = { ...TIMES, queue: imported(stack, 'Queue', 'jobs'), deadLetterQueue: imported(stack, 'Letters', 'letters') };
    expect(() => ProcessingQueue.fromQueues(stack, 'Jobs', { ...usual, ...attrs(stack) })).toThrow(message);
  });
});

test('metrics read the right queue', () => {
  const { stack, queue } = synth();
  const read = (metric: { toMetricConfig(): any }) => {
    const { metricName, dimensions, statistic } = metric.toMetricConfig().metricStat;
    return `${statistic} ${metricName} ${spell(stack.resolve(dimensions[0].value))}`;
  };
  expect([queue.metricBacklog(), queue.metricInFlight(), queue.metricOldestJobAge(), queue.metricDeadLetters()].map(read)).toEqual([
    'Maximum ApproximateNumberOfMessagesVisible <JobsQueue>',
    'Maximum ApproximateNumberOfMessagesNotVisible <JobsQueue>',
    'Maximum ApproximateAgeOfOldestMessage <JobsQueue>',
    'Maximum ApproximateNumberOfMessagesVisible <JobsDeadLetterQueue>',
  ]);
  expect(queue.metricBacklog({ statistic: 'Average' }).statistic).toBe('Average');
});
