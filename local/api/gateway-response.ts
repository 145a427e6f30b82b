import type { GatewayResponse } from '../template';

export interface ApiResponse {
  readonly status: number;
  /** Values by name; several of one name stay apart. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: Buffer;
}

interface DefaultResponse {
  readonly status: number;
  readonly message: string;
}

/** What API Gateway answers by itself, by response type (API Gateway developer guide, "Gateway response types"). */
const DEFAULTS = {
  ACCESS_DENIED: { status: 403, message: 'User is not authorized to access this resource' },
  UNAUTHORIZED: { status: 401, message: 'Unauthorized' },
  MISSING_AUTHENTICATION_TOKEN: { status: 403, message: 'Missing Authentication Token' },
  REQUEST_TOO_LARGE: { status: 413, message: 'Request Too Long' },
  THROTTLED: { status: 429, message: 'Too Many Requests' },
  API_CONFIGURATION_ERROR: { status: 500, message: 'Internal server error' },
  INTEGRATION_TIMEOUT: { status: 504, message: 'Endpoint request timed out' },
  BAD_GATEWAY: { status: 502, message: 'Internal server error' },
} as const satisfies Record<string, DefaultResponse>;

export type ResponseType = keyof typeof DEFAULTS;

/** The API's own answers, as its gateway responses shape them. */
export class GatewayResponses {
  private readonly byType: ReadonlyMap<string, GatewayResponse>;

  constructor(responses: readonly GatewayResponse[]) {
    this.byType = new Map(responses.map(response => [response.type, response]));
  }

  render(type: ResponseType, requestId: string, message?: string): ApiResponse {
    const fallback = DEFAULTS[type];
    const custom = this.byType.get(type) ?? this.byType.get(fallback.status < 500 ? 'DEFAULT_4XX' : 'DEFAULT_5XX');
    const status = this.byType.get(type)?.status ?? custom?.status ?? fallback.status;
    const body = fill(custom?.template ?? '{"message":$context.error.messageString}', {
      'context.error.messageString': JSON.stringify(message ?? fallback.message),
      'context.error.message': message ?? fallback.message,
      'context.error.responseType': type,
      'context.requestId': requestId,
    });
    return {
      status,
      headers: { 'content-type': 'application/json', 'x-amzn-errortype': `${errorName(type)}Exception`, ...headersOf(custom, requestId) },
      body: Buffer.from(body),
    };
  }
}

function headersOf(response: GatewayResponse | undefined, requestId: string): Record<string, string> {
  return Object.fromEntries(Object.entries(response?.headers ?? {})
    .map(([name, value]) => [name.toLowerCase(), 'literal' in value ? value.literal : requestId]));
}

/** Longest names first: `messageString` starts with `message`. */
function fill(template: string, variables: Record<string, string>): string {
  const names = Object.keys(variables).sort((left, right) => right.length - left.length);
  return names.reduce((text, name) => text.replaceAll(`$${name}`, variables[name]), template);
}

function errorName(type: string): string {
  return type.toLowerCase().replace(/(^|_)([a-z])/g, (_, __, letter: string) => letter.toUpperCase());
}
