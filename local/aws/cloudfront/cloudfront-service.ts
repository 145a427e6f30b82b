import { createPublicKey, randomBytes } from 'crypto';
import type { IncomingMessage, ServerResponse } from 'http';
import { readBody, ServiceError } from '../http-json';
import { SignatureError, verifySignature } from '../sigv4';
import { StateFile } from '../state-file';
import { AccessDenied, Authorizer, Caller, CredentialStore, Now } from '../types';
import { children, element, Element, parseXml, text, xmlDocument, XmlNode } from '../xml';

export interface CloudFrontOptions {
  readonly stateFile: string;
  readonly credentials: CredentialStore;
  readonly authorizer: Authorizer;
  readonly now?: Now;
}

interface PublicKey {
  readonly id: string;
  readonly etag: string;
  readonly name: string;
  readonly callerReference: string;
  readonly encodedKey: string;
}

interface KeyGroup {
  readonly id: string;
  readonly etag: string;
  readonly name: string;
  readonly items: readonly string[];
}

interface State {
  readonly publicKeys: Record<string, PublicKey>;
  readonly keyGroups: Record<string, KeyGroup>;
}

interface Reply {
  readonly status: number;
  readonly etag?: string;
  readonly body?: string;
}

const VERSION = '/2020-05-31';
/** Of an account that has not asked for more (CloudFront developer guide, "Quotas"). */
const QUOTA = { publicKeys: 10, keyGroups: 10, keysOfGroup: 5 };

/** CloudFront's API for public keys and key groups (REST, XML), as the signing function calls it. Distributions come from the template. */
export class CloudFrontService {
  static operationOf({ method, url = '' }: Pick<IncomingMessage, 'method' | 'url'>): string {
    const [, kind, id] = /^\/2020-05-31\/([a-z-]+)\/?([^/?]*)/.exec(url) ?? [];
    const noun = kind === 'public-key' ? 'PublicKey' : kind === 'key-group' ? 'KeyGroup' : kind ?? 'Unknown';
    if (method === 'GET') return id ? `Get${noun}` : `List${noun}s`;
    return `${{ POST: 'Create', PUT: 'Update', DELETE: 'Delete' }[method ?? ''] ?? method}${noun}`;
  }

  private readonly file: StateFile<State>;
  private readonly state: State;

  private readonly operations: Readonly<Record<string, (id: string, body: string, ifMatch: string) => Reply>> = {
    CreatePublicKey: (_, body) => this.createPublicKey(parse(body, 'PublicKeyConfig')),
    GetPublicKey: id => rendered(200, 'PublicKey', publicKeyXml(this.publicKey(id)), this.publicKey(id).etag),
    ListPublicKeys: () => rendered(200, 'PublicKeyList', [
      element('MaxItems', 100), element('Quantity', Object.keys(this.state.publicKeys).length),
      element('Items', Object.values(this.state.publicKeys).map(({ id, name, encodedKey }) => element('PublicKeySummary', [
        element('Id', id), element('Name', name), element('EncodedKey', encodedKey), element('CreatedTime', new Date(0).toISOString()),
      ]))),
    ]),
    DeletePublicKey: (id, _, ifMatch) => {
      requireEtag(this.publicKey(id), ifMatch);
      if (Object.values(this.state.keyGroups).some(group => group.items.includes(id))) {
        throw new ServiceError('PublicKeyInUse', 'The specified public key is in use.', 409);
      }
      delete this.state.publicKeys[id];
      return { status: 204 };
    },
    CreateKeyGroup: (_, body) => this.createKeyGroup(parse(body, 'KeyGroupConfig')),
    GetKeyGroup: id => rendered(200, 'KeyGroup', keyGroupXml(this.keyGroup(id)), this.keyGroup(id).etag),
    ListKeyGroups: () => rendered(200, 'KeyGroupList', [
      element('MaxItems', 100), element('Quantity', Object.keys(this.state.keyGroups).length),
      element('Items', Object.values(this.state.keyGroups).map(group => element('KeyGroupSummary', [element('KeyGroup', keyGroupXml(group))]))),
    ]),
    UpdateKeyGroup: (id, body, ifMatch) => {
      requireEtag(this.keyGroup(id), ifMatch);
      const config = parse(body, 'KeyGroupConfig');
      this.state.keyGroups[id] = { id, etag: createId('E'), name: text(config, 'Name')!, items: this.itemsOf(config) };
      return rendered(200, 'KeyGroup', keyGroupXml(this.state.keyGroups[id]), this.state.keyGroups[id].etag);
    },
    DeleteKeyGroup: (id, _, ifMatch) => {
      requireEtag(this.keyGroup(id), ifMatch);
      delete this.state.keyGroups[id];
      return { status: 204 };
    },
  };

  constructor(private readonly options: CloudFrontOptions) {
    this.file = new StateFile(options.stateFile);
    this.state = this.file.read({ publicKeys: {}, keyGroups: {} });
  }

  /** PEM of the keys in a group, by key id; undefined when there is no such group. */
  keysOfGroup(groupId: string): Readonly<Record<string, string>> | undefined {
    const group = this.state.keyGroups[groupId];
    return group && Object.fromEntries(group.items.map(id => [id, this.state.publicKeys[id].encodedKey]));
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { status, etag, body = '' } = await this.answer(request).catch(renderError);
    response.writeHead(status, { 'content-type': 'text/xml', 'content-length': Buffer.byteLength(body), ...etag ? { etag } : {} });
    response.end(body);
  }

