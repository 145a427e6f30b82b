import { createHash, createHmac } from 'crypto';
import { checkScope, deriveSigningKey, findCredential, sameText, SignatureError, SignatureOptions } from '../../sigv4';
import { readScope } from '../../sigv4-request';
import { Credential } from '../../types';
import { element, xmlDocument } from '../../xml';
import { checkPlacement, createdHeaders, quoted, readAttributes } from '../attributes';
import { Authorization } from '../authorization';
import { announce, Call, sendEmpty } from '../call';
import { algorithmOfHeader, createChecksum } from '../checksums';
import { NO_PRECONDITION } from '../conditions';
import { notImplemented, S3Error } from '../errors';
import { badDigest } from '../incoming-body';
import { PostForm, readForm } from '../post-form';
import { enforcePolicy, enforceSizes, parsePolicy, PostPolicy } from '../post-policy';
import { Checksum, ObjectVersion } from '../types';
import { commitReceived } from './object-write';

/** A form brings its own proof of who allowed it, so it comes without a verified signature. */
export type FormCall = Pick<Call, 'request' | 'response' | 'bucket' | 'service'>;

const MAX_FILE_BYTES = 5 * 1024 ** 3;
const MAX_KEY_BYTES = 1024;
const FIELDS = new RegExp('^(key|bucket|policy|success_action_status|content-type|cache-control|content-disposition|content-encoding'
  + '|content-language|expires|x-amz-(algorithm|credential|date|security-token|signature|storage-class|meta-.*|server-side-encryption.*'
  + '|checksum-(crc32|crc32c|crc64nvme|sha1|sha256))|x-ignore-.*)$', 's');

export async function postObject(
  call: FormCall, signatures: SignatureOptions, authorize: (credential: Credential) => Authorization,
): Promise<void> {
  const form = await readForm(call.request.http);
  try {
    const fields = effectiveFields(call, form);
    const { credential, policy } = await verifyPolicy(fields, signatures, call.service.now());
    checkFields(call, fields);
    const key = fields.get('key') ?? '';
    authorizePost(call, authorize(credential), key, fields);
    const object = await store(call, form, fields, policy, key);
    announce(call, key, object, 'POST Object');
    respond(call, key, object, fields.get('success_action_status'));
  } catch (error) {
    form.abandon();
    throw error;
  }
}

/** The form's fields as the policy sees them: the bucket it was really sent to, and the name of the file in the key. */
function effectiveFields(call: FormCall, form: PostForm): ReadonlyMap<string, string> {
  const claimed = form.fields.get('bucket');
  const { name } = call.bucket.definition;
  if (claimed !== undefined && claimed !== name) {
    throw new S3Error('AccessDenied', `Invalid according to Policy: the form is for bucket "${claimed}" and was sent to "${name}".`);
  }
  const key = form.fields.get('key');
  if (!key) throw new S3Error('InvalidArgument', 'Bucket POST must contain a field named "key".');
  return new Map([...form.fields, ['bucket', name], ['key', key.split('${filename}').join(form.filename)]]);
}

async function verifyPolicy(
  fields: ReadonlyMap<string, string>, options: SignatureOptions, now: Date,
): Promise<{ credential: Credential; policy: PostPolicy }> {
  const document = fields.get('policy');
  if (document === undefined) throw new SignatureError('MissingAuthenticationToken', 'The form is not signed; anonymous access is not allowed.');
  const algorithm = fields.get('x-amz-algorithm');
  if (algorithm !== 'AWS4-HMAC-SHA256') throw notImplemented(`forms signed with "${algorithm ?? 'AWSAccessKeyId'}"`);
  const scope = readScope(fields.get('x-amz-credential') ?? '');
  if (!scope || !fields.get('x-amz-date')?.startsWith(scope.shortDate)) {
    throw new S3Error('InvalidArgument', 'x-amz-credential must be "KEY/YYYYMMDD/REGION/s3/aws4_request", with the day of x-amz-date.');
  }
  checkScope(scope, options);
  const credential = findCredential({ ...scope, sessionToken: fields.get('x-amz-security-token') }, options.credentials, now);
  const signature = createHmac('sha256', await deriveSigningKey(credential, scope)).update(document).digest('hex');
  if (!sameText(signature, fields.get('x-amz-signature') ?? '')) {
    throw new SignatureError('SignatureDoesNotMatch',
      'The request signature we calculated does not match the signature you provided. Check your key and signing method.');
  }
  const policy = parsePolicy(document);
  enforcePolicy(policy, fields, now);
  return { credential, policy };
}

