import * as http from 'http';
import type { AddressInfo } from 'net';
import * as path from 'path';
import { CallTrace, TracingAuthorizer } from './call-trace';
import { IssuedCredential, LocalCredentials } from './credentials';
import { DynamoDbService, TableDefinition } from './dynamodb';
import { EcsAgent } from './ecs-agent';
import { EventBus, FailedDelivery, JsonRecord, objectCreatedEvent, Rule } from './events';
import { readBody, sendJson, ServiceError } from './http-json';
import { operatorArn, PolicyAuthorizer, PrincipalPolicies, ResourcePolicy, Usage } from './iam';
import { JsonEndpoint } from './json-endpoint';
import { JsonService } from './json-service';
import { Route, routeOf } from './route';
import { BucketDefinition, S3Service } from './s3';
import { QueueDefinition, SqsService } from './sqs';
import { Now } from './types';

export interface GatewayOptions {
  /** Directory of everything that survives a restart. */
  readonly stateDir: string;
  readonly region: string;
  readonly accountId: string;
  /** @default 0, a free port */
  readonly port?: number;
  readonly buckets: readonly BucketDefinition[];
  readonly tables: readonly TableDefinition[];
  readonly queues: readonly QueueDefinition[];
  readonly rules: readonly Rule[];
  /** Roles of the template with all their policies. */
  readonly principals: readonly PrincipalPolicies[];
  /** Bucket, queue, key and function policies. */
  readonly resourcePolicies?: readonly ResourcePolicy[];
  /** Lifetime of the keys that a container fetches, in seconds. @default 3600 */
  readonly credentialTtlSeconds?: number;
  readonly now?: Now;
  /** Runs a function that is the target of a rule. */
  readonly invoke?: (functionArn: string, payload: JsonRecord) => Promise<unknown>;
  readonly intercept?: (call: InterceptedCall) => Promise<boolean>;
  readonly onCall?: (call: CallRecord) => void;
  readonly onFailedDelivery?: (failure: FailedDelivery) => void;
}

/** A call before its service sees it: answer it and return true, or spoil `response` and return false to let it go on. */
export interface InterceptedCall {
  readonly service: string;
  /** Such as `ReceiveMessage`, `PutItem` or `UploadPart`. */
  readonly operation: string;
  readonly request: http.IncomingMessage;
  readonly response: http.ServerResponse;
  /** The whole body of a JSON call; S3 bodies are streams and still in `request`. */
  readonly body?: Buffer;
}

export interface CallRecord {
  readonly service: string;
  readonly operation: string;
  /** Absent when the call was refused before a permission was asked for. */
  readonly principalArn?: string;
  readonly resource?: string;
  /** HTTP status; 499 when the caller left before it was answered. */
  readonly status: number;
}

const CALLER_LEFT = 499;
/** Longer than the SDK keeps an idle connection, so that it never writes into one we are just closing. */
const KEEP_ALIVE_MS = 75_000;

/** One loopback server that speaks S3, SQS and DynamoDB, and to containers also the ECS credential and agent endpoints. */
export class AwsGateway {
  /** Resolves when the gateway takes calls; nothing is left running when it rejects. */
  static async start(options: GatewayOptions): Promise<AwsGateway> {
    const server = http.createServer({ keepAliveTimeout: KEEP_ALIVE_MS, requestTimeout: 0 });
    await listen(server, options.port ?? 0);
    try {
      return new AwsGateway(options, server, await createParts(options));
    } catch (error) {
      server.close();
      throw error;
    }
  }

  readonly endpoint: string;
  private readonly pending = new Set<Promise<void>>();
  private readonly jsonEndpoint: JsonEndpoint;
  private readonly targets: ReadonlyMap<string, string>;

  private constructor(private readonly options: GatewayOptions, private readonly server: http.Server, private readonly parts: Parts) {
    this.endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    this.jsonEndpoint = new JsonEndpoint({ credentials: parts.credentials, region: options.region, now: options.now });
    this.targets = new Map(parts.jsonServices.map(service => [service.targetPrefix, service.name]));
    server.on('request', (request, response) => this.accept(request, response));
  }

  get credentials(): LocalCredentials {
    return this.parts.credentials;
  }

  get authorizer(): PolicyAuthorizer {
    return this.parts.policies;
  }

  get ecsAgent(): EcsAgent {
    return this.parts.ecsAgent;
  }

  get events(): EventBus {
    return this.parts.events;
  }

  /** A lasting key for the demo and the test harness, which no policy binds. */
  operatorCredential(): IssuedCredential {
    return this.credentials.issue(operatorArn(this.options.accountId));
  }

