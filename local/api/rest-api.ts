import { randomUUID } from 'node:crypto';
import { AccessDenied, Authorizer } from '../aws/types';
import type { FunctionRegistry, LambdaFunction, LogFile } from '../process';
import type { Integration, MethodDefinition, MockIntegration, RestApiDefinition } from '../template';
import { Claims, CognitoAuthorizer, Unauthorized } from './authorizer';
import { ApiResponse, GatewayResponses, ResponseType } from './gateway-response';
import { ApiRequest, proxyEvent } from './proxy-event';
import { MalformedProxyResponse, readProxyResponse } from './proxy-response';
import { RouteMatch, Router } from './router';
import { Throttles } from './throttle';

export interface RestApiOptions {
  readonly definition: RestApiDefinition;
  /** Checks the tokens of callers. */
  readonly authorizer: CognitoAuthorizer;
  /** Decides whether the API may invoke a function. */
  readonly policies: Authorizer;
  readonly functions: FunctionRegistry;
  readonly log: LogFile;
}

/** Largest request that API Gateway takes, bytes. */
export const API_PAYLOAD_BYTES = 10 * 1024 * 1024;

const API_GATEWAY = { accessKeyId: 'apigateway', principalArn: 'apigateway.amazonaws.com' };

/** API Gateway answers by itself instead of calling the integration. */
class Refusal extends Error {
  constructor(readonly type: ResponseType, readonly shown?: string, readonly logged?: string) {
    super(logged ?? shown ?? type);
  }
}

/** The REST API of the template: route, throttle, authorize, integrate. */
export class RestApi {
  private readonly router: Router;
  private readonly throttles: Throttles;
  private readonly responses: GatewayResponses;

  constructor(private readonly options: RestApiOptions) {
    this.router = new Router(options.definition.methods);
    this.throttles = new Throttles(options.definition.throttles);
    this.responses = new GatewayResponses(options.definition.gatewayResponses);
  }

  async handle(request: ApiRequest): Promise<ApiResponse> {
    const requestId = randomUUID();
    const startedAt = performance.now();
    const route = this.router.find(request.httpMethod, request.path);
    const { response, claims, error } = await this.answer(request, route, requestId);
    // The query is left out: it may hold personal data.
    this.options.log.write({
      requestId,
      ip: request.sourceIp,
      httpMethod: request.httpMethod,
      path: request.path,
      resourcePath: route?.method.path,
      status: response.status,
      responseLength: response.body.length,
      latencyMs: Math.round(performance.now() - startedAt),
      sub: claims?.sub,
      error,
    });
    return { ...response, headers: { 'x-amzn-requestid': requestId, ...response.headers } };
  }

  private async answer(
    request: ApiRequest, route: RouteMatch | undefined, requestId: string,
  ): Promise<{ response: ApiResponse; claims?: Claims; error?: string }> {
    let claims: Claims | undefined;
    try {
      if (!route) throw new Refusal('MISSING_AUTHENTICATION_TOKEN');
      if (request.body.length > API_PAYLOAD_BYTES) throw new Refusal('REQUEST_TOO_LARGE');
      if (!this.throttles.admits(request.httpMethod, route.method.path)) throw new Refusal('THROTTLED');
      claims = await this.authorize(request, route.method);
      const response = await this.integrate(request, route, requestId, claims);
      return { response, claims };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return { response: this.responses.render(error.type, requestId, error.shown), claims, error: error.message };
    }
  }

  private async authorize(request: ApiRequest, method: MethodDefinition): Promise<Claims | undefined> {
    if (!method.authorizer) return undefined;
    try {
      return await this.options.authorizer.authorize(headerOf(request, method.authorizer.header), method.authorizer);
    } catch (error) {
      if (error instanceof Unauthorized) throw new Refusal(error.type, error.message === error.type ? undefined : error.message);
      throw error;
    }
  }

  private integrate(request: ApiRequest, route: RouteMatch, requestId: string, claims: Claims | undefined): Promise<ApiResponse> {
    const { integration } = route.method;
    if (integration.type === 'lambda') return this.invoke(integration, request, route, requestId, claims);
    return Promise.resolve(preflight(integration, request));
  }

  private async invoke(
    integration: Extract<Integration, { type: 'lambda' }>, request: ApiRequest, route: RouteMatch, requestId: string, claims: Claims | undefined,
  ): Promise<ApiResponse> {
    const target = this.options.functions.get(integration.functionArn);
    this.assertMayInvoke(target, route.method);
    const event = proxyEvent(this.options.definition, request, route, requestId, claims);
    const outcome = await within(integration.timeoutMs, target.invoke(event, requestId));
    if (outcome.kind === 'result') return parse(outcome.payload);
    const { errorType, errorMessage } = outcome.error;
    if (errorType === 'RequestEntityTooLarge') throw new Refusal('REQUEST_TOO_LARGE');
    throw new Refusal('BAD_GATEWAY', undefined, `${target.definition.name}: ${errorType}: ${errorMessage}`);
  }

  /** The template must let API Gateway call the function, for this very method. */
  private assertMayInvoke(target: LambdaFunction, { httpMethod, path }: MethodDefinition): void {
    const { region, account, id, stage } = this.options.definition;
    const sourceArn = `arn:aws:execute-api:${region}:${account}:${id}/${stage}/${httpMethod}${path}`;
    const context = { 'aws:SourceArn': sourceArn, 'aws:SourceAccount': account };
    try {
      this.options.policies.authorize(API_GATEWAY, 'lambda:InvokeFunction', target.definition.arn, context);
    } catch (error) {
      if (error instanceof AccessDenied) throw new Refusal('API_CONFIGURATION_ERROR', undefined, `Invalid permissions on Lambda function: ${error.message}`);
      throw error;
    }
  }
}

function preflight({ status, headers, furtherOrigins }: MockIntegration, request: ApiRequest): ApiResponse {
  const origin = headerOf(request, 'origin');
  const override: Record<string, string> = origin !== undefined && furtherOrigins.includes(origin) ? { 'Access-Control-Allow-Origin': origin } : {};
  return { status, headers: { 'content-type': 'application/json', ...headers, ...override }, body: Buffer.alloc(0) };
}

function parse(payload: string): ApiResponse {
  try {
    return readProxyResponse(payload);
  } catch (error) {
    if (error instanceof MalformedProxyResponse) throw new Refusal('BAD_GATEWAY', undefined, error.message);
    throw error;
  }
}

async function within<T>(timeoutMs: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Refusal('INTEGRATION_TIMEOUT')), timeoutMs);
  });
  return Promise.race([work, timeout]).finally(() => clearTimeout(timer));
}

function headerOf({ rawHeaders }: ApiRequest, name: string): string | undefined {
  const index = rawHeaders.findIndex((each, position) => position % 2 === 0 && each.toLowerCase() === name);
  return index < 0 ? undefined : rawHeaders[index + 1];
}
