/** Takes a proxy event to its route and the outcome back; the one place where errors become answers. */
import { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { CORRELATION_ID_HEADER, Route, ROUTES, ServiceName } from '../contract';
import { ApiRequest, requestFrom } from './api-request';
import { authorize } from './authorization';
import { CorsPolicy } from './cors';
import { HttpProblem, PROBLEM_CONTENT_TYPE, problemDocument } from './problem';
import { ApiResponse } from './response';
import { TransientError } from '../domain/errors';
import { FailureCode } from '../domain/failure-codes';
import { Logger, Metrics } from '../ports/telemetry';

type Routes = typeof ROUTES;
/** Names of a service's routes. */
export type RouteOf<S extends ServiceName> = { [K in keyof Routes]: Routes[K]['service'] extends S ? K : never }[keyof Routes];

export interface RouteContext {
  readonly request: ApiRequest;
  /** The token's subject; empty on routes that are open to all. */
  readonly userId: string;
  readonly logger: Logger;
}

export type RouteHandler = (context: RouteContext) => Promise<ApiResponse>;
/** One handler for every route of the service: a forgotten one does not compile. */
export type RouteTable<S extends ServiceName> = { readonly [K in RouteOf<S>]: RouteHandler };

export interface ApiOptions<S extends ServiceName> {
  readonly routes: RouteTable<S>;
  readonly cors: CorsPolicy;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

export class Api<S extends ServiceName> {
  private readonly handlers: ReadonlyMap<string, { readonly route: Route; readonly handler: RouteHandler }>;

  constructor(private readonly options: ApiOptions<S>) {
    this.handlers = new Map(Object.entries<RouteHandler>(options.routes).map(([name, handler]) => {
      const route: Route = ROUTES[name as keyof Routes];
      return [`${route.method} ${route.path}`, { route, handler }];
    }));
  }

  async handle(event: APIGatewayProxyEvent): Promise<APIGatewayProxyResult> {
    const request = requestFrom(event);
    const { method, resource, correlationId, requestId } = request;
    const logger = this.options.logger.child({ correlationId, requestId, method, resource });
    const startedAt = performance.now();
    const response = await this.dispatch(request, logger).catch((error: unknown) => answerTo(error, correlationId, logger));
    this.options.metrics.flush();
    // Neither query string nor path: both may hold what a user typed.
    logger.info('The request was answered', { status: response.status, milliseconds: Math.round(performance.now() - startedAt) });
    return this.toProxyResult(request, response);
  }

  private async dispatch(request: ApiRequest, logger: Logger): Promise<ApiResponse> {
    const found = this.handlers.get(`${request.method} ${request.resource}`);
    if (!found) throw new HttpProblem(404, 'ROUTE_NOT_FOUND', 'No such route', 'No route has this path and method.');
    const { route, handler } = found;
    const userId = route.scope === undefined ? '' : authorize(request, { ...route, scope: route.scope });
    return handler({ request, userId, logger });
  }

  private toProxyResult(request: ApiRequest, response: ApiResponse): APIGatewayProxyResult {
    return {
      statusCode: response.status,
      headers: {
        'Content-Type': response.contentType,
        // Answers are for one user and hold URLs that act as credentials.
        'Cache-Control': 'private, no-store',
        'X-Content-Type-Options': 'nosniff',
        [CORRELATION_ID_HEADER]: request.correlationId,
        ...this.options.cors.headersFor(request.header('origin')),
        ...response.headers,
      },
      ...(response.cookies ? { multiValueHeaders: { 'Set-Cookie': [...response.cookies] } } : {}),
      body: response.body,
    };
  }
}

function answerTo(error: unknown, correlationId: string, logger: Logger): ApiResponse {
  const problem = toProblem(error);
  if (problem.status >= 500) logger.error('The request failed', { code: problem.code, error });
  else logger.info('The request was refused', { code: problem.code });
  return {
    status: problem.status,
    contentType: PROBLEM_CONTENT_TYPE,
    body: JSON.stringify(problemDocument(problem, correlationId)),
    headers: problem.headers,
  };
}

/** The caller learns whether to try again, and never what went wrong inside. */
function toProblem(error: unknown): HttpProblem {
  if (error instanceof HttpProblem) return error;
  const retryAfter = { 'Retry-After': '1' };
  if (error instanceof TransientError && error.code === FailureCode.CATALOG_THROTTLED) {
    return new HttpProblem(429, 'TOO_MANY_REQUESTS', 'Too many requests', 'Slow down and try again.', retryAfter);
  }
  if (error instanceof TransientError) {
    return new HttpProblem(503, 'TEMPORARILY_UNAVAILABLE', 'Temporarily unavailable', 'Try again in a moment.', retryAfter);
  }
  return new HttpProblem(500, 'INTERNAL', 'Internal error', 'Something went wrong on our side. Give support the correlation id.');
}