  usage(): readonly Usage[] {
    return this.parts.policies.usage();
  }

  /** Ends every connection, long polls included, and resolves when no handle is open. */
  async close(): Promise<void> {
    const closed = new Promise(resolve => this.server.close(resolve));
    this.server.closeAllConnections();
    await closed;
    await Promise.allSettled(this.pending);
    await this.parts.events.close();
    for (const service of this.parts.jsonServices) await service.close();
  }

  private accept(request: http.IncomingMessage, response: http.ServerResponse): void {
    // SDK clients correct their clock by this header, so it must tell the time by which signatures are judged.
    if (this.options.now) response.setHeader('date', this.options.now().toUTCString());
    const handling = this.handle(request, response).catch(error => {
      if (response.headersSent) response.destroy();
      else if (error instanceof ServiceError) sendJson(response, error.status, { __type: error.code, message: error.message });
      else sendJson(response, 500, { message: `The local gateway failed: ${String(error)}` });
    }).finally(() => this.pending.delete(handling));
    this.pending.add(handling);
  }

  private async handle(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const route = this.routeOf(request);
    const trace: CallTrace = {};
    response.once('close', () => this.record(route, trace, response));
    const service = this.parts.jsonServices.find(each => each.name === route.service);
    const body = service && request.headers['x-amz-target'] !== undefined ? await readBody(request) : undefined;
    if (await this.options.intercept?.({ ...route, request, response, body })) return;
    await this.parts.authorizer.trace(trace, async () => {
      if (service && body) return this.jsonEndpoint.handle(service, route.operation, request, response, body);
      if (route.service === 's3') return this.parts.s3.handle(request, response);
      if (route.service === 'credentials') return this.credentials.handle(request, response);
      if (route.service === 'ecs-agent') return this.ecsAgent.handle(request, response);
      return refuse(route, response);
    });
  }

  private routeOf(request: http.IncomingMessage): Route {
    const route = routeOf(request, this.targets);
    return route.service === 's3' ? { ...route, operation: S3Service.operationOf(request) ?? route.operation } : route;
  }

  private record({ service, operation }: Route, { principalArn, resource }: CallTrace, response: http.ServerResponse): void {
    const status = response.writableFinished ? response.statusCode : CALLER_LEFT;
    this.options.onCall?.({ service, operation, principalArn, resource, status });
  }
}

/** What stands behind the server. */
interface Parts {
  readonly credentials: LocalCredentials;
  readonly policies: PolicyAuthorizer;
  readonly authorizer: TracingAuthorizer;
  readonly ecsAgent: EcsAgent;
  readonly events: EventBus;
  readonly s3: S3Service;
  readonly jsonServices: readonly JsonService[];
}

async function createParts(options: GatewayOptions): Promise<Parts> {
  const { region, accountId, now, stateDir } = options;
  const policies = new PolicyAuthorizer(options);
  const authorizer = new TracingAuthorizer(policies);
  const credentials = new LocalCredentials({ now, ttlSeconds: options.credentialTtlSeconds });
  const sqs = new SqsService({ stateDir: path.join(stateDir, 'sqs'), region, accountId, queues: options.queues, authorizer, now });
  const events = new EventBus({
    accountId,
    rules: options.rules,
    authorizer,
    sendToQueue: (queueArn, body, caller, context) => sqs.deliver(queueArn, body, caller, context),
    invoke: options.invoke,
    onFailedDelivery: options.onFailedDelivery,
  });
  const s3 = new S3Service({
    root: path.join(stateDir, 's3'),
    buckets: options.buckets,
    credentials,
    authorizer,
    region,
    now,
    onObjectCreated: object => events.publish(objectCreatedEvent(object, { accountId, region, time: object.time })),
  });
  const dynamodb = await DynamoDbService.start({ stateDir: path.join(stateDir, 'dynamodb'), region, accountId, tables: options.tables, authorizer });
  return { credentials, policies, authorizer, ecsAgent: new EcsAgent({ authorizer, now }), events, s3, jsonServices: [sqs, dynamodb] };
}

async function listen(server: http.Server, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(error.code === 'EADDRINUSE'
      ? new Error(`port ${port} of 127.0.0.1 is in use; choose another with --port, or end what uses it`) : error));
    server.listen(port, '127.0.0.1', resolve);
  });
}

function refuse({ service, operation }: Route, response: http.ServerResponse): void {
  const error = new ServiceError('UnknownOperationException',
    `The local gateway does not implement ${service} (call ${operation}); it speaks s3, sqs and dynamodb.`);
  sendJson(response, error.status, { __type: error.code, message: error.message }, 'application/x-amz-json-1.1', { 'x-amzn-errortype': error.code });
}