function checkFields(call: FormCall, fields: ReadonlyMap<string, string>): void {
  const unknown = [...fields.keys()].filter(name => !FIELDS.test(name));
  if (unknown.length > 0) throw notImplemented(`the ${unknown.join(', ')} field of a POST form`);
  const key = fields.get('key') ?? '';
  if (Buffer.byteLength(key) > MAX_KEY_BYTES) {
    throw new S3Error('KeyTooLongError', `Your key is too long: ${Buffer.byteLength(key)} bytes, at most ${MAX_KEY_BYTES}.`);
  }
  checkPlacement(call.bucket.definition, Object.fromEntries(fields));
}

function authorizePost(call: FormCall, authorization: Authorization, key: string, fields: ReadonlyMap<string, string>): void {
  const encryption = fields.get('x-amz-server-side-encryption');
  authorization.object(call.bucket.definition, key, 's3:PutObject', {
    's3:ObjectCreationOperation': 'true',
    ...(encryption === undefined ? {} : { 's3:x-amz-server-side-encryption': encryption }),
  });
  authorization.encryptionKey(call.bucket.definition, key, 'kms:GenerateDataKey');
}

async function store(
  call: FormCall, form: PostForm, fields: ReadonlyMap<string, string>, policy: PostPolicy, key: string,
): Promise<ObjectVersion> {
  const attributes = readAttributes(Object.fromEntries(fields), 'form');
  const digest = new FormFileDigest(fields);
  const path = await call.service.scratch.receive(digest.of(enforceSizes(form.file, policy.sizes, MAX_FILE_BYTES)));
  const draft = { files: [{ path, size: digest.size }], etag: digest.md5.digest('hex'), attributes, checksum: digest.checksum };
  return commitReceived(call, key, draft, NO_PRECONDITION, form.ended);
}

/** Size, ETag and, when a field claims one, checksum of the file while it passes. */
class FormFileDigest {
  size = 0;
  checksum?: Checksum;
  readonly md5 = createHash('md5');

  constructor(private readonly fields: ReadonlyMap<string, string>) {}

  async* of(file: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    const [name, claimed] = [...this.fields].find(([field]) => algorithmOfHeader(field)) ?? [];
    const algorithm = name === undefined ? undefined : algorithmOfHeader(name);
    const running = algorithm && createChecksum(algorithm);
    for await (const chunk of file) {
      this.size += chunk.length;
      this.md5.update(chunk);
      running?.update(chunk);
      yield chunk;
    }
    if (!algorithm || !running) return;
    const value = running.digest().toString('base64');
    if (value !== claimed) throw badDigest(algorithm);
    this.checksum = { algorithm, value, type: 'FULL_OBJECT' };
  }
}

function respond(call: FormCall, key: string, object: ObjectVersion, status = '204'): void {
  const { definition } = call.bucket;
  const location = `http://${call.request.headers.host ?? 'localhost'}/${definition.name}/${encodeURIComponent(key)}`;
  const headers = { ...createdHeaders(definition, object), location };
  if (status === '200') return sendEmpty(call, 200, headers);
  if (status !== '201') return sendEmpty(call, 204, headers);
  const body = xmlDocument('PostResponse', [
    element('Location', location), element('Bucket', definition.name), element('Key', key), element('ETag', quoted(object.etag)),
  ], false);
  call.response.writeHead(201, { ...headers, 'content-type': 'application/xml', 'content-length': Buffer.byteLength(body) });
  call.response.end(body);
}
