import type { IncomingMessage } from 'http';
import busboy from 'busboy';
import { S3Error } from './errors';

/** A form of which everything before the file has been read; the file is a stream. */
export interface PostForm {
  /** By lower-case name. */
  readonly fields: ReadonlyMap<string, string>;
  readonly filename: string;
  readonly file: AsyncIterable<Buffer>;
  /** Resolves once the form has ended well; to be awaited after the file. */
  readonly ended: Promise<void>;
  /** Stops reading, so that the connection can carry a refusal. */
  abandon(): void;
}

/** S3's limit on everything before the file. */
const MAX_FIELD_BYTES = 20 * 1024;
const MAX_FIELDS = 200;

export function isFormPost(request: IncomingMessage): boolean {
  return request.method === 'POST' && /^multipart\/form-data\b/i.test(request.headers['content-type'] ?? '');
}

export async function readForm(http: IncomingMessage): Promise<PostForm> {
  const parser = createParser(http);
  const fields = new Map<string, string>();
  let fieldBytes = 0;
  const ended = new Promise<void>((resolve, reject) => parser.once('close', resolve).once('error', error => reject(malformed(error))));
  const abandon = () => {
    http.unpipe(parser);
    parser.destroy();
  };
  ended.catch(() => undefined);
  http.once('close', () => {
    if (!http.readableEnded) parser.destroy(new Error('the client left before the end of the form'));
  });

  return new Promise<PostForm>((resolve, reject) => {
    const refuse = (error: S3Error) => {
      abandon();
      reject(error);
    };
    parser.on('field', (name, value, info) => {
      fieldBytes += Buffer.byteLength(name) + Buffer.byteLength(value);
      if (fieldBytes > MAX_FIELD_BYTES || info.valueTruncated || info.nameTruncated) return refuse(fieldsTooLong());
      const lower = name.toLowerCase();
      if (fields.has(lower)) return refuse(new S3Error('InvalidArgument', `POST requires exactly one "${name}" field; got several.`));
      if (lower === 'file') return refuse(new S3Error('InvalidArgument', 'The "file" field must be a file: its part needs a filename.'));
      fields.set(lower, value);
    });
    parser.on('fieldsLimit', () => refuse(fieldsTooLong()));
    parser.on('file', (name, file, { filename }) => {
      file.on('error', () => undefined);
      // S3 ignores whatever follows the file.
      if (name.toLowerCase() === 'file') resolve({ fields, filename: filename ?? '', file, ended, abandon });
      else file.resume();
    });
    ended.then(
      () => reject(new S3Error('InvalidArgument', 'POST requires exactly one file upload per request, in a field named "file".')), reject,
    );
    http.pipe(parser);
  });
}

function createParser(http: IncomingMessage): busboy.Busboy {
  try {
    return busboy({
      headers: http.headers,
      defParamCharset: 'utf8',
      limits: { fields: MAX_FIELDS, fieldSize: MAX_FIELD_BYTES, fieldNameSize: MAX_FIELD_BYTES },
    });
  } catch (error) {
    throw malformed(error);
  }
}

function fieldsTooLong(): S3Error {
  return new S3Error('MaxPostPreDataLengthExceeded',
    `Your POST request fields preceding the upload file were too large: at most ${MAX_FIELD_BYTES} bytes and ${MAX_FIELDS} fields.`);
}

function malformed(error: unknown): S3Error {
  return new S3Error('MalformedPOSTRequest', `The body of your POST request is not well-formed multipart/form-data: ${(error as Error).message}`);
}
