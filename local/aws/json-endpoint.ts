import { randomUUID } from 'crypto';
import type { IncomingMessage, ServerResponse } from 'http';
import { parseJsonObject, ServiceError } from './http-json';
import { JsonReply, JsonService, QueryProtocol } from './json-service';
import { SignatureError, verifySignature } from './sigv4';
import { CredentialStore, Now } from './types';

export interface JsonEndpointOptions {
  readonly credentials: CredentialStore;
  readonly region: string;
  readonly now?: Now;
}

const JSON_1_0 = 'application/x-amz-json-1.0';
const XML = 'text/xml';

/** HTTP in front of a {@link JsonService}: verifies the signature over the whole body, calls, and puts errors in the service's words. */
export class JsonEndpoint {
  constructor(private readonly options: JsonEndpointOptions) {}

  /** @param query the older protocol, when the caller speaks that */
  async handle(
    service: JsonService, operation: string, request: IncomingMessage, response: ServerResponse, body: Buffer, query?: QueryProtocol,
  ): Promise<void> {
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const requestId = randomUUID();
    try {
      const { status, body: answer, headers } = await this.call(service, operation, request, body, gone.signal, query);
      if (query) send(response, status, query.renderResult(operation, parseJsonObject(answer), requestId), XML, requestId);
      else send(response, status, answer, JSON_1_0, requestId, headers);
    } catch (error) {
      if (gone.signal.aborted) return;
      const failure = toServiceError(error, service, operation);
      if (query) return send(response, failure.status, query.renderError(failure, requestId), XML, requestId);
      const { status, payload, headers } = service.renderError(failure);
      send(response, status, JSON.stringify(payload), JSON_1_0, requestId, headers);
    }
  }

  private async call(
    service: JsonService, operation: string, request: IncomingMessage, body: Buffer, signal: AbortSignal, query?: QueryProtocol,
  ): Promise<JsonReply> {
    const { method, url, headers } = request;
    const credential = await verifySignature({ method, url, headers, body }, { ...this.options, service: service.name });
    const input = query ? query.read(body, request).input : parseJsonObject(body);
    return service.execute({ operation, input, caller: credential.caller, host: headers.host ?? 'localhost', signal });
  }
}

function send(
  response: ServerResponse, status: number, body: string | Buffer, type: string, requestId: string, headers: Readonly<Record<string, string>> = {},
): void {
  if (response.writableEnded || response.destroyed) return;
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body), 'x-amzn-requestid': requestId, ...headers });
  response.end(body);
}

function toServiceError(error: unknown, service: JsonService, operation: string): ServiceError {
  if (error instanceof ServiceError) return error;
  if (error instanceof SignatureError) return new ServiceError(error.jsonCode, error.message, error.status);
  const detail = error instanceof Error ? error.stack ?? error.message : String(error);
  return new ServiceError('InternalFailure', `The local ${service.name} failed in ${operation}: ${detail}`, 500);
}
