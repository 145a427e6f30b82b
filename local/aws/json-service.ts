import type { IncomingMessage } from 'http';
import { JsonObject, ServiceError } from './http-json';
import { AccessDenied, Caller } from './types';

/** One authenticated call of a JSON service. */
export interface JsonCall {
  readonly operation: string;
  readonly input: JsonObject;
  readonly caller: Caller;
  /** `host:port` that the caller used, for URLs in answers. */
  readonly host: string;
  /** Aborts when the caller has gone: whatever waits for it must let go. */
  readonly signal: AbortSignal;
}

export interface JsonReply {
  readonly status: number;
  readonly body: Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface JsonError {
  readonly status: number;
  readonly payload: JsonObject;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An older protocol that a service speaks as well: forms in, XML out. */
export interface QueryProtocol {
  accepts(request: IncomingMessage): boolean;
  read(body: Buffer, request: Pick<IncomingMessage, 'url' | 'headers'>): { readonly operation: string; readonly input: JsonObject };
  renderResult(operation: string, result: JsonObject, requestId: string): string;
  renderError(error: ServiceError, requestId: string): string;
}

/** A service of the gateway that speaks the AWS JSON 1.0 protocol: POST /, `X-Amz-Target: Prefix.Operation`. */
export interface JsonService {
  /** Signing name. */
  readonly name: string;
  readonly targetPrefix: string;
  readonly query?: QueryProtocol;
  execute(call: JsonCall): Promise<JsonReply>;
  /** An error in the wording that the SDK client of this service reads. */
  renderError(error: ServiceError): JsonError;
  close(): Promise<void>;
}

export function jsonReply(payload: JsonObject): JsonReply {
  return { status: 200, body: Buffer.from(JSON.stringify(payload)) };
}

/** AWS's sentence for a refused call; `code` is what the service calls it. */
export function accessDenied(error: AccessDenied, code: string, status: number): ServiceError {
  const { principalArn, action, resourceArn, message } = error;
  const why = message.slice(`${principalArn} is not authorized to perform ${action} on ${resourceArn}: `.length);
  return new ServiceError(code, `User: ${principalArn} is not authorized to perform: ${action} on resource: ${resourceArn} ${why}`, status);
}
