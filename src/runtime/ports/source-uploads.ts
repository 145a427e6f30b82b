/** Uploads of sources in parts, which clients send straight to the store. */

export interface NewSourceUpload {
  readonly key: string;
  readonly contentType: string;
  readonly metadata: Readonly<Record<string, string>>;
}

export interface SourceUpload {
  readonly key: string;
  readonly uploadId: string;
}

export interface PartToSign {
  /** From 1. */
  readonly partNumber: number;
  readonly sizeBytes: number;
  /** CRC-64/NVME of its bytes, base64. */
  readonly checksum: string;
}

export interface SignedPart {
  readonly partNumber: number;
  readonly url: string;
  /** To be sent as they are; the signature covers them. */
  readonly headers: Readonly<Record<string, string>>;
  readonly expiresAt: Date;
}

export interface StoredPart extends PartToSign {
  readonly etag: string;
}

export interface WholeSource {
  readonly sizeBytes: number;
  /** CRC-64/NVME of all bytes, base64. */
  readonly checksum: string;
  readonly parts: readonly StoredPart[];
}

/**
 * - `stored`: the source is there, now or since an earlier call
 * - `checksum`: the bytes have another checksum; nothing was stored
 * - `gone`: no such upload: it was completed, aborted or swept away
 */
export type CompleteOutcome = 'stored' | 'checksum' | 'gone';

export interface SourceUploads {
  /** Begins an upload; its id. One that is never completed is swept away by the bucket after a day. */
  begin(upload: NewSourceUpload): Promise<string>;
  /** A URL that takes exactly these bytes as this part, valid for `seconds`. */
  signPart(upload: SourceUpload, part: PartToSign, seconds: number): Promise<SignedPart>;
  /** Every part that is there, in order; undefined when there is no such upload. */
  listParts(upload: SourceUpload): Promise<readonly StoredPart[] | undefined>;
  /** Makes the parts an object, unless there is one of that key. */
  complete(upload: SourceUpload, whole: WholeSource): Promise<CompleteOutcome>;
  /** Removes what was sent. No error when there is nothing. */
  abort(upload: SourceUpload): Promise<void>;
}
