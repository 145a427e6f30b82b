import { JsonObject } from '../http-json';
import type { QueryProtocol } from '../json-service';
import { splitUrl } from '../sigv4-request';
import { Content, element, Element, xmlDocument } from '../xml';
import { queryErrorCode } from './sqs-errors';

/**
 * The query protocol of SQS. SDKs spoke it before November 2023, and Debian 12's AWS CLI still does.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-making-api-requests-xml.html
 */
export const SQS_QUERY: QueryProtocol = {
  accepts: ({ headers }) => headers['x-amz-target'] === undefined && (headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded'),

  /** Reads a form as the JSON protocol would say it; the queue may be named by the path alone. */
  read(body, { url, headers }) {
    const { Action, Version: _, ...rest } = treeOf(new URLSearchParams(body.toString('utf8')));
    const { path } = splitUrl(url);
    const queue = path === '/' ? {} : { QueueUrl: `http://${headers.host}${path}` };
    return { operation: typeof Action === 'string' ? Action : '', input: { ...queue, ...memberNames(rest) } };
  },

  renderResult: (operation, result, requestId) => xmlDocument(`${operation}Response`, [
    element(`${operation}Result`, renderMembers(result, operation)),
    element('ResponseMetadata', [element('RequestId', requestId)]),
  ], false),

  renderError: (error, requestId) => xmlDocument('ErrorResponse', [
    element('Error', [
      element('Type', error.status < 500 ? 'Sender' : 'Receiver'),
      element('Code', queryErrorCode(error)),
      element('Message', error.message),
    ]),
    element('RequestId', requestId),
  ], false),
};

const NUMBERS = new Set(['DelaySeconds', 'MaxNumberOfMessages', 'VisibilityTimeout', 'WaitTimeSeconds']);
const LISTS: Readonly<Record<string, string>> = {
  AttributeName: 'AttributeNames',
  MessageAttributeName: 'MessageAttributeNames',
  MessageSystemAttributeName: 'MessageSystemAttributeNames',
};
const MAPS: Readonly<Record<string, string>> = { MessageAttribute: 'MessageAttributes', MessageSystemAttribute: 'MessageSystemAttributes' };

type Tree = { [name: string]: string | Tree };

/** `MessageAttribute.1.Value.DataType=String` as nested objects. */
function treeOf(parameters: URLSearchParams): Tree {
  const root: Tree = Object.create(null);
  for (const [name, value] of parameters) {
    const path = name.split('.');
    const last = path.pop()!;
    const parent = path.reduce<Tree>((node, part) => {
      if (typeof node[part] !== 'object') node[part] = Object.create(null);
      return node[part] as Tree;
    }, root);
    parent[last] = value;
  }
  return root;
}

function memberNames(tree: Tree): JsonObject {
  return Object.fromEntries(Object.entries(tree).map(([name, value]): [string, unknown] => {
    if (typeof value === 'string') return [name, NUMBERS.has(name) && value !== '' ? Number(value) : value];
    const items = Object.values(value);
    if (name in LISTS) return [LISTS[name], items];
    if (name in MAPS) return [MAPS[name], Object.fromEntries((items as Tree[]).map(({ Name, Value }) => [Name, Value]))];
    return [name, value];
  }));
}

/** Lists and maps are flattened, each under the name of one item. */
function renderMembers(members: JsonObject, operation: string): Element[] {
  return Object.entries(members).filter(([, value]) => value !== undefined).flatMap(([name, value]) => {
    switch (name) {
      case 'QueueUrls': return (value as string[]).map(url => element('QueueUrl', url));
      case 'Messages': return renderEach('Message', value, operation);
      case 'Results': return renderEach(`${operation}ResultEntry`, value, operation);
      case 'Attributes': return renderMap('Attribute', value as Record<string, string>);
      case 'MessageAttributes':
        return renderMap('MessageAttribute', Object.fromEntries(Object.entries(value as Record<string, JsonObject>)
          .map(([key, attribute]) => [key, renderMembers(attribute, operation)])));
      default: return [element(name, value as string | number | boolean)];
    }
  });
}

function renderEach(name: string, items: unknown, operation: string): Element[] {
  return (items as JsonObject[]).map(item => element(name, renderMembers(item, operation)));
}

function renderMap(name: string, map: Readonly<Record<string, Content>>): Element[] {
  return Object.entries(map).map(([key, value]) => element(name, [element('Name', key), element('Value', value)]));
}
