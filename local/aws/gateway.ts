import * as http from 'http';
import type { AddressInfo } from 'net';
import { CallTrace } from './call-trace';
import { CloudFrontService, KeyValueStoreService } from './cloudfront';
import { IssuedCredential, LocalCredentials } from './credentials';
import { EcsAgent } from './ecs-agent';
import { EventBus } from './events';
import type { GatewayOptions } from './gateway-options';
import { GatewayServices, openParts } from './gateway-parts';
import { readBody, sendJson, ServiceError } from './http-json';
import { operatorArn, PolicyAuthorizer, Usage } from './iam';
import { JsonEndpoint } from './json-endpoint';
import { Route, routeOf } from './route';
import { S3Service } from './s3';
import { SecretsManagerService } from './secretsmanager';

export type { CallRecord, GatewayOptions, InterceptedCall } from './gateway-options';

const CALLER_LEFT = 499;
/** Longer than the SDK keeps an idle connection, so that it never writes into one we are just closing. */
const KEEP_ALIVE_MS = 75_000;

/** One loopback server that speaks S3, SQS, DynamoDB, Secrets Manager, a little ECS and CloudFront's keys; to containers also as the ECS agent. */
export class AwsGateway {
  /** Resolves when the gateway takes calls; nothing is left running when it rejects. */
  static async start(options: GatewayOptions): Promise<AwsGateway> {
    const server = http.createServer({ keepAliveTimeout: KEEP_ALIVE_MS, requestTimeout: 0 });
    await listen(server, options.port ?? 0);
    try {
      return new AwsGateway(options, server, await openParts(options));
    } catch (error) {
      server.close();
      throw error;
    }
  }

  readonly endpoint: string;
  private closing?: Promise<void>;
  private readonly pending = new Set<Promise<void>>();
  private readonly jsonEndpoint: JsonEndpoint;
  private readonly targets: ReadonlyMap<string, string>;

  private constructor(
    private readonly options: GatewayOptions, private readonly server: http.Server, private readonly parts: GatewayServices,
  ) {
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

  get cloudFront(): CloudFrontService {
    return this.parts.cloudFront;
  }

  get keyValueStores(): KeyValueStoreService {
    return this.parts.keyValueStores;
  }

  get secrets(): SecretsManagerService {
    return this.parts.secrets;
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
  close(): Promise<void> {
    this.closing ??= this.closeOnce();
    return this.closing;
  }

  private async closeOnce(): Promise<void> {
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
    let route = this.routeOf(request);
    const trace: CallTrace = {};
    response.once('close', () => this.record(route, trace, response));
    const service = this.parts.jsonServices.find(each => each.name === route.service);
    const query = service?.query?.accepts(request) ? service.query : undefined;
    const body = service && (query || request.headers['x-amz-target'] !== undefined) ? await readBody(request) : undefined;
    if (query && body) route = { ...route, operation: query.read(body, request).operation };
    if (await this.options.intercept?.({ ...route, request, response, body })) return;
    await this.parts.authorizer.trace(trace, async () => {
      if (service && body) return this.jsonEndpoint.handle(service, route.operation, request, response, body, query);
      if (route.service === 's3') return this.parts.s3.handle(request, response);
      if (route.service === 'cloudfront') return this.parts.cloudFront.handle(request, response);
      if (route.service === 'cloudfront-keyvaluestore') return this.parts.keyValueStores.handle(request, response);
      if (route.service === 'credentials') return this.credentials.handle(request, response);
      if (route.service === 'ecs-agent') return this.ecsAgent.handle(request, response);
      return refuse(route, response, service !== undefined);
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

async function listen(server: http.Server, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(error.code === 'EADDRINUSE'
      ? new Error(`port ${port} of 127.0.0.1 is in use; choose another with --port, or end what uses it`) : error));
    server.listen(port, '127.0.0.1', resolve);
  });
}

function refuse({ service, operation }: Route, response: http.ServerResponse, known: boolean): void {
  const error = new ServiceError('UnknownOperationException', known
    ? `The call ${operation} of ${service} names no operation: the local gateway reads it from the header X-Amz-Target.`
    : `The local gateway does not implement ${service} (call ${operation}); it speaks s3, sqs, dynamodb, secretsmanager, and of ecs and cloudfront what the platform needs.`);
  sendJson(response, error.status, { __type: error.code, message: error.message }, 'application/x-amz-json-1.1', { 'x-amzn-errortype': error.code });
}
