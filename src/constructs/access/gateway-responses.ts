import * as apigateway from 'aws-cdk-lib/aws-apigateway';

interface Problem {
  readonly id: string;
  readonly type: apigateway.ResponseType;
  /** Replaces the status that API Gateway would answer with. */
  readonly status?: number;
  readonly title: string;
}

/** What API Gateway answers itself, before or instead of a handler. */
const PROBLEMS: readonly Problem[] = [
  { id: 'Unauthorized', type: apigateway.ResponseType.UNAUTHORIZED, status: 401, title: 'A valid access token is needed.' },
  { id: 'AccessDenied', type: apigateway.ResponseType.ACCESS_DENIED, status: 403, title: 'The access token lacks the scope of this route.' },
  { id: 'ExpiredToken', type: apigateway.ResponseType.EXPIRED_TOKEN, status: 401, title: 'The access token has expired.' },
  { id: 'InvalidSignature', type: apigateway.ResponseType.INVALID_SIGNATURE, status: 401, title: 'A valid access token is needed.' },
  // API Gateway's word for a path or method that it has no resource for.
  { id: 'NoSuchRoute', type: apigateway.ResponseType.MISSING_AUTHENTICATION_TOKEN, status: 404, title: 'There is no such route.' },
  { id: 'NotFound', type: apigateway.ResponseType.RESOURCE_NOT_FOUND, status: 404, title: 'There is no such route.' },
  { id: 'BadBody', type: apigateway.ResponseType.BAD_REQUEST_BODY, status: 400, title: 'The request body is not valid.' },
  { id: 'BadParameters', type: apigateway.ResponseType.BAD_REQUEST_PARAMETERS, status: 400, title: 'The request parameters are not valid.' },
  { id: 'TooLarge', type: apigateway.ResponseType.REQUEST_TOO_LARGE, status: 413, title: 'The request is too large.' },
  { id: 'UnsupportedType', type: apigateway.ResponseType.UNSUPPORTED_MEDIA_TYPE, status: 415, title: 'The content type is not supported.' },
  { id: 'Throttled', type: apigateway.ResponseType.THROTTLED, status: 429, title: 'Too many requests: slow down and try again.' },
  { id: 'Filtered', type: apigateway.ResponseType.WAF_FILTERED, status: 403, title: 'The request was blocked.' },
  { id: 'Timeout', type: apigateway.ResponseType.INTEGRATION_TIMEOUT, status: 504, title: 'The service took too long to answer.' },
  { id: 'Default4xx', type: apigateway.ResponseType.DEFAULT_4XX, title: 'The request was refused.' },
  { id: 'Default5xx', type: apigateway.ResponseType.DEFAULT_5XX, title: 'The service failed to answer.' },
];

/**
 * Makes API Gateway's own answers look like the handlers': problem documents (RFC 9457), readable across origins. Their correlation id is
 * in the body alone: a header of a gateway response cannot take its value from the context.
 *
 * A gateway response holds constant headers only. With one allowed origin that is its name; with several, no constant is right
 * and browsers of a foreign origin see such an answer as a network error, while those of the API's own are not concerned.
 */
export function addGatewayResponses(api: apigateway.RestApi, allowedOrigins: readonly string[]): void {
  for (const { id, type, status, title } of PROBLEMS) {
    api.addGatewayResponse(id, {
      type,
      statusCode: status?.toString(),
      responseHeaders: {
        'Content-Type': "'application/problem+json'",
        'Cache-Control': "'no-store'",
        ...corsHeaders(allowedOrigins),
      },
      templates: { 'application/json': problemDocument(title, status) },
    });
  }
}

/** `messageString` is not used: it repeats parts of the request. */
function problemDocument(title: string, status?: number): string {
  const fixed = JSON.stringify({ type: 'about:blank', title, ...status && { status } }).slice(0, -1);
  return `${fixed},"correlationId":"$context.requestId"}`;
}

function corsHeaders(allowedOrigins: readonly string[]): Record<string, string> {
  if (allowedOrigins.length !== 1) return {};
  return {
    'Access-Control-Allow-Origin': `'${allowedOrigins[0]}'`,
    Vary: "'Origin'",
  };
}
