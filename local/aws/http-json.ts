import { randomUUID } from 'crypto';
import type { IncomingMessage, ServerResponse } from 'http';

/** An answer that a JSON service refuses a call with. `name` is the exception that the SDK throws at its caller. */
export class ServiceError extends Error {
  constructor(readonly code: string, message: string, readonly status = 400, readonly details: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.name = 'ServiceError';
  }
}

/** DynamoDB's limit for a batch is 16 MiB and the largest of the JSON services' requests. */
const MAX_BODY_BYTES = 16 * 1024 * 1024;

/** @throws ServiceError when the body is larger than any JSON service takes. */
export async function readBody(request: IncomingMessage, limit = MAX_BODY_BYTES): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit) throw new ServiceError('RequestEntityTooLarge', `the request body is larger than ${limit} bytes; send less at once`, 413);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

export type JsonObject = Record<string, unknown>;

/** @throws ServiceError when the body is not one JSON object. */
export function parseJsonObject(body: Buffer): JsonObject {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body.toString('utf8'));
  } catch {
    parsed = undefined;
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new ServiceError('SerializationException', 'the request body must be one JSON object');
  }
  return parsed as JsonObject;
}

export function sendJson(
  response: ServerResponse, status: number, payload: unknown, contentType = 'application/json', headers: Record<string, string> = {},
): void {
  if (response.writableEnded || response.destroyed) return;
  const body = Buffer.from(JSON.stringify(payload));
  response.writeHead(status, { 'content-type': contentType, 'content-length': body.length, 'x-amzn-requestid': randomUUID(), ...headers });
  response.end(body);
}
