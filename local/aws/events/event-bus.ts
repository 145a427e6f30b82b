import { Authorizer, Caller, ConditionContext } from '../types';
import { compileEventPattern, JsonRecord } from './event-pattern';

export interface RuleTarget {
  readonly id: string;
  /** Of a queue or a function. */
  readonly arn: string;
  /** Queue for events that could not be delivered. */
  readonly deadLetterArn?: string;
  /** How often a failed delivery to a function is tried again; the gateway waits milliseconds where AWS waits minutes. @default 2 */
  readonly maximumRetryAttempts?: number;
}

/** A resolved `AWS::Events::Rule`. */
export interface Rule {
  readonly name: string;
  readonly arn: string;
  readonly eventPattern: JsonRecord;
  readonly targets: readonly RuleTarget[];
  /** @default 'ENABLED' */
  readonly state?: string;
}

/** An event that reached neither its target nor a dead-letter queue. */
export interface FailedDelivery {
  readonly ruleArn: string;
  readonly targetArn: string;
  readonly error: string;
}

export interface EventBusOptions {
  readonly accountId: string;
  readonly rules: readonly Rule[];
  readonly authorizer: Authorizer;
  /** Sends to a queue on behalf of the caller, subject to the queue's policy. @throws AccessDenied when that refuses. */
  readonly sendToQueue: (queueArn: string, body: string, caller: Caller, context: ConditionContext) => void;
  readonly invoke?: (functionArn: string, payload: JsonRecord) => Promise<unknown>;
  readonly onFailedDelivery?: (failure: FailedDelivery) => void;
}

const EVENTS_SERVICE: Caller = { accessKeyId: 'eventbridge', principalArn: 'events.amazonaws.com' };
const RULE_FIELDS = ['name', 'arn', 'eventPattern', 'targets', 'state'];
const TARGET_FIELDS = ['id', 'arn', 'deadLetterArn', 'maximumRetryAttempts'];
const RETRY_DELAY_MS = 100;

interface LoadedRule extends Rule {
  readonly matches: (event: JsonRecord) => boolean;
}

/** The default event bus: hands each event to the targets of every enabled rule whose pattern matches. */
export class EventBus {
  private readonly rules: readonly LoadedRule[];
  private readonly pending = new Set<Promise<void>>();
  private closed = false;

  /** @throws Error for a rule that asks for something this bus does not do. */
  constructor(private readonly options: EventBusOptions) {
    const functionTarget = options.rules.flatMap(rule => rule.targets).find(target => serviceOf(target.arn) === 'lambda');
    if (functionTarget && !options.invoke) throw new Error(`event bus: target ${functionTarget.arn} is a function; pass invoke to run it`);
    this.rules = options.rules.map(rule => ({ ...rule, matches: compileEventPattern(`rule ${rule.name}`, checkRule(rule).eventPattern) }));
  }

  /** Queue targets have the event when this returns; functions are invoked in the background, as AWS does. */
  publish(event: JsonRecord): void {
    for (const rule of this.rules) {
      if (rule.state !== 'DISABLED' && rule.matches(event)) rule.targets.forEach(target => this.deliver(rule, target, event));
    }
  }

  /** Resolves when no delivery is under way. */
  async idle(): Promise<void> {
    while (this.pending.size > 0) await Promise.all(this.pending);
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.idle();
  }

  private deliver(rule: Rule, target: RuleTarget, event: JsonRecord): void {
    if (serviceOf(target.arn) === 'sqs') {
      try {
        this.send(target.arn, rule, event);
      } catch (error) {
        this.giveUp(rule, target, event, error);
      }
      return;
    }
    const delivery = this.invokeWithRetries(rule, target, event)
      .catch(error => this.giveUp(rule, target, event, error))
      .finally(() => this.pending.delete(delivery));
    this.pending.add(delivery);
  }

  private async invokeWithRetries(rule: Rule, target: RuleTarget, event: JsonRecord): Promise<void> {
    this.options.authorizer.authorize(EVENTS_SERVICE, 'lambda:InvokeFunction', target.arn, this.contextOf(rule));
    for (let attemptsLeft = target.maximumRetryAttempts ?? 2; ; attemptsLeft--) {
      try {
        await this.options.invoke!(target.arn, event);
        return;
      } catch (error) {
        if (attemptsLeft <= 0 || this.closed) throw error;
        await new Promise(resolve => setTimeout(resolve, RETRY_DELAY_MS));
      }
    }
  }

  private giveUp(rule: Rule, target: RuleTarget, event: JsonRecord, cause: unknown): void {
    let error = messageOf(cause);
    if (target.deadLetterArn !== undefined) {
      try {
        return this.send(target.deadLetterArn, rule, event);
      } catch (second) {
        error = `${error}; then the dead-letter queue: ${messageOf(second)}`;
      }
    }
    this.options.onFailedDelivery?.({ ruleArn: rule.arn, targetArn: target.arn, error });
  }

  private send(queueArn: string, rule: Rule, event: JsonRecord): void {
    this.options.sendToQueue(queueArn, JSON.stringify(event), EVENTS_SERVICE, this.contextOf(rule));
  }

  private contextOf(rule: Rule): ConditionContext {
    return { 'aws:SourceArn': rule.arn, 'aws:SourceAccount': this.options.accountId };
  }
}

function checkRule(rule: Rule): Rule {
  const where = `rule ${rule.name}`;
  refuseUnknown(where, rule, RULE_FIELDS);
  if (typeof rule.eventPattern !== 'object' || rule.eventPattern === null) {
    throw new Error(`${where}: only rules with an event pattern run locally, received ${JSON.stringify(rule.eventPattern)}; leave schedules out`);
  }
  if (rule.state !== undefined && rule.state !== 'ENABLED' && rule.state !== 'DISABLED') {
    throw new Error(`${where}: state must be ENABLED or DISABLED, received "${rule.state}"`);
  }
  for (const target of rule.targets) {
    refuseUnknown(`${where}, target ${target.id}`, target, TARGET_FIELDS);
    const service = serviceOf(target.arn);
    if (service !== 'sqs' && service !== 'lambda') {
      throw new Error(`${where}, target ${target.id}: only queues and functions are targets locally, received ${target.arn}`);
    }
  }
  return rule;
}

function refuseUnknown(where: string, value: object, known: readonly string[]): void {
  const unknown = Object.entries(value).filter(([name, field]) => field !== undefined && !known.includes(name)).map(([name]) => name);
  if (unknown.length > 0) throw new Error(`${where}: ${unknown.join(', ')} is not implemented locally; known: ${known.join(', ')}`);
}

function serviceOf(arn: string): string {
  return arn.split(':')[2] ?? '';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
