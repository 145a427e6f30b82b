import { crc64 } from '../../upload-client/crc64';

export interface ChecksumQuestion {
  readonly id: number;
  readonly part: Blob;
}

export interface ChecksumAnswer {
  readonly id: number;
  /** Undefined when the part could not be read: the file was changed or taken away. */
  readonly checksum?: bigint;
}

/** Away from the page, which would stutter: a part of 16 MB takes some 100 ms. */
addEventListener('message', async ({ data: { id, part } }: MessageEvent<ChecksumQuestion>) => {
  const answer: ChecksumAnswer = await part.arrayBuffer().then(bytes => ({ id, checksum: crc64(new Uint8Array(bytes)) }), () => ({ id }));
  postMessage(answer);
});