  private async answer(request: IncomingMessage): Promise<Reply> {
    const body = await readBody(request);
    const { method, url = '', headers } = request;
    // CloudFront's one endpoint is in us-east-1, whatever region the caller is in.
    const { caller } = await verifySignature({ method, url, headers, body }, { ...this.options, service: 'cloudfront', region: 'us-east-1' });
    const operation = CloudFrontService.operationOf(request);
    this.authorize(caller, operation);
    const id = decodeURIComponent(/^\/2020-05-31\/[a-z-]+\/([^/?]+)/.exec(url)?.[1] ?? '');
    const run = this.operations[operation];
    if (!url.startsWith(VERSION) || !run) throw new ServiceError('InvalidAction', `The local CloudFront does not implement ${method} ${url}.`);
    const reply = run(id, body.toString('utf8'), String(headers['if-match'] ?? ''));
    this.file.write(this.state);
    return reply;
  }

  private createPublicKey(config: XmlNode): Reply {
    const [name, callerReference, encodedKey] = ['Name', 'CallerReference', 'EncodedKey'].map(each => text(config, each) ?? '');
    const known = Object.values(this.state.publicKeys);
    if (known.some(key => key.name === name || key.callerReference === callerReference)) {
      throw new ServiceError('PublicKeyAlreadyExists', 'The specified public key already exists.', 409);
    }
    if (known.length >= QUOTA.publicKeys) throw new ServiceError('TooManyPublicKeys', 'The maximum number of public keys has been created.');
    const { asymmetricKeyType, asymmetricKeyDetails } = createPublicKey(encodedKey);
    if (asymmetricKeyType !== 'rsa' || asymmetricKeyDetails?.modulusLength !== 2048) {
      throw new ServiceError('InvalidArgument', `The key must be RSA of 2048 bits; it is ${asymmetricKeyType} ${asymmetricKeyDetails?.modulusLength}.`);
    }
    const key = { id: createId('K'), etag: createId('E'), name, callerReference, encodedKey };
    this.state.publicKeys[key.id] = key;
    return rendered(201, 'PublicKey', publicKeyXml(key), key.etag);
  }

  private createKeyGroup(config: XmlNode): Reply {
    const name = text(config, 'Name') ?? '';
    const known = Object.values(this.state.keyGroups);
    if (known.some(group => group.name === name)) throw new ServiceError('KeyGroupAlreadyExists', 'A key group with this name already exists.', 409);
    if (known.length >= QUOTA.keyGroups) throw new ServiceError('TooManyKeyGroups', 'The maximum number of key groups has been created.');
    const group = { id: createId('G'), etag: createId('E'), name, items: this.itemsOf(config) };
    this.state.keyGroups[group.id] = group;
    return rendered(201, 'KeyGroup', keyGroupXml(group), group.etag);
  }

  private itemsOf(config: XmlNode): string[] {
    const [items] = children(config, 'Items');
    const listed = [items?.PublicKey ?? []].flat().map(String);
    if (listed.length > QUOTA.keysOfGroup) throw new ServiceError('TooManyPublicKeysInKeyGroup', 'The key group holds too many public keys.');
    listed.forEach(id => this.publicKey(id, 'InvalidArgument', 400));
    return listed;
  }

  private publicKey(id: string, code = 'NoSuchPublicKey', status = 404): PublicKey {
    const found = this.state.publicKeys[id];
    if (!found) throw new ServiceError(code, 'The specified public key doesn\'t exist.', status);
    return found;
  }

  private keyGroup(id: string): KeyGroup {
    const found = this.state.keyGroups[id];
    if (!found) throw new ServiceError('NoSuchResource', 'A key group with this id does not exist.', 404);
    return found;
  }

  /** No resource types exist for keys and groups, so that a statement can only name `*`. */
  private authorize(caller: Caller, operation: string): void {
    try {
      this.options.authorizer.authorize(caller, `cloudfront:${operation}`, '*');
    } catch (error) {
      if (error instanceof AccessDenied) throw new ServiceError('AccessDenied', error.message, 403);
      throw error;
    }
  }
}

function requireEtag({ etag }: { readonly etag: string }, ifMatch: string): void {
  if (etag !== ifMatch) throw new ServiceError('PreconditionFailed', 'The If-Match version is missing or not valid for the resource.', 412);
}

function parse(body: string, root: string): XmlNode {
  const node = parseXml(body, root);
  if (!node) throw new ServiceError('MalformedXML', `The request must be one ${root} document.`);
  return node;
}

function publicKeyXml({ id, name, callerReference, encodedKey }: PublicKey): Element[] {
  return [element('Id', id), element('CreatedTime', new Date(0).toISOString()), element('PublicKeyConfig', [
    element('CallerReference', callerReference), element('Name', name), element('EncodedKey', encodedKey),
  ])];
}

function keyGroupXml({ id, name, items }: KeyGroup): Element[] {
  return [element('Id', id), element('LastModifiedTime', new Date(0).toISOString()), element('KeyGroupConfig', [
    element('Name', name), element('Items', items.map(item => element('PublicKey', item))),
  ])];
}

function rendered(status: number, root: string, content: Element[], etag?: string): Reply {
  return { status, etag, body: xmlDocument(root, content, false) };
}

function renderError(error: unknown): Reply {
  const { code, message, status } = error instanceof ServiceError ? error
    : error instanceof SignatureError ? { code: error.jsonCode, message: error.message, status: error.status }
      : { code: 'InternalError', message: `The local CloudFront failed: ${error instanceof Error ? error.stack : String(error)}`, status: 500 };
  return { status, body: xmlDocument('ErrorResponse', [element('Error', [element('Type', 'Sender'), element('Code', code), element('Message', message)])], false) };
}

function createId(letter: string): string {
  return `${letter}${randomBytes(16).toString('base64url').replace(/[-_]/g, '').toUpperCase().slice(0, 13)}`;
}
