/** What a route answers, before it becomes API Gateway's shape. */
export interface ApiResponse {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Values of `Set-Cookie`. */
  readonly cookies?: readonly string[];
}

function json(status: number, body: object): ApiResponse {
  return { status, contentType: 'application/json', body: JSON.stringify(body) };
}

export function ok(body: object): ApiResponse {
  return json(200, body);
}

export function created(body: object): ApiResponse {
  return json(201, body);
}

export function noContent(): ApiResponse {
  return { status: 204, contentType: 'application/json', body: '' };
}
