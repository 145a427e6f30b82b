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
