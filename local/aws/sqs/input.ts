import { JsonObject, ServiceError } from '../http-json';
import { MessageAttribute, MessageAttributes } from './message';

/** Reads the fields of a request, refusing what SQS refuses. */

export function invalid(message: string): ServiceError {
  return new ServiceError('InvalidParameterValue', message);
}

export function requiredText(input: JsonObject, name: string): string {
  const value = input[name];
  if (value === undefined || value === null || value === '') {
    throw new ServiceError('MissingParameter', `The request must contain the parameter ${name}.`);
  }
  if (typeof value !== 'string') throw invalid(`Value ${JSON.stringify(value)} for parameter ${name} is invalid. Reason: Must be text.`);
  return value;
}

export function wholeNumber(input: JsonObject, name: string, range: readonly [number, number], fallback?: number): number {
  const value = input[name] ?? fallback;
  if (value === undefined) throw new ServiceError('MissingParameter', `The request must contain the parameter ${name}.`);
  if (typeof value !== 'number' || !Number.isInteger(value) || value < range[0] || value > range[1]) {
    throw invalid(`Value ${JSON.stringify(value)} for parameter ${name} is invalid. Reason: Must be between ${range[0]} and ${range[1]}, if provided.`);
  }
  return value;
}

export function textList(input: JsonObject, name: string): readonly string[] {
  const value = input[name] ?? [];
  if (!Array.isArray(value) || !value.every(each => typeof each === 'string')) throw invalid(`${name} must be a list of texts.`);
  return value;
}

/** Refuses parameters that this queue would silently ignore. */
export function onlyParameters(input: JsonObject, operation: string, known: readonly string[]): void {
  const unknown = Object.keys(input).filter(name => input[name] !== undefined && input[name] !== null && !known.includes(name));
  if (unknown.length > 0) {
    throw new ServiceError('UnsupportedOperation', `The local SQS does not implement ${operation} with ${unknown.join(', ')}.`);
  }
}

/** The same limits that SQS sets: `#x9 | #xA | #xD | #x20–#xD7FF | #xE000–#xFFFD | #x10000–#x10FFFF`. */
const ILLEGAL_CHARACTER = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;

export function messageBody(input: JsonObject): string {
  const body = requiredText(input, 'MessageBody');
  if (ILLEGAL_CHARACTER.test(body)) throw new ServiceError('InvalidMessageContents', 'The message contains characters outside the allowed set.');
  return body;
}

export function messageAttributes(input: JsonObject, name: string): MessageAttributes | undefined {
  const value = input[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'object' || Array.isArray(value)) throw invalid(`${name} must be a map of attributes.`);
  const entries = Object.entries(value as Record<string, MessageAttribute>);
  if (entries.length > 10) throw invalid(`Number of message attributes [${entries.length}] exceeds the allowed maximum [10].`);
  for (const [key, attribute] of entries) checkAttribute(key, attribute);
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

function checkAttribute(name: string, attribute: MessageAttribute): void {
  if (!/^(?!aws\.|amazon\.)[\w.-]{1,256}$/i.test(name)) throw invalid(`Message attribute name '${name}' is invalid.`);
  const kind = /^(String|Number|Binary)(\..+)?$/.exec(String(attribute?.DataType))?.[1];
  if (!kind) throw invalid(`The message attribute '${name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`);
  const value = kind === 'Binary' ? attribute.BinaryValue : attribute.StringValue;
  if (typeof value !== 'string' || value === '') throw invalid(`The message attribute '${name}' must contain a non-empty value of its type '${attribute.DataType}'.`);
}

export interface BatchEntry extends JsonObject {
  readonly Id: string;
}

const MAX_BATCH = 10;

/** The entries of a batch call, after the checks that fail the batch as a whole. */
export function batchEntries(input: JsonObject): readonly BatchEntry[] {
  const entries = input.Entries ?? [];
  if (!Array.isArray(entries) || entries.length === 0) {
    throw new ServiceError('EmptyBatchRequest', 'There should be at least one entry in the request.');
  }
  if (entries.length > MAX_BATCH) {
    throw new ServiceError('TooManyEntriesInBatchRequest', `Maximum number of entries per request are ${MAX_BATCH}. You have sent ${entries.length}.`);
  }
  const ids = (entries as BatchEntry[]).map(entry => String(entry.Id));
  const malformed = ids.find(id => !/^[\w-]{1,80}$/.test(id));
  if (malformed !== undefined) {
    throw new ServiceError('InvalidBatchEntryId', 'A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.');
  }
  const repeated = ids.find((id, index) => ids.indexOf(id) !== index);
  if (repeated !== undefined) throw new ServiceError('BatchEntryIdsNotDistinct', `Id ${repeated} repeated.`);
  return entries as BatchEntry[];
}

/** Runs every entry by itself: one that fails is reported and the others go on. */
export function forEachEntry(entries: readonly BatchEntry[], run: (entry: BatchEntry) => JsonObject): JsonObject {
  const Successful: JsonObject[] = [];
  const Failed: JsonObject[] = [];
  for (const entry of entries) {
    try {
      Successful.push({ Id: entry.Id, ...run(entry) });
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      Failed.push({ Id: entry.Id, Code: error.code, Message: error.message, SenderFault: true });
    }
  }
  return { Successful, Failed };
}
