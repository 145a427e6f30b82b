import type { IncomingMessage } from 'http';
import { CloudFrontService, KeyValueStoreService } from './cloudfront';
import { EcsAgent } from './ecs-agent';
import { readClaim, splitUrl } from './sigv4-request';

/** Which part of the gateway a request is for, and what its caller wants of it. */
export interface Route {
  /** Signing name, or `credentials` and `ecs-agent` for the endpoints inside a task. */
  readonly service: string;
  readonly operation: string;
}

/** A JSON service is told by its target; what is signed for nobody in particular is S3's: forms, preflights, anonymous reads. */
export function routeOf(request: IncomingMessage, jsonServices: ReadonlyMap<string, string>): Route {
  if (KeyValueStoreService.serves(request)) {
    return { service: 'cloudfront-keyvaluestore', operation: KeyValueStoreService.operationOf(request) };
  }
  const target = request.headers['x-amz-target'];
  if (typeof target === 'string') {
    const [prefix, operation = ''] = [target.slice(0, target.lastIndexOf('.')), target.slice(target.lastIndexOf('.') + 1)];
    const known = jsonServices.get(prefix);
    return known === undefined ? { service: signedService(request) ?? prefix, operation: target } : { service: known, operation };
  }
  if (EcsAgent.serves(request.url)) return { service: 'ecs-agent', operation: `${request.method} task-protection` };
  if (/^\/credentials\/[0-9a-f]{32}$/.test(request.url ?? '')) return { service: 'credentials', operation: 'GetCredentials' };
  const signed = signedService(request);
  if (signed === 'cloudfront') return { service: signed, operation: CloudFrontService.operationOf(request) };
  return { service: signed ?? 's3', operation: `${request.method} ${splitUrl(request.url).path}` };
}

function signedService(request: IncomingMessage): string | undefined {
  try {
    return readClaim(request.headers, splitUrl(request.url).query)?.service;
  } catch {
    // A malformed signature is for the service to refuse, in its own words.
    return undefined;
  }
}
