import type { ApiResponse } from './gateway-response';

/** A function's answer that API Gateway would call malformed; it becomes a 502. */
export class MalformedProxyResponse extends Error {
  constructor(problem: string) {
    super(`Malformed Lambda proxy response: ${problem}`);
    this.name = 'MalformedProxyResponse';
  }
}

const RESPONSE_FIELDS = ['statusCode', 'headers', 'multiValueHeaders', 'body', 'isBase64Encoded'];

/**
 * Reads what a function returned to its Lambda proxy integration.
 *
 * @throws MalformedProxyResponse
 */
export function readProxyResponse(payload: string): ApiResponse {
  const answer = JSON.parse(payload) as Record<string, unknown> | null;
  if (typeof answer !== 'object' || answer === null || Array.isArray(answer)) throw new MalformedProxyResponse(`expected an object, got ${payload.slice(0, 80)}`);
  const unknown = Object.keys(answer).filter(field => !RESPONSE_FIELDS.includes(field));
  if (unknown.length > 0) throw new MalformedProxyResponse(`unknown field ${unknown.join(', ')}`);
  const status = Number(answer.statusCode);
  if (!Number.isInteger(status) || status < 100 || status > 599) throw new MalformedProxyResponse(`statusCode is ${JSON.stringify(answer.statusCode)}`);
  if (answer.body !== undefined && answer.body !== null && typeof answer.body !== 'string') throw new MalformedProxyResponse('body must be a string');
  if (answer.isBase64Encoded === true) throw new MalformedProxyResponse('the API has no binary media types, so a binary body would arrive as Base64 text');
  return { status, headers: readHeaders(answer), body: Buffer.from((answer.body as string | null | undefined) ?? '') };
}

function readHeaders(answer: Record<string, unknown>): Record<string, string | string[]> {
  const single = Object.entries((answer.headers ?? {}) as Record<string, unknown>)
    .map(([name, value]) => [name.toLowerCase(), String(value)]);
  const multiple = Object.entries((answer.multiValueHeaders ?? {}) as Record<string, unknown[]>)
    .map(([name, values]) => [name.toLowerCase(), values.map(String)]);
  return { 'content-type': 'application/json', ...Object.fromEntries([...single, ...multiple]) };
}
