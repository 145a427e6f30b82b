import { ServiceError } from '../http-json';
import { JsonError } from '../json-service';

/** Codes that the older query protocol spells differently; the SDK reads that spelling from a header. */
const QUERY_CODES: Readonly<Record<string, string>> = {
  QueueDoesNotExist: 'AWS.SimpleQueueService.NonExistentQueue',
  UnsupportedOperation: 'AWS.SimpleQueueService.UnsupportedOperation',
};

/** As the older protocol names it. */
export function queryErrorCode({ code }: ServiceError): string {
  return QUERY_CODES[code] ?? code;
}

export function renderSqsError(error: ServiceError): JsonError {
  const sender = error.status < 500 ? 'Sender' : 'Receiver';
  return {
    status: error.status,
    payload: { __type: `com.amazonaws.sqs#${error.code}`, message: error.message },
    headers: { 'x-amzn-query-error': `${queryErrorCode(error)};${sender}` },
  };
}
