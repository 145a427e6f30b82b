import { randomUUID } from 'crypto';
import type { IncomingMessage, ServerResponse } from 'http';
import { parseJsonObject, readBody, sendJson, ServiceError } from './http-json';
import { JsonReply, JsonService } from './json-service';
import { SignatureError, verifySignature } from './sigv4';
import { CredentialStore, Now } from './types';

export interface JsonEndpointOptions {
  readonly credentials: CredentialStore;
  readonly region: string;
  readonly now?: Now;
}

const CONTENT_TYPE = 'application/x-amz-json-1.0';

/** HTTP in front of a {@link JsonService}: verifies the signature over the whole body, calls, and puts errors in the service's words. */
export class JsonEndpoint {
  constructor(private readonly options: JsonEndpointOptions) {}

  async handle(service: JsonService, operation: string, request: IncomingMessage, response: ServerResponse, body?: Buffer): Promise<void> {
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    try {
      const reply = await this.call(service, operation, request, body ?? await readBody(request), gone.signal);
      send(response, reply);
    } catch (error) {
      if (gone.signal.aborted) return;
      const { status, payload, headers } = service.renderError(toServiceError(error, service, operation));
      sendJson(response, status, payload, CONTENT_TYPE, headers);
    }
  }

  private async call(
    service: JsonService, operation: string, request: IncomingMessage, body: Buffer, signal: AbortSignal,
  ): Promise<JsonReply> {
    const { method, url, headers } = request;
    const credential = await verifySignature({ method, url, headers, body }, { ...this.options, service: service.name });
    return service.execute({ operation, input: parseJsonObject(body), caller: credential.caller, host: headers.host ?? 'localhost', signal });
  }
}

function send(response: ServerResponse, { status, body, headers }: JsonReply): void {
  if (response.writableEnded || response.destroyed) return;
  response.writeHead(status, { 'content-type': CONTENT_TYPE, 'content-length': body.length, 'x-amzn-requestid': randomUUID(), ...headers });
  response.end(body);
}

function toServiceError(error: unknown, service: JsonService, operation: string): ServiceError {
  if (error instanceof ServiceError) return error;
  if (error instanceof SignatureError) return new ServiceError(error.jsonCode, error.message, error.status);
  const detail = error instanceof Error ? error.stack ?? error.message : String(error);
  return new ServiceError('InternalFailure', `The local ${service.name} failed in ${operation}: ${detail}`, 500);
}
