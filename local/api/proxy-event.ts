import type { RestApiDefinition } from '../template';
import type { Claims } from './authorizer';
import type { RouteMatch } from './router';

/** A request as it reached the API, after whatever stands in front of it. */
export interface ApiRequest {
  readonly httpMethod: string;
  /** Without stage and query. */
  readonly path: string;
  readonly query: string;
  /** Name and value in turn, as they came. */
  readonly rawHeaders: readonly string[];
  readonly sourceIp: string;
  readonly body: Buffer;
}

type Multi = Record<string, string[]>;

/** The event of a Lambda proxy integration, payload format 1.0. */
export function proxyEvent(
  api: RestApiDefinition, request: ApiRequest, { method, pathParameters }: RouteMatch, requestId: string, claims: Claims | undefined,
): Record<string, unknown> {
  const domainName = `${api.id}.execute-api.${api.region}.amazonaws.com`;
  const headers = forwardedHeaders(request, domainName);
  const query = queryOf(request.query);
  const time = new Date();
  return {
    resource: method.path,
    path: request.path,
    httpMethod: request.httpMethod,
    headers: lastOf(headers),
    multiValueHeaders: headers,
    queryStringParameters: orNull(lastOf(query)),
    multiValueQueryStringParameters: orNull(query),
    pathParameters: orNull(pathParameters),
    stageVariables: null,
    requestContext: {
      ...claims === undefined ? {} : { authorizer: { claims } },
      resourceId: method.resourceId,
      resourcePath: method.path,
      httpMethod: request.httpMethod,
      extendedRequestId: requestId,
      requestTime: time.toUTCString(),
      requestTimeEpoch: time.getTime(),
      path: `/${api.stage}${request.path}`,
      accountId: api.account,
      protocol: 'HTTP/1.1',
      stage: api.stage,
      domainPrefix: api.id,
      domainName,
      requestId,
      identity: identityOf(request.sourceIp, lastOf(headers)),
      apiId: api.id,
    },
    body: request.body.length === 0 ? null : request.body.toString('utf8'),
    isBase64Encoded: false,
  };
}

/** CloudFront sends the API's own host name, and both add who asked. */
function forwardedHeaders({ rawHeaders, sourceIp }: ApiRequest, domainName: string): Multi {
  const headers = Object.create(null) as Multi;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = Object.keys(headers).find(known => known.toLowerCase() === rawHeaders[index].toLowerCase()) ?? rawHeaders[index];
    if (!['host', 'connection'].includes(name.toLowerCase())) (headers[name] ??= []).push(rawHeaders[index + 1]);
  }
  return { ...headers, Host: [domainName], 'X-Forwarded-For': [sourceIp], 'X-Forwarded-Port': ['443'], 'X-Forwarded-Proto': ['https'] };
}

function queryOf(query: string): Multi {
  // Without a prototype: a parameter may be called `constructor`.
  const values = Object.create(null) as Multi;
  for (const [name, value] of new URLSearchParams(query)) (values[name] ??= []).push(value);
  return values;
}

function identityOf(sourceIp: string, headers: Record<string, string>): Record<string, string | null> {
  const userAgent = Object.entries(headers).find(([name]) => name.toLowerCase() === 'user-agent')?.[1] ?? null;
  return {
    sourceIp,
    userAgent,
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
    user: null,
    userArn: null,
  };
}

function lastOf(values: Multi): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, all]) => [name, all[all.length - 1]]));
}

function orNull<T extends object>(values: T): T | null {
  return Object.keys(values).length === 0 ? null : values;
}
