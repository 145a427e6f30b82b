import {
  AbortMultipartUploadCommand, CompleteMultipartUploadCommand, CreateMultipartUploadCommand, ListPartsCommand, Part, S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { awsFailure, nameOf } from './aws-failure';
import { MOST_PARTS } from '../../contract';
import {
  CompleteOutcome, NewSourceUpload, PartToSign, SignedPart, SourceUpload, SourceUploads, StoredPart, WholeSource,
} from '../../ports/source-uploads';

const CHECKSUM_HEADER = 'x-amz-checksum-crc64nvme';
/** What S3 answers when the whole has another checksum than was declared (Amazon S3 user guide, "Checking object integrity"). */
const WRONG_CHECKSUM = 'BadDigest';

/**
 * S3 combines the CRC-64/NVME of the parts into that of the object, so the client's checksum of the whole file is compared without
 * reading a byte again (Amazon S3 user guide, "Checking object integrity").
 */
export class S3SourceUploads implements SourceUploads {
  constructor(private readonly client: S3Client, private readonly bucket: string) {}

  async begin({ key, contentType, metadata }: NewSourceUpload): Promise<string> {
    const command = new CreateMultipartUploadCommand({
      Bucket: this.bucket,
      Key: key,
      ContentType: contentType,
      Metadata: { ...metadata },
      ChecksumAlgorithm: 'CRC64NVME',
      ChecksumType: 'FULL_OBJECT',
    });
    return (await this.call('Beginning an upload', () => this.client.send(command))).UploadId!;
  }

  async signPart(upload: SourceUpload, { partNumber, sizeBytes, checksum }: PartToSign, seconds: number): Promise<SignedPart> {
    const command = new UploadPartCommand({
      ...this.target(upload), PartNumber: partNumber, ContentLength: sizeBytes, ChecksumCRC64NVME: checksum,
    });
    const signingDate = new Date();
    // As a header, because the presigner would otherwise move it into the query; the length is signed as a header anyway.
    const url = await this.call('Signing a part', () => getSignedUrl(this.client, command, {
      expiresIn: seconds, signingDate, unhoistableHeaders: new Set([CHECKSUM_HEADER]),
    }));
    return {
      partNumber,
      url,
      headers: { [CHECKSUM_HEADER]: checksum, 'content-length': String(sizeBytes) },
      expiresAt: new Date(Math.floor(signingDate.getTime() / 1000) * 1000 + seconds * 1000),
    };
  }

  async listParts(upload: SourceUpload): Promise<readonly StoredPart[] | undefined> {
    const command = new ListPartsCommand({ ...this.target(upload), MaxParts: MOST_PARTS });
    try {
      return ((await this.client.send(command)).Parts ?? []).map(storedPart);
    } catch (error) {
      if (nameOf(error) === 'NoSuchUpload') return undefined;
      throw awsFailure(error, 'Listing parts');
    }
  }

  async complete(upload: SourceUpload, { sizeBytes, checksum, parts }: WholeSource): Promise<CompleteOutcome> {
    const command = new CompleteMultipartUploadCommand({
      ...this.target(upload),
      IfNoneMatch: '*',
      MpuObjectSize: sizeBytes,
      ChecksumCRC64NVME: checksum,
      ChecksumType: 'FULL_OBJECT',
      MultipartUpload: {
        Parts: parts.map(part => ({ PartNumber: part.partNumber, ETag: part.etag, ChecksumCRC64NVME: part.checksum })),
      },
    });
    try {
      await this.client.send(command);
      return 'stored';
    } catch (error) {
      if (nameOf(error) === 'PreconditionFailed') return 'stored';
      if (nameOf(error) === 'NoSuchUpload') return 'gone';
      if (nameOf(error) === WRONG_CHECKSUM) return 'checksum';
      throw awsFailure(error, 'Completing an upload');
    }
  }

  async abort(upload: SourceUpload): Promise<void> {
    try {
      await this.client.send(new AbortMultipartUploadCommand(this.target(upload)));
    } catch (error) {
      if (nameOf(error) !== 'NoSuchUpload') throw awsFailure(error, 'Aborting an upload');
    }
  }

  private target({ key, uploadId }: SourceUpload) {
    return { Bucket: this.bucket, Key: key, UploadId: uploadId };
  }

  private async call<T>(operation: string, send: () => Promise<T>): Promise<T> {
    try {
      return await send();
    } catch (error) {
      throw awsFailure(error, operation);
    }
  }
}

function storedPart({ PartNumber, Size, ETag, ChecksumCRC64NVME = '' }: Part): StoredPart {
  return { partNumber: PartNumber!, sizeBytes: Size!, etag: ETag!, checksum: ChecksumCRC64NVME };
}
