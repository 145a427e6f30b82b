import { EventBus, EventBusOptions, FailedDelivery, JsonRecord, Rule } from '../../../../local/aws/events';
import { PolicyAuthorizer, PolicyStatement } from '../../../../local/aws/iam';

const ACCOUNT = '111122223333';
const QUEUE = `arn:aws:sqs:eu-central-1:${ACCOUNT}:jobs`;
const DEAD_LETTERS = `arn:aws:sqs:eu-central-1:${ACCOUNT}:dead-letters`;
const FUNCTION = `arn:aws:lambda:eu-central-1:${ACCOUNT}:function:thumbnail`;
const RULE: Rule = {
  name: 'created',
  arn: `arn:aws:events:eu-central-1:${ACCOUNT}:rule/created`,
  eventPattern: { source: ['aws.s3'] },
  targets: [{ id: 'queue', arn: QUEUE }],
};
const EVENT: JsonRecord = { source: 'aws.s3' };

/** A bus whose queues and functions note what they get; resources are open to EventBridge unless closed. */
function createBus(rule: Partial<Rule>, options: { closed?: string[]; invoke?: EventBusOptions['invoke'] } = {}) {
  const delivered: string[] = [];
  const failures: FailedDelivery[] = [];
  const open = (action: string): PolicyStatement => ({
    Effect: 'Allow',
    Principal: { Service: 'events.amazonaws.com' },
    Action: action,
    Resource: '*',
    Condition: { ArnEquals: { 'aws:SourceArn': RULE.arn }, StringEquals: { 'aws:SourceAccount': ACCOUNT } },
  });
  const actions: Array<[string, string]> = [[QUEUE, 'sqs:SendMessage'], [DEAD_LETTERS, 'sqs:SendMessage'], [FUNCTION, 'lambda:InvokeFunction']];
  const authorizer = new PolicyAuthorizer({
    accountId: ACCOUNT,
    region: 'eu-central-1',
    principals: [],
    resourcePolicies: actions.filter(([arn]) => !options.closed?.includes(arn))
      .map(([resourceArn, action]) => ({ resourceArn, document: { Statement: open(action) } })),
  });
  const bus = new EventBus({
    accountId: ACCOUNT,
    rules: [{ ...RULE, ...rule }],
    authorizer,
    sendToQueue: (arn, body, caller, context) => {
      authorizer.authorize(caller, 'sqs:SendMessage', arn, context);
      delivered.push(`${arn} ${body}`);
    },
    invoke: options.invoke ?? (async arn => void delivered.push(arn)),
    onFailedDelivery: failure => failures.push(failure),
  });
  return { bus, delivered, failures };
}

test('a matching event reaches the queue as it is', () => {
  const { bus, delivered } = createBus({});
  bus.publish({ source: 'aws.s3', detail: { key: 'ünïcode' } });
  bus.publish({ source: 'aws.ec2' });
  expect(delivered).toEqual([`${QUEUE} {"source":"aws.s3","detail":{"key":"ünïcode"}}`]);
});

test('a disabled rule delivers nothing', () => {
  const { bus, delivered } = createBus({ state: 'DISABLED' });
  bus.publish(EVENT);
  expect(delivered).toEqual([]);
});

test('a queue whose policy does not let EventBridge in gets nothing, and the failure is told', () => {
  const { bus, delivered, failures } = createBus({}, { closed: [QUEUE] });
  bus.publish(EVENT);
  expect(delivered).toEqual([]);
  expect(failures).toEqual([{ ruleArn: RULE.arn, targetArn: QUEUE, error: expect.stringContaining('events.amazonaws.com is not authorized to perform sqs:SendMessage') }]);
});

test('what cannot be delivered goes to the target\'s dead-letter queue', () => {
  const { bus, delivered, failures } = createBus({ targets: [{ id: 'queue', arn: QUEUE, deadLetterArn: DEAD_LETTERS }] }, { closed: [QUEUE] });
  bus.publish(EVENT);
  expect(delivered).toEqual([`${DEAD_LETTERS} {"source":"aws.s3"}`]);
  expect(failures).toEqual([]);
});

describe('a function target', () => {
  const targets = [{ id: 'function', arn: FUNCTION, deadLetterArn: DEAD_LETTERS }];

  test('is invoked with the event', async () => {
    const payloads: JsonRecord[] = [];
    const { bus } = createBus({ targets }, { invoke: async (_, payload) => void payloads.push(payload) });
    bus.publish(EVENT);
    await bus.idle();
    expect(payloads).toEqual([EVENT]);
  });

  test('that fails is tried again, then its event becomes a dead letter', async () => {
    let attempts = 0;
    const { bus, delivered } = createBus({ targets }, { invoke: async () => { attempts++; throw new Error('out of memory'); } });
    bus.publish(EVENT);
    await bus.idle();
    expect(attempts).toBe(3);
    expect(delivered).toEqual([`${DEAD_LETTERS} {"source":"aws.s3"}`]);
  });

  test('is not invoked without a permission for EventBridge', async () => {
    const { bus, failures, delivered } = createBus({ targets: [{ id: 'function', arn: FUNCTION }] }, { closed: [FUNCTION] });
    bus.publish(EVENT);
    await bus.idle();
    expect(delivered).toEqual([]);
    expect(failures[0].error).toContain('lambda:InvokeFunction');
  });
});

test.each<[string, object, string]>([
  ['an input path', { targets: [{ id: 'a', arn: QUEUE, inputPath: '$.detail' }] }, 'inputPath is not implemented locally'],
  ['an input transformer', { targets: [{ id: 'a', arn: QUEUE, inputTransformer: {} }] }, 'inputTransformer is not implemented locally'],
  ['a schedule', { eventPattern: undefined, scheduleExpression: 'rate(1 day)' }, 'scheduleExpression is not implemented locally'],
  ['no pattern', { eventPattern: undefined }, 'only rules with an event pattern run locally'],
  ['a target that is neither queue nor function', { targets: [{ id: 'a', arn: 'arn:aws:sns:x:1:topic' }] }, 'only queues and functions'],
  ['an unknown state', { state: 'PAUSED' }, 'state must be ENABLED or DISABLED'],
])('%s is refused while rules are loaded', (_, rule, message) => {
  expect(() => createBus(rule as Partial<Rule>)).toThrow(message);
});
