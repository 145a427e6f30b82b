import { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { Route, SCOPE_UPLOAD, SCOPE_WATCH, RESOURCE_SERVER } from '../../../src/runtime/contract';

export interface EventOptions {
  readonly pathParameters?: Record<string, string>;
  readonly query?: Record<string, string | string[]>;
  readonly headers?: Record<string, string>;
  /** A string is sent as it is; anything else as JSON. */
  readonly body?: unknown;
  /** Subject of the token; null sends the request without a token. */
  readonly userId?: string | null;
  readonly claims?: Record<string, unknown>;
}

/** A proxy event as REST API Gateway sends it, with the claims that its Cognito authorizer adds. */
export function apiEvent(route: Route, options: EventOptions = {}): APIGatewayProxyEvent {
  const { pathParameters = null, query, userId = 'owner-1', body } = options;
  const headers: Record<string, string> = {
    Accept: '*/*',
    Host: 'abc123.execute-api.eu-central-1.amazonaws.com',
    'X-Forwarded-For': '203.0.113.9, 198.51.100.2',
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    ...options.headers,
  };
  const path = Object.entries(pathParameters ?? {}).reduce((text, [name, value]) => text.replace(`{${name}}`, value), route.path);
  const multiValueQuery = query && Object.fromEntries(Object.entries(query).map(([name, value]) => [name, [value].flat()]));
  return {
    resource: route.path,
    path,
    httpMethod: route.method,
    headers,
    multiValueHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
    queryStringParameters: multiValueQuery
      ? Object.fromEntries(Object.entries(multiValueQuery).map(([name, values]) => [name, values[values.length - 1]])) : null,
    multiValueQueryStringParameters: multiValueQuery ?? null,
    pathParameters,
    stageVariables: null,
    requestContext: requestContext(route, path, userId === null ? undefined : claimsOf(userId, options.claims)),
    body: body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body),
    isBase64Encoded: false,
  };
}

function claimsOf(userId: string, overrides: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    sub: userId,
    token_use: 'access',
    scope: `${RESOURCE_SERVER}/${SCOPE_UPLOAD} ${RESOURCE_SERVER}/${SCOPE_WATCH}`,
    client_id: 'client',
    iss: 'https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_Example',
    ...overrides,
  };
}

/** The body of a JSON or problem answer. */
export function bodyOf<T = Record<string, unknown>>(result: APIGatewayProxyResult): T {
  return JSON.parse(result.body) as T;
}

function requestContext(route: Route, path: string, claims?: Record<string, unknown>): APIGatewayProxyEvent['requestContext'] {
  return {
    accountId: '123456789012',
    apiId: 'abc123',
    authorizer: claims && { claims },
    protocol: 'HTTP/1.1',
    httpMethod: route.method,
    path: `/prod${path}`,
    stage: 'prod',
    requestId: 'request-1',
    requestTimeEpoch: 1767225600000,
    resourceId: 'res',
    resourcePath: route.path,
    identity: {
      accessKey: null,
      accountId: null,
      apiKey: null,
      apiKeyId: null,
      caller: null,
      clientCert: null,
      cognitoAuthenticationProvider: null,
      cognitoAuthenticationType: null,
      cognitoIdentityId: null,
      cognitoIdentityPoolId: null,
      principalOrgId: null,
      sourceIp: '203.0.113.9',
      user: null,
      userAgent: 'test',
      userArn: null,
    },
  };
}
